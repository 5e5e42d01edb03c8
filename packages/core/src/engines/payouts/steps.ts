import { participantAccount } from '../../ledger/account.ts';
import { PayoutError } from '../../errors.ts';
import { approvalDigest } from '../../payouts/approval.ts';
import type { Destination, Payout } from '../../payouts/payout.ts';
import { transition } from '../../payouts/states.ts';
import type { Participant } from '../../ports/directory.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { actionSchema, actionWithReasonSchema, approveSchema } from '../../schemas/payouts.ts';
import { PayoutChange } from './change.ts';
import { NEVER, type PayoutContext } from './context.ts';
import { lookBeforeHand } from './look-before-hand.ts';
import { approved, holdEnd, whenSendable } from './approved.ts';
import { peopleFor } from './people.ts';
import type { ApproveAction, PayoutAction } from './requests.ts';
import { lockedViews, writeChanges } from './write.ts';

/** What people do to one payout before it is sent, and after it has failed. */

/** Runs a step on one payout under its participant's lock, and gives the payout as it is after it. */
export async function step(
  context: PayoutContext,
  program: string,
  id: string,
  work: (change: PayoutChange, unit: UnitOfWork, person: Participant | undefined) => void | Promise<void>,
): Promise<Payout> {
  const [found] = await context.store.transact(program, (unit) => unit.payouts.find([id]));
  if (found === undefined) throw new PayoutError('PAYOUT_NOT_FOUND', { payout: id });
  const people = await peopleFor(context, program, [found.participant]);
  return context.store.transact(program, async (unit) => {
    const [view] = await lockedViews(unit, [id]);
    if (view === undefined) throw new PayoutError('PAYOUT_NOT_FOUND', { payout: id });
    const change = new PayoutChange(view, await unit.now());
    await work(change, unit, (await people(unit)).get(view.payout.participant));
    await writeChanges(unit, [change]);
    return change.payout;
  });
}

/** See `Payouts.approve`. */
export async function approvePayout(context: PayoutContext, input: ApproveAction): Promise<Payout> {
  const { program, payout: id, by, digest } = parseInput(approveSchema, input);
  let refused: PayoutError | undefined;
  const payout = await step(context, program, id, (change, _unit, person) => {
    refused = approve(context, program, change, person?.destination, by, digest);
  });
  if (refused !== undefined) throw refused;
  return payout;
}

/** Approves, or says why not. A destination that has changed is taken over, so that the next look shows it. */
function approve(
  context: PayoutContext,
  program: string,
  change: PayoutChange,
  destination: Destination | undefined,
  by: string,
  digest: string | undefined,
): PayoutError | undefined {
  const { payout, at } = change;
  const refuse = (reason: string): PayoutError =>
    new PayoutError('APPROVAL_REFUSED', { payout: payout.id, reason });
  transition(payout.id, payout.state, 'approve');
  const { approval } = context.rules;
  if (
    approval.mode === 'manual' &&
    approval.fourEyes &&
    (by === payout.requestedBy || by === payout.participant)
  ) {
    throw refuse('whoever asked for a payout cannot approve it');
  }
  if (hasOtherDestination(context, payout, destination)) {
    changeDestination(context, change, destination);
    return refuse('its destination has changed; look at the new one and approve again');
  }
  const heldUntil = holdEnd(context, destination);
  if (heldUntil !== undefined && at.getTime() < heldUntil.getTime()) {
    throw refuse(`its destination is new and held until ${heldUntil.toISOString()}`);
  }
  if (digest !== undefined && digest !== approvalDigest(program, payout)) {
    throw refuse('it is not what was looked at; look again');
  }
  // The refusal that said so may have been lost on its way, and the same words said again.
  if (digest === undefined && payout.reason === 'destination_changed') {
    throw refuse('its destination has changed; pass the digest of the payout as it is now');
  }
  change.forget('reason');
  change.take('approve', {});
  const { approval: agreed, dueAt } = approved(context, program, change.payout, by, at);
  change.set({ ...(agreed === undefined ? {} : { approval: agreed }), dueAt });
  change.tell(agreed?.digest ?? '');
  change.tellOperator('approved', `${agreed?.digest ?? ''}-${at.getTime()}`, { by });
  return undefined;
}

