import type { Payout } from '../../../payouts/payout.ts';
import { checkCanaries } from './canaries.ts';
import { field } from './same.ts';
import { Unique } from './unique.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';
import type { Call, Commit } from './watched.ts';

/** Those that make many transactions: what is refused in the middle of one leaves what was done before. */
const LONG_CALLS = new Set(['process', 'reconcile', 'release', 'openBatch']);

/** Calls that look at the provider before they believe a person: what they find stays booked, also when they refuse. */
const LOOKING_CALLS = new Set(['claim', 'completeManually', 'declareFailed']);

/** What one call has committed so far. */
interface Written {
  readonly program: string;
  readonly added: string[];
  commits: number;
  /** Whether payouts went back to pending, and nothing else happened: an approval may find that the destination changed. */
  onlyBack: boolean;
  /** Whether only payments that had moved were booked: what is found by a look before a person's word is never dropped. */
  onlyEvidence: boolean;
}

/** I11, I16 to I20 and I29: what callers asked for and were answered, beside what was committed in their calls. */
export class Calls {
  readonly #watch: Watch;
  readonly #unique = new Unique();
  readonly #written = new Map<number, Written>();
  /** Batches that were complete, and how often the store had lost commits by then. */
  readonly #complete = new Map<string, number>();
  /** Events that had their effect, likewise. */
  readonly #settled = new Map<string, number>();

  /** Requests, with their content, that were answered by a payout, likewise. */
  readonly #answered = new Map<string, number>();

