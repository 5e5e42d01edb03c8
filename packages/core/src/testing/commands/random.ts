import type { Account } from '../../ledger/account.ts';
import type { Earning } from '../../ledger/earning.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { MAX_MINOR } from '../../money/range.ts';
import type { Period } from '../../periods/period.ts';
import type { Participant } from '../../ports/directory.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { Referral } from '../../referrals/referral.ts';
import type { Interaction } from '../../scoring/interaction.ts';
import { Prng } from '../prng.ts';
import { HOSTILE_IDS } from '../store/id-cases.ts';
import { day, earning, interaction, NO_DATE, notification, plan, upTo } from '../store/rows.ts';
import type { StateIds } from '../store/state.ts';
import type { StoreCommand, StoreOperation } from './command.ts';

const PARTICIPANTS = ['u0', 'u1', 'u2', "o'neil", '🎉', 'a/b'] as const;
const KINDS = ['like', 'post'] as const;
const CURRENCIES = ['USD', 'USD', 'USD', 'EUR'] as const;
const STATES = ['open', 'open', 'closing', 'closed'] as const;
const STEPS = ['pool', 'shares', 'bonuses', 'notifications', 'done'] as const;
const PAGES = ['', '{"a":1}', 'it\'s \\ "x" 🎉', 'é e\u0301\r\n'] as const;

/** Accounts that hold money, more often than not. */
const ACCOUNTS: readonly Account[] = [
  'participant/u0/available',
  'participant/u0/available',
  'participant/u1/available',
  'participant/u0/held',
  'participant/a%2Fb/held',
  'participant/u1/reserved',
  'participant/u0/paid/bank',
  'pool/p0',
  'campaign/c',
  'writtenOff',
];
const SOURCES: readonly Account[] = ['funding', 'funding', 'differences', 'outside/bank', 'fees/bank'];
const AMOUNTS = [1n, 2n, 3n, 5n, 8n, 13n, 100n, 1000n] as const;
const WRONG_AMOUNTS = [0n, -1n, MAX_MINOR + 1n] as const;

/**
 * Commands over a small world of ids, the same for the same seed, which succeed, repeat, contradict and are refused in
 * every way the port knows. The last of them reads the whole state.
 *
 * @example
 * ```ts no-run
 * const commands = randomStoreCommands(42, 200);
 * const [ours, theirs] = [await runCommands(memoryStore(), 'p', commands), await runCommands(myStore, 'p', commands)];
 * // equal step by step
 * ```
 */
export function randomStoreCommands(seed: number, length: number): readonly StoreCommand[] {
  const world = new World(new Prng(seed));
  const commands = upTo(length).map(() => world.command());
  return [...commands, world.readState()];
}

/** What was asked for before, so that it can be asked for again: the same, or not quite the same. */
class World {
  readonly #random: Prng;
  readonly #transfers: TransferRequest[] = [];
  readonly #earnings: Earning[] = [];
  readonly #periods: Period[] = [];
  readonly #interactions: Interaction[] = [];
  readonly #referrals: Referral[] = [];
  readonly #notifications: Notification[] = [];
  readonly #revisions = new Map<string, number>();
  #ids = 0;

  constructor(random: Prng) {
    this.#random = random;
  }

