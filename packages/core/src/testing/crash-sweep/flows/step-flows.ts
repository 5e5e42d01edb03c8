import type { PayoutState } from '../../../payouts/states.ts';
import { assertEqual } from '../../assert.ts';
import type { CrashFlow } from '../flow.ts';
import type { SweepWorker } from '../worker.ts';
import { participant, PROGRAM, type SweepWorld } from '../world.ts';
import { credit, earned, MANUAL_APPROVAL, payoutOf, request } from './money-earned.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const OF_ANN = { program: PROGRAM, payout: payoutOf('ann'), by: 'olga' };

/** What people do to one payout. */
export const stepFlows: readonly CrashFlow[] = [
  {
    id: 'request',
    title: 'a payout is opened and paid once, however often it is asked for',
    pairs: true,
    prepare: (_world, worker) => credit(worker, [earned('ann', 10_000n)]),
    calls: [(worker) => request(worker, 'ann')],
  },
  {
    id: 'approve',
    title: 'a payout is approved and paid once',
    pairs: true,
    rules: MANUAL_APPROVAL,
    prepare: requested,
    calls: [({ engine }) => engine.approve(OF_ANN)],
    refusedAgain: ['WRONG_STATE'],
  },
  {
    id: 'approve-another-destination',
    title: 'an approval of a destination that has changed is refused, however often it is said',
    rules: MANUAL_APPROVAL,
    prepare: async (world, worker) => {
      await requested(world, worker);
      world.people.set('ann', participant('ann', 2));
    },
    // The digest is what the operator has looked at; without it, the second call would be an approval of what it finds.
    calls: [({ engine }) => engine.approve({ ...OF_ANN, digest: 'of-the-first-destination' })],
    refused: ['APPROVAL_REFUSED'],
  },
  {
    id: 'reject',
    title: 'a payout is rejected and its money given back once',
    rules: MANUAL_APPROVAL,
    prepare: requested,
    calls: [({ engine }) => engine.reject({ ...OF_ANN, reason: 'not yet' })],
    refusedAgain: ['WRONG_STATE'],
  },
  {
    id: 'cancel',
    title: 'a payout is cancelled and its money given back once',
    rules: MANUAL_APPROVAL,
    prepare: requested,
    calls: [({ engine }) => engine.cancel(OF_ANN)],
    refusedAgain: ['WRONG_STATE'],
  },
  {
    id: 'retry',
    title: 'a payout that failed is reserved anew and paid once',
    pairs: true,
    rules: { retry: { firstMs: 30_000, longestMs: 600_000, triesMax: 200, refusedMs: HOUR, attemptsMax: 1 } },
    prepare: async (world, worker) => {
      await requested(world, worker);
      world.provider.setRecipient('account-of-ann-1', 'not_ready');
      await worker.engine.process({ program: PROGRAM });
      await assertState(worker, 'failed');
      world.provider.setRecipient('account-of-ann-1', 'ready');
    },
    calls: [({ engine }) => engine.retry(OF_ANN)],
    refusedAgain: ['WRONG_STATE'],
  },
  {
    id: 'claim',
    title: 'a payout that an operator claims is sent by nobody else',
    rules: MANUAL_APPROVAL,
    prepare: approved,
    calls: [({ engine }) => engine.claim(OF_ANN)],
  },
  {
    id: 'declare-failed',
    title: 'a payout that an operator declares failed gives its money back once',
    rules: MANUAL_APPROVAL,
    prepare: claimed,
    calls: [({ engine }) => engine.declareFailed({ ...OF_ANN, reason: 'the bank refused it' })],
    refusedAgain: ['WRONG_STATE'],
  },
  {
    id: 'complete-manually',
    title: 'a payment by hand is booked once',
    rules: MANUAL_APPROVAL,
    prepare: approved,
    calls: [({ engine }) => engine.completeManually({ ...OF_ANN, transaction: 'UTR-1' })],
  },
  {
    id: 'claim-and-complete-manually',
    title: 'a claim and its payment by hand are booked once',
    rules: MANUAL_APPROVAL,
    prepare: approved,
    calls: [
      ({ engine }) => engine.claim(OF_ANN),
      ({ engine }) => engine.completeManually({ ...OF_ANN, transaction: 'UTR-1' }),
    ],
    // The claim of what is paid already.
    refusedAgain: ['WRONG_STATE'],
  },
  {
    id: 'declare-failed-after-review',
    title: 'a payment that nobody could decide gives its money back once when an operator has made sure',
    provider: { lookup: false, keyWindowMs: HOUR },
    faults: () => ({ send: () => ({ name: 'request_lost' }) }),
    prepare: undecided,
    calls: [({ engine }) => engine.declareFailed({ ...OF_ANN, reason: 'it never arrived' })],
    refusedAgain: ['WRONG_STATE'],
  },
  {
    id: 'complete-after-review',
    title: 'a payment that nobody could decide is booked once by the object that an operator has found',
    provider: { lookup: false, keyWindowMs: HOUR, keysPrunedAfterMs: 30 * DAY },
    faults: () => ({ send: () => ({ name: 'response_lost' }) }),
    prepare: undecided,
    calls: [
      ({ engine }, { provider }) =>
        engine.completeManually({ ...OF_ANN, transaction: provider.truth()[0]?.object ?? 'none' }),
    ],
  },
];

async function requested(_world: SweepWorld, worker: SweepWorker): Promise<void> {
  await credit(worker, [earned('ann', 10_000n)]);
  await request(worker, 'ann');
}

async function approved(world: SweepWorld, worker: SweepWorker): Promise<void> {
  await requested(world, worker);
  await worker.engine.approve(OF_ANN);
}

async function claimed(world: SweepWorld, worker: SweepWorker): Promise<void> {
  await approved(world, worker);
  await worker.engine.claim(OF_ANN);
}

/** The provider cannot be asked, and the window of its keys has passed. */
async function undecided(world: SweepWorld, worker: SweepWorker): Promise<void> {
  await requested(world, worker);
  await worker.engine.process({ program: PROGRAM });
  world.time.pass(DAY);
  await worker.engine.process({ program: PROGRAM });
  await assertState(worker, 'needs_review');
}

async function assertState({ engine }: SweepWorker, state: PayoutState): Promise<void> {
  assertEqual(
    (await engine.payout({ program: PROGRAM, payout: payoutOf('ann') })).state,
    state,
    'the state that the flow begins with',
  );
}
