import type { Earning } from '../../../ledger/earning.ts';
import type { Transfer } from '../../../ledger/transfer.ts';
import type { Attempt, Movement, Payout } from '../../../payouts/payout.ts';
import { factsOf, inName } from './accounts.ts';

/** All that a participant has in one currency, added up two ways: from transfers, and from the other rows. */
export interface Person {
  /** As it stands in the names of accounts. */
  readonly participant: string;
  readonly currency: string;

  // from transfers
  held: bigint;
  available: bigint;
  reserved: bigint;
  /** By provider, as it stands in the names of accounts. */
  readonly paid: Map<string, bigint>;
  /** Adjustments, less fees and differences. */
  otherwise: bigint;

  // from rows
  heldByEarnings: bigint;
  /** Earned, less what was reversed. */
  earned: bigint;
  readonly payouts: Map<string, Payout>;
  /** What providers have moved, less what came back, by provider. */
  readonly moved: Map<string, bigint>;
}

/** What one program's commits add up to. Applying a row gives the one before it. */
export class ProgramBooks {
  readonly program: string;
  readonly transfers = new Map<string, Transfer>();
  /** How much of each transfer was reversed. */
  readonly reversed = new Map<string, bigint>();
  /** By currency and account. */
  readonly balances = new Map<string, Map<string, bigint>>();
  readonly earnings = new Map<string, Earning>();
  /** The bonuses that hang on each earning. */
  readonly bonuses = new Map<string, Set<string>>();
  readonly payouts = new Map<string, Payout>();
  /** By payout and number. */
  readonly attempts = new Map<string, Map<number, Attempt>>();
  /** By payout, then by provider and object. */
  readonly movements = new Map<string, Map<string, Movement>>();
  readonly people = new Map<string, Person>();
  epoch = 0;

  constructor(program: string) {
    this.program = program;
  }

  balance(account: string, currency: string): bigint {
    return this.balances.get(currency)?.get(account) ?? 0n;
  }

  attempt(payout: string, number: number): Attempt | undefined {
    return this.attempts.get(payout)?.get(number);
  }

  person(nameOfParticipant: string, currency: string): Person {
    const key = `${nameOfParticipant}\n${currency}`;
    const found = this.people.get(key);
    if (found !== undefined) return found;
    const person: Person = {
      participant: nameOfParticipant,
      currency,
      held: 0n,
      available: 0n,
      reserved: 0n,
      paid: new Map(),
      otherwise: 0n,
      heldByEarnings: 0n,
      earned: 0n,
      payouts: new Map(),
      moved: new Map(),
    };
    this.people.set(key, person);
    return person;
  }

  personOf(row: { readonly participant: string; readonly currency: string }): Person {
    return this.person(inName(row.participant), row.currency);
  }

  /** A transfer that is new, after the earnings of its commit: whoever calls looks for its id first. */
  applyTransfer(transfer: Transfer): void {
    const { id, debit, credit, currency, moved, reverses } = transfer;
    this.transfers.set(id, transfer);
    if (isOtherwise(this.causeOf(transfer))) this.#count(transfer);
    if (reverses !== undefined) this.reversed.set(reverses, (this.reversed.get(reverses) ?? 0n) + moved);
    this.#move(debit, currency, -moved);
    this.#move(credit, currency, moved);
  }

  /** The transfer that a reversal takes back, and any other one itself. */
  causeOf(transfer: Transfer): Transfer {
    return transfer.reverses === undefined ? transfer : (this.transfers.get(transfer.reverses) ?? transfer);
  }

  applyEarning(earning: Earning): Earning | undefined {
    const before = this.earnings.get(earning.id);
    this.earnings.set(earning.id, earning);
    const person = this.personOf(earning);
    person.heldByEarnings += earning.held - (before?.held ?? 0n);
    person.earned += earning.amount - earning.reversed;
    if (before !== undefined) person.earned -= before.amount - before.reversed;
    const parent = earning.bonusOf?.earning;
    if (before === undefined && parent !== undefined) {
      const bonuses = this.bonuses.get(parent);
      if (bonuses === undefined) this.bonuses.set(parent, new Set([earning.id]));
      else bonuses.add(earning.id);
    }
    return before;
  }

  applyPayout(payout: Payout): Payout | undefined {
    const before = this.payouts.get(payout.id);
    this.payouts.set(payout.id, payout);
    this.personOf(payout).payouts.set(payout.id, payout);
    return before;
  }

  applyAttempt(attempt: Attempt): Attempt | undefined {
    const attempts = this.attempts.get(attempt.payout) ?? new Map<number, Attempt>();
    const before = attempts.get(attempt.number);
    attempts.set(attempt.number, attempt);
    this.attempts.set(attempt.payout, attempts);
    return before;
  }

  /** A movement of a payout that is known: its provider's account belongs to whom the payout is for. */
  applyMovement(movement: Movement, payout: Payout): Movement | undefined {
    const movements = this.movements.get(movement.payout) ?? new Map<string, Movement>();
    const key = objectKey(movement);
    const before = movements.get(key);
    movements.set(key, movement);
    this.movements.set(movement.payout, movements);
    let change = movement.moved - movement.returned;
    if (before !== undefined) change -= before.moved - before.returned;
    addTo(this.personOf(payout).moved, inName(movement.provider), change);
    return before;
  }

  /** What comes to a participant from the program, or goes there, and is no earning. */
  #count(transfer: Transfer): void {
    const { debit, credit, currency, moved } = transfer;
    const [from, to] = [factsOf(debit).owner, factsOf(credit).owner];
    if (from === to || this.earnings.has(this.causeOf(transfer).id)) return;
    if (from !== undefined) this.person(from, currency).otherwise -= moved;
    if (to !== undefined) this.person(to, currency).otherwise += moved;
  }

  #move(account: string, currency: string, amount: bigint): void {
    const ofCurrency = this.balances.get(currency) ?? new Map<string, bigint>();
    this.balances.set(currency, ofCurrency);
    addTo(ofCurrency, account, amount);
    const { owner, place, provider } = factsOf(account);
    if (owner === undefined) return;
    const person = this.person(owner, currency);
    if (place === 'paid') addTo(person.paid, provider ?? '', amount);
    else if (place !== 'program') person[place] += amount;
  }
}

/** Whether a transfer may give to a participant, or take, what is no earning: an adjustment, a fee or a difference. */
export function isOtherwise({ kind, debit, credit }: Transfer): boolean {
  if (kind === 'adjustment' || kind === 'fee' || kind === 'difference') return true;
  // What evidence costs is part of the evidence.
  return kind === 'evidence' && (isForCosts(debit) || isForCosts(credit));
}

function isForCosts(account: string): boolean {
  return account === 'differences' || account.startsWith('fees/');
}

/** One text for a provider's object; a line feed is in no id. */
export function objectKey(row: { readonly provider: string; readonly object: string }): string {
  return `${row.provider}\n${row.object}`;
}

function addTo(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}
