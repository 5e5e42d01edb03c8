/** What one step of a clip's earning is computed from, in minor units of one currency. */
export interface ClipEarningInput {
  /** What all views that were priced are worth; nothing while they are fewer than the campaign's minimum. */
  readonly worth: bigint;
  /** What the clip has earned so far. */
  readonly earned: bigint;
  /** What the budget did not cover before and never will. */
  readonly forfeited: bigint;
  readonly clipCap?: bigint;
  /** What the participant may still earn in the campaign. */
  readonly participantLeft?: bigint;
  readonly budgetLeft: bigint;
}

/** One step of a clip's earning, and what cut it off. `earned` and the cuts add up to what was due. */
export interface ClipEarning {
  readonly earned: bigint;
  /** Above the cap of the clip. Said at each step anew, as it stands. */
  readonly cutByClip: bigint;
  /** Above the cap of the participant. */
  readonly cutByParticipant: bigint;
  /** Beyond the budget. */
  readonly cutByBudget: bigint;
}

/**
 * What a clip earns now: what it is worth in all, less what was earned and forfeited before, cut by the clip's cap, by the
 * participant's and by the budget, in this order. Never less than nothing.
 *
 * @example
 * ```ts
 * import { clipEarning } from '@payout-engines/core';
 *
 * clipEarning({ worth: 5_500n, earned: 4_000n, forfeited: 0n, budgetLeft: 1_000n });
 * // => { earned: 1000n, cutByClip: 0n, cutByParticipant: 0n, cutByBudget: 500n }
 * ```
 */
export function clipEarning(input: ClipEarningInput): ClipEarning {
  const { worth, earned: before, forfeited, clipCap, participantLeft, budgetLeft } = input;
  const due = notNegative(worth - before - forfeited);
  const underClip = clipCap === undefined ? due : notNegative(lower(worth, clipCap) - before - forfeited);
  const underParticipant =
    participantLeft === undefined ? underClip : lower(underClip, notNegative(participantLeft));
  const earned = lower(underParticipant, notNegative(budgetLeft));
  return {
    earned,
    cutByClip: due - underClip,
    cutByParticipant: underClip - underParticipant,
    cutByBudget: underParticipant - earned,
  };
}

function lower(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function notNegative(amount: bigint): bigint {
  return amount < 0n ? 0n : amount;
}
