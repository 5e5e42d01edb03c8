/** Totals divided exactly: by ids and decimals, or by columns of numbers. */

export { split, type Share, type Split, type SplitOptions } from './split.ts';
export { splitTyped, type TypedSplit, type TypedSplitOptions } from './split-typed.ts';
export type { SplitEntry } from './entries.ts';
export type { IdOrder } from './id-order.ts';
export type { WeightColumn } from './kernel/survey.ts';
export { PayoutError, type ErrorCode, type ErrorDetails } from '../errors.ts';
