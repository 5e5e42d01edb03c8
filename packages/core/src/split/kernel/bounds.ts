/**
 * Where arithmetic in doubles is exact. A double holds every integer up to 2^53; the proofs stand where a bound is used.
 */

/** Quotients below it are guessed at most one too low. */
export const GUESS_MAX = 2 ** 49;

/** A sum of weights below it keeps a remainder before its correction, which is below twice the sum, exact. */
export const DOUBLE_SUM_MAX = 2 ** 52;

/** Below this number of participants a plain scan beats every preparation. */
export const FEW = 48;

/** 2^30 weights of 64 bits sum up to less than 2^94, of which the widest remainder can hold twice as much. */
export const PARTICIPANTS_MAX = 2 ** 30;

/**
 * What makes a guessed quotient low and never high.
 *
 * Up to six roundings of 2^-53 each lie between a guess and the true value: three in `rest / weightSum`, one in this
 * factor, one in the weight as a double, one in the product. The factor takes away 8 × 2^-53, so a guess lies below
 * the true value by a factor between 1 − 2 × 2^-53 and 1 − 14 × 2^-53: by less than one for values below 2^49.
 */
export const GUESS_LOW = 1 - 2 ** -50;
