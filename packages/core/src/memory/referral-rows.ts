import { assertInstant } from '../instant.ts';
import type { ReferralRows } from '../ports/store.ts';
import { isNewReferral } from '../referrals/graph.ts';
import type { Referral } from '../referrals/referral.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';

/** The referrals of one program, in memory. */
export function memoryReferrals(journal: Journal): ReferralRows {
  const rows = new Table<string, Referral>(journal);

  const add = (referrals: readonly Referral[]): void => {
    for (const { referrer, referred, since } of referrals) {
      assertIds([referrer, referred], 'participant');
      assertInstant(since, 'since');
    }
    for (const referral of referrals) {
      if (isNewReferral(referral, (referred) => rows.get(referred))) {
        rows.set(referral.referred, copyOf(referral));
      }
    }
  };

  return {
    add: async (referrals) => {
      journal.atomically(() => {
        add(referrals);
      });
    },
    find: async (referred) => {
      assertIds(referred, 'referred');
      return referred.map((id) => rows.get(id)).map((row) => row && copyOf(row));
    },
  };
}

/** A Date can be changed by whoever holds it. */
function copyOf({ referrer, referred, since }: Referral): Referral {
  return { referrer, referred, since: new Date(since) };
}
