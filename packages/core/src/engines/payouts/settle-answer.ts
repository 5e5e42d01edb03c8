import type { Attempt } from '../../payouts/payout.ts';
import { type Answer, type Restored, verdict, type Verdict } from '../../payouts/verdict.ts';
import type { PaymentProvider } from '../../ports/provider.ts';
import type { Controls } from '../../ports/store.ts';
import type { PayoutChange } from './change.ts';
import { NEVER, type PayoutContext } from './context.ts';

/**
 * Settlement: what a payout becomes by what is known of its payments. Fed by answers, webhooks, lookups, reconciling and
 * operators; the same whatever order they come in, and however often.
 */

/** What the balance of the payout's participant was when the transaction took its lock. */
export interface Standing {
  readonly available: bigint;
  readonly controls: Controls;
}

/** What whoever has a payout was answered, and by what right it is said. */
export interface Told {
  readonly attempt: number;
  readonly fence: number;
  readonly epoch: number;
  readonly answer: Answer;
}

/**
 * Applies an answer to the attempt that it is about. Only whoever has the payout now may conclude from it: an answer
 * with an older fence, or of an older epoch, changes nothing. Each conclusion raises the fence, so that none is drawn twice.
 *
 * @returns the verdict, or nothing where the answer came too late to count
 */
export function settleAnswer(
  context: PayoutContext,
  change: PayoutChange,
  provider: PaymentProvider,
  standing: Standing,
  told: Told,
): Verdict | undefined {
  const attempt = liveAttempt(change, told.attempt);
  const isCurrent = change.payout.fence === told.fence && standing.controls.epoch === told.epoch;
  if (attempt === undefined || !isCurrent) return undefined;
  const { rules } = context;
  const found = verdict(told.answer, {
    attempt,
    promises: provider.capabilities,
    retry: rules.retry,
    now: change.at,
    marginMs: rules.marginMs,
    leaseMs: rules.leaseMs,
    openedAt: change.payout.openedAt,
    ...restoredOf(change, standing.controls),
    random: context.random(),
  });
  change.set({ fence: change.payout.fence + 1 });
  applyVerdict(context, change, provider, standing, found);
  return found;
}

/** What the store may have forgotten of this payout. */
function restoredOf(
  { payout }: PayoutChange,
  { epoch, restored }: Controls,
): { readonly restored?: Restored } {
  if (restored === undefined) return {};
  return { restored: { ...restored, remembersPayout: payout.epoch < epoch } };
}

function applyVerdict(
  context: PayoutContext,
  change: PayoutChange,
  provider: PaymentProvider,
  standing: Standing,
  found: Verdict,
): void {
  switch (found.kind) {
    case 'wait':
      change.putAttempt(found.attempt);
      postpone(change, found.ms);
      return;
    case 'send':
      change.putAttempt(found.attempt);
      postpone(change, context.rules.leaseMs);
      return;
    case 'review':
      change.take('give_up', { reason: found.code, dueAt: NEVER });
      change.tellOperator('needs_review', change.payout.fence.toString(), { reason: found.code });
      return;
    case 'closed':
      if (found.scope === 'run') haltRun(context, change, provider, found.code);
      if (found.scope === 'payout') conclude(change, found);
      else nextAttempt(context, change, standing, found);
  }
}

/** The account has no money, or its credentials do not work: sending more of the same would only collect refusals. */
function haltRun(
  { rules }: PayoutContext,
  change: PayoutChange,
  { id }: PaymentProvider,
  code: string,
): void {
  const { payout, at } = change;
  const account = change.live?.account;
  const until = new Date(at.getTime() + rules.runRefusalMs);
  change.halts.push({
    provider: id,
    ...(account === undefined ? {} : { account }),
    currency: payout.currency,
    reason: code,
    at,
    until,
  });
  change.tellOperator('halted', `${payout.attempt}`, { reason: code });
}

/** The attempt moved nothing, and that is the end of the payout. */
export function conclude(
  change: PayoutChange,
  {
    end,
    code,
  }: { readonly end: 'refused' | 'absent' | 'not_sent'; readonly scope: string; readonly code: string },
): void {
  change.endUnpaid(end, { reason: code, code });
}

/**
 * The attempt moved nothing, and another one comes later: its money is set aside in the same transaction. A debt that
 * has come up in the meantime gets the money first.
 */
function nextAttempt(
  { rules, random }: PayoutContext,
  change: PayoutChange,
  { available }: Standing,
  closed: { readonly end: 'refused' | 'absent' | 'not_sent'; readonly scope: string; readonly code: string },
): void {
  const { attempt } = change.payout;
  if (
    change.isPaid ||
    available < 0n ||
    (closed.scope !== 'run' && isRefusedTooOften(change, closed.code, rules.retry.attemptsMax))
  ) {
    conclude(change, available < 0n ? { ...closed, code: 'debt' } : closed);
    return;
  }
  const wait = closed.scope === 'run' ? rules.runRefusalMs + (random() >>> 16) : rules.retry.refusedMs;
  change.endAttempt(attempt, closed.end, closed.code);
  change.unreserve(attempt);
  change.reserve(attempt + 1);
  const dueAt = new Date(change.at.getTime() + wait);
  change.take('refuse_for_now', { attempt: attempt + 1, reason: closed.code, dueAt });
  change.tell(`${attempt}`);
}

/** Whether this attempt is the last that may be refused for its reason. */
function isRefusedTooOften(change: PayoutChange, code: string, most: number): boolean {
  const before = change.attempts.filter((attempt) => attempt.end !== undefined && attempt.code === code);
  return before.length + 1 >= most;
}

export function postpone(change: PayoutChange, ms: number): void {
  change.set({ dueAt: new Date(change.at.getTime() + ms) });
}

/** The attempt, if it is the payout's latest, is under way, and a worker's: what an operator pays is theirs to conclude. */
export function liveAttempt(change: PayoutChange, number: number): Attempt | undefined {
  const { live, payout } = change;
  if (payout.state !== 'processing' || live?.number !== number || live.by !== undefined) return undefined;
  return live;
}
