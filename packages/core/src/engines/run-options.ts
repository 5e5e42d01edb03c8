import { PayoutError } from '../errors.ts';

/** The six steps of a period. `plan` takes the first three, `commit` the others. */
export type PeriodStep = 'validate' | 'scores' | 'pool' | 'shares' | 'bonuses' | 'notifications';

/** How far a step is. `total` is known once everything has been counted. */
export interface Progress {
  readonly step: PeriodStep;
  readonly done: number;
  readonly total: number | undefined;
}

/** What long runs take: somebody to tell how far they are, and a way to stop them politely. */
export interface RunOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** An `AbortSignal`: the run ends with a thrown `ABORTED` after what it is doing; the same call goes on later. */
  readonly signal?: { readonly aborted: boolean };
}

/** Throws `ABORTED` once the caller's signal says so. */
export function assertNotAborted({ signal }: RunOptions, period: string): void {
  if (signal?.aborted === true) throw new PayoutError('ABORTED', { period });
}
