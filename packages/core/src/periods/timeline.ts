/** A schedule laid out in time: its periods, in epoch milliseconds. */
export interface Timeline {
  /** The period that contains an instant; undefined outside the boundaries of a custom schedule. */
  at(instant: number): Span | undefined;
  /** The first instant that a period contains. */
  start(): number;
}

/** A period in epoch milliseconds, before it gets Dates, which a caller could change. */
export interface Span {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}
