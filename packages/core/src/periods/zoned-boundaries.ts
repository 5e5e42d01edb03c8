import type { Boundaries } from './boundaries.ts';
import { firstInstantOf } from './clock-change.ts';
import { boundariesOf } from './schedule-boundaries.ts';
import type { CustomSchedule, DateSchedule } from './schedule.ts';
import { type TimeZone, timeZoneOf } from './time-zone.ts';

/** The boundaries of a schedule with the zone in which their local times are meant. */
export interface ZonedBoundaries extends Boundaries {
  readonly zone: TimeZone;
  /** When the boundary with a number is reached. It never decreases with the number. */
  readonly instantOf: (number: number) => number;
}

/**
 * The boundaries of a schedule that is not hourly, in its zone.
 *
 * @throws {@link PayoutError} with code `INVALID_SCHEDULE` or `UNKNOWN_TIME_ZONE`
 */
export function zonedBoundariesOf(schedule: DateSchedule | CustomSchedule): ZonedBoundaries {
  const zone = timeZoneOf(schedule.timeZone);
  const boundaries = boundariesOf(schedule);
  return { ...boundaries, zone, instantOf: (number) => firstInstantOf(zone, boundaries.at(number)) };
}
