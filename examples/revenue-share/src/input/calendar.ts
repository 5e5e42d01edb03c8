import { assertSchedule, type Period, periodAt, type RecurringSchedule } from '@payout-engines/core';

/** Which period an event belongs to. */
export interface Calendar {
  /** The one period of a run, or nothing when a schedule makes them as events need them. */
  readonly only: Period | undefined;
  /** The period that contains an instant; nothing outside of every period. */
  periodOf(instant: Date): Period | undefined;
}

/** One period: everything outside of it is refused. */
export function onePeriod(period: Period): Calendar {
  return { only: period, periodOf: (instant) => (contains(period, instant) ? period : undefined) };
}

/** The periods of a schedule, as many as the events touch. A period without events is never opened. */
export function scheduledPeriods(schedule: RecurringSchedule): Calendar {
  assertSchedule(schedule);
  let last: Period | undefined;
  return {
    only: undefined,
    periodOf: (instant) => {
      // Events mostly come in order, and computing a boundary takes some microseconds.
      if (last === undefined || !contains(last, instant)) last = periodAt(schedule, instant);
      return last;
    },
  };
}

function contains({ start, end }: Period, instant: Date): boolean {
  const time = instant.getTime();
  return start.getTime() <= time && time < end.getTime();
}
