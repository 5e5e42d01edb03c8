import type { Span } from './timeline.ts';

/**
 * A half-open interval `[start, end)` of instants: its end is the start of the next period, and not part of this one.
 */
export interface Period {
  /**
   * Unique within the schedule: the local date of its start, `2026-10-01`. With the time, `2026-10-01T12:30`, where a
   * custom boundary has one. For hours the instant, `2026-10-01T13:00:00Z`, as autumn has two hours of the same name.
   */
  readonly id: string;
  readonly start: Date;
  readonly end: Date;
}

/** The span with Dates of its own. */
export function periodOf({ id, start, end }: Span): Period {
  return { id, start: new Date(start), end: new Date(end) };
}
