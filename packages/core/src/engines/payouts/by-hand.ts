import { PayoutError } from '../../errors.ts';
import { approvalDigest } from '../../payouts/approval.ts';
import { netOf } from '../../payouts/fees.ts';
import type { Attempt, Payout } from '../../payouts/payout.ts';
import { transition } from '../../payouts/states.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { actionSchema, completeManuallySchema } from '../../schemas/payouts.ts';
import { availableOf } from './available.ts';
import type { PayoutChange } from './change.ts';
import { MANUAL, NEVER, type PayoutContext } from './context.ts';
import { lookBeforeHand } from './look-before-hand.ts';
import { newAttempt } from './new-attempt.ts';
import type { ManualCompletion, PayoutAction } from './requests.ts';
import { changeDestination, hasOtherDestination, step } from './steps.ts';
import { velocityOf } from './velocity-of.ts';
import { stopOf } from './write.ts';

/** Payment by an operator: an attempt like any other, claimed by a named person and completed with a transaction id. */

/** See `Payouts.claim`. */
export async function claimByHand(context: PayoutContext, input: PayoutAction): Promise<Payout> {
  const { program, payout, by } = parseInput(actionSchema, input);
  const wasFound = (await lookBeforeHand(context, program, payout)).length > 0;
  return stepUnlessMoved(context, program, payout, async (change, unit) => {
    // A worker had paid it after all: whoever wanted to pay it is answered that it is paid.
    if (change.live?.by === by || (wasFound && change.payout.state === 'completed')) return;
    await openByHand(context, change, unit, by);
  });
}

/** See `Payouts.completeManually`. */
export async function completeByHand(context: PayoutContext, input: ManualCompletion): Promise<Payout> {
  const { program, payout, by, transaction, amount } = parseInput(completeManuallySchema, input);
  const found = await lookBeforeHand(context, program, payout);
  const named = found.find(({ id }) => id === transaction);
  return stepUnlessMoved(context, program, payout, async (change, unit) => {
    const { id, state } = change.payout;
    // Said again, or just found: it may be booked under a worker's provider, and of an earlier attempt.
    if (change.isBooked(transaction)) return;
    const provider =
      state === 'needs_review' ? (change.live?.provider ?? MANUAL) : manualProviderOf(context, change);
    const [booked] = await unit.movements.find(provider, [transaction]);
    if (booked?.payout === id) return;
    if (booked !== undefined)
      throw new PayoutError('TRANSACTION_USED', { payout: id, usedBy: booked.payout });
    if (named !== undefined && named.currency !== change.payout.currency) {
      throw new PayoutError('CURRENCY_MISMATCH', { left: change.payout.currency, right: named.currency });
    }
    // Of a payout in review the worker's attempt is known, and another id is a slip of the pen, not a second payment.
    const wasForgotten = change.attempt(change.payout.attempt) === undefined;
    if (found.length > 0 && state === 'completed' && wasForgotten) {
      // A worker has paid it, and so has the operator: both moved, and both are booked.
      change.bookMovement(
        provider,
        transaction,
        change.payout.attempt,
        amount ?? netOf(change.payout),
        'available',
      );
      change.halts.push({
        provider,
        currency: change.payout.currency,
        reason: 'duplicate_payment',
        at: change.at,
      });
      change.tellOperator('duplicate_payment', transaction, { by });
      return;
    }
    if (state === 'failed') {
      // Paid after all, or by an attempt that a restored store has forgotten: what was set aside has been given back.
      const { attempt } = change.payout;
      change.endAttempt(attempt, 'paid');
      change.bookMovement(provider, transaction, attempt, amount ?? netOf(change.payout), 'available');
    } else {
      const attempt = await attemptToComplete(context, change, unit, by);
      change.endAttempt(attempt.number, 'paid');
      change.bookMovement(provider, transaction, attempt.number, amount ?? attempt.net, 'reserved');
    }
    change.forget('reason', 'note');
    change.take('evidence', { dueAt: NEVER, fence: change.payout.fence + 1 });
    change.tell('');
    change.tellOperator('completed_manually', transaction, { by });
  });
}

