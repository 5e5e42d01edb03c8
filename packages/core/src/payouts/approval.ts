import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import type { Payout } from './payout.ts';

/** What is approved, and so what is paid. */
export type ApprovedContent = Pick<
  Payout,
  | 'id'
  | 'participant'
  | 'currency'
  | 'amount'
  | 'fee'
  | 'feeBearer'
  | 'provider'
  | 'destination'
  | 'requestedBy'
>;

/**
 * The SHA-256, in hexadecimal, of everything that an approval agrees to: a change of any of it voids the approval. The
 * text that is hashed is a JSON array, so that anybody can compute it again.
 */
export function approvalDigest(program: string, payout: ApprovedContent): string {
  const { id, participant, currency, amount, fee, feeBearer, provider, destination, requestedBy } = payout;
  const text = JSON.stringify([
    program,
    id,
    participant,
    currency,
    amount.toString(),
    fee.toString(),
    feeBearer,
    provider,
    destination === undefined ? null : [destination.id, destination.version],
    requestedBy,
  ]);
  return bytesToHex(sha256(utf8ToBytes(text)));
}
