/** A day of the week. Names, because 0, 1 and 7 mean different days to different people. */
export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

interface InTimeZone {
  /** An IANA name, such as `Europe/Berlin` or `UTC`. There is no default: the zone decides who is paid for midnight. */
  readonly timeZone: string;
}

interface AtTimeOfDay extends InTimeZone {
  /**
   * The local time of each boundary, `HH:MM`.
   *
   * @defaultValue `'00:00'`
   */
  readonly timeOfDay?: string | undefined;
}

/** A boundary on every local day. */
export interface DailySchedule extends AtTimeOfDay {
  readonly kind: 'daily';
}

/** A boundary on each of one weekday. */
export interface WeeklySchedule extends AtTimeOfDay {
  readonly kind: 'weekly';
  readonly weekday: Weekday;
}

/** A boundary on every fourteenth day, counted from the anchor in both directions. */
export interface BiweeklySchedule extends AtTimeOfDay {
  readonly kind: 'biweekly';
  /** A local date on which a boundary falls, `YYYY-MM-DD`. */
  readonly anchor: string;
}

/** A boundary on the 1st and the 15th of each month. */
export interface SemimonthlySchedule extends AtTimeOfDay {
  readonly kind: 'semimonthly';
}

/** A boundary on one day of each month. */
export interface MonthlySchedule extends AtTimeOfDay {
  readonly kind: 'monthly';
  /** 1 to 31. In a month without that day, the month's last day. */
  readonly day: number;
}

/** A boundary on the 1st of January, April, July and October. */
export interface QuarterlySchedule extends AtTimeOfDay {
  readonly kind: 'quarterly';
}

/** A boundary on the last such weekday of each month or quarter. */
export interface LastWeekdaySchedule extends AtTimeOfDay {
  readonly kind: 'last-weekday';
  readonly weekday: Weekday;
  readonly of: 'month' | 'quarter';
}

/**
 * A boundary at every whole local hour. An hour lasts 3,600 seconds, and one that the clock repeats in autumn is two
 * periods. Only a change of the clock by a part of an hour (Lord Howe Island) makes a shorter one.
 */
export interface HourlySchedule extends InTimeZone {
  readonly kind: 'hourly';
}

/** The boundaries given: outside the first and the last there is no period. */
export interface CustomSchedule extends InTimeZone {
  readonly kind: 'custom';
  /**
   * Two or more local times, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, in ascending order. With `timeZone: 'UTC'` they are
   * exact instants.
   */
  readonly boundaries: readonly string[];
}

/** A schedule whose boundaries fall on local dates. */
export type DateSchedule =
  | DailySchedule
  | WeeklySchedule
  | BiweeklySchedule
  | SemimonthlySchedule
  | MonthlySchedule
  | QuarterlySchedule
  | LastWeekdaySchedule;

/** A schedule that has a period for every instant. */
export type RecurringSchedule = DateSchedule | HourlySchedule;

/** When periods begin and end: plain data, which can be stored and compared. */
export type Schedule = RecurringSchedule | CustomSchedule;
