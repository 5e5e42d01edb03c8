import {
  type Payouts,
  payouts,
  type RevenueShare,
  revenueShare,
  type Store,
  storeDirectory,
  storeInteractions,
} from '@payout-engines/core';
import { demoBank, type Query } from '@payout-engines/example-kit';
import { CLAIM_RULES, PAGE_SIZE, RULES, SOL } from './program.ts';
import { revenueOf } from './revenue.ts';

/** The engine that shares the revenue of a period. */
export function sharesOn(store: Store, query: Query, pageSize = PAGE_SIZE): RevenueShare {
  return revenueShare({
    store,
    rules: RULES,
    interactions: storeInteractions(store),
    directory: storeDirectory(store),
    revenue: revenueOf(query),
    pageSize,
  });
}

/** The engine that pays claims, with the bank that does not exist. */
export function claimsOn(store: Store, query: Query): Payouts {
  return payouts({
    store,
    rules: CLAIM_RULES,
    directory: storeDirectory(store),
    providers: [demoBank(query, { SOL: { currency: SOL, exponent: 9, step: 1n } })],
  });
}
