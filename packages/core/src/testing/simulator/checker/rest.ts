import type { Movement, Payout } from '../../../payouts/payout.ts';
import type { TrueMovement } from '../../../providers/simulated-movement.ts';
import type { Controls, ReversalRecord, UnitOfWork } from '../../../ports/store.ts';
import type { ProgramBooks } from './books.ts';
import type { Calls } from './calls.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';

const DAY_MS = 86_400_000;

/** What must hold of a program when faults are off and everything is done: I2 against the providers, I9, I26. */
export async function checkAtRest(watch: Watch, books: ProgramBooks, calls: Calls): Promise<void> {
  checkEverythingIsBooked(watch, books, calls);
  checkEverythingBookedIsReal(watch, books, calls);
  checkDeclarations(books, calls);
  await watch.world.store.transact(books.program, async (unit) => {
    const controls = await unit.controls.read();
    for (const payout of books.payouts.values()) {
      const left = await whyLeft(watch, books, payout, controls, unit);
      if (left !== undefined) throw leftUndone(books, payout, left);
    }
    const { undelivered } = await unit.outbox.counts();
    if (undelivered > 0)
      throw new Violation('I9', 'notifications are left', { program: books.program, undelivered });
    const keys = [...(calls.reversals.get(books.program) ?? [])];
    checkReversals(books, keys, await unit.reversals.find(keys), (key) => {
      return calls.promised.get(`${books.program}\n${key}`) === watch.losses;
    });
  });
}

/** I2: what moved is booked, all of it and once, and so is what came back. */
function checkEverythingIsBooked(watch: Watch, books: ProgramBooks, calls: Calls): void {
  const { truth, world, intents } = watch;
  for (const { provider, movement } of truth.all()) {
    // Nobody can look at what was paid from an account whose credentials are gone.
    if (world.isVisible?.(provider, movement.account) === false) continue;
    const { object, reference, amount, returned, status } = movement;
    if (reference.program !== books.program) continue;
    // A payout that was lost and that nobody asked for again cannot be booked; but operators must have been told.
    const wasLost = intents.wasLost(books.program, reference.payout);
    const state = books.payouts.get(reference.payout)?.state ?? 'not there';
    const isLost = state === 'not there' && wasLost;
    if (isLost && calls.missingHere.has(`${books.program}\n${reference.payout}\n${object}`)) continue;
    // What operators have paid themselves they know, and take from the balance of whoever has it.
    if (provider === 'manual' && wasLost && (isLost || state === 'rejected')) continue;
    if (isForgotten(watch, books, movement)) continue;
    const booked = bookedAs(books, reference.payout, object);
    const where = {
      program: books.program,
      payout: reference.payout,
      state,
      attempt: reference.attempt,
      object,
    };
    if (status === 'failed' && booked !== undefined) {
      throw new Violation('I2', 'what did not move is booked', { ...where, amount });
    }
    if (status !== 'moved') continue;
    const isOfAttempt =
      booked?.attempt === reference.attempt ||
      intents.isDeclared(books.program, reference.payout, reference.attempt) ||
      // A person named it, and the store had forgotten of which attempt it was.
      intents.wasLost(books.program, reference.payout);
    if (booked?.moved !== amount || !isOfAttempt) {
      throw new Violation('I2', 'what moved is not booked', { ...where, amount, booked: booked?.moved });
    }
    // Without a lookup nobody can read again what an event hints at.
    const { capabilities } = world.providers.find(({ id }) => id === provider) ?? {};
    if (capabilities !== undefined && capabilities.lookup === undefined) continue;
    if (booked.returned !== returned) {
      throw new Violation('I2', 'what came back is not booked', {
        ...where,
        returned,
        booked: booked.returned,
      });
    }
  }
}

/** Whether the store has lost the attempt, and with it from where it was paid: by hand, or from another account. */
function isForgotten({ intents }: Watch, books: ProgramBooks, { reference, account }: TrueMovement): boolean {
  const attempts = books.attempts.get(reference.payout);
  if (attempts === undefined || !intents.wasLost(books.program, reference.payout)) return false;
  return [...attempts.values()].every((attempt) => attempt.account !== account);
}

function bookedAs(books: ProgramBooks, payout: string, object: string): Movement | undefined {
  for (const movement of books.movements.get(payout)?.values() ?? [])
    if (movement.object === object) return movement;
  return undefined;
}

/** I2: what is booked has moved, or a person has said so. */
function checkEverythingBookedIsReal({ truth }: Watch, books: ProgramBooks, calls: Calls): void {
  for (const movements of books.movements.values()) {
    for (const { object, payout, attempt, moved } of movements.values()) {
      if (truth.objectOf(books.program, payout, object) !== undefined || calls.namedObjects.has(object))
        continue;
      throw new Violation('I2', 'what is booked never moved', {
        program: books.program,
        payout,
        attempt,
        object,
        moved,
      });
    }
  }
}

/** I3: only a person declares that nothing moved. */
function checkDeclarations({ program, attempts }: ProgramBooks, calls: Calls): void {
  for (const [payout, numbers] of attempts) {
    for (const { end, number } of numbers.values()) {
      if (end !== 'declared_failed' || calls.declaredFailed.has(`${program}\n${payout}`)) continue;
      throw new Violation('I3', 'declared failed by nobody', { program, payout, attempt: number });
    }
  }
}

