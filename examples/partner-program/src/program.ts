import {
  commissions,
  currency,
  type Payouts,
  type PayoutEngineRules,
  payouts,
  type Store,
  storeDirectory,
} from '@payout-engines/core';
import { demoBank, type Query } from '@payout-engines/example-kit';

/** The rules of the program: what a partner earns on a sale, how long it is held, from when on it is paid out. */

export const PROGRAM = 'partners';
export const USD = currency('USD');

/** For so long a sale can be refunded. */
export const HOLD_DAYS = 30;

/** A tier: from so much sold in 365 days on, in minor units, at which rate, and what must be there for a payout. */
export interface Tier {
  readonly id: string;
  readonly name: string;
  readonly from: bigint;
  readonly rate: string;
  readonly minimum: bigint;
}

export const TIERS: readonly [Tier, ...Tier[]] = [
  { id: 'starter', name: 'Starter', from: 0n, rate: '0.1', minimum: 5_000n },
  { id: 'growth', name: 'Growth', from: 100_000n, rate: '0.15', minimum: 10_000n },
  { id: 'premier', name: 'Premier', from: 1_000_000n, rate: '0.2', minimum: 100_000n },
  { id: 'strategic', name: 'Strategic', from: 10_000_000n, rate: '0.25', minimum: 20_000n },
];

/** Marginal: each part of a sale is paid at the rate of the tier that it falls in, so that nothing is lost at a limit. */
export const RULES = commissions({
  rules: [
    // First match: services are paid at one rate, whatever else was sold.
    { id: 'services', when: { kinds: ['services'] }, pays: { kind: 'rate', rate: '0.05' } },
    { id: 'products', pays: { kind: 'tiers', by: 'amount', apply: 'marginal', tiers: TIERS } },
  ],
  rounding: 'floor',
});

/** The tier that is reached with so much sold in 365 days. */
export function tierOf(sold: bigint): Tier {
  return TIERS.findLast(({ from }) => from <= sold) ?? TIERS[0];
}

const PAYOUT_RULES: PayoutEngineRules = {
  environment: 'test',
  thresholds: {
    currencies: {
      USD: {
        minimum: TIERS[0].minimum,
        tiers: Object.fromEntries(TIERS.map(({ id, minimum }) => [id, minimum])),
      },
    },
  },
  require: { active: true, verified: true, destination: true, noOpenPayout: true },
  approval: { mode: 'manual', fourEyes: true },
  destinationHoldDays: 7,
};

/** The payout engine of the program, over a store and the bank that does not exist. */
export function engineOn(store: Store, query: Query): Payouts {
  return payouts({
    store,
    rules: PAYOUT_RULES,
    directory: storeDirectory(store),
    providers: [demoBank(query, { USD: { currency: USD, exponent: 2, step: 1n } })],
  });
}
