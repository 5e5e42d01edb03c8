import { PayoutError } from '../errors.ts';

/** When something that did not work is tried again. */
export interface RetryPolicy {
  /** After the first fruitless try; each further one waits twice as long. */
  readonly firstMs: number;
  /** The longest wait. */
  readonly longestMs: number;
  /** Sends and looks of one attempt that may be fruitless one after the other; then a person must look. */
  readonly triesMax: number;
  /** How long a payout waits that was refused for now, before its next attempt. */
  readonly refusedMs: number;
  /** Attempts that may be refused for one and the same reason; then the payout has failed. What stops a whole run never fails one. */
  readonly attemptsMax: number;
}

/**
 * From half a minute to six hours, thirty tries: up to five days. A refused payout is due again after 23 hours, so that a
 * daily run tries it daily, for thirty days.
 */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  firstMs: 30_000,
  longestMs: 21_600_000,
  triesMax: 30,
  refusedMs: 82_800_000,
  attemptsMax: 30,
};

/** A month: leaves the sums below 2^31. */
const WAIT_MAX = 2_147_483_647;

/**
 * Throws unless the policy is one that ends.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 */
export function checkRetryPolicy(policy: RetryPolicy): RetryPolicy {
  const issues: { readonly path: string; readonly reason: string }[] = [];
  const { firstMs, longestMs, triesMax, refusedMs, attemptsMax } = policy;
  for (const [path, value] of Object.entries({ firstMs, longestMs, triesMax, refusedMs, attemptsMax })) {
    if (!Number.isInteger(value) || value < 1 || value > WAIT_MAX) {
      issues.push({ path, reason: 'it must be a whole number from 1 to 2^31 - 1' });
    }
  }
  if (issues.length === 0 && longestMs < firstMs) {
    issues.push({ path: 'longestMs', reason: 'it must not be below firstMs' });
  }
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return { firstMs, longestMs, triesMax, refusedMs, attemptsMax };
}

/**
 * How long to wait after so many fruitless tries: exponential, up to the longest, and of that a random part from half
 * to the whole, so that what failed together does not come back together.
 *
 * @param random a whole number from 0 to 2^32 - 1
 */
export function backoffMs(policy: RetryPolicy, tries: number, random: number): number {
  let wait = policy.firstMs;
  for (let count = 1; count < tries && wait < policy.longestMs; count += 1) wait += wait;
  wait = Math.min(wait, policy.longestMs);
  const half = wait >> 1;
  let part = wait - half;
  // half × random / 2^16, bit by bit: whole numbers throughout.
  for (let bit = 1; bit <= 16; bit += 1) if (((random >>> (32 - bit)) & 1) === 1) part += half >> bit;
  return part;
}
