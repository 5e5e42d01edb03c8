import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import type { Payout } from '../../../payouts/payout.ts';
import type { Person, ProgramBooks } from './books.ts';
import { FIRST_STATES, isLegal } from './edges.ts';
import { payoutName } from './intents.ts';
import { isSame } from './same.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';
import type { Commit } from './watched.ts';

const DAY_MS = 86_400_000;

/** What a commit did to payouts. */
export interface PayoutChanges {
  /** Those that were there already, as they were before the commit. */
  readonly before: ReadonlyMap<string, Payout>;
  readonly added: readonly Payout[];
}

/** Applies payouts, each write on its own. */
export function applyPayouts(
  watch: Watch,
  books: ProgramBooks,
  commit: Commit,
  touched: (person: Person) => void,
): PayoutChanges {
  const first = new Map<string, Payout>();
  const added: Payout[] = [];
  for (const payout of commit.payouts) {
    const before = books.applyPayout(payout);
    touched(books.personOf(payout));
    if (before?.state !== payout.state) checkNothingMoved(watch, books, payout);
    if (before === undefined) {
      checkBeginning(payout);
      added.push(payout);
    } else {
      if (!first.has(payout.id)) first.set(payout.id, before);
      checkStep(before, payout);
    }
    checkApproval(watch, books, payout, before);
  }
  return { before: first, added };
}

function checkBeginning({ id, state, paid, returned }: Payout): void {
  if (!FIRST_STATES.includes(state))
    throw new Violation('I13', 'a payout begins in this state', { payout: id, state });
  if (paid !== 0n || returned !== 0n)
    throw new Violation('I2', 'a new payout has been paid', { payout: id, paid });
}

/** I5, I13, and that what was said when it was opened stays as it is. */
function checkStep(before: Payout, payout: Payout): void {
  const { id, state, fence, attempt } = payout;
  if (!isLegal(before.state, state)) {
    throw new Violation('I13', 'a payout took an edge that there is not', {
      payout: id,
      from: before.state,
      to: state,
    });
  }
  if (fence < before.fence) {
    throw new Violation('I5', 'a fence fell', { payout: id, from: before.fence, to: fence });
  }
  if (attempt < before.attempt) {
    throw new Violation('I6', 'the number of the attempt fell', {
      payout: id,
      from: before.attempt,
      to: attempt,
    });
  }
  const isUnchanged =
    payout.participant === before.participant &&
    payout.currency === before.currency &&
    payout.amount === before.amount &&
    payout.fee === before.fee &&
    payout.feeBearer === before.feeBearer &&
    payout.batch === before.batch &&
    payout.requestedBy === before.requestedBy &&
    payout.openedAt.getTime() === before.openedAt.getTime();
  if (!isUnchanged) throw new Violation('I14', 'what was asked for has changed', { payout: id });
  if (before.state === 'processing' && state === 'approved' && attempt <= before.attempt) {
    throw new Violation('I7', 'a closed attempt would be sent again', { payout: id, attempt });
  }
}

/** I10: a payout that is cancelled or rejected has moved nothing, as far as its store could know. */
function checkNothingMoved(watch: Watch, { program }: ProgramBooks, { id, state }: Payout): void {
  if (state !== 'cancelled' && state !== 'rejected') return;
  if (watch.intents.wasLost(program, id)) return;
  for (const { object, amount, reference } of watch.truth.of(program, id)) {
    if (watch.intents.isDeclared(program, id, reference.attempt)) continue;
    throw new Violation('I10', 'a payout was called off that has moved', {
      program,
      payout: id,
      state,
      object,
      amount,
    });
  }
}