  /** The payouts that somebody declared failed. */
  readonly declaredFailed = new Set<string>();
  /** The objects that somebody said had paid a payout. */
  readonly namedObjects = new Set<string>();
  /** What reconciling said a provider has moved for a payout that is not there, by program, payout and object. */
  readonly missingHere = new Set<string>();
  /** The keys of reversals that were answered, by program. */
  readonly reversals = new Map<string, Set<string>>();
  /** Of those, which were promised, and how often the store had lost commits by then. */
  readonly promised = new Map<string, number>();

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  committed(commit: Commit, added: readonly Payout[]): void {
    const { program, call } = commit;
    for (const payout of added) {
      this.#unique.added(program, payout);
      if (payout.batch === undefined) continue;
      if (this.#complete.get(`${program}\n${payout.batch}`) === this.#watch.losses) {
        throw new Violation('I11', 'a batch that was complete opened a payout', {
          program,
          payout: payout.id,
          batch: payout.batch,
        });
      }
    }
    if (call === undefined || !wroteSomething(commit)) return;
    const written = this.#written.get(call);
    if (written === undefined) {
      this.#written.set(call, {
        program,
        added: added.map(({ id }) => id),
        commits: 1,
        onlyBack: isOnlyBack(commit),
        onlyEvidence: isOnlyEvidence(commit),
      });
      return;
    }
    if (written.program !== program) {
      throw new Violation('I18', 'a call wrote in two programs', { program, other: written.program, call });
    }
    written.commits += 1;
    written.onlyBack &&= isOnlyBack(commit);
    written.onlyEvidence &&= isOnlyEvidence(commit);
    for (const { id } of added) written.added.push(id);
  }

  called(call: Call): void {
    const { name, program, outcome } = call;
    const written = call.call === undefined ? undefined : this.#written.get(call.call);
    if (call.call !== undefined) this.#written.delete(call.call);
    // Whose an event is, only what it says can tell.
    if (written !== undefined && name !== 'receive' && written.program !== program) {
      throw new Violation('I18', 'a call for one program wrote in another', {
        name,
        program,
        wrote: written.program,
      });
    }
    if (outcome === 'refused') this.#checkRefused(call, written);
    if (name === 'receive') this.#checkReceived(call, written);
    if (name === 'request') this.#checkRequested(call, written);
    if (name === 'credit' && outcome === 'ok') checkCredited(call);
    if (outcome === 'ok' && (name === 'openBatch' || name === 'batch')) this.#checkBatch(call);
    if (outcome === 'refused') return;
    const payout = textField(call.input, 'payout');
    if (name === 'declareFailed') this.declaredFailed.add(`${program}\n${payout}`);
    if (name === 'completeManually') this.namedObjects.add(textField(call.input, 'transaction'));
    if (name === 'reconcile') this.#rememberMissing(program, call.value);
    if (name === 'reverse') this.#remember(program, textField(call.input, 'key'));
    if (name === 'reverse' && outcome === 'ok') {
      this.promised.set(`${program}\n${textField(call.input, 'key')}`, this.#watch.losses);
    }
    if (name === 'completeManually' && outcome === 'ok' && written !== undefined)
      this.#checkCompletedBy(call);
  }

  /** I19: a code, and nothing done. I29: nothing told. */
  #checkRefused({ name, program, value }: Call, written: Written | undefined): void {
    const code = codeOf(value);
    if (code === undefined) {
      throw new Violation('I19', 'a call failed without a code', { name, program, value: String(value) });
    }
    if (code === 'INVARIANT_BROKEN') {
      throw new Violation('I19', 'a call found a promise broken', { name, program, value: String(value) });
    }
    if (
      written !== undefined &&
      !LONG_CALLS.has(name) &&
      !(code === 'APPROVAL_REFUSED' && written.onlyBack) &&
      !(LOOKING_CALLS.has(name) && written.onlyEvidence)
    ) {
      throw new Violation('I19', 'a refused call has written', {
        name,
        program,
        code,
        commits: written.commits,
      });
    }
    checkCanaries(value, this.#watch.world.canaries ?? [], `the error of ${name}`);
  }

  /** I16 and I17. */
  #checkReceived({ input, value, outcome }: Call, written: Written | undefined): void {
    const provider = textField(input, 'provider');
    const event = eventId(input);
    if (field(input, 'forged') === true && (outcome === 'ok' || written !== undefined)) {
      throw new Violation('I17', 'a forged event was believed', { provider, event });
    }
    if (outcome !== 'ok' || field(value, 'kind') !== 'settled' || event === '') return;
    const key = `${provider}\n${event}`;
    if (this.#settled.get(key) === this.#watch.losses) {
      throw new Violation('I16', 'an event had its effect twice', { provider, event });
    }
    this.#settled.set(key, this.#watch.losses);
    this.#checkAccount(value, input, event);
  }

  /** I17: an event is about the account that an attempt of its payout was sent from. */
  #checkAccount(value: unknown, input: unknown, event: string): void {
    const [program, payout] = [textField(value, 'program'), textField(value, 'payout')];
    const account = textField(bodyOf(input), 'account');
    const attempts = [...(this.#watch.program(program).attempts.get(payout)?.values() ?? [])];
    if (account === '' || attempts.length === 0 || this.#watch.intents.wasLost(program, payout)) return;
    if (attempts.some((attempt) => attempt.account === account)) return;
    throw new Violation('I17', 'an event of another account was believed', {
      program,
      payout,
      event,
      account,
    });
  }

  /** I20. */
  #checkRequested({ program, input, value, outcome }: Call, written: Written | undefined): void {
    const key = textField(input, 'key');
    const asked = [
      program,
      ...['key', 'participant', 'currency', 'amount'].map((name) => String(field(input, name))),
    ].join('\n');
    for (const id of written?.added ?? []) this.#unique.requested(program, key, id);
    if (outcome === 'refused' && this.#answered.get(asked) === this.#watch.losses) {
      throw new Violation('I20', 'a repeated request was refused', { program, key, code: codeOf(value) });
    }
    if (outcome !== 'ok') return;
    this.#answered.set(asked, this.#watch.losses);
    const id = textField(value, 'id');
    this.#unique.requested(program, key, id);
    if (!this.#watch.program(program).payouts.has(id)) {
      throw new Violation('I20', 'a payout was promised that is not there', { program, payout: id, key });
    }
  }

  /** I11: once a batch is complete, it never opens anything, and its totals are those of its payouts. */
  #checkBatch({ program, input, value }: Call): void {
    if (field(value, 'complete') !== true) return;
    const batch = textField(input, 'key');
    this.#complete.set(`${program}\n${batch}`, this.#watch.losses);
    let [count, amount] = [0, 0n];
    for (const payout of this.#watch.program(program).payouts.values()) {
      if (payout.batch !== batch) continue;
      count += 1;
      amount += payout.amount;
    }
    let [counted, total] = [0, 0n];
    const totals = field(value, 'totals');
    for (const row of Array.isArray(totals) ? totals : []) {
      const [rows, sum] = [field(row, 'count'), field(row, 'amount')];
      if (typeof rows === 'number') counted += rows;
      if (typeof sum === 'bigint') total += sum;
    }
    if (count !== counted || amount !== total) {
      throw new Violation('I11', 'the totals of a batch are not those of its payouts', {
        program,
        batch,
        ...{ count, counted, amount, total },
      });
    }
  }

  #rememberMissing(program: string, report: unknown): void {
    const disagreements = field(report, 'disagreements');
    for (const row of Array.isArray(disagreements) ? disagreements : []) {
      if (field(row, 'kind') !== 'missing_here') continue;
      this.missingHere.add(`${program}\n${textField(row, 'payout')}\n${textField(row, 'object')}`);
    }
  }

  /** I14: what one operator has claimed, no other completes. */
  #checkCompletedBy({ program, input }: Call): void {
    const [payout, by] = [textField(input, 'payout'), textField(input, 'by')];
    const books = this.#watch.program(program);
    const number = books.payouts.get(payout)?.attempt;
    const claimedBy = number === undefined ? undefined : books.attempt(payout, number)?.by;
    if (claimedBy === undefined || claimedBy === by) return;
    throw new Violation('I14', 'completed by another than who claimed it', {
      program,
      payout,
      by,
      claimedBy,
    });
  }

  #remember(program: string, key: string): void {
    const keys = this.reversals.get(program);
    if (keys === undefined) this.reversals.set(program, new Set([key]));
    else keys.add(key);
  }
}

