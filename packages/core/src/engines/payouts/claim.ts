import { participantAccount } from '../../ledger/account.ts';
import { PayoutError } from '../../errors.ts';
import { approvalDigest } from '../../payouts/approval.ts';
import { frozenRequest } from '../../payouts/frozen-request.ts';
import { attemptKey } from '../../payouts/keys.ts';
import type { Attempt, Payout } from '../../payouts/payout.ts';
import type { PayoutState } from '../../payouts/states.ts';
import { Velocity, VELOCITY_WINDOW_MS } from '../../payouts/velocity.ts';
import type { Participant } from '../../ports/directory.ts';
import type { PaymentProvider, ProviderAccount } from '../../ports/provider.ts';
import type { Controls, DueCursor, UnitOfWork } from '../../ports/store.ts';
import { netOf, VELOCITY_LOCK } from './by-hand.ts';
import { PayoutChange } from './change.ts';
import { NEVER, participantLock, type PayoutContext } from './context.ts';
import { approved, holdEnd, keyOf } from './open.ts';
import { peopleFor } from './people.ts';
import { changeDestination, hasOtherDestination } from './steps.ts';
import { Tally } from './tally.ts';
import { stopOf, viewsOf, writeChanges } from './write.ts';

/** A payout that this worker has to itself, until the deadline: its intent is committed. */
export interface Task {
  readonly program: string;
  readonly payout: string;
  readonly attempt: Attempt;
  readonly fence: number;
  /** The store's epoch of the claim: after a restore fences are given out again. */
  readonly epoch: number;
  readonly provider: PaymentProvider;
  /** `send`: nothing was ever sent. `look`: something may have been. */
  readonly mode: 'send' | 'look';
  /** By the worker's own clock: from then on nothing is sent, and what is under way is no longer waited for. */
  readonly deadline: number;
}

/** What a look for due payouts came to. */
export interface Claimed {
  readonly tasks: readonly Task[];
  /** Where the next look goes on; nothing when all that was due has been seen. */
  readonly after: DueCursor | undefined;
}

/** The accounts of the providers, asked before anything is claimed. A provider that does not answer is left out. */
export type Accounts = ReadonlyMap<string, ProviderAccount>;

/**
 * Claims up to `chunk` due payouts after a cursor. What is claimed is committed before anything is sent: the state, a
 * higher fence, the attempt with its key and its frozen request, and the date until when no other worker takes it.
 */
export async function claimDue(
  context: PayoutContext,
  program: string,
  accounts: Accounts,
  chunk: number,
  after: DueCursor | undefined,
  tally: Tally,
): Promise<Claimed> {
  // Before the transaction begins: its commit may take long to be told, and the lease runs from its clock.
  const started = context.timers.monotonic();
  const due = await context.store.transact(program, (unit) => readDue(context, unit, chunk, after));
  if (due === 'clock_behind') {
    tally.halted({ provider: '*', currency: '*' }, 'clock_behind');
    return { tasks: [], after: undefined };
  }
  const last = due.at(-1);
  if (last === undefined) return { tasks: [], after: undefined };
  const people = await peopleFor(
    context,
    program,
    due.map(({ participant }) => participant),
  );
  const { claims, counted } = await context.store.transact(program, async (unit) => {
    const locks = [...new Set(due.map(({ participant }) => participantLock(participant)))];
    const taken = new Set(await unit.locks.tryTake(locks));
    const mine = due.filter(({ participant }) => taken.has(participantLock(participant)));
    const transaction = new Claims(context, unit, accounts);
    const claims =
      mine.length === 0
        ? []
        : await transaction.claim(
            mine.map(({ id }) => id),
            await people(unit),
          );
    return { claims, counted: transaction.tally };
  });
  tally.merge(counted);
  return {
    tasks: claims.map(({ attempt, fence, epoch, provider, mode, remainingMs }) => ({
      program,
      payout: attempt.payout,
      attempt,
      fence,
      epoch,
      provider,
      mode,
      deadline: started + remainingMs,
    })),
    after: due.length < chunk ? undefined : { dueAt: last.dueAt, id: last.id },
  };
}

