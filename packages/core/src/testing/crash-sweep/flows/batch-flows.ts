import type { CrashFlow } from '../flow.ts';
import { PROGRAM } from '../world.ts';
import { credit, earned, threePayouts } from './money-earned.ts';

/** More than one page of candidates takes. */
const CANDIDATES = 1003;

/** Payouts that are opened together. */
export const batchFlows: readonly CrashFlow[] = [
  {
    id: 'open-batch',
    title: 'a batch opens one payout for each who is eligible, and they are paid once',
    pairs: true,
    prepare: (_world, worker) =>
      credit(worker, [earned('ann', 10_000n), earned('ben', 20_000n), earned('cat', 900n)]),
    calls: [({ engine }) => engine.openBatch({ program: PROGRAM, key: 'monthly' })],
    also: ({ engine }) => engine.batch({ program: PROGRAM, key: 'monthly' }),
  },
  {
    id: 'open-batch-of-pages',
    title: 'a batch of several pages goes through each of them once',
    prepare: (_world, worker) =>
      credit(worker, [
        earned('ann', 10_000n),
        earned('cat', 20_000n),
        ...Array.from({ length: CANDIDATES - 2 }, (_, index) => earned(`b${index}`, 1n)),
      ]),
    calls: [({ engine }) => engine.openBatch({ program: PROGRAM, key: 'monthly', currency: 'USD' })],
    also: ({ engine }) => engine.batch({ program: PROGRAM, key: 'monthly' }),
  },
  {
    id: 'batch-beside-requests',
    title: 'a batch leaves those out who have a payout, and pays nobody twice',
    prepare: async (_world, worker) => {
      await threePayouts(worker);
      await credit(worker, [earned('ann', 5000n, { key: 'more' })]);
    },
    calls: [({ engine }) => engine.openBatch({ program: PROGRAM, key: 'monthly' })],
    also: ({ engine }) => engine.batch({ program: PROGRAM, key: 'monthly' }),
  },
];