function leftUndone(books: ProgramBooks, payout: Payout, why: string): Violation {
  const { id, state, reason } = payout;
  const attempts = [...(books.attempts.get(id)?.values() ?? [])];
  return new Violation('I9', why, {
    program: books.program,
    payout: id,
    state,
    reason,
    dueAt: payout.dueAt.toISOString(),
    attempts: attempts.map(({ number, account, end }) => `${number} ${account} ${end ?? 'open'}`).join('; '),
  });
}
/** I9: why a payout that is not done should be; nothing where it may be left. */
async function whyLeft(
  watch: Watch,
  books: ProgramBooks,
  payout: Payout,
  controls: Controls,
  unit: UnitOfWork,
): Promise<string | undefined> {
  const { id, state, provider } = payout;
  if (state !== 'pending' && state !== 'approved' && state !== 'processing' && state !== 'needs_review')
    return;
  if (watch.world.excused?.(books.program, id) === true) return;
  const watched = watch.world.providers.find((candidate) => candidate.id === provider);
  const isByHand = watched === undefined || watched.capabilities?.manual === true;
  const attempt = books.attempt(id, payout.attempt);
  if (attempt !== undefined && watch.world.isVisible?.(attempt.provider, attempt.account) === false) return;
  if (state === 'processing') {
    return isByHand || attempt?.by !== undefined ? undefined : 'a payout is still under way';
  }
  if (state === 'needs_review') {
    const lookup = watched?.capabilities?.lookup;
    const isDecidable =
      watched !== undefined && (watched.capabilities === undefined || lookup?.authoritative === true);
    const isTwice = watch.truth.of(books.program, id).length > 1;
    return isDecidable && !isTwice && attempt?.by === undefined
      ? 'a person must decide what a look would'
      : undefined;
  }
  if (isByHand || (await isHeldUp(watch, books, payout, controls, unit))) return;
  if (state === 'approved') return 'an approved payout was never sent';
  return watch.world.rules.approval.mode === 'automatic' ? 'a payout was never approved' : undefined;
}

/** Whether something that lasts keeps a payout from being approved or sent. */
async function isHeldUp(
  watch: Watch,
  books: ProgramBooks,
  payout: Payout,
  controls: Controls,
  unit: UnitOfWork,
): Promise<boolean> {
  const { participant, currency, provider, destination } = payout;
  const now = watch.storeNow();
  const isHalted = controls.halts.some(
    (halt) =>
      (halt.provider ?? provider) === provider &&
      (halt.currency ?? currency) === currency &&
      (halt.until === undefined || halt.until.getTime() > now),
  );
  if (isHalted || books.personOf(payout).available < 0n) return true;
  const { caps, require, destinationHoldDays } = watch.world.rules;
  const net = payout.feeBearer === 'participant' ? payout.amount - payout.fee : payout.amount;
  const mayLeave = (who?: string): bigint => net + outflow(books, now, currency, who);
  const [program, own] = [caps?.program?.[currency], caps?.participant?.[currency]];
  if (program !== undefined && mayLeave() > program) return true;
  if (own !== undefined && mayLeave(participant) > own) return true;
  if (destination === undefined) return true;
  const [found] = await unit.participants.find([participant]);
  if (found === undefined) return false;
  if ((require.active && !found.active) || (require.verified && !found.verified)) return true;
  const { destination: current } = found;
  if (current === undefined) return true;
  const [isBlocked] = await unit.participants.areBlocked([
    { provider, id: current.id, version: current.version },
  ]);
  const heldUntil = (current.since?.getTime() ?? 0) + destinationHoldDays * DAY_MS;
  return isBlocked === true || (current.since !== undefined && heldUntil > now);
}

/** What counts against the caps: attempts that nobody can end for as long, and those that were found to have paid today. */
function outflow(books: ProgramBooks, now: number, currency: string, participant?: string): bigint {
  let sum = 0n;
  for (const numbers of books.attempts.values()) {
    for (const attempt of numbers.values()) {
      const isOf = participant === undefined || attempt.participant === participant;
      const paidAt = attempt.end === 'paid' ? attempt.endedAt?.getTime() : undefined;
      const counts = attempt.end === undefined || (paidAt !== undefined && paidAt > now - DAY_MS);
      if (counts && attempt.currency === currency && isOf) sum += attempt.net;
    }
  }
  return sum;
}

/** I26: what was asked back was taken back, as far as there was something, or waits for its earning. */
function checkReversals(
  books: ProgramBooks,
  keys: readonly string[],
  records: readonly (ReversalRecord | undefined)[],
  isPromised: (key: string) => boolean,
): void {
  const { program } = books;
  const direct = new Map<string, bigint>();
  for (const [position, key] of keys.entries()) {
    const record = records[position];
    // Nothing is stored of a call that crashed before it wrote.
    if (record === undefined) {
      if (!isPromised(key)) continue;
      throw new Violation('I26', 'a reversal that was promised is forgotten', { program, key });
    }
    const { earning: id, amount, applied } = record;
    const earning = books.earnings.get(id);
    if (earning === undefined) {
      if (applied === undefined) continue;
      throw new Violation('I26', 'a reversal of an earning that is not there', {
        program,
        key,
        earning: id,
        applied,
      });
    }
    const isAllTaken = earning.reversed === earning.amount;
    const isApplied = applied !== undefined && (applied === amount || isAllTaken);
    if (!isApplied || applied > (amount ?? earning.amount)) {
      throw new Violation('I26', 'a reversal was not applied as it was asked', {
        program,
        key,
        amount,
        applied,
      });
    }
    direct.set(id, (direct.get(id) ?? 0n) + applied);
  }
  for (const [id, applied] of direct) {
    const reversed = books.earnings.get(id)?.reversed ?? 0n;
    if (applied > reversed) {
      throw new Violation('I26', 'less of an earning is reversed than was taken', {
        program,
        earning: id,
        applied,
        reversed,
      });
    }
  }
}
