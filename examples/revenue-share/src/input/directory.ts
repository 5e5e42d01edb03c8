import type { Directory, Participant, ReferralGraph } from '@payout-engines/core';

/**
 * The directory of one run: what the files say, and nothing that an earlier run has left behind. A plan takes it in as
 * a snapshot, so it need not be stored.
 *
 * @param participants left out, everyone who occurs in the events takes part.
 */
export function directoryOf(
  participants: ReadonlyMap<string, Participant> | undefined,
  referrals: ReferralGraph | undefined,
): Directory {
  return {
    participants: async (_program, ids) =>
      Promise.resolve(
        ids.map((id) =>
          participants === undefined ? { id, active: true, verified: true } : participants.get(id),
        ),
      ),
    referrals: async (_program, referred) =>
      Promise.resolve(referred.map((id) => referrals?.byReferred.get(id))),
  };
}
