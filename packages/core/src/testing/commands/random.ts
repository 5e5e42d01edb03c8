import type { Account } from '../../ledger/account.ts';
import type { Earning } from '../../ledger/earning.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { MAX_MINOR } from '../../money/range.ts';
import type { Attempt, Movement, Payout } from '../../payouts/payout.ts';
import { PAYOUT_STATES } from '../../payouts/states.ts';
import type { Period } from '../../periods/period.ts';
import type { Participant } from '../../ports/directory.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { PayoutFilter, ReversalRecord } from '../../ports/store.ts';
import type { Referral } from '../../referrals/referral.ts';
import type { Interaction } from '../../scoring/interaction.ts';
import { Prng } from '../prng.ts';
import { HOSTILE_IDS } from '../store/id-cases.ts';
import {
  attempt,
  batch,
  day,
  earning,
  interaction,
  movement,
  NO_DATE,
  notification,
  payout,
  plan,
  reversal,
  upTo,
} from '../store/rows.ts';
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
const PROVIDERS = ['bank', 'bank', 'stripe'] as const;
const WORKED_STATES = ['pending', 'approved', 'processing'] as const;
const ENDS = ['paid', 'paid', 'refused', 'absent', 'not_sent', 'declared_failed'] as const;
const BATCHES = ['b1', 'b2', "b'3"] as const;
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
  readonly #payouts: Payout[] = [];
  readonly #attempts: Attempt[] = [];
  readonly #movements: Movement[] = [];
  readonly #reversals: ReversalRecord[] = [];
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
      () => this.#earningParts(),
      () => this.#earningParts(),
      () => this.#payoutCommand(),
      () => this.#payoutCommand(),
      () => this.#payoutCommand(),
      () => this.#payoutReads(),
      () => this.#attemptCommand(),
      () => this.#movementCommand(),
      () => this.#batchCommand(),
      () => this.#reversalCommand(),
      () => this.#providerCommand(),
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
      ...random.pick([
        {},
        { hold: { until } },
        { hold: { condition: 'verified', until } },
        { hold: { condition: 'x' } },
      ]),
      ...(random.oneIn(4) && this.#earnings.length > 0
        ? { bonusOf: { earning: random.pick(this.#earnings).id, rate: '0.1' } }
        : {}),
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

  #earningParts(): StoreOperation {
    const random = this.#random;
    switch (random.below(6)) {
      case 0: {
        const at = this.#maybeNoDate(this.#instant());
        const after = { id: this.#id('e'), ...(random.oneIn(2) ? { until: this.#instant() } : {}) };
        return {
          kind: 'due earnings',
          at,
          limit: 1 + random.below(5),
          ...(random.oneIn(3) ? { after } : {}),
        };
      }
      case 1:
        return { kind: 'held earnings', participants: this.#batch(3, () => this.#participant()) };
      case 2:
        return { kind: 'bonuses', earnings: this.#idsOf(this.#earnings) };
      default:
        return { kind: 'change earnings', earnings: this.#batch(3, () => this.#changedEarning()) };
    }
  }

  #changedEarning(): Earning {
    const random = this.#random;
    const known =
      random.oneIn(12) || this.#earnings.length === 0 ? this.#newEarning() : random.pick(this.#earnings);
    // Mostly valid parts: what was refused when it was added would only be refused again.
    const amount = known.amount > MAX_MINOR ? 1n : known.amount;
    const hold = known.hold?.until === NO_DATE ? {} : known.hold;
    const parts = random.pick([
      { held: amount, released: 0n },
      { held: 0n, released: amount },
      { held: 0n, released: 0n, reversed: amount },
      { held: 1n, released: 0n, fulfilled: true },
    ]);
    const changed = { ...known, amount, ...parts, ...(hold === undefined ? {} : { hold }) };
    return random.oneIn(40) ? { ...changed, held: -1n } : changed;
  }

  #payoutCommand(): StoreOperation {
    const random = this.#random;
    if (random.oneIn(3))
      return { kind: 'change payouts', payouts: this.#batch(3, () => this.#changedPayout()) };
    const payouts = this.#batch(3, () => (random.oneIn(12) ? this.#knownPayout() : this.#newPayout()));
    return { kind: 'open payouts', payouts };
  }

  #newPayout(): Payout {
    const random = this.#random;
    const made = payout(this.#id('y'), {
      participant: this.#participant(),
      currency: random.pick(CURRENCIES),
      amount: this.#amount(),
      provider: random.pick(PROVIDERS),
      state: random.oneIn(3) ? random.pick(PAYOUT_STATES) : random.pick(WORKED_STATES),
      openedAt: this.#instant(),
      dueAt: this.#maybeNoDate(this.#instant()),
      fence: random.below(3),
      ...(random.oneIn(3) ? { batch: random.pick(BATCHES) } : {}),
    });
    this.#payouts.push(made);
    return made;
  }

  #knownPayout(): Payout {
    return this.#payouts.length === 0 ? this.#newPayout() : this.#random.pick(this.#payouts);
  }

  #changedPayout(): Payout {
    const random = this.#random;
    const known = this.#knownPayout();
    return payout(random.oneIn(30) ? this.#id('unknown') : known.id, {
      state: random.oneIn(3) ? random.pick(PAYOUT_STATES) : random.pick(WORKED_STATES),
      provider: random.pick(PROVIDERS),
      dueAt: this.#instant(),
      fence: known.fence + (random.oneIn(12) ? 0 : random.below(4)),
      attempt: 1 + random.below(3),
      ...random.pick([
        { note: random.pick(PAGES), reason: 'refused' },
        { paid: 5n, returned: 3n },
        { destination: { id: 'acct_1', version: random.below(9) } },
        { approval: { by: "o'neil", at: this.#instant(), digest: 'd' } },
      ]),
    });
  }

  #payoutReads(): StoreOperation {
    const random = this.#random;
    const limit = 1 + random.below(6);
    const id = this.#payouts.length === 0 ? 'unknown' : random.pick(this.#payouts).id;
    const cursorId = HOSTILE_IDS.includes(id) ? 'unknown' : id;
    switch (random.below(5)) {
      case 0:
        return { kind: 'find payouts', ids: this.#idsOf(this.#payouts) };
      case 1:
        return { kind: 'payouts of', participants: this.#batch(4, () => this.#participant()) };
      case 2: {
        const before = { openedAt: this.#instant(), id: cursorId };
        const filter = this.#filter();
        return { kind: 'list payouts', filter, limit, ...(random.oneIn(2) ? { before } : {}) };
      }
      default: {
        const after = { dueAt: this.#instant(), id: cursorId };
        const states = WORKED_STATES.slice(random.below(3));
        const at = this.#maybeNoDate(this.#instant());
        return { kind: 'due payouts', states, at, limit, ...(random.oneIn(2) ? { after } : {}) };
      }
    }
  }

  #filter(): PayoutFilter {
    const random = this.#random;
    return {
      ...(random.oneIn(3) ? { states: WORKED_STATES.slice(random.below(3)) } : {}),
      ...(random.oneIn(4) ? { participant: random.pick(PARTICIPANTS) } : {}),
      ...(random.oneIn(4) ? { batch: random.pick(BATCHES) } : {}),
      ...(random.oneIn(4) ? { currency: random.pick(CURRENCIES) } : {}),
      ...(random.oneIn(4) ? { provider: random.pick(PROVIDERS) } : {}),
    };
  }

  #attemptCommand(): StoreOperation {
    const random = this.#random;
    if (random.oneIn(3)) {
      return {
        kind: 'find attempts',
        payouts: this.#idsOf(this.#payouts),
        since: this.#maybeNoDate(this.#instant()),
      };
    }
    const attempts = this.#batch(3, () => this.#again(this.#attempts, this.#newAttempt, this.#otherAttempt));
    return { kind: 'put attempts', attempts: attempts.filter((row) => !HOSTILE_IDS.includes(row.payout)) };
  }

  /** The first attempt of a payout has always ended: a payout has one live attempt at most. */
  readonly #newAttempt = (): Attempt => {
    const random = this.#random;
    const { id, participant, currency } = this.#knownPayout();
    const known = this.#attempts.find((row) => row.payout === id);
    if (known !== undefined && random.oneIn(2)) return this.#changedAttempt(known);
    const number = 1 + random.below(2);
    const made = attempt(id, number, {
      participant: HOSTILE_IDS.includes(participant) ? 'u0' : participant,
      currency: HOSTILE_IDS.includes(currency) ? 'USD' : currency,
      net: 5n,
    });
    return this.#changedAttempt(made);
  };

  #changedAttempt(before: Attempt): Attempt {
    const random = this.#random;
    const { end: _end, endedAt: _endedAt, ...open } = before;
    const changed = { ...open, sends: random.below(5), lastSentAt: this.#instant() };
    return open.number === 2 && random.oneIn(2)
      ? changed
      : { ...changed, end: random.pick(ENDS), endedAt: this.#instant() };
  }

  readonly #otherAttempt = (before: Attempt): Attempt => {
    return this.#random.pick([
      { ...before, request: 'another' },
      { ...before, net: before.net + 1n },
      { ...before, account: 'another' },
      this.#changedAttempt(before),
    ]);
  };

  #movementCommand(): StoreOperation {
    const random = this.#random;
    switch (random.below(3)) {
      case 0:
        return { kind: 'find movements', payouts: this.#idsOf(this.#payouts) };
      case 1: {
        const movements = this.#batch(2, () => {
          const known = this.#movements.length === 0 ? this.#newMovement() : random.pick(this.#movements);
          return { ...known, returned: random.oneIn(20) ? 1000n : random.pick(AMOUNTS.slice(0, 5)) };
        });
        return { kind: 'change movements', movements };
      }
      default: {
        const movements = this.#batch(2, () =>
          random.oneIn(8) && this.#movements.length > 0 ? random.pick(this.#movements) : this.#newMovement(),
        );
        return { kind: 'add movements', movements };
      }
    }
  }

  #newMovement(): Movement {
    const { id } = this.#knownPayout();
    this.#ids += 1;
    const made = movement(`m${this.#ids}`, HOSTILE_IDS.includes(id) ? 'unknown' : id, {
      provider: this.#random.pick(PROVIDERS),
      attempt: 1 + this.#random.below(3),
    });
    this.#movements.push(made);
    return made;
  }

  #batchCommand(): StoreOperation {
    const random = this.#random;
    const key = this.#maybeHostile(random.pick(BATCHES), 20);
    switch (random.below(3)) {
      case 0:
        return { kind: 'find batch', key };
      case 1:
        return { kind: 'advance batch', key, page: random.below(4), leftOut: random.pick(PAGES) };
      default: {
        const pages = random.many(1 + random.below(3), () => random.pick(PAGES));
        return {
          kind: 'freeze batch',
          batch: batch(key, pages.length, { request: random.pick(PAGES) }),
          pages,
        };
      }
    }
  }

  #reversalCommand(): StoreOperation {
    const random = this.#random;
    if (random.oneIn(3)) return { kind: 'waiting reversals', earnings: this.#idsOf(this.#earnings) };
    const reversals = this.#batch(3, () =>
      this.#again(this.#reversals, this.#newReversal, this.#otherReversal),
    );
    return { kind: 'put reversals', reversals };
  }

  readonly #newReversal = (): ReversalRecord => {
    const earning = this.#earnings.length === 0 ? 'unknown' : this.#random.pick(this.#earnings).id;
    return reversal(this.#id('k'), { earning, ...(this.#random.oneIn(2) ? { amount: 5n } : {}) });
  };

  readonly #otherReversal = (before: ReversalRecord): ReversalRecord => {
    return this.#random.oneIn(2) ? { ...before, applied: 3n } : { ...before, reason: 'other' };
  };

  #providerCommand(): StoreOperation {
    const random = this.#random;
    switch (random.below(4)) {
      case 0: {
        const ids = this.#batch(4, () => this.#maybeHostile(`evt${random.below(8)}`));
        return { kind: 'add events', provider: random.pick(PROVIDERS), ids };
      }
      case 1: {
        const halts = random.many(random.below(3), () => ({
          reason: this.#maybeHostile('r', 20),
          at: this.#instant(),
          ...(random.oneIn(2) ? { provider: random.pick(PROVIDERS), until: this.#instant() } : {}),
        }));
        return { kind: 'put controls', controls: { epoch: random.below(3), halts } };
      }
      case 2: {
        const destinations = this.#batch(3, () => ({
          provider: random.pick(PROVIDERS),
          id: this.#maybeHostile(random.pick(['acct_1', 'wallet'])),
          version: random.below(9),
        }));
        return { kind: 'block', destinations };
      }
      default:
        return { kind: 'take locks', names: this.#batch(3, () => this.#participant()) };
    }
  }

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
    return notification(before.id, this.#participant());
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
