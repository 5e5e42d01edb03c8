import type { Earning } from '../../../ledger/earning.ts';
import type { Attempt, Payout } from '../../../payouts/payout.ts';
import type { PayoutState } from '../../../payouts/states.ts';
import type { Controls } from '../../../ports/store.ts';
import { inName } from './accounts.ts';
import type { ProgramBooks } from './books.ts';
import { payoutName } from './intents.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';
import type { Commit } from './watched.ts';

/** The participant is told when a payout comes to one of these. */
const TOLD: readonly PayoutState[] = [
  'completed',
  'returned',
  'failed',
  'rejected',
  'cancelled',
  'needs_review',
];

/** A store clock may have jumped by so much between the decision and its commit. */
const JUMP_MS = 3 * 3_600_000;

/** What the rules of the program and its operators allow: who gets a payout, what stops a send, who is told. */
export class Policies {
  readonly #watch: Watch;
  /** The last controls of each program since the store lost commits. */
  readonly #controls = new Map<string, Controls>();
  /** Destinations, by program, provider, id and version, that money is booked to have come back from. */
  readonly #blocked = new Set<string>();
  #losses = 0;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** Before the attempts and movements of the commit are applied, and after its payouts. */
  committed(
    books: ProgramBooks,
    commit: Commit,
    before: ReadonlyMap<string, Payout>,
    added: readonly Payout[],
  ): void {
    this.#forgetWhatIsLost();
    for (const payout of added) this.#checkOpened(books, payout);
    for (const attempt of commit.attempts)
      this.#checkAttempt(books, commit, attempt, before.get(attempt.payout));
    this.#checkByHand(books, commit, before);
    checkDebts(books, commit);
    checkTold(commit, before);
    for (const movement of commit.movements) {
      if (movement.returned > 0n) this.#block(books, movement.payout, movement.attempt, movement.provider);
    }
    if (commit.controls !== undefined) this.#controls.set(commit.program, commit.controls);
  }

  /** I3: nothing is released before its hold is over. Before the earnings of the commit are applied. */
  earning(books: ProgramBooks, { at }: Commit, earning: Earning): void {
    const { id, hold, released, fulfilled } = earning;
    const stored = books.earnings.get(id);
    if (stored === undefined || hold === undefined || released <= stored.released) return;
    const isEarly = hold.until !== undefined && at + JUMP_MS < hold.until.getTime();
    const isUnmet =
      hold.condition !== undefined &&
      hold.condition !== 'verified' &&
      (stored.fulfilled ?? fulfilled) !== true;
    if (isEarly || isUnmet) throw new Violation('I3', 'an earning was released while it was held', { id });
  }

  #forgetWhatIsLost(): void {
    const { losses } = this.#watch;
    if (losses === this.#losses) return;
    this.#losses = losses;
    this.#controls.clear();
    this.#blocked.clear();
  }