  command(): StoreCommand {
    if (!this.#random.oneIn(8)) return this.#operation();
    const operations = this.#random.many(1 + this.#random.below(6), () => this.#operation());
    return { kind: 'transaction', operations, fails: this.#random.oneIn(2) };
  }

  readState(): StoreOperation {
    const periods = new Set([...this.#periods.map(({ id }) => id), ...this.#revisions.keys()]);
    const ids: StateIds = {
      participants: PARTICIPANTS,
      periods: [...periods].filter((id) => !HOSTILE_IDS.includes(id)),
    };
    return { kind: 'read state', ids };
  }

  #operation(): StoreOperation {
    const make = this.#random.pick([
      () => this.#post(),
      () => this.#post(),
      () => this.#post(),
      () => this.#post(),
      () => this.#ledgerReads(),
      () => this.#addEarnings(),
      () => this.#openPeriods(),
      () => this.#periodCommand(),
      () => this.#record(),
      () => this.#record(),
      () => this.#participantCommand(),
      () => this.#referralCommand(),
      () => this.#planCommand(),
      () => this.#planCommand(),
      () => this.#outboxCommand(),
      () => this.#outboxCommand(),
    ]);
    return this.#random.oneIn(80) ? this.readState() : make();
  }

  #post(): StoreOperation {
    return {
      kind: 'post',
      requests: this.#batch(4, () => this.#again(this.#transfers, this.#newTransfer, this.#otherTransfer)),
    };
  }

