import { participantAccount, paidAccount, feesAccount } from '../../ledger/account.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { netOf } from '../../payouts/fees.ts';
import { readFrozenRequest } from '../../payouts/frozen-request.ts';
import { transferIds } from '../../payouts/keys.ts';
import type { Attempt, AttemptEnd, Movement, Payout } from '../../payouts/payout.ts';
import { NEVER } from './context.ts';
import { isOpen, type PayoutEvent, transition } from '../../payouts/states.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { BlockedDestination, Halt } from '../../ports/store.ts';

/** A payout with everything that belongs to it, as a transaction found it under the participant's lock. */
export interface PayoutView {
  readonly payout: Payout;
  readonly attempts: readonly Attempt[];
  readonly movements: readonly Movement[];
}

/**
 * What one transaction does to one payout: the rows as they will be, the transfers that go with them, who is told. Every
 * change of a payout is made through one of these, so that a state, its money and its notifications cannot part.
 */
export class PayoutChange {
  readonly transfers: TransferRequest[] = [];
  readonly told: Notification[] = [];
  readonly halts: Halt[] = [];
  readonly blocked: BlockedDestination[] = [];
  readonly #at: Date;
  readonly #attempts: Map<number, Attempt>;
  readonly #changedAttempts = new Set<number>();
  readonly #movements: Movement[];
  readonly #added: Movement[] = [];
  readonly #returned: Movement[] = [];
  #payout: Payout;
  #changed = false;

  constructor({ payout, attempts, movements }: PayoutView, at: Date) {
    this.#payout = payout;
    this.#attempts = new Map(attempts.map((attempt) => [attempt.number, attempt]));
    this.#movements = [...movements];
    this.#at = at;
  }

  get payout(): Payout {
    return this.#payout;
  }

  get at(): Date {
    return this.#at;
  }

  /** Whether anything is to be written. */
  get changed(): boolean {
    return this.#changed;
  }

  attempt(number: number): Attempt | undefined {
    return this.#attempts.get(number);
  }

