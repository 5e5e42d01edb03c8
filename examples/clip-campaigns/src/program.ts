import {
  campaigns,
  type Campaigns,
  currency,
  manualProvider,
  type Payouts,
  type PayoutEngineRules,
  payouts,
  type Store,
  storeDirectory,
  type TrackingPolicy,
  type ViewSource,
} from '@payout-engines/core';

/** The rules of the program: how often clips are looked at, from when on money can be asked for, and who pays it how. */

export const PROGRAM = 'clips';
export const USD = currency('USD');

/** The least that can be asked for. */
export const PAYOUT_MINIMUM = 2_000n;
/** What was asked for is paid within so many days. */
export const PAID_WITHIN_DAYS = 3;
/** New payment details wait so long before anything is paid to them. */
export const NEW_DETAILS_DAYS = 3;

const HOUR_MS = 3_600_000;
/** Each clip is looked at every so many hours, however old it is. */
export const EVERY_HOURS = 4;
export const TRACKING: TrackingPolicy = {
  everyMs: EVERY_HOURS * HOUR_MS,
  slowAfterMs: EVERY_HOURS * HOUR_MS,
  longestMs: EVERY_HOURS * HOUR_MS,
};

const PAYOUT_RULES: PayoutEngineRules = {
  environment: 'test',
  thresholds: { currencies: { USD: { minimum: PAYOUT_MINIMUM } } },
  require: { active: true, verified: true, destination: true, noOpenPayout: true },
  approval: { mode: 'manual', fourEyes: true },
  destinationHoldDays: NEW_DETAILS_DAYS,
};

/** The two engines of the program, over one store. */
export interface Engines {
  readonly campaigns: Campaigns;
  readonly payouts: Payouts;
}

/** A person pays: nothing here moves money, and nothing can be paid twice under one transaction id. */
export function enginesOn(store: Store, sources: readonly ViewSource[]): Engines {
  return {
    campaigns: campaigns({ store, sources }),
    payouts: payouts({
      store,
      rules: PAYOUT_RULES,
      directory: storeDirectory(store),
      providers: [
        manualProvider({
          environment: 'test',
          currencies: { USD: { currency: USD, exponent: 2, step: 1n } },
        }),
      ],
    }),
  };
}