/** A clock behind what it has said before cannot be trusted with windows and leases: nothing is claimed by it. */
async function readDue(
  context: PayoutContext,
  unit: UnitOfWork,
  limit: number,
  after: DueCursor | undefined,
): Promise<readonly Payout[] | 'clock_behind'> {
  const at = await unit.now();
  const [newest] = await unit.payouts.list({}, { limit: 1 });
  if (newest !== undefined && at.getTime() + context.rules.marginMs < newest.openedAt.getTime())
    return 'clock_behind';
  return unit.payouts.due({
    states: statesDue(context),
    at,
    limit,
    ...(after === undefined ? {} : { after }),
  });
}

function statesDue({ rules }: PayoutContext): readonly PayoutState[] {
  return rules.approval.mode === 'automatic'
    ? ['pending', 'approved', 'processing']
    : ['approved', 'processing'];
}

interface Claim {
  readonly attempt: Attempt;
  readonly fence: number;
  readonly epoch: number;
  readonly provider: PaymentProvider;
  readonly mode: Task['mode'];
  /** From when the claim began. */
  readonly remainingMs: number;
}

/** The claims of one transaction. */
class Claims {
  readonly #context: PayoutContext;
  readonly #unit: UnitOfWork;
  readonly #accounts: Accounts;
  readonly #tally = new Tally();

  constructor(context: PayoutContext, unit: UnitOfWork, accounts: Accounts) {
    this.#context = context;
    this.#unit = unit;
    this.#accounts = accounts;
  }

  /** What was counted so far. */
  get tally(): Tally {
    return this.#tally;
  }

  async claim(ids: readonly string[], people: ReadonlyMap<string, Participant>): Promise<readonly Claim[]> {
    const unit = this.#unit;
    const views = await viewsOf(unit, ids);
    const controls = await unit.controls.read();
    const available = await this.#available(views.map(({ payout }) => payout));
    const blocked = await this.#blocked(views.map(({ payout }) => payout));
    const now = await unit.now();
    const velocity = await this.#velocity(now);
    const claims: Claim[] = [];
    const changes: PayoutChange[] = [];
    for (const view of views) {
      const change = new PayoutChange(view, now);
      const standing = {
        person: people.get(view.payout.participant),
        available: available.get(keyOf(view.payout.participant, view.payout.currency)) ?? 0n,
        blocked: blocked.has(view.payout.id),
      };
      const claim = this.#claimOne(change, standing, controls, velocity);
      if (claim !== undefined) claims.push(claim);
      changes.push(change);
    }
    await writeChanges(unit, changes);
    return claims;
  }