/** I14: who approved, when, and exactly what. */
function checkApproval(
  watch: Watch,
  { program }: ProgramBooks,
  payout: Payout,
  before: Payout | undefined,
): void {
  const { id, state, approval } = payout;
  if (state !== 'approved' && state !== 'processing' && state !== 'needs_review') return;
  if (approval === undefined)
    throw new Violation('I14', 'a payout goes on without approval', { program, payout: id, state });
  const isKnown =
    before?.approval !== undefined &&
    before.state !== 'pending' &&
    isSame(before.approval, approval) &&
    isSame(before.destination, payout.destination) &&
    before.provider === payout.provider;
  if (isKnown) return;
  if (approval.digest !== digestOf(program, payout)) {
    throw new Violation('I14', 'what is paid is not what was approved', { program, payout: id, state });
  }
  const { approval: policy } = watch.world.rules;
  if (policy.mode === 'manual' && policy.fourEyes && approval.by === payout.requestedBy) {
    throw new Violation('I14', 'who asked for a payout approved it', {
      program,
      payout: id,
      by: approval.by,
    });
  }
  if (policy.mode === 'manual' && before?.state === 'pending' && state === 'processing') {
    throw new Violation('I14', 'nobody approved what was claimed', { program, payout: id, by: approval.by });
  }
  const participant = watch.participants.get(payoutName(program, payout.participant));
  if (participant !== undefined) checkHold(watch, program, payout, participant.destination);
}

/** I14: nothing is approved to a destination that replaced another one too short a time ago. */
export function checkHold(
  watch: Watch,
  program: string,
  { id, destination, approval }: Payout,
  current: { readonly id: string; readonly version: number; readonly since?: Date } | undefined,
): void {
  if (approval === undefined || destination === undefined || current?.since === undefined) return;
  if (current.id !== destination.id || current.version !== destination.version) return;
  const waited = approval.at.getTime() - current.since.getTime();
  const holdMs = watch.world.rules.destinationHoldDays * DAY_MS;
  // Without a hold, a clock that went back since says nothing.
  if (holdMs > 0 && waited < holdMs) {
    throw new Violation('I14', 'approved while the destination was on hold', {
      program,
      payout: id,
      waitedMs: waited,
    });
  }
}

/** The digest of what was approved, computed from its description alone: a JSON array, hashed. */
function digestOf(program: string, payout: Payout): string {
  const { destination } = payout;
  const text = JSON.stringify([
    program,
    payout.id,
    payout.participant,
    payout.currency,
    payout.amount.toString(),
    payout.fee.toString(),
    payout.feeBearer,
    payout.provider,
    destination === undefined ? null : [destination.id, destination.version],
    payout.requestedBy,
  ]);
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** What a payout says of its attempts and movements agrees with them: after all rows of the commit. */
export function checkPayout(watch: Watch, books: ProgramBooks, id: string, before: Payout | undefined): void {
  const payout = books.payouts.get(id);
  if (payout === undefined)
    throw new Violation('I18', 'a row of a payout that is not there', { program: books.program, payout: id });
  const { program } = books;
  let [paid, returned] = [0n, 0n];
  for (const movement of books.movements.get(id)?.values() ?? []) {
    paid += movement.moved;
    returned += movement.returned;
  }
  if (payout.paid !== paid || payout.returned !== returned) {
    throw new Violation('I2', 'a payout does not say what was moved and returned', {
      program,
      payout: id,
      paid: payout.paid,
      moved: paid,
      returned: payout.returned,
      back: returned,
    });
  }
  // A reservation is released, or carried on to the next attempt, only on proof.
  const released =
    payout.state === 'failed' && before?.state !== 'failed'
      ? payout.attempt
      : before !== undefined && payout.attempt > before.attempt
        ? before.attempt
        : undefined;
  if (released === undefined) return;
  if (payout.attempt > (before?.attempt ?? 0) + 1 && !watch.intents.wasLost(program, id)) {
    throw new Violation('I6', 'a number of an attempt was left out', {
      program,
      payout: id,
      attempt: payout.attempt,
    });
  }
  const end = books.attempt(id, released)?.end;
  // Evidence of a later attempt, which the store has forgotten, carries the number on.
  const isForgotten =
    watch.intents.wasLost(program, id) && payout.state !== 'approved' && payout.state !== 'failed';
  if ((end === undefined || end === 'paid') && !isForgotten) {
    throw new Violation('I3', 'money was released of an attempt that may have moved it', {
      program,
      payout: id,
      attempt: released,
      end,
    });
  }
}
