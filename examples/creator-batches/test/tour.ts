import { listen } from '@payout-engines/example-kit';
import type { Tour } from '@payout-engines/example-kit/testing';
import { creatorBatches } from '../src/app.tsx';
import { fillBatch, openDueBatch } from '../src/batches.ts';
import { batchPath, payoutPath } from '../src/pages/frame.ts';
import { PROGRAM } from '../src/program.ts';
import { open } from './open.ts';

/** The creator batches with one batch of an earlier payday, and the one that is due paid by half, and all pages. */
export async function openTour(others = 31): Promise<Tour> {
  const opened = await open({ others });
  const { services } = opened;
  const { database, engine, clock } = services;
  const { key } = await openDueBatch(database, clock(), 'olga');
  await fillBatch(database, engine, key);
  await engine.process({ program: PROGRAM, limit: 20 });
  const first = async (participant: string) => {
    const { payouts } = await engine.list({ program: PROGRAM, participant, limit: 1 });
    return payoutPath(payouts[0]?.id ?? '');
  };
  const [paid, waiting] = [await first('mia'), await first('otis')];
  const served = await listen(creatorBatches(services), 0);
  return {
    url: served.url,
    stops: [
      { name: 'sign-in', path: '/sign-in' },
      { name: 'overview', person: 'mia', path: '/' },
      { name: 'overview-below-minimum', person: 'noor', path: '/' },
      { name: 'overview-not-verified', person: 'pia', path: '/' },
      { name: 'overview-debt', person: 'rae', path: '/' },
      { name: 'earnings', person: 'mia', path: '/earnings' },
      { name: 'payout-paid', person: 'mia', path: paid },
      { name: 'payout-refused', person: 'otis', path: waiting },
      { name: 'verification', person: 'pia', path: '/verification' },
      { name: 'stripe', person: 'quin', path: '/demo/stripe' },
      { name: 'operator', person: 'olga', path: '/operator' },
      { name: 'operator-batch', person: 'olga', path: batchPath(key) },
      { name: 'operator-payout', person: 'olga', path: `/operator${waiting}` },
      { name: 'operator-earnings', person: 'olga', path: '/operator/earnings' },
      { name: 'operator-log', person: 'olga', path: '/operator/log' },
    ],
    close: async () => {
      await served.close();
      await opened.close();
    },
  };
}