  /** Decides about one payout. What cannot go on now is put off, or left as it is where only an operator can help. */
  #claimOne(
    change: PayoutChange,
    standing: {
      readonly person: Participant | undefined;
      readonly available: bigint;
      readonly blocked: boolean;
    },
    controls: Controls,
    velocity: Velocity | undefined,
  ): Claim | undefined {
    const { payout, at } = change;
    if (at.getTime() < payout.dueAt.getTime()) return undefined;
    if (this.#isFromTheFuture(change)) {
      this.#tally.halted(payout, 'clock_behind');
      return undefined;
    }
    if (payout.state === 'processing') return this.#takeOver(change, controls);
    if (payout.state !== 'approved' && payout.state !== 'pending') return undefined;
    const { person, available, blocked } = standing;
    if (hasOtherDestination(this.#context, payout, person?.destination)) {
      changeDestination(this.#context, change, person?.destination);
      this.#tally.add('destinationChanged');
      return undefined;
    }
    if (payout.state === 'pending' && !this.#approveByPolicy(change, person)) return undefined;
    const obstacle = this.#obstacle(person, available, blocked);
    if (obstacle !== undefined) {
      this.#putOff(change, obstacle);
      return undefined;
    }
    return this.#claimNew(change, controls, velocity);
  }

  /** A clock behind what it has already said cannot be trusted with leases and windows. */
  #isFromTheFuture({ payout, live, at }: PayoutChange): boolean {
    const latest = Math.max(payout.updatedAt.getTime(), live?.lastSentAt.getTime() ?? 0);
    return at.getTime() + this.#context.rules.marginMs < latest;
  }

  /** Under automatic approval, a destination that was held and is not any more needs nobody. */
  #approveByPolicy(change: PayoutChange, person: Participant | undefined): boolean {
    const heldUntil = holdEnd(this.#context, person?.destination);
    if (heldUntil !== undefined && change.at.getTime() < heldUntil.getTime()) {
      change.set({ dueAt: heldUntil });
      return false;
    }
    if (person?.destination === undefined && this.#context.rules.payout.require.destination) {
      this.#putOff(change, 'no_destination');
      return false;
    }
    change.forget('reason');
    const { approval, dueAt } = approved(
      this.#context,
      this.#unit.program,
      change.payout,
      'policy',
      change.at,
    );
    change.take('approve', { ...(approval === undefined ? {} : { approval }), dueAt });
    this.#tally.add('approved');
    return dueAt.getTime() <= change.at.getTime();
  }

  /** What has changed about the participant since the payout was opened. The money stays reserved for them. */
  #obstacle(person: Participant | undefined, available: bigint, blocked: boolean): string | undefined {
    const { require } = this.#context.rules.payout;
    if (available < 0n) return 'debt';
    if (blocked) return 'destination_blocked';
    if (require.active && person?.active !== true) return 'inactive';
    if (require.verified && person?.verified !== true) return 'not_verified';
    return undefined;
  }

  #putOff(change: PayoutChange, reason: string): void {
    const { rules } = this.#context;
    const isNews = change.payout.reason !== reason;
    change.set({ reason, dueAt: new Date(change.at.getTime() + rules.retry.refusedMs) });
    if (isNews) change.tell(`${reason}-${change.at.getTime()}`);
  }

  #claimNew(change: PayoutChange, controls: Controls, velocity: Velocity | undefined): Claim | undefined {
    const { payout, at } = change;
    const { rules } = this.#context;
    const provider = this.#context.providers.get(payout.provider);
    if (provider === undefined) {
      this.#tally.error(payout.id, 'UNKNOWN_PROVIDER');
      return undefined;
    }
    if (provider.capabilities.manual === true) return undefined;
    const account = this.#accounts.get(provider.id);
    if (account === undefined) return undefined;
    const stop = stopOf(
      controls.halts,
      { provider: provider.id, account: account.id, currency: payout.currency },
      at,
    );
    if (stop !== undefined) {
      this.#tally.halted(payout, stop.reason);
      return undefined;
    }
    if (payout.approval?.digest !== approvalDigest(this.#unit.program, payout)) {
      this.#voidApproval(change);
      return undefined;
    }
    if (velocity?.admit(payout.participant, payout.currency, netOf(payout)) === false) {
      change.set({ reason: 'velocity_cap', dueAt: new Date(at.getTime() + rules.retry.longestMs) });
      this.#tally.halted(payout, 'velocity_cap');
      return undefined;
    }
    // A store that was ever restored may have forgotten that it sent this: also a payout of the same id that was opened,
    // sent and forgotten whole, and that somebody has asked for again.
    const mode = controls.epoch > 0 ? 'look' : 'send';
    const attempt = this.#newAttempt(change, provider, account, mode === 'send' ? 1 : 0);
    change.putAttempt(attempt);
    change.forget('reason');
    const fence = payout.fence + 1;
    change.take('claim', { fence, dueAt: new Date(at.getTime() + rules.leaseMs) });
    return {
      attempt,
      fence,
      epoch: controls.epoch,
      provider,
      mode,
      remainingMs: rules.leaseMs - rules.marginMs,
    };
  }

  /** Somebody has changed what was approved. It is not sent; a person must agree to it anew. */
  #voidApproval(change: PayoutChange): void {
    change.forget('approval');
    change.take('destination_changed', { reason: 'approval_differs', dueAt: NEVER });
    change.tellOperator('approval_differs', change.at.getTime().toString());
    this.#tally.error(change.payout.id, 'APPROVAL_REFUSED');
  }

  #newAttempt(
    change: PayoutChange,
    provider: PaymentProvider,
    account: ProviderAccount,
    sends: number,
  ): Attempt {
    const { payout, at } = change;
    const { program } = this.#unit;
    const net = netOf(payout);
    const key = attemptKey(program, payout.id, payout.attempt);
    return {
      payout: payout.id,
      number: payout.attempt,
      participant: payout.participant,
      currency: payout.currency,
      net,
      provider: provider.id,
      account: account.id,
      environment: account.environment,
      key,
      request: frozenRequest({
        program,
        payout: payout.id,
        attempt: payout.attempt,
        key,
        participant: payout.participant,
        ...(payout.destination === undefined ? {} : { destination: payout.destination }),
        currency: payout.currency,
        amount: net,
        account: account.id,
        environment: account.environment,
      }),
      openedAt: at,
      firstSentAt: at,
      lastSentAt: at,
      sends,
      notExecuted: 0,
      tries: 0,
    };
  }

  /** A payout that is under way and that nobody has been heard of for too long: first it is looked up. */
  #takeOver(change: PayoutChange, { epoch }: Controls): Claim | undefined {
    const { live, payout, at } = change;
    const { rules } = this.#context;
    if (live === undefined || live.by !== undefined) return undefined;
    const provider = this.#context.providers.get(live.provider);
    if (provider === undefined) {
      this.#tally.error(payout.id, 'UNKNOWN_PROVIDER');
      return undefined;
    }
    const account = this.#accounts.get(provider.id);
    if (account === undefined) return undefined;
    if (account.id !== live.account || account.environment !== live.environment) {
      this.#tally.halted(payout, 'account_switched');
      return undefined;
    }
    const fence = payout.fence + 1;
    change.take('claim', { fence, dueAt: new Date(at.getTime() + rules.leaseMs) });
    return {
      attempt: live,
      fence,
      epoch,
      provider,
      mode: 'look',
      remainingMs: rules.leaseMs - rules.marginMs,
    };
  }

  async #available(payouts: readonly Payout[]): Promise<ReadonlyMap<string, bigint>> {
    const balances = await this.#unit.ledger.balances(
      payouts.map(({ participant, currency }) => ({
        account: participantAccount(participant, 'available'),
        currency,
      })),
    );
    return new Map(
      payouts.map(({ participant, currency }, index) => [
        keyOf(participant, currency),
        balances[index] ?? 0n,
      ]),
    );
  }

  /** The payouts whose destination version money has come back from. */
  async #blocked(payouts: readonly Payout[]): Promise<ReadonlySet<string>> {
    const named = payouts.flatMap(({ id, provider, destination, state }) =>
      destination === undefined || state === 'processing' ? [] : [{ payout: id, provider, ...destination }],
    );
    if (named.length === 0) return new Set();
    const blocked = await this.#unit.participants.areBlocked(
      named.map(({ provider, id, version }) => ({ provider, id, version })),
    );
    return new Set(named.flatMap(({ payout }, index) => (blocked[index] === true ? [payout] : [])));
  }

  /** What may still leave. All claims of the program take this lock where there are caps, after the participants'. */
  async #velocity(now: Date): Promise<Velocity | undefined> {
    const { caps, marginMs } = this.#context.rules;
    if (caps === undefined) return undefined;
    await this.#unit.locks.take([VELOCITY_LOCK]);
    const since = new Date(now.getTime() - VELOCITY_WINDOW_MS - marginMs);
    return new Velocity(caps, await this.#unit.attempts.outflow(since));
  }
}

/** Asks each provider whose credentials it has. One that does not answer, or has wrong ones, sends nothing this time. */
export async function accountsOf(context: PayoutContext, tally: Tally): Promise<Accounts> {
  const accounts = new Map<string, ProviderAccount>();
  for (const provider of context.providers.values()) {
    if (provider.capabilities.manual === true) continue;
    try {
      const account = await provider.account();
      if (account.environment === context.rules.environment) accounts.set(provider.id, account);
      else tally.halted({ provider: provider.id, currency: '*' }, 'wrong_environment');
    } catch (error) {
      if (PayoutError.is(error)) tally.halted({ provider: provider.id, currency: '*' }, error.code);
      else tally.halted({ provider: provider.id, currency: '*' }, 'account_unknown');
    }
  }
  return accounts;
}