/** Whether the directory names another destination than the payout: another id, version or provider. */
export function hasOtherDestination(
  context: PayoutContext,
  payout: Payout,
  destination: Destination | undefined,
): boolean {
  if (destination === undefined) return payout.destination !== undefined;
  return (
    payout.destination?.id !== destination.id ||
    payout.destination.version !== destination.version ||
    payout.provider !== (destination.provider ?? context.defaultProvider)
  );
}

/** Takes the payout back to where it must be approved again, for the destination as it is now, once its hold is over. */
export function changeDestination(
  context: PayoutContext,
  change: PayoutChange,
  destination: Destination | undefined,
): void {
  change.forget('approval', 'destination');
  const heldUntil = holdEnd(context, destination);
  const mayBeApprovedAt = heldUntil ?? change.at;
  const waits = context.rules.approval.mode === 'manual' || destination === undefined;
  change.take('destination_changed', {
    provider: destination?.provider ?? context.defaultProvider,
    ...(destination === undefined
      ? {}
      : { destination: { id: destination.id, version: destination.version } }),
    reason: destination === undefined ? 'no_destination' : 'destination_changed',
    dueAt: waits ? (destination === undefined ? tomorrow(context, change.at) : NEVER) : mayBeApprovedAt,
  });
  change.tell(`destination-${destination?.id ?? ''}-${destination?.version ?? 0}-${change.at.getTime()}`);
}

function tomorrow({ rules }: PayoutContext, at: Date): Date {
  return new Date(at.getTime() + rules.retry.refusedMs);
}

/** See `Payouts.reject`. */
export async function rejectPayout(
  context: PayoutContext,
  input: PayoutAction & { readonly reason: string },
): Promise<Payout> {
  const { program, payout, by, reason } = parseInput(actionWithReasonSchema, input);
  return step(context, program, payout, (change) => {
    giveUpUnsent(change, 'reject', { reason: 'rejected', note: reason });
    change.tellOperator('rejected', '', { by, note: reason });
  });
}

/** See `Payouts.cancel`. */
export async function cancelPayout(context: PayoutContext, input: PayoutAction): Promise<Payout> {
  const { program, payout, by } = parseInput(actionSchema, input);
  return step(context, program, payout, (change) => {
    giveUpUnsent(change, 'cancel', { reason: 'cancelled' });
    change.tellOperator('cancelled', '', { by });
  });
}

/** Takes a payout back before it is claimed, and gives its money back. */
export function giveUpUnsent(
  change: PayoutChange,
  event: 'reject' | 'cancel',
  why: { readonly reason: string; readonly note?: string },
): void {
  change.take(event, { ...why, dueAt: NEVER });
  change.unreserve(change.payout.attempt);
  change.tell('');
}

/** See `Payouts.retry`. */
export async function retryPayout(context: PayoutContext, input: PayoutAction): Promise<Payout> {
  const { program, payout, by } = parseInput(actionSchema, input);
  return step(context, program, payout, async (change, unit) => {
    const { id, participant, currency, state, amount, attempt } = change.payout;
    transition(id, state, 'retry');
    if (change.isPaid) throw new PayoutError('WRONG_STATE', { payout: id, state, action: 'retry' });
    const [available = 0n] = await unit.ledger.balances([
      { account: participantAccount(participant, 'available'), currency },
    ]);
    if (available < amount) {
      throw new PayoutError('NOT_ELIGIBLE', { participant, reasons: ['insufficient_available'] });
    }
    const { epoch } = await unit.controls.read();
    change.reserve(attempt + 1);
    change.forget('reason');
    change.take('retry', {
      attempt: attempt + 1,
      epoch,
      dueAt: whenSendable(context, change.payout, change.at),
    });
    change.tellOperator('retried', `${attempt + 1}`, { by });
  });
}

/** See `Payouts.declareFailed`. */
export async function declarePayoutFailed(
  context: PayoutContext,
  input: PayoutAction & { readonly reason: string },
): Promise<Payout> {
  const { program, payout, by, reason } = parseInput(actionWithReasonSchema, input);
  await lookBeforeHand(context, program, payout);
  return step(context, program, payout, (change) => {
    const { id, state, attempt } = change.payout;
    // What a worker has sent is not a person's to judge while the library can still find out.
    if (state === 'processing' && change.live?.by === undefined) {
      throw new PayoutError('WRONG_STATE', { payout: id, state, action: 'declare_failed' });
    }
    transition(id, state, 'fail');
    change.endUnpaid('declared_failed', { reason: 'declared_failed', note: reason });
    change.tellOperator('declared_failed', `${attempt}`, { by, note: reason });
  });
}
