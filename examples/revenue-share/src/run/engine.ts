import { revenueShare, type RevenueShare, type Store, storeInteractions } from '@payout-engines/core';
import type { Job } from '../job.ts';

/** The engine of a job over a store. */
export function engineOf(store: Store, { rules, revenue, directory, pageSize }: Job): RevenueShare {
  return revenueShare({
    store,
    rules,
    revenue,
    directory,
    interactions: storeInteractions(store),
    ...(pageSize === undefined ? {} : { pageSize }),
  });
}
