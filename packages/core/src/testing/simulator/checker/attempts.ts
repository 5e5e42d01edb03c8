import type { Attempt, Payout } from '../../../payouts/payout.ts';
import type { ProgramBooks } from './books.ts';
import { payoutName } from './intents.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';
import type { Commit } from './watched.ts';

/** Applies attempts, after the payouts of their commit: I3, I4, I6, I7, I14 and I15 of what was opened and ended. */
export function applyAttempts(
  watch: Watch,
  books: ProgramBooks,
  commit: Commit,
  payoutsBefore: ReadonlyMap<string, Payout>,
): void {
  for (const attempt of commit.attempts) {
    const before = books.applyAttempt(attempt);
    if (before === undefined) open(watch, books, commit, attempt, payoutsBefore.get(attempt.payout));
    else checkFrozen(before, attempt);
    if (attempt.end !== before?.end) checkEnd(watch, books.program, attempt, before);
  }
  // A claim may be of an attempt that is there already: somebody else goes on with it.
  for (const payout of commit.payouts) {
    if (payout.state !== 'processing' || payout.fence === payoutsBefore.get(payout.id)?.fence) continue;
    const claimed = books.attempt(payout.id, payout.attempt);
    const intent = claimed && watch.intents.of(claimed.key);
    if (intent !== undefined) intent.claimedAt = watch.world.now();
  }
}

function open(
  watch: Watch,
  books: ProgramBooks,
  commit: Commit,
  attempt: Attempt,
  before: Payout | undefined,
): void {
  const { program } = books;
  const { payout: id, number, key } = attempt;
  const payout = books.payouts.get(id);
  const where = { program, payout: id, attempt: number };
  if (payout === undefined) throw new Violation('I4', 'an attempt of a payout that is not there', where);
  if (!commit.payouts.some((written) => written.id === id && written.state === 'processing')) {
    throw new Violation('I4', 'an attempt was opened and its payout not claimed', {
      ...where,
      state: payout.state,
    });
  }
  if (before !== undefined && payout.fence <= before.fence) {
    throw new Violation('I5', 'a claim did not raise the fence', { ...where, fence: payout.fence });
  }
  if (payout.attempt !== number) {
    throw new Violation('I6', 'an attempt with another number than its payout', {
      ...where,
      says: payout.attempt,
    });
  }
  checkKey(watch, program, attempt);
  checkEarlierAttempts(watch, books, attempt);
  checkIsApproved(watch, program, attempt, payout);
  const { available } = books.personOf(payout);
  if (available < 0n) throw new Violation('I3', 'claimed in spite of a debt', { ...where, available });
  watch.intents.add(program, attempt, payout, watch.world.now());
  if (attempt.environment !== watch.world.rules.environment) {
    throw new Violation('I15', 'an attempt in another environment', {
      ...where,
      environment: attempt.environment,
      key,
    });
  }
}

/** I6: a key is a function of program, payout and number, and each has its own. */
function checkKey({ intents }: Watch, program: string, { payout, number, key }: Attempt): void {
  const ever = intents.keyOf(program, payout, number);
  if (ever !== undefined && ever !== key) {
    throw new Violation('I6', 'an attempt has another key than before', {
      program,
      payout,
      attempt: number,
      key,
      ever,
    });
  }
  const owner = intents.of(key);
  if (
    owner !== undefined &&
    (owner.program !== program || owner.payout !== payout || owner.number !== number)
  ) {
    throw new Violation('I6', 'two attempts have one key', {
      program,
      payout,
      attempt: number,
      key,
      other: owner.payout,
    });
  }
}

/** I6: an attempt opens only when all before it have ended and moved nothing. */
function checkEarlierAttempts(
  { intents, truth }: Watch,
  books: ProgramBooks,
  { payout, number }: Attempt,
): void {
  const { program } = books;
  if (number > 1 && books.attempt(payout, number - 1) === undefined) {
    throw new Violation('I6', 'a number of an attempt was left out', { program, payout, attempt: number });
  }
  for (const earlier of books.attempts.get(payout)?.values() ?? []) {
    if (earlier.number === number) continue;
    if (earlier.end === undefined || earlier.end === 'paid' || earlier.number > number) {
      throw new Violation('I6', 'an attempt was opened beside another one', {
        program,
        payout,
        attempt: number,
        other: earlier.number,
        end: earlier.end,
      });
    }
  }
  for (const { object, amount, reference } of truth.of(program, payout)) {
    if (reference.attempt === number || intents.isDeclared(program, payout, reference.attempt)) continue;
    if (intents.wasLost(program, payout)) continue;
    throw new Violation('I6', 'an attempt was opened after one that has moved', {
      program,
      payout,
      attempt: number,
      moved: reference.attempt,
      object,
      amount,
    });
  }
}

/** I14: what is about to be sent is the payout as it was approved, to the destination of today. */
function checkIsApproved(watch: Watch, program: string, attempt: Attempt, payout: Payout): void {
  const { payout: id, number } = attempt;
  const net = payout.feeBearer === 'participant' ? payout.amount - payout.fee : payout.amount;
  const { destination: approved } = payout;
  const to = approved === undefined ? '' : JSON.stringify([approved.id, approved.version]);
  const isApproved =
    attempt.participant === payout.participant &&
    attempt.currency === payout.currency &&
    (attempt.provider === payout.provider || attempt.by !== undefined) &&
    attempt.net === net &&
    attempt.request.includes(to);
  if (!isApproved) {
    throw new Violation('I14', 'an attempt is not what was approved', {
      program,
      payout: id,
      attempt: number,
      net,
    });
  }
  const participant = watch.participants.get(payoutName(program, payout.participant));
  if (participant === undefined) return;
  const { destination } = participant;
  if (destination?.id !== payout.destination?.id || destination?.version !== payout.destination?.version) {
    throw new Violation('I14', 'claimed for a destination that is another one now', {
      program,
      payout: id,
      attempt: number,
      approved: payout.destination?.id,
      now: destination?.id,
    });
  }
}

/** I6: what is sent is frozen when the attempt is opened. */
function checkFrozen(before: Attempt, attempt: Attempt): void {
  const isSame =
    attempt.key === before.key &&
    attempt.request === before.request &&
    attempt.account === before.account &&
    attempt.environment === before.environment &&
    attempt.provider === before.provider &&
    attempt.participant === before.participant &&
    attempt.currency === before.currency &&
    attempt.net === before.net;
  if (isSame) return;
  throw new Violation('I6', 'an attempt changed what it sends', {
    payout: attempt.payout,
    attempt: attempt.number,
  });
}

/** I7: an end is final, but for evidence that money moved. I3: nothing moved, where it says so. */
function checkEnd(watch: Watch, program: string, attempt: Attempt, before: Attempt | undefined): void {
  const { payout, number, end } = attempt;
  if (before?.end !== undefined && end !== 'paid') {
    throw new Violation('I7', 'an attempt that had ended changed its end', {
      program,
      payout,
      attempt: number,
      from: before.end,
      to: end,
    });
  }
  if (end === undefined || end === 'paid') return;
  if (end === 'declared_failed') {
    watch.intents.declare(program, payout, number);
    return;
  }
  if (watch.intents.wasLost(program, payout)) return;
  for (const { object, amount, reference } of watch.truth.of(program, payout)) {
    if (reference.attempt !== number) continue;
    throw new Violation('I3', 'an attempt was released that has moved', {
      program,
      payout,
      attempt: number,
      end,
      object,
      amount,
    });
  }
}