/** I20: each credit is answered by its earning. */
function checkCredited({ program, input, value }: Call): void {
  const [credits, earnings] = [field(input, 'credits'), field(value, 'length')];
  if (Array.isArray(credits) && credits.length !== earnings) {
    throw new Violation('I20', 'a credit was promised that is not there', {
      program,
      credits: credits.length,
    });
  }
}

function isOnlyBack(commit: Commit): boolean {
  const { transfers, attempts, movements, earnings, payouts } = commit;
  const others = transfers.length + attempts.length + movements.length + earnings.length;
  return others === 0 && payouts.every(({ state }) => state === 'pending');
}

function isOnlyEvidence({ attempts, movements, earnings, payouts }: Commit): boolean {
  const isSettled = payouts.every(({ state }) => state === 'completed' || state === 'returned');
  return (
    isSettled &&
    movements.length > 0 &&
    earnings.length === 0 &&
    attempts.every(({ end }) => end === 'paid' || end === 'not_sent')
  );
}

function wroteSomething(commit: Commit): boolean {
  return (
    commit.transfers.length > 0 ||
    commit.payouts.length > 0 ||
    commit.attempts.length > 0 ||
    commit.movements.length > 0 ||
    commit.earnings.length > 0 ||
    commit.notifications.length > 0 ||
    commit.controls !== undefined
  );
}

/** The code of a refusal, in whichever form it was told. */
function codeOf(value: unknown): string | undefined {
  const code = typeof value === 'string' ? /^[A-Z_]+/.exec(value)?.[0] : field(value, 'code');
  return typeof code === 'string' && /^[A-Z][A-Z_]*$/.test(code) ? code : undefined;
}

function eventId(input: unknown): string {
  const said = textField(input, 'event');
  if (said !== '') return said;
  return textField(bodyOf(input), 'id');
}

/** What an event says, where that can be read. */
function bodyOf(input: unknown): unknown {
  const body = field(field(input, 'raw'), 'body');
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function textField(value: unknown, name: string): string {
  const text = field(value, name);
  return typeof text === 'string' ? text : '';
}
