import { listen, openDatabase } from '@payout-engines/example-kit';
import type { Tour } from '@payout-engines/example-kit/testing';
import { partnerProgram } from '../src/app.tsx';
import { payoutPath } from '../src/pages/frame.ts';
import { engineOn, PROGRAM } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { refresh } from '../src/standing.ts';
import { TABLES } from '../src/tables.ts';

/** The partner program with a payout that is paid and one that waits, and all its pages. */
export async function openTour(now = new Date()): Promise<Tour> {
  const database = await openDatabase('memory', 'partner_program', TABLES);
  await seed(database, now);
  const engine = engineOn(database.store, database.query);
  const ask = async (participant: string) => {
    await refresh(database, participant);
    return engine.request({ program: PROGRAM, key: `${participant}/first`, participant, currency: 'USD' });
  };
  const paid = await ask('cleo');
  await engine.approve({ program: PROGRAM, payout: paid.id, by: 'olga' });
  await engine.process({ program: PROGRAM });
  const waiting = await ask('ada');
  const served = await listen(partnerProgram(database), 0);
  return {
    url: served.url,
    stops: [
      { name: 'sign-in', path: '/sign-in' },
      { name: 'overview', person: 'ada', path: '/' },
      { name: 'overview-below-minimum', person: 'ben', path: '/' },
      { name: 'overview-not-ready', person: 'dev', path: '/' },
      { name: 'payout-waiting', person: 'ada', path: payoutPath(waiting.id) },
      { name: 'payout-paid', person: 'cleo', path: payoutPath(paid.id) },
      { name: 'sales', person: 'ada', path: '/sales' },
      { name: 'years', person: 'cleo', path: '/years' },
      { name: 'operator', person: 'olga', path: '/operator' },
      { name: 'operator-completed', person: 'olga', path: '/operator?tab=completed' },
      { name: 'operator-payout', person: 'olga', path: `/operator${payoutPath(waiting.id)}` },
      { name: 'operator-sales', person: 'olga', path: '/operator/sales' },
    ],
    close: async () => {
      await served.close();
      await database.close();
    },
  };
}
