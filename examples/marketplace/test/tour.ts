import { openDatabase } from '@payout-engines/example-kit';
import type { Tour } from '@payout-engines/example-kit/testing';
import { serve } from '../src/app.ts';
import { requestBounties } from '../src/bounties.ts';
import { operatorPath, statementPath } from '../src/pages/frame.ts';
import { engineOn, PROGRAM } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';

/** The marketplace with payouts that are paid, that wait and that failed, and all its pages. */
export async function openTour(now = new Date()): Promise<Tour> {
  const database = await openDatabase('memory', 'marketplace', TABLES);
  await seed(database, now);
  await requestBounties(database, 'sana', 'first');
  const engine = engineOn(database.store, database.query);
  const newest = async (participant: string, state: 'pending' | 'completed' | 'failed'): Promise<string> => {
    const { payouts } = await engine.list({ program: PROGRAM, participant, states: [state] });
    const [payout] = payouts;
    if (payout === undefined) throw new Error(`${participant} has no payout that is ${state}`);
    return payout.id;
  };
  const waiting = await newest('asha', 'pending');
  const paid = await newest('asha', 'completed');
  const failed = await newest('bilal', 'failed');
  const served = await serve(database, 0);
  return {
    url: served.url,
    stops: [
      { name: 'sign-in', path: '/sign-in' },
      { name: 'seller', person: 'asha', path: '/' },
      { name: 'seller-failed', person: 'bilal', path: '/' },
      { name: 'seller-without-bank-account', person: 'chitra', path: '/' },
      { name: 'scout', person: 'sana', path: '/' },
      { name: 'scout-below-minimum', person: 'tariq', path: '/' },
      { name: 'statement-with-refund', person: 'asha', path: statementPath(waiting) },
      { name: 'statement-paid', person: 'asha', path: statementPath(paid) },
      { name: 'orders', person: 'asha', path: '/earned' },
      { name: 'bounties', person: 'tariq', path: '/earned' },
      { name: 'bank-account', person: 'asha', path: '/bank-account' },
      { name: 'operator', person: 'olga', path: '/operator' },
      { name: 'operator-empty', person: 'olga', path: '/operator?tab=cancelled' },
      { name: 'operator-payout', person: 'olga', path: operatorPath(waiting) },
      { name: 'operator-payout-failed', person: 'olga', path: operatorPath(failed) },
      { name: 'operator-orders', person: 'olga', path: '/operator/orders' },
      { name: 'operator-statistics', person: 'olga', path: '/operator/statistics' },
      { name: 'openapi', person: 'olga', path: '/openapi' },
    ],
    close: async () => {
      await served.close();
      await database.close();
    },
  };
}
