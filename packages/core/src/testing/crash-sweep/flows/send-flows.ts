import type { SendFault, SimulatedFaults } from '../../../providers/simulated-faults.ts';
import type { CrashFlow } from '../flow.ts';
import type { SweepWorker } from '../worker.ts';
import { participant, PROGRAM, type SweepWorld } from '../world.ts';
import { credit, earned, payoutOf, request, threePayouts } from './money-earned.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const process = ({ engine }: SweepWorker): Promise<unknown> => engine.process({ program: PROGRAM });

/** Workers that claim, look, send and settle. */
export const sendFlows: readonly CrashFlow[] = [
  {
    id: 'send',
    title: 'three payouts are sent once each',
    pairs: true,
    prepare: (_world, worker) => threePayouts(worker),
    calls: [process],
  },
  {
    id: 'send-three-ways',
    title: 'one payout is done, one loses its answer, one is refused, and nobody is paid twice',
    pairs: true,
    faults: () => firstSends({ ben: { name: 'response_lost' } }),
    prepare: async ({ provider }, worker) => {
      await threePayouts(worker);
      provider.setRecipient('account-of-cat-1', 'closed');
    },
    calls: [process],
  },
  {
    id: 'send-one-by-one',
    title: 'payouts that are claimed one by one are sent once each',
    pairs: true,
    prepare: (_world, worker) => threePayouts(worker),
    calls: [({ engine }) => engine.process({ program: PROGRAM, chunk: 1, concurrency: 1 })],
  },
  {
    id: 'lost-response',
    title: 'a payment whose answer was lost is found and booked once',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'response_lost' } }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'lost-request',
    title: 'a send that never arrived is sent again under its key, and paid once',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'request_lost' } }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'late-execution',
    title: 'a send that is executed after its caller gave up is paid once',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'executed_late', afterMs: 50_000 } }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'stored-error',
    title: 'an error that the provider keeps under the key ends the attempt only when its absence is proven',
    provider: { keyWindowMs: HOUR },
    faults: () => ({
      send: ({ request: { attempt } }) => (attempt === 1 ? { name: 'error_500_stored' } : undefined),
    }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'executed-error',
    title: 'an error after the money has moved is settled by what a look finds',
    pairs: true,
    faults: () => ({ send: () => ({ name: 'error_500_executed' }) }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'refused-for-the-payout',
    title: 'a payout that the provider never takes gives its money back once',
    // An interruption leaves a send of which nobody knows: the refusal of the next one proves less, and takes longer.
    alike: 'in_the_end',
    provider: { keyWindowMs: HOUR },
    faults: () => ({ send: () => ({ name: 'refused_not_stored' }) }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'refused-for-the-recipient',
    title: 'a payout that waits for its recipient is paid once, by a later attempt',
    pairs: true,
    prepare: async (world, worker) => {
      await onePayout(world, worker);
      world.provider.setRecipient('account-of-ann-1', 'not_ready');
    },
    calls: [process],
    meanwhile: ({ provider, time }) => {
      time.after(10 * MINUTE, () => {
        provider.setRecipient('account-of-ann-1', 'ready');
      });
    },
    // Whoever dies before the first send may find the recipient ready.
    alike: 'in_the_end',
  },
  {
    id: 'refused-for-all',
    title: 'payouts that the account had no money for are paid once each when it has',
    pairs: true,
    alike: 'in_the_end',
    prepare: async ({ provider }, worker) => {
      await threePayouts(worker);
      provider.setBalance('USD', 25_000n);
    },
    calls: [process],
    meanwhile: ({ provider, time }) => {
      time.after(20 * MINUTE, () => {
        provider.setBalance('USD', 1_000_000n);
      });
    },
  },
  {
    id: 'capped',
    title: 'what a cap keeps back is paid once when the day is over',
    alike: 'in_the_end',
    rules: {
      caps: { program: { USD: 30_000n } },
      retry: {
        firstMs: 30_000,
        longestMs: 13 * HOUR,
        triesMax: 200,
        refusedMs: HOUR,
        attemptsMax: 3,
      },
    },
    prepare: (_world, worker) => threePayouts(worker),
    calls: [process],
  },
  {
    id: 'rate-limited',
    title: 'a send that was not executed is sent again, and paid once',
    faults: () => firstSends({ ann: { name: 'rate_limited', retryAfterMs: 2000 } }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'pending-at-the-provider',
    title: 'a payment that is under way at the provider is booked once, when it has moved',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'pending_moved', afterMs: 30 * MINUTE } }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'failing-at-the-provider',
    title: 'a payment that fails at the provider after a while gives its money back once',
    faults: () => ({ send: () => ({ name: 'pending_failed', afterMs: 30 * MINUTE }) }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'other-amount',
    title: 'what the provider moved less than it was asked to is booked once, as a difference',
    faults: () => firstSends({ ann: { name: 'other_amount', by: -40n } }),
    prepare: onePayout,
    calls: [process],
  },
  {
    id: 'recovery-by-look',
    title: 'what a worker sent before it died is found by another, and booked once',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'response_lost' } }),
    prepare: sentAndLeft,
    calls: [process],
  },
  {
    id: 'recovery-by-resend',
    title: 'what a worker claimed and did not send is sent by another, and paid once',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'request_lost' } }),
    prepare: sentAndLeft,
    calls: [process],
  },
  {
    id: 'recovery-after-the-key-window',
    title: 'what was never sent is released once it is proven, and paid by another attempt',
    pairs: true,
    provider: { keyWindowMs: HOUR },
    faults: () => firstSends({ ann: { name: 'request_lost' } }),
    prepare: async (world, worker) => {
      await sentAndLeft(world, worker);
      world.time.pass(DAY);
    },
    calls: [process],
  },
  {
    id: 'without-keys',
    title: 'a provider without keys is asked before each send, and pays once',
    pairs: true,
    provider: { keys: false },
    faults: () => firstSends({ ann: { name: 'response_lost' }, ben: { name: 'request_lost' } }),
    prepare: (_world, worker) => threePayouts(worker),
    calls: [process],
    // Without a key nothing is sent again: an attempt that may have been sent ends before another one begins.
    alike: 'in_the_end',
  },
  {
    id: 'epoch-look',
    title: 'after the epoch was raised, a first send is looked up before, and paid once',
    pairs: true,
    prepare: async (_world, worker) => {
      await threePayouts(worker);
      await worker.engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' });
    },
    calls: [process],
  },
  {
    id: 'epoch-look-after-a-failed-payment',
    title:
      'after the epoch was raised, a payment that failed long ago does not stand in the way of the next attempt',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'pending_failed', afterMs: MINUTE } }),
    prepare: async (world, worker) => {
      await onePayout(world, worker);
      await process(worker);
      world.time.pass(DAY);
      await process(worker);
      await worker.engine.retry({ program: PROGRAM, payout: payoutOf('ann'), by: 'olga' });
      await worker.engine.raiseEpoch({ program: PROGRAM, by: 'olga', reason: 'restored' });
    },
    calls: [process],
  },
  {
    id: 'destination-changed-before-the-send',
    title: 'a payout whose destination has changed is approved anew and paid once, to the new one',
    pairs: true,
    prepare: async (world, worker) => {
      await onePayout(world, worker);
      world.people.set('ann', participant('ann', 2));
    },
    calls: [process],
  },
  {
    id: 'return-found-by-a-worker',
    title: 'a payment that is back before it was booked is booked and given back once',
    pairs: true,
    faults: () => firstSends({ ann: { name: 'response_lost' } }),
    prepare: async (world, worker) => {
      await sentAndLeft(world, worker);
      world.provider.giveBack('payment-1', 4000n);
    },
    calls: [process],
  },
];

async function onePayout(_world: SweepWorld, worker: SweepWorker): Promise<void> {
  await credit(worker, [earned('ann', 10_000n)]);
  await request(worker, 'ann');
}

/** A worker has sent, and its lease is over. */
async function sentAndLeft(world: SweepWorld, worker: SweepWorker): Promise<void> {
  await onePayout(world, worker);
  await process(worker);
  world.time.pass(6 * MINUTE);
}

/** What goes wrong with the first send to each participant. */
export function firstSends(faults: Readonly<Record<string, SendFault>>): SimulatedFaults {
  const met = new Set<string>();
  return {
    send: ({ request: { participant: of } }) => {
      if (met.has(of)) return undefined;
      met.add(of);
      return faults[of];
    },
  };
}
