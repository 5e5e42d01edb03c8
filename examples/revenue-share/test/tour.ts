import { listen, openDatabase } from '@payout-engines/example-kit';
import type { Tour } from '@payout-engines/example-kit/testing';
import { revenueShareApp } from '../src/app/app.tsx';
import { claimsOn } from '../src/app/engines.ts';
import { claimPath, periodPath } from '../src/app/pages/frame.ts';
import { PROGRAM } from '../src/app/program.ts';
import { runsOn } from '../src/app/runs.ts';
import { recentPeriods, seed } from '../src/app/seed.ts';
import { TABLES } from '../src/app/tables.ts';
import { sayRevenue } from '../src/app/revenue.ts';

/** The revenue share with periods in every state, one of them stopped in the middle of its run, and all its pages. */
export async function openTour(now = new Date()): Promise<Tour> {
  const database = await openDatabase('memory', 'revenue_share', TABLES);
  const runs = runsOn(database);
  await seed(database, runs, now);
  const [, , shared, ready, calculated] = recentPeriods(now, 6).map(({ id }) => id);
  if (shared === undefined || ready === undefined || calculated === undefined)
    throw new Error('there are six periods');
  // One more is half done: it is being calculated for as long as the tour lasts.
  await sayRevenue(database, calculated, new Map([['ads', 52_500_000_000n]]), 'olga');
  const half = runsOn(database, {
    pageSize: 3,
    onProgress: ({ step, done }) => {
      if (step === 'shares' && done === 2) void half.stop();
    },
  });
  await half.begin({ period: calculated, by: 'cron' });
  await half.idle();

  const claims = claimsOn(database.store, database.query);
  const claimOf = async (participant: string) => {
    const { payouts } = await claims.list({ program: PROGRAM, participant });
    return payouts[0]?.id ?? '';
  };
  const served = await listen(revenueShareApp(database, { runs }), 0);
  const admin = (id: string): string => periodPath(id, '/admin');
  return {
    url: served.url,
    stops: [
      { name: 'sign-in', path: '/sign-in' },
      { name: 'overview', person: 'ana', path: '/' },
      { name: 'overview-below-minimum', person: 'jack', path: '/' },
      { name: 'overview-not-verified', person: 'gus', path: '/' },
      { name: 'period', person: 'ana', path: periodPath(shared) },
      { name: 'period-nothing', person: 'iris', path: periodPath(shared) },
      { name: 'period-calculating', person: 'ana', path: periodPath(calculated) },
      { name: 'wallet', person: 'ana', path: '/wallet' },
      { name: 'claim-paid', person: 'ana', path: claimPath(await claimOf('ana')) },
      { name: 'claim-failed', person: 'fay', path: claimPath(await claimOf('fay')) },
      { name: 'admin', person: 'olga', path: '/admin' },
      { name: 'admin-period', person: 'olga', path: admin(shared) },
      { name: 'admin-period-ended', person: 'olga', path: admin(ready) },
      { name: 'admin-dry-run', person: 'olga', path: `${admin(ready)}/plan` },
      { name: 'admin-calculating', person: 'olga', path: admin(calculated) },
      { name: 'admin-claims', person: 'olga', path: '/admin/claims' },
      { name: 'admin-creators', person: 'olga', path: '/admin/creators' },
      { name: 'admin-facts', person: 'olga', path: '/admin/facts' },
      { name: 'admin-messages', person: 'olga', path: '/admin/messages' },
    ],
    close: async () => {
      await served.close();
      await database.close();
    },
  };
}