  get attempts(): readonly Attempt[] {
    return [...this.#attempts.values()];
  }

  /** The latest attempt, if it was opened and has not ended. */
  get live(): Attempt | undefined {
    const attempt = this.#attempts.get(this.#payout.attempt);
    return attempt?.end === undefined ? attempt : undefined;
  }

  movement(provider: string, object: string): Movement | undefined {
    return this.#movements.find((one) => one.provider === provider && one.object === object);
  }

  /** Whether a transaction is booked for this payout, of whatever attempt and provider. */
  isBooked(object: string): boolean {
    return this.#movements.some((one) => one.object === object);
  }

  movementsOf(attempt: number): readonly Movement[] {
    return this.#movements.filter((one) => one.attempt === attempt);
  }

  get changedAttempts(): readonly Attempt[] {
    return [...this.#changedAttempts].flatMap((number) => this.#attempts.get(number) ?? []);
  }

  get addedMovements(): readonly Movement[] {
    return this.#added;
  }

  get returnedMovements(): readonly Movement[] {
    return this.#returned;
  }

  /** Takes a legal edge. */
  take(event: PayoutEvent, more: Partial<Payout> = {}): void {
    this.set({ ...more, state: transition(this.#payout.id, this.#payout.state, event) });
  }

  /** Changes the payout without an event. */
  set(more: Partial<Payout>): void {
    this.#payout = { ...this.#payout, ...more, updatedAt: this.#at };
    this.#changed = true;
  }

  /** Leaves out what belonged to an earlier state. */
  forget(...names: readonly ('approval' | 'reason' | 'note' | 'destination')[]): void {
    const rest = { ...this.#payout };
    for (const name of names) Reflect.deleteProperty(rest, name);
    this.#payout = rest;
    this.#changed = true;
  }

  putAttempt(attempt: Attempt): void {
    this.#attempts.set(attempt.number, attempt);
    this.#changedAttempts.add(attempt.number);
    this.#changed = true;
  }

  endAttempt(number: number, end: AttemptEnd, code?: string): void {
    const attempt = this.#attempts.get(number);
    if (attempt === undefined) return;
    const ended = { ...attempt, end, endedAt: this.#at };
    // Why it had ended before says nothing of how it has ended now.
    Reflect.deleteProperty(ended, 'code');
    this.putAttempt(code === undefined ? ended : { ...ended, code });
  }

  /** Whether an attempt has moved money: the payout is paid then, whatever becomes of another one, and opens none. */
  get isPaid(): boolean {
    return this.attempts.some(({ end }) => end === 'paid');
  }

  /**
   * Ends the latest attempt, which moved nothing, and gives back what was set aside for it. Where an earlier one has paid
   * after all, that is the end of the payout.
   */
  endUnpaid(
    end: AttemptEnd,
    more: { readonly reason: string; readonly code?: string; readonly note?: string },
  ): void {
    const { attempt, fence, returned } = this.#payout;
    const { code, ...why } = more;
    const isPaid = this.isPaid;
    this.endAttempt(attempt, end, code);
    this.unreserve(attempt);
    if (isPaid) this.forget('reason', 'note');
    this.take(isPaid ? 'evidence' : 'fail', { ...(isPaid ? {} : why), dueAt: NEVER, fence: fence + 1 });
    if (isPaid && returned > 0n) this.take('return', { reason: 'returned' });
    this.tell(`${attempt}`);
  }

  // money

  /** Sets the money aside for an attempt. */
  reserve(number: number): void {
    const { participant, amount } = this.#payout;
    this.#post({
      id: transferIds.reserve(this.#payout.id, number),
      debit: participantAccount(participant, 'available'),
      credit: participantAccount(participant, 'reserved'),
      asked: amount,
      kind: 'reserve',
    });
  }

  /** Gives the money back that was set aside for an attempt: by the reversal of its reservation, which happens once. */
  unreserve(number: number): void {
    const { participant, amount } = this.#payout;
    this.#post({
      id: transferIds.unreserve(this.#payout.id, number),
      debit: participantAccount(participant, 'reserved'),
      credit: participantAccount(participant, 'available'),
      asked: amount,
      kind: 'unreserve',
      reverses: transferIds.reserve(this.#payout.id, number),
    });
  }

  /**
   * Books what a provider moved: from the reservation of the payout or, where that is gone, from what is available,
   * which may leave a debt.
   */
  bookMovement(
    provider: string,
    object: string,
    attempt: number,
    moved: bigint,
    from: 'reserved' | 'available',
  ): void {
    const { id, participant, fee, feeBearer } = this.#payout;
    const net = netOf(this.#payout);
    const debit = participantAccount(participant, from);
    const paid = paidAccount(participant, provider);
    const kind = from === 'reserved' ? 'payout' : 'evidence';
    const isFirst = this.movementsOf(attempt).length === 0;
    this.#post({
      id: transferIds.paid(id, attempt, provider, object),
      debit,
      credit: paid,
      asked: smaller(moved, net),
      kind,
    });
    if (fee > 0n && isFirst) {
      this.#post({
        id: transferIds.fee(id, attempt),
        debit: feeBearer === 'participant' ? debit : 'funding',
        credit: feesAccount(provider),
        asked: fee,
        kind: feeBearer === 'participant' && from === 'available' ? 'evidence' : 'fee',
      });
    }
    this.#bookDifference(provider, object, attempt, net, moved, from);
    const movement = { provider, object, payout: id, attempt, moved, returned: 0n, bookedAt: this.#at };
    this.#movements.push(movement);
    this.#added.push(movement);
    this.set({ paid: this.#payout.paid + moved });
  }

  /** What a provider moved more or less than it was asked to, on an account of its own. */
  #bookDifference(
    provider: string,
    object: string,
    attempt: number,
    net: bigint,
    moved: bigint,
    from: 'reserved' | 'available',
  ): void {
    if (moved === net) return;
    const { id, participant } = this.#payout;
    const difference = {
      id: transferIds.difference(id, attempt, provider, object),
      kind: 'difference',
    } as const;
    if (moved > net) {
      const credit = paidAccount(participant, provider);
      this.#post({ ...difference, debit: 'differences', credit, asked: moved - net });
    } else if (from === 'reserved') {
      const debit = participantAccount(participant, 'reserved');
      this.#post({ ...difference, debit, credit: 'differences', asked: net - moved });
    }
    this.tellOperator('difference', derivedId(attempt.toString(), provider, object));
  }

  /** Books that a provider's object has come back up to a cumulative amount, and blocks where it came back from. */
  bookReturn(movement: Movement, upTo: bigint): void {
    const { id, participant } = this.#payout;
    const { provider, object, attempt, moved } = movement;
    const asked = smaller(moved, netOf(this.#payout));
    const toParticipant = smaller(upTo, asked) - smaller(movement.returned, asked);
    const rest = upTo - movement.returned - toParticipant;
    const paid = paidAccount(participant, provider);
    if (toParticipant > 0n) {
      this.#post({
        id: transferIds.returned(id, attempt, provider, object, movement.returned),
        debit: paid,
        credit: participantAccount(participant, 'available'),
        asked: toParticipant,
        kind: 'return',
        reverses: transferIds.paid(id, attempt, provider, object),
      });
    }
    if (rest > 0n) {
      this.#post({
        id: transferIds.returnedDifference(id, attempt, provider, object, movement.returned),
        debit: paid,
        credit: 'differences',
        asked: rest,
        kind: 'return',
        reverses: transferIds.difference(id, attempt, provider, object),
      });
    }
    const returned = { ...movement, returned: upTo };
    this.#movements.splice(this.#movements.indexOf(movement), 1, returned);
    const added = this.#added.indexOf(movement);
    // Booked and back in one transaction: it is stored once, as it is now.
    if (added >= 0) this.#added.splice(added, 1, returned);
    else this.#returned.push(returned);
    this.set({ returned: this.#payout.returned + upTo - movement.returned });
    this.#blockDestination(attempt, provider);
  }

  #blockDestination(number: number, provider: string): void {
    const attempt = this.#attempts.get(number);
    const destination =
      attempt === undefined || attempt.by !== undefined
        ? this.#payout.destination
        : readFrozenRequest(attempt).destination;
    if (destination !== undefined) this.blocked.push({ provider, ...destination });
  }

  #post(request: Omit<TransferRequest, 'currency' | 'subject'>): void {
    this.transfers.push({ ...request, currency: this.#payout.currency, subject: this.#payout.id });
    this.#changed = true;
  }

  // notifications

  /** Tells the participant how the payout stands. `cause` tells this time from every other. */
  tell(cause: string): void {
    const { id, participant, state, currency, amount, fee, returned, reason, note } = this.#payout;
    this.told.push({
      id: derivedId('payout', id, state, cause),
      kind: 'payout',
      participant,
      payout: id,
      state,
      currency,
      amount: amount.toString(),
      fee: fee.toString(),
      returned: returned.toString(),
      ...(reason === undefined ? {} : { reason }),
      ...(note === undefined ? {} : { note }),
    });
  }

  /** Tells the operators what happened or was done. */
  tellOperator(
    event: string,
    cause: string,
    more: { readonly by?: string; readonly reason?: string; readonly note?: string } = {},
  ): void {
    const { id, participant } = this.#payout;
    this.told.push({
      id: derivedId('operator', event, id, cause),
      kind: 'operator',
      event,
      payout: id,
      participant,
      ...more,
    });
  }

  /** Whether money is set aside for the payout now. */
  get holdsReservation(): boolean {
    return isOpen(this.#payout.state);
  }
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
