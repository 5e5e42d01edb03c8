import type { RunOptions } from '../run-options.ts';
import { commitPeriod } from './commit.ts';
import { explainShare, type ShareExplanation, type WhyNotReason, whyNotShare } from './explain.ts';
import { planPeriod, type RevenueSharePlan } from './plan.ts';
import type { PeriodRequest, RevenueSharePorts } from './ports.ts';
import { type RevenueShareStatement, statementOf } from './statement.ts';

/** Shares the revenue of a period among those who earned it, in six steps: see {@link revenueShare}. */
export interface RevenueShare {
  /**
   * What closing the period would do, as a value with a digest. Writes nothing.
   *
   * @throws {@link PayoutError} with code `PERIOD_NOT_FOUND`, `PERIOD_NOT_ENDED`, `PERIOD_CLOSED`, `UNKNOWN_REVENUE`,
   * `CURRENCY_MISMATCH`, `UNKNOWN_INTERACTION_KIND`, `INVALID_INPUT` and others that name what is wrong with the input
   */
  plan(request: PeriodRequest, options?: RunOptions): Promise<RevenueSharePlan>;
  /**
   * Does exactly what the plan of this digest says, once. Interrupted anywhere, the same call goes on where it ended;
   * called again, it changes nothing.
   *
   * @throws {@link PayoutError} with code `PLAN_CHANGED` when the inputs are no longer those of the plan
   */
  commit(request: PeriodRequest, digest: string, options?: RunOptions): Promise<RevenueShareStatement>;
  /** The period at a glance, and whether it balances. */
  statement(request: PeriodRequest): Promise<RevenueShareStatement>;
  /** Why a participant got this amount. */
  explain(request: PeriodRequest, participant: string): Promise<ShareExplanation | undefined>;
  /** Why a participant got nothing, or cannot use it yet. */
  whyNot(request: PeriodRequest, participant: string): Promise<readonly WhyNotReason[]>;
}

/**
 * The revenue-share engine: validate the period → score → pool from several revenue sources → split → referral
 * bonuses → notify.
 *
 * @example
 * ```ts
 * import {
 *   currency, DEFAULT_SCORING_RULES, memoryStore, openPeriods, parseMoney, putParticipants, recordInteractions,
 *   revenueShare, storeDirectory, storeInteractions,
 * } from '@payout-engines/core';
 *
 * const store = memoryStore();
 * const usd = currency('USD');
 * const at = new Date('2025-10-05T12:00:00Z');
 * await openPeriods(store, 'acme', [
 *   { id: '2025-10-01', start: new Date('2025-10-01T00:00:00Z'), end: new Date('2025-10-15T00:00:00Z') },
 * ]);
 * await putParticipants(store, 'acme', [
 *   { id: 'ann', active: true, verified: true },
 *   { id: 'bob', active: true, verified: true },
 * ]);
 * await recordInteractions(store, 'acme', [
 *   { id: 'e1', kind: 'post', participant: 'ann', at },
 *   { id: 'e2', kind: 'comment', participant: 'bob', at },
 * ]);
 * const engine = revenueShare({
 *   store,
 *   rules: { currency: usd, revenue: [{ source: 'ads', rate: '0.5' }], scoring: DEFAULT_SCORING_RULES },
 *   interactions: storeInteractions(store),
 *   directory: storeDirectory(store),
 *   revenue: { revenue: async () => [parseMoney('100.00', usd)] },
 * });
 * const request = { program: 'acme', period: '2025-10-01' };
 * const plan = await engine.plan(request);
 * const statement = await engine.commit(request, plan.digest);
 * [statement.pool, statement.balanced]; // => [5000n, true]
 * ```
 */
export function revenueShare(ports: RevenueSharePorts): RevenueShare {
  return {
    plan: (request, options) => planPeriod(ports, request, options),
    commit: (request, digest, options) => commitPeriod(ports, request, digest, options),
    statement: (request) => statementOf(ports.store, request),
    explain: (request, participant) => explainShare(ports.store, request, participant),
    whyNot: (request, participant) => whyNotShare(ports.store, request, participant),
  };
}
