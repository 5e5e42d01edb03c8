import { PayoutError } from '../../errors.ts';
import { checkFeeRule, type CheckedFeeRule, type FeeRule, NO_FEE } from '../../payouts/fees.ts';
import type { Environment } from '../../payouts/payout.ts';
import { checkRetryPolicy, DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../payouts/retry.ts';
import { type CheckedPayoutRules, checkPayoutRules, type PayoutRules } from '../../payouts/rules.ts';
import { checkVelocityCaps, type VelocityCaps } from '../../payouts/velocity.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { payoutEngineRulesSchema } from '../../schemas/payouts.ts';

/** How a program pays out. */
export interface PayoutEngineRules extends PayoutRules {
  /** Whose money this is: a provider with credentials of the other kind is never sent anything. */
  readonly environment: Environment;
  /**
   * Who approves. `automatic`: the policy, as soon as nothing holds the destination. `manual`: an operator; with
   * `fourEyes`, another than who asked for the payout.
   */
  readonly approval: { readonly mode: 'automatic' } | { readonly mode: 'manual'; readonly fourEyes: boolean };
  /** For how many days of 24 hours nothing is approved to a destination that replaced another one. */
  readonly destinationHoldDays: number;
  /** By currency. A currency that is left out costs nothing. */
  readonly fees?: Readonly<Record<string, FeeRule>>;
  /** How much may leave in any 24 hours. */
  readonly caps?: VelocityCaps;
  /** @defaultValue {@link DEFAULT_RETRY_POLICY} */
  readonly retry?: RetryPolicy;
  /** For how long all sends of an account and currency stop when its provider refuses for lack of money. @defaultValue `900000` */
  readonly runRefusalMs?: number;
  /** For how long a worker has a payout to itself, in milliseconds: longer than a send may take. @defaultValue `300000` */
  readonly leaseMs?: number;
  /** How far the clocks of store, workers and provider may be apart, and how much earlier than it must a send is given up, in milliseconds. @defaultValue `60000` */
  readonly marginMs?: number;
  /** Payment by a provider without keys and without an authoritative lookup: unknown outcomes then go to a person. @defaultValue `false` */
  readonly allowManualReview?: boolean;
}

/** Rules that were checked, with nothing left out. */
export interface CheckedPayoutEngineRules {
  readonly payout: CheckedPayoutRules;
  readonly environment: Environment;
  readonly approval: PayoutEngineRules['approval'];
  readonly destinationHoldMs: number;
  readonly caps: VelocityCaps | undefined;
  readonly retry: RetryPolicy;
  readonly runRefusalMs: number;
  readonly leaseMs: number;
  readonly marginMs: number;
  readonly allowManualReview: boolean;
  feeRule(currency: string): CheckedFeeRule;
}

const DAY_MS = 86_400_000;

/**
 * Checks the rules once, for the life of an engine.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_DECIMAL` or `RATE_OUT_OF_RANGE`
 */
export function checkPayoutEngineRules(rules: PayoutEngineRules): CheckedPayoutEngineRules {
  parseInput(payoutEngineRulesSchema, rules);
  const fees = new Map(Object.entries(rules.fees ?? {}).map(([code, rule]) => [code, checkFeeRule(rule)]));
  const { leaseMs = 300_000, marginMs = 60_000 } = rules;
  if (leaseMs <= marginMs) {
    throw new PayoutError('INVALID_INPUT', {
      issues: [
        { path: 'leaseMs', reason: 'it must be above marginMs, or nothing could ever be sent in time' },
      ],
    });
  }
  return {
    payout: checkPayoutRules({ thresholds: rules.thresholds, require: rules.require }),
    environment: rules.environment,
    approval: rules.approval,
    destinationHoldMs: rules.destinationHoldDays * DAY_MS,
    caps: rules.caps === undefined ? undefined : checkVelocityCaps(rules.caps),
    retry: checkRetryPolicy(rules.retry ?? DEFAULT_RETRY_POLICY),
    runRefusalMs: rules.runRefusalMs ?? 900_000,
    leaseMs,
    marginMs,
    allowManualReview: rules.allowManualReview ?? false,
    feeRule: (currency) => fees.get(currency) ?? NO_FEE,
  };
}
