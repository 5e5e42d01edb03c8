import type { CrashFlow } from '../flow.ts';
import type { SweepWorker } from '../worker.ts';
import { PROGRAM, START, type SweepWorld } from '../world.ts';
import { credit, earned, request } from './money-earned.ts';
import { firstSends } from './send-flows.ts';

const receive = async ({ engine }: SweepWorker, { inbox, provider }: SweepWorld): Promise<unknown> => {
  const [event] = inbox;
  // Answered for already, by a process that has died later.
  if (event === undefined) return undefined;
  const received = await engine.receive({ provider: provider.id, raw: event });
  inbox.shift();
  return received;
};

const reconcile = ({ engine }: SweepWorker): Promise<unknown> =>
  engine.reconcile({ program: PROGRAM, since: START });

/** What is learned of payments without asking for one of them. */
export const evidenceFlows: readonly CrashFlow[] = [
  {
    id: 'receive',
    title: 'an event about a payment whose answer was lost has its effect once',
    pairs: true,
    events: true,
    faults: () => firstSends({ ann: { name: 'response_lost' } }),
    prepare: sent,
    calls: [receive],
  },
  {
    id: 'receive-a-return',
    title: 'an event about money that came back gives it back once',
    pairs: true,
    events: true,
    prepare: async (world, worker) => {
      await sent(world, worker);
      world.provider.giveBack('payment-1', 3000n);
      world.time.pass(1);
    },
    calls: [receive, receive],
  },
  {
    id: 'reconcile',
    title: 'reconciling books what was paid and is not in the books once',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'response_lost' } }),
    prepare: sent,
    calls: [reconcile],
  },
  {
    id: 'reconcile-a-return',
    title: 'reconciling gives back once what has come back, part by part',
    pairs: true,
    prepare: async (world, worker) => {
      await sent(world, worker);
      world.provider.giveBack('payment-1', 3000n);
      await reconcile(worker);
      world.provider.giveBack('payment-1', 2000n);
    },
    calls: [reconcile],
  },
  {
    id: 'reconcile-after-a-wrong-conclusion',
    title: 'a payment that shows up after its payout has failed is booked once',
    provider: { keyWindowMs: 3_600_000, inFlightMs: 1000, keysPrunedAfterMs: 3_600_000 },
    rules: {
      retry: { firstMs: 30_000, longestMs: 600_000, triesMax: 200, refusedMs: 3_600_000, attemptsMax: 1 },
    },
    // Much later than the provider promises: nothing could have known.
    faults: () => ({ send: () => ({ name: 'executed_late', afterMs: 86_400_000 }) }),
    prepare: async (world, worker) => {
      await sent(world, worker);
      world.time.pass(7_200_000);
      await worker.engine.process({ program: PROGRAM });
      world.time.pass(3_600_000);
      await worker.engine.process({ program: PROGRAM });
      world.time.pass(86_400_000);
    },
    calls: [reconcile],
  },
];

async function sent(world: SweepWorld, worker: SweepWorker): Promise<void> {
  await credit(worker, [earned('ann', 10_000n)]);
  await request(worker, 'ann');
  await worker.engine.process({ program: PROGRAM });
  world.time.pass(1);
}
