import type { Key } from './select.ts';

/** Remainders are sorted coarsely into this many bins of equal width. */
export const BINS = 2 ** 15;

/** A participant's bin carries this flag when the guess of its quotient was one too low. */
export const GUESS_WAS_LOW = BINS;

/** The exact part of a split: quotients and remainders of `weight × rest / weightSum`, one participant at a time. */
export interface ExactRemainders {
  /** The remainder as integers, the most significant first. */
  readonly keys: readonly Key[];
  /** The bin of the participant settled last, with {@link GUESS_WAS_LOW} if its guess was. */
  readonly bin: number;
  /** Computes one participant and answers the quotient modulo 2^32. */
  settle(position: number): number;
}
