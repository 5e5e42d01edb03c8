import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import { derivedId } from '../ledger/derived-id.ts';

/**
 * Every id that a payout gives rise to. Each is a function of its cause alone, never of a time, an amount or chance:
 * whoever does a step again writes the same id, and the second write is none.
 */

/** The payout that a request key opens. */
export function requestedPayoutId(key: string): string {
  return derivedId('payout', key);
}

/** The payout that a batch opens for a participant in a currency: one, ever. */
export function batchPayoutId(batch: string, participant: string, currency: string): string {
  return derivedId('batch', batch, participant, currency);
}

/** The earning that a credit key stands for. */
export function creditedEarningId(key: string): string {
  return derivedId('earning', key);
}

/** The parts of a payout's ledger story. Those of an attempt carry its number, so that no two attempts are confused. */
export const transferIds = {
  reserve: (payout: string, attempt: number) => derivedId('reserve', payout, attempt.toString()),
  unreserve: (payout: string, attempt: number) => derivedId('unreserve', payout, attempt.toString()),
  paid: (payout: string, attempt: number, provider: string, object: string) =>
    derivedId('paid', payout, attempt.toString(), provider, object),
  fee: (payout: string, attempt: number) => derivedId('fee', payout, attempt.toString()),
  difference: (payout: string, attempt: number, provider: string, object: string) =>
    derivedId('difference', payout, attempt.toString(), provider, object),
  /** `from` is the cumulative amount that had come back before: whoever knows it finds the next return. */
  returned: (payout: string, attempt: number, provider: string, object: string, from: bigint) =>
    derivedId('return', payout, attempt.toString(), provider, object, from.toString()),
  returnedDifference: (payout: string, attempt: number, provider: string, object: string, from: bigint) =>
    derivedId('return_difference', payout, attempt.toString(), provider, object, from.toString()),
  release: (earning: string) => derivedId('release', earning),
  reversal: (key: string, part: 'held' | 'available') => derivedId('reversal', key, part),
  bonusReversal: (key: string, earning: string, part: 'held' | 'available') =>
    derivedId('reversal', key, earning, part),
  adjustment: (key: string) => derivedId('adjustment', key),
} as const;

/**
 * The idempotency key of an attempt: 32 hexadecimal digits of a SHA-256 over program, payout and number, which every
 * provider's alphabet and length take. Never made of an amount or a date.
 */
export function attemptKey(program: string, payout: string, attempt: number): string {
  return bytesToHex(sha256(utf8ToBytes(derivedId('attempt', program, payout, attempt.toString())))).slice(
    0,
    32,
  );
}
