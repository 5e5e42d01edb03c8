import {
  applyRate,
  currency,
  DEFAULT_RETRY_POLICY,
  parseRate,
  type Payouts,
  type PayoutEngineRules,
  payouts,
  type Store,
  storeDirectory,
} from '@payout-engines/core';
import { demoBank, type Query } from '@payout-engines/example-kit';

/** The rules of the marketplace: what a seller and a scout earn on an order, and from when on they are paid. */

export const PROGRAM = 'marketplace';
export const INR = currency('INR');

/** Of the price, for the marketplace. */
export const FEE_RATE = '0.1';
const FEE = parseRate(FEE_RATE);

/** Of what the seller earns, for the scout who brought the seller; the marketplace pays it. */
export const BOUNTY_RATE = '0.05';
const BOUNTY = parseRate(BOUNTY_RATE);

/** A bounty is held as long as the order may come back. */
export const BOUNTY_HOLD_DAYS = 7;

/** The least payout, in paise. */
export const MINIMUM = { seller: 100n, scout: 50_000n } as const;

/** From a change of bank account on, so long nothing is sent to the new one. */
export const BANK_HOLD_DAYS = 3;

/** The marketplace's part of a price, in paise. */
export function feeOn(price: bigint): bigint {
  return applyRate(price, FEE, 'half-even');
}

/** The bounty on what a seller earns, in paise: rounded down, as the library takes it back. */
export function bountyOn(earned: bigint): bigint {
  return applyRate(earned, BOUNTY, 'floor');
}

const PAYOUT_RULES: PayoutEngineRules = {
  environment: 'test',
  thresholds: { currencies: { INR: { minimum: MINIMUM.seller, tiers: MINIMUM } } },
  // Each order has a payout of its own, whether or not the one before has arrived.
  require: { active: true, verified: true, destination: true, noOpenPayout: false },
  // A payout waits until the hourly run, or an operator, says that it is to be sent.
  approval: { mode: 'manual', fourEyes: true },
  destinationHoldDays: BANK_HOLD_DAYS,
  // A bank account that is closed is closed an hour later, too: an operator tries again once it is put right.
  retry: { ...DEFAULT_RETRY_POLICY, attemptsMax: 1 },
};

/** The payout engine of the marketplace, over a store and the bank that does not exist. */
export function engineOn(store: Store, query: Query): Payouts {
  return payouts({
    store,
    rules: PAYOUT_RULES,
    directory: storeDirectory(store),
    providers: [demoBank(query, { INR: { currency: INR, exponent: 2, step: 1n } })],
  });
}
