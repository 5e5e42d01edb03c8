/** What a reading came to. */
export type Finding =
  /** The reading at the approval: views up to it are never paid. */
  | 'baseline'
  | 'growth'
  | 'no_growth'
  /** Below the highest count: views that the platform took back, or a counter that was reset. Nothing is taken back. */
  | 'fall'
  /** Too fast: nothing is paid until somebody has looked. */
  | 'held'
  /** Somebody has looked at what was held. */
  | 'accepted'
  | 'excluded'
  /** Its clip or its campaign is not tracked any more, or rests; why, says the reason. */
  | 'not_counted'
  /** The source looked and there was no count. */
  | 'unknown'
  /** The source could not look. */
  | 'failed';

/** All findings. */
export const FINDINGS = [
  'baseline',
  'growth',
  'no_growth',
  'fall',
  'held',
  'accepted',
  'excluded',
  'not_counted',
  'unknown',
  'failed',
] as const satisfies readonly Finding[];

/** One reading of a clip and what became of it, as it is stored. Never changed. Amounts are minor units. */
export interface Observation {
  readonly clip: string;
  /** Counted from 1 in each clip, in the order of booking. */
  readonly number: number;
  /** When it was read. */
  readonly at: Date;
  readonly finding: Finding;
  /** Where there was a count. */
  readonly views?: bigint;
  /** Why there was none, or why it was not counted, as a code. */
  readonly reason?: string;
  /** The views that it newly priced, and the place of their rate. */
  readonly growth: bigint;
  readonly rate: number;
  /** What it paid. */
  readonly earned: bigint;
  /** What was due and not paid: above the clip's cap, above the participant's, beyond the budget. */
  readonly cutByClip: bigint;
  readonly cutByParticipant: bigint;
  readonly cutByBudget: bigint;
}
