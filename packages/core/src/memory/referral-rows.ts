import type { ReferralRows } from '../ports/store.ts';
import { isNewReferral } from '../referrals/graph.ts';
import type { Referral } from '../referrals/referral.ts';
import { type Journal, Table } from './journal.ts';

/** The referrals of one program, in memory. */
export function memoryReferrals(journal: Journal): ReferralRows {
  const rows = new Table<string, Referral>(journal);
  return {
    add: async (referrals) => {
      for (const referral of referrals) {
        if (isNewReferral(referral, (referred) => rows.get(referred))) rows.set(referral.referred, referral);
      }
      return Promise.resolve();
    },
    find: async (referred) => Promise.resolve(referred.map((id) => rows.get(id))),
  };
}