  readonly #newTransfer = (): TransferRequest => {
    const random = this.#random;
    const original = random.oneIn(5) && this.#transfers.length > 0 ? random.pick(this.#transfers) : undefined;
    if (original !== undefined) return this.#reversal(original);
    const deposits = !random.oneIn(3);
    const debit = deposits ? random.pick(SOURCES) : random.pick(ACCOUNTS);
    const credit = random.oneIn(12) ? random.pick(SOURCES) : random.pick(ACCOUNTS);
    const request: TransferRequest = {
      id: this.#id('t'),
      debit,
      credit: credit === debit && !random.oneIn(4) ? 'pool/p1' : credit,
      currency: this.#maybeHostile(random.pick(CURRENCIES)),
      asked: this.#amount(),
      kind: deposits ? 'deposit' : 'share',
      subject: random.pick(['s', "it's"]),
    };
    return random.oneIn(3) ? { ...request, atMost: random.oneIn(4) ? false : true } : request;
  };

  #reversal(original: TransferRequest): TransferRequest {
    const random = this.#random;
    return {
      id: this.#id('r'),
      debit: random.oneIn(3) ? random.pick(ACCOUNTS) : original.credit,
      credit: 'funding',
      currency: random.oneIn(10) ? random.pick(CURRENCIES) : original.currency,
      asked: random.oneIn(3) ? original.asked : random.pick(AMOUNTS),
      kind: 'reversal',
      subject: 's',
      reverses: random.oneIn(10) ? 'unknown' : original.id,
      ...(random.oneIn(4) ? { atMost: true } : {}),
    };
  }

  readonly #otherTransfer = (before: TransferRequest): TransferRequest => {
    return this.#random.pick([
      { ...before, asked: this.#amount() },
      { ...before, credit: this.#random.pick(ACCOUNTS) },
      { ...before, subject: 'other' },
      { ...before, atMost: before.atMost !== true },
    ]);
  };

  #amount(): bigint {
    if (this.#random.oneIn(60)) return this.#random.pick(WRONG_AMOUNTS);
    return this.#random.oneIn(30) ? MAX_MINOR : this.#random.pick(AMOUNTS);
  }

  #ledgerReads(): StoreOperation {
    const random = this.#random;
    switch (random.below(3)) {
      case 0:
        return {
          kind: 'read balances',
          accounts: this.#batch(4, () => ({
            account: random.pick(random.oneIn(3) ? SOURCES : ACCOUNTS),
            currency: this.#maybeHostile(random.pick(CURRENCIES)),
          })),
        };
      case 1:
        return { kind: 'find transfers', ids: this.#idsOf(this.#transfers) };
      default:
        return { kind: 'find earnings', ids: this.#idsOf(this.#earnings) };
    }
  }

  #addEarnings(): StoreOperation {
    const earnings = this.#batch(3, () => this.#again(this.#earnings, this.#newEarning, this.#otherEarning));
    return { kind: 'add earnings', earnings };
  }

  readonly #newEarning = (): Earning => {
    const random = this.#random;
    const amount = random.oneIn(30) ? MAX_MINOR + 1n : random.pick(AMOUNTS);
    const until = this.#maybeNoDate(this.#instant());
    return earning(this.#id('e'), {
      participant: this.#participant(),
      currency: random.pick(CURRENCIES),
      amount,
      held: amount,
      ...random.pick([{}, { hold: { until } }, { hold: { condition: 'verified' as const, until } }]),
    });
  };

  readonly #otherEarning = (before: Earning): Earning => {
    return this.#random.pick([
      { ...before, amount: before.amount + 1n },
      { ...before, participant: this.#participant() },
      { ...before, held: 0n, released: before.amount },
      { ...before, hold: { until: this.#instant() } },
    ]);
  };

  #openPeriods(): StoreOperation {
    const periods = this.#batch(2, () => this.#again(this.#periods, this.#newPeriod, this.#otherPeriod));
    return { kind: 'open periods', periods };
  }

  /** Mostly on a grid of three days, so that periods touch more often than they overlap. */
  readonly #newPeriod = (): Period => {
    const random = this.#random;
    const from = random.oneIn(5) ? 1 + random.below(90) : 1 + 3 * random.below(30);
    return { id: this.#id('p'), start: day(from), end: this.#maybeNoDate(day(from + 3)) };
  };

  readonly #otherPeriod = (before: Period): Period => {
    return { ...before, end: new Date(before.end.getTime() + 1) };
  };

  #periodCommand(): StoreOperation {
    const random = this.#random;
    const id = this.#periodId();
    switch (random.below(5)) {
      case 0:
        return { kind: 'find period', id };
      case 1:
        return { kind: 'lock period', id };
      case 2:
        return { kind: 'count', period: id };
      default:
        return { kind: 'set state', id, state: random.pick(STATES) };
    }
  }

  #record(): StoreOperation {
    const interactions = this.#batch(6, () =>
      this.#again(this.#interactions, this.#newInteraction, this.#otherInteraction),
    );
    return { kind: 'record', interactions };
  }

  readonly #newInteraction = (): Interaction => {
    const random = this.#random;
    const period = this.#periods.length > 0 && !random.oneIn(12) ? random.pick(this.#periods) : undefined;
    const at = period === undefined ? this.#instant() : new Date(period.start.getTime() + random.below(1000));
    return interaction(this.#id('i'), this.#maybeNoDate(at), {
      kind: random.pick(KINDS),
      participant: this.#participant(),
      ...(random.oneIn(2) ? { actor: this.#participant() } : {}),
    });
  };

  readonly #otherInteraction = (before: Interaction): Interaction => {
    return this.#random.pick([
      { ...before, kind: 'follow' },
      { ...before, participant: this.#participant() },
      { ...before, at: this.#instant() },
    ]);
  };

  #participantCommand(): StoreOperation {
    const random = this.#random;
    const ids = this.#batch(4, () => this.#participant());
    switch (random.below(4)) {
      case 0:
        return { kind: 'find participants', ids };
      case 1:
        return { kind: 'find referrals', referred: ids };
      default:
        return { kind: 'put participants', participants: ids.map((id) => this.#newParticipant(id)) };
    }
  }

  #newParticipant(id: string): Participant {
    const random = this.#random;
    return {
      id,
      active: random.oneIn(2),
      verified: random.oneIn(2),
      ...(random.oneIn(2) ? { tier: random.pick(['gold', '0', "it's"]) } : {}),
      ...(random.oneIn(2)
        ? { destination: { id: random.pick(['acct_1', 'wallet']), version: random.below(9) } }
        : {}),
    };
  }

  #referralCommand(): StoreOperation {
    const referrals = this.#batch(2, () =>
      this.#again(this.#referrals, this.#newReferral, this.#otherReferral),
    );
    return { kind: 'add referrals', referrals };
  }

  readonly #newReferral = (): Referral => {
    const since = this.#maybeNoDate(this.#instant());
    return { referrer: this.#participant(), referred: this.#participant(), since };
  };

  readonly #otherReferral = (before: Referral): Referral => {
    return this.#random.oneIn(2)
      ? { ...before, since: this.#instant() }
      : { ...before, referrer: this.#participant() };
  };

  #planCommand(): StoreOperation {
    const random = this.#random;
    const period = this.#random.oneIn(3)
      ? this.#periodId()
      : this.#maybeHostile(random.pick(['p1', 'p2']), 12);
    const frozen = this.#revisions.get(period) ?? 0;
    const revision = random.oneIn(6) ? random.below(4) : frozen - 1 < 0 ? 0 : frozen - 1;
    switch (random.below(6)) {
      case 0:
        return { kind: 'find plan', period };
      case 1:
        return { kind: 'lock plan', period };
      case 2:
        return { kind: 'read page', period, revision, page: random.below(3) };
      case 3:
        return { kind: 'advance', period, revision, step: random.pick(STEPS), page: random.below(4) };
      default:
        return this.#freeze(period, random.oneIn(5) ? random.below(4) : frozen);
    }
  }

  #freeze(period: string, revision: number): StoreOperation {
    if (revision === (this.#revisions.get(period) ?? 0)) this.#revisions.set(period, revision + 1);
    const pages = this.#random.many(1 + this.#random.below(3), () => this.#random.pick(PAGES));
    const more = { revision, digest: `d${this.#random.next()}`, header: this.#random.pick(PAGES) };
    return { kind: 'freeze', plan: plan(period, pages.length, more), pages };
  }

  #outboxCommand(): StoreOperation {
    const random = this.#random;
    switch (random.below(5)) {
      case 0:
        return { kind: 'lease', limit: 1 + random.below(4), drain: random.oneIn(3) };
      case 1:
        return { kind: 'deliver', ids: this.#idsOf(this.#notifications) };
      default: {
        const notifications = this.#batch(3, () =>
          this.#again(this.#notifications, this.#newNotification, this.#otherNotification),
        );
        return { kind: 'notify', notifications };
      }
    }
  }

  readonly #newNotification = (): Notification => notification(this.#id('n'), this.#participant());

  readonly #otherNotification = (before: Notification): Notification => {
    return { ...before, participant: this.#participant() };
  };

  /** A row: one from before in four, one that contradicts it in eight, else a new one. */
  #again<Row>(history: Row[], make: () => Row, other: (before: Row) => Row): Row {
    if (history.length > 0 && this.#random.oneIn(4)) return this.#random.pick(history);
    if (history.length > 0 && this.#random.oneIn(8)) return other(this.#random.pick(history));
    const row = make();
    history.push(row);
    return row;
  }

  /** Up to so many rows, now and then none. */
  #batch<Row>(most: number, make: () => Row): readonly Row[] {
    return this.#random.oneIn(20)
      ? []
      : this.#random.many(1 + this.#random.below(1 + this.#random.below(most)), make);
  }

  #idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
    return this.#batch(4, () =>
      rows.length === 0 || this.#random.oneIn(5)
        ? this.#maybeHostile('unknown', 10)
        : this.#random.pick(rows).id,
    );
  }

  #participant(): string {
    return this.#maybeHostile(this.#random.pick(PARTICIPANTS));
  }

  #periodId(): string {
    if (this.#periods.length === 0 || this.#random.oneIn(8)) return this.#maybeHostile('unknown', 6);
    return this.#random.pick(this.#periods).id;
  }

  #id(prefix: string): string {
    this.#ids += 1;
    return this.#maybeHostile(`${prefix}${this.#ids}`);
  }

  #maybeHostile(id: string, oneIn = 100): string {
    return this.#random.oneIn(oneIn) ? this.#random.pick(HOSTILE_IDS) : id;
  }

  #instant(): Date {
    return day(1 + this.#random.below(95), this.#random.below(3));
  }

  #maybeNoDate(at: Date): Date {
    return this.#random.oneIn(60) ? NO_DATE : at;
  }
}
