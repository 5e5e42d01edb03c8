import { approvalDigest } from '../../payouts/approval.ts';
import { netOf } from '../../payouts/fees.ts';
import type { Attempt, Payout } from '../../payouts/payout.ts';
import type { Velocity } from '../../payouts/velocity.ts';
import type { Participant } from '../../ports/directory.ts';
import type { PaymentProvider } from '../../ports/provider.ts';
import type { Controls, UnitOfWork } from '../../ports/store.ts';
import { availableOf } from './available.ts';
import { PayoutChange } from './change.ts';
import { NEVER, type PayoutContext } from './context.ts';
import { newAttempt } from './new-attempt.ts';
import { approved, holdEnd } from './approved.ts';
import type { Accounts } from './provider-accounts.ts';
import { changeDestination, hasOtherDestination } from './steps.ts';
import { Tally } from './tally.ts';
import { velocityOf } from './velocity-of.ts';
import { stopOf, viewsOf, writeChanges } from './write.ts';

/** What is committed of a claim, and what whoever has it may do. */
export interface Claim {
  readonly attempt: Attempt;
  readonly fence: number;
  readonly epoch: number;
  readonly provider: PaymentProvider;
  /** `send`: nothing was ever sent. `look`: something may have been. */
  readonly mode: 'send' | 'look';
  /** From when the claim began. */
  readonly remainingMs: number;
}

/** The claims of one transaction. */
export class Claims {
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
    const payouts = views.map(({ payout }) => payout);
    const controls = await unit.controls.read();
    const available = await availableOf(unit, payouts);
    const blocked = await blockedAmong(unit, payouts);
    const now = await unit.now();
    const velocity = await velocityOf(this.#context, unit, now);
    const claims: Claim[] = [];
    const changes: PayoutChange[] = [];
    for (const view of views) {
      const change = new PayoutChange(view, now);
      const standing = {
        person: people.get(view.payout.participant),
        available: available(view.payout),
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
    const attempt = newAttempt(this.#unit.program, change, {
      provider: provider.id,
      account,
      sends: mode === 'send' ? 1 : 0,
    });
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
}

/** The payouts whose destination version money has come back from. */
async function blockedAmong(unit: UnitOfWork, payouts: readonly Payout[]): Promise<ReadonlySet<string>> {
  const named = payouts.flatMap(({ id, provider, destination, state }) =>
    destination === undefined || state === 'processing' ? [] : [{ payout: id, provider, ...destination }],
  );
  if (named.length === 0) return new Set();
  const blocked = await unit.participants.areBlocked(
    named.map(({ provider, id, version }) => ({ provider, id, version })),
  );
  return new Set(named.flatMap(({ payout }, index) => (blocked[index] === true ? [payout] : [])));
}
