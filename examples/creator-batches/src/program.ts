import {
  currency,
  type Environment,
  type PaymentProvider,
  type Payouts,
  type PayoutEngineRules,
  payouts,
  type Period,
  periodAt,
  type Store,
  storeDirectory,
} from '@payout-engines/core';

/** The rules of the program: how long an earning is held, from when on it is paid out, on which days. */

export const PROGRAM = 'creators';
export const USD = currency('USD');

/** What is earned in. */
export const UNIT = 'tokens';

/** For so long a tip or a call can be charged back. */
export const HOLD_DAYS = 7;

/** The least payout: 25 dollars. */
export const MINIMUM = 2_500n;

/** So many payouts are one job of the queue. */
export const CHUNK = 25;

/** Paydays: the 1st and the 15th, from midnight on. */
const PAYDAYS = { kind: 'semimonthly', timeZone: 'UTC' } as const;

/** The time from the latest payday until the next one. Its id is the date of the latest. */
export function paydayPeriod(at: Date): Period {
  return periodAt(PAYDAYS, at);
}

/** What differs between the Stripe of the demonstration and a real one. */
export interface PayingWith {
  readonly provider: PaymentProvider;
  readonly environment: Environment;
  /** Whether payouts of a worker that died are taken over in seconds: a Stripe on this machine answers at once. */
  readonly isDemo: boolean;
}

/** The payout engine of the program. */
export function engineOn(store: Store, { provider, environment, isDemo }: PayingWith): Payouts {
  const rules: PayoutEngineRules = {
    environment,
    thresholds: { currencies: { USD: { minimum: MINIMUM } } },
    require: { active: true, verified: true, destination: true, noOpenPayout: true },
    approval: { mode: 'automatic' },
    destinationHoldDays: 7,
    // Otherwise as they are: what was refused is due again after 23 hours, for the cron of the next day.
    ...(isDemo && { leaseMs: 10_000, marginMs: 3_000 }),
  };
  return payouts({ store, rules, directory: storeDirectory(store), providers: [provider] });
}
