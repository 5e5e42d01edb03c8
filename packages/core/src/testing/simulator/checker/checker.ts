import type { Participant } from '../../../ports/directory.ts';
import { applyAttempts } from './attempts.ts';
import { checkAmounts } from './amounts.ts';
import type { Person, ProgramBooks } from './books.ts';
import { Calls } from './calls.ts';
import { checkCanaries } from './canaries.ts';
import { CapWatch } from './caps.ts';
import { checkPerson } from './conservation.ts';
import { applyEarnings, checkEarnings } from './earnings.ts';
import { payoutName } from './intents.ts';
import { applyTransfers } from './ledger.ts';
import { applyMovements } from './movements.ts';
import { checkMovesOnce } from './once.ts';
import { Policies } from './policies.ts';
import { applyPayouts, checkHold, checkPayout } from './payouts.ts';
import { checkAtRest } from './rest.ts';
import { isSame } from './same.ts';
import { Sends } from './sends.ts';
import { compareStored, readStored } from './stored.ts';
import { Violation } from './violation.ts';
import { Watch } from './watch.ts';
import type { Checker, Commit, World } from './watched.ts';

export type { Call, Checker, Commit, WatchedProvider, World } from './watched.ts';
export { type Invariant, Violation, type ViolationDetails } from './violation.ts';

/**
 * A checker for one run of a world, from its beginning. It knows what the tap on the store says, what the providers
 * really did and what callers were answered, and nothing of how the engine came to it.
 */
export function createChecker(world: World): Checker {
  const watch = new Watch(world);
  const calls = new Calls(watch);
  const policies = new Policies(watch);
  const caps = new CapWatch(watch);
  const sends = new Sends(watch, (movement, seenAt) => {
    caps.moved(movement, seenAt);
  });

  return {
    committed: (commit) => {
      // What was begun before this commit is judged by the books before it.
      sends.follow();
      apply(watch, calls, policies, commit);
    },
    called: (call) => {
      sends.follow();
      calls.called(call);
    },
    observed: (event) => {
      checkCanaries(event, world.canaries ?? [], 'an event of the observer');
    },
    event: () => {
      sends.follow();
    },
    lost: () => forget(watch),
    full: () => checkAll(watch),
    quiescent: async () => {
      sends.follow();
      await checkAll(watch);
      for (const program of world.programs) await checkAtRest(watch, watch.program(program), calls);
    },
  };
}

/** One commit: its rows are applied in the order in which each kind needs the ones before it, then what they add up to. */
function apply(watch: Watch, calls: Calls, policies: Policies, commit: Commit): void {
  checkAmounts(commit);
  const books = watch.program(commit.program);
  const people = new Set<Person>();
  const touched = (person: Person) => people.add(person);

  for (const participant of commit.participants ?? []) {
    watch.participants.set(payoutName(commit.program, participant.id), participant);
  }
  for (const earning of commit.earnings) policies.earning(books, commit, earning);
  applyEarnings(books, commit.earnings, touched);
  applyTransfers(books, commit.transfers, touched);
  checkEarnings(books, commit.earnings);
  const { before, added } = applyPayouts(watch, books, commit, touched);
  policies.committed(books, commit, before, added);
  applyAttempts(watch, books, commit, before);
  applyMovements(watch, books, commit.movements);

  const payouts = new Set<string>();
  for (const { id } of commit.payouts) payouts.add(id);
  for (const { payout } of commit.attempts) payouts.add(payout);
  for (const { payout } of commit.movements) payouts.add(payout);
  for (const id of payouts) checkPayout(watch, books, id, before.get(id));
  const isDeclared = (payout: string) => watch.intents.declared(commit.program, payout) > 0;
  for (const person of people) checkPerson(books, person, isDeclared);
  checkEpoch(books, commit);
  calls.committed(commit, added);
}

/** I5: an epoch never falls: what was looked up before would be sent without a look. */
function checkEpoch(books: ProgramBooks, { program, controls }: Commit): void {
  if (controls === undefined) return;
  if (controls.epoch < books.epoch) {
    throw new Violation('I5', 'the epoch fell', { program, from: books.epoch, to: controls.epoch });
  }
  books.epoch = controls.epoch;
}

/** Begins anew with what the store still has, and remembers of which payouts something was lost. */
async function forget(watch: Watch): Promise<void> {
  const { world, intents } = watch;
  watch.losses += 1;
  const before = watch.books;
  watch.books = new Map();
  for (const program of world.programs) {
    const { books } = await readStored(world.store, program);
    watch.books.set(program, books);
    const lost = before.get(program);
    for (const [id, payout] of lost?.payouts ?? []) {
      if (!isSame(payout, books.payouts.get(id))) intents.lose(program, id);
    }
    for (const [payout, attempts] of lost?.attempts ?? []) {
      for (const [number, { key }] of attempts) {
        const intent = intents.of(key);
        if (intent === undefined || books.attempt(payout, number) !== undefined) continue;
        intent.lost = true;
        intents.lose(program, payout);
      }
    }
  }
  await refreshParticipants(watch);
}

/** Destinations that the store has lost are what they were before. */
async function refreshParticipants(watch: Watch): Promise<void> {
  const known = [...watch.participants.values()].map(({ id }) => id);
  for (const program of watch.world.programs) {
    const found = await participantsNow(watch, program, known);
    for (const id of known) {
      const participant = found.get(id);
      if (participant === undefined) watch.participants.delete(payoutName(program, id));
      else if (watch.participants.has(payoutName(program, id))) {
        watch.participants.set(payoutName(program, id), participant);
      }
    }
  }
}

/** Reads everything again: what the tap said is what is stored, and all that was checked row by row holds of the whole. */
async function checkAll(watch: Watch): Promise<void> {
  for (const program of watch.world.programs) {
    const books = watch.program(program);
    compareStored(books, await readStored(watch.world.store, program));
    const isDeclared = (payout: string) => watch.intents.declared(program, payout) > 0;
    for (const person of books.people.values()) checkPerson(books, person, isDeclared);
    checkEarnings(books, [...books.earnings.values()]);
    const ids = [...books.payouts.values()].map(({ participant }) => participant);
    const participants = await participantsNow(watch, program, ids);
    for (const payout of books.payouts.values()) {
      checkMovesOnce(watch, books, payout.id);
      checkPayout(watch, books, payout.id, payout);
      const participant = participants.get(payout.participant);
      checkHold(watch, program, payout, heldBefore(payout.approval?.at, participant?.destination));
    }
  }
}

/** A destination as it was at an approval, where it can still be told: one that came later says nothing of it. */
function heldBefore<D extends { readonly since?: Date }>(
  at: Date | undefined,
  destination: D | undefined,
): D | undefined {
  const since = destination?.since;
  return at === undefined || since === undefined || since.getTime() > at.getTime() ? undefined : destination;
}

/** The participants of a program as they are stored now, by id. */
async function participantsNow(
  { world }: Watch,
  program: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Participant>> {
  const found = await world.store.transact(program, (unit) => unit.participants.find([...new Set(ids)]));
  return new Map(
    found.flatMap((participant) => (participant === undefined ? [] : [[participant.id, participant]])),
  );
}