/** A step that a changed destination stops: the payout takes the new one over and must be approved again. */
async function stepUnlessMoved(
  context: PayoutContext,
  program: string,
  payout: string,
  work: (change: PayoutChange, unit: UnitOfWork) => Promise<void>,
): Promise<Payout> {
  let hasMoved = false;
  const after = await step(context, program, payout, async (change, unit, person) => {
    hasMoved =
      change.payout.state === 'approved' && hasOtherDestination(context, change.payout, person?.destination);
    if (hasMoved) changeDestination(context, change, person?.destination);
    else await work(change, unit);
  });
  if (!hasMoved) return after;
  throw new PayoutError('APPROVAL_REFUSED', {
    payout,
    reason: 'its destination has changed since it was approved; look at the new one and approve again',
  });
}

/** The attempt that the operator's transaction carries out: their own, a new one, or the one nobody can decide. */
async function attemptToComplete(
  context: PayoutContext,
  change: PayoutChange,
  unit: UnitOfWork,
  by: string,
): Promise<Attempt> {
  const { id, state } = change.payout;
  const { live } = change;
  if (state === 'approved') return openByHand(context, change, unit, by);
  if (live === undefined || (state !== 'needs_review' && live.by === undefined)) {
    // What a worker has sent may have moved: only a lookup, or a person in review, can tell.
    throw new PayoutError('WRONG_STATE', { payout: id, state, action: 'complete_manually' });
  }
  if (live.by !== undefined && live.by !== by) throw new PayoutError('NOT_CLAIMED_BY', { payout: id, by });
  return live;
}

/** Opens the attempt of an operator, under everything that a worker's claim is under. */
async function openByHand(
  context: PayoutContext,
  change: PayoutChange,
  unit: UnitOfWork,
  by: string,
): Promise<Attempt> {
  const { payout } = change;
  if (change.live?.by !== undefined) throw new PayoutError('NOT_CLAIMED_BY', { payout: payout.id, by });
  if (payout.state !== 'approved') {
    throw new PayoutError('WRONG_STATE', { payout: payout.id, state: payout.state, action: 'claim' });
  }
  transition(payout.id, payout.state, 'claim');
  const provider = manualProviderOf(context, change);
  await assertSendable(context, change, unit, provider);
  const account = { id: `${MANUAL}/${by}`, environment: context.rules.environment };
  const attempt = { ...newAttempt(unit.program, change, { provider, account, sends: 1 }), by };
  change.putAttempt(attempt);
  change.take('claim', { fence: payout.fence + 1, dueAt: NEVER });
  change.tellOperator('claimed', `${attempt.number}`, { by });
  return attempt;
}

async function assertSendable(
  context: PayoutContext,
  { payout, at }: PayoutChange,
  unit: UnitOfWork,
  provider: string,
): Promise<void> {
  const { id, participant, currency } = payout;
  const { halts } = await unit.controls.read();
  const stop = stopOf(halts, { provider, currency }, at);
  if (stop !== undefined) throw new PayoutError('HALTED', { provider, currency, reason: stop.reason });
  if (payout.approval?.digest !== approvalDigest(unit.program, payout)) {
    throw new PayoutError('APPROVAL_REFUSED', { payout: id, reason: 'it is not what was approved' });
  }
  const available = await availableOf(unit, [payout]);
  if (available(payout) < 0n) throw new PayoutError('NOT_ELIGIBLE', { participant, reasons: ['debt'] });
  const velocity = await velocityOf(context, unit, at);
  if (velocity?.admit(participant, currency, netOf(payout)) === false) {
    throw new PayoutError('HALTED', { provider, currency, reason: 'velocity_cap' });
  }
}

/** The provider whose books a payment by hand stands in: the payout's own where that is a manual one. */
function manualProviderOf({ providers }: PayoutContext, { payout, live }: PayoutChange): string {
  if (live?.by !== undefined) return live.provider;
  return providers.get(payout.provider)?.capabilities.manual === true ? payout.provider : MANUAL;
}