  /** I3: the threshold is met, the participant may be paid, and there is no other payout where the policy says so. */
  #checkOpened(books: ProgramBooks, payout: Payout): void {
    const { id, participant, currency, amount } = payout;
    const { rules, laterRules = rules } = this.#watch.world;
    const where = { program: books.program, payout: id, amount };
    const thresholds = [rules, laterRules].map(
      ({ thresholds }) => thresholds.currencies[currency]?.minimum ?? 0n,
    );
    if (thresholds.every((minimum) => amount < minimum)) {
      throw new Violation('I3', 'a payout below the threshold', where);
    }
    this.#checkMayBePaid(books.program, payout, 'opened');
    if (!rules.require.noOpenPayout) return;
    for (const other of books.payouts.values()) {
      const isOpen = ['pending', 'approved', 'processing', 'needs_review'].includes(other.state);
      if (!isOpen || other.id === id || other.participant !== participant || other.currency !== currency)
        continue;
      throw new Violation('I3', 'a second payout is open', { ...where, other: other.id });
    }
  }

  #checkMayBePaid(program: string, { id, participant }: Payout, what: string): void {
    const { require } = this.#watch.world.rules;
    const person = this.#watch.participants.get(payoutName(program, participant));
    if (person === undefined) return;
    if ((require.active && !person.active) || (require.verified && !person.verified)) {
      throw new Violation('I3', `${what} for somebody who may not be paid`, { program, payout: id });
    }
  }

  /** I3: what is sent may be sent. */
  #checkAttempt(
    books: ProgramBooks,
    commit: Commit,
    attempt: Attempt,
    payoutBefore: Payout | undefined,
  ): void {
    const { payout: id, number, by, end, sends } = attempt;
    const where = { program: books.program, payout: id, attempt: number };
    const stored = books.attempt(id, number);
    if (end === 'declared_failed' && by === undefined && payoutBefore?.state === 'processing') {
      throw new Violation('I3', 'declared failed while it could be found out', where);
    }
    if (by !== undefined || end !== undefined || sends <= (stored?.sends ?? -1)) return;
    this.#checkIsNotStopped(commit, attempt, (stored?.sends ?? 0) > 0);
    const payout = books.payouts.get(id);
    if (stored !== undefined || payout?.destination === undefined) return;
    this.#checkMayBePaid(books.program, payout, 'claimed');
    const { destination, provider } = payout;
    if (this.#blocked.has(blockName(books.program, provider, destination))) {
      throw new Violation('I14', 'claimed for a destination that money came back from', where);
    }
  }

  /**
   * I31: a stop keeps everything of its scope from being sent; one that ends by itself, what was never sent.
   */
  #checkIsNotStopped(
    { program, at }: Commit,
    { payout, number, provider, account, currency }: Attempt,
    isSentAgain: boolean,
  ): void {
    for (const halt of this.#controls.get(program)?.halts ?? []) {
      if (isSentAgain && halt.until !== undefined) continue;
      const isMeant =
        (halt.provider ?? provider) === provider &&
        (halt.account ?? account) === account &&
        (halt.currency ?? currency) === currency &&
        (halt.until === undefined || halt.until.getTime() > at + JUMP_MS);
      if (isMeant && halt.at.getTime() <= at) {
        throw new Violation('I31', 'sent in spite of a stop', { program, payout, attempt: number });
      }
    }
  }

  /** I3: nobody completes by hand what a worker has sent, as long as the library can find out. */
  #checkByHand(books: ProgramBooks, commit: Commit, before: ReadonlyMap<string, Payout>): void {
    for (const { payout, attempt: number, provider } of commit.movements) {
      const attempt = books.attempt(payout, number);
      if (attempt === undefined || attempt.by !== undefined || before.get(payout)?.state !== 'processing')
        continue;
      if (provider === attempt.provider) continue;
      throw new Violation('I3', 'completed by hand while it could be found out', {
        program: books.program,
        payout,
        attempt: number,
      });
    }
  }

  #block(books: ProgramBooks, id: string, number: number, provider: string): void {
    const attempt = books.attempt(id, number);
    const payout = books.payouts.get(id);
    if (attempt === undefined || payout?.destination === undefined) return;
    if (attempt.request.includes(JSON.stringify([payout.destination.id, payout.destination.version]))) {
      this.#blocked.add(blockName(books.program, provider, payout.destination));
    }
  }
}

/** I9: whoever is concerned is told what has become of a payout, in the transaction in which it came to that. */
function checkTold(commit: Commit, before: ReadonlyMap<string, Payout>): void {
  for (const { id, state } of commit.payouts) {
    const old = before.get(id);
    if (old === undefined || old.state === state || !TOLD.includes(state)) continue;
    if (
      commit.notifications.some(
        (told) => (told.kind === 'payout' || told.kind === 'operator') && told.payout === id,
      )
    )
      continue;
    throw new Violation('I9', 'nobody is told of what became of a payout', {
      program: commit.program,
      payout: id,
      state,
    });
  }
}

/** I3: a reversal leaves no debt as long as there are payouts that nobody has claimed. */
function checkDebts(books: ProgramBooks, { transfers }: Commit): void {
  for (const { kind, debit, currency } of transfers) {
    if (kind !== 'reversal' || !debit.endsWith('/available')) continue;
    for (const payout of books.payouts.values()) {
      if (payout.currency !== currency || (payout.state !== 'pending' && payout.state !== 'approved'))
        continue;
      if (debit !== `participant/${inName(payout.participant)}/available`) continue;
      if (books.personOf(payout).available >= 0n) continue;
      throw new Violation('I3', 'a debt was left while a payout could be cancelled', {
        program: books.program,
        payout: payout.id,
      });
    }
  }
}

function blockName(
  program: string,
  provider: string,
  { id, version }: { readonly id: string; readonly version: number },
): string {
  return [program, provider, id, version].join('\n');
}
