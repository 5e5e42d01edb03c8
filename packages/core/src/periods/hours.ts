import { millisecondsInHour } from 'date-fns/constants';
import { clockChange } from './clock-change.ts';
import type { HourlySchedule } from './schedule.ts';
import { timeZoneOf } from './time-zone.ts';
import type { Timeline } from './timeline.ts';

/**
 * The local hours of a zone. They are not boundaries of local time, like days: by that rule an hour that autumn
 * repeats would be one period of 7,200 seconds.
 */
export function hours(schedule: HourlySchedule): Timeline {
  const zone = timeZoneOf(schedule.timeZone);
  return {
    start: () => -Infinity,
    at(instant) {
      const offset = zone.offsetAt(instant);
      let start = new Date(instant + offset).setUTCMinutes(0, 0, 0) - offset;
      let end = start + millisecondsInHour;
      // A change of the clocks within the hour ends it. No two changes are in one hour.
      if (zone.offsetAt(start) !== offset) start = clockChange(zone, start, instant);
      if (zone.offsetAt(end - 1) !== offset) end = clockChange(zone, instant, end - 1);
      return { id: new Date(start).toISOString().replace('.000Z', 'Z'), start, end };
    },
  };
}
