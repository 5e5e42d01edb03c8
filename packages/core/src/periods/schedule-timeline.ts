import { lastUpTo } from './boundaries.ts';
import { assertObject } from './fields.ts';
import { hours } from './hours.ts';
import { formatDate, formatDateTime } from './local-time.ts';
import type { CustomSchedule, DateSchedule, Schedule } from './schedule.ts';
import type { Timeline } from './timeline.ts';
import { zonedBoundariesOf } from './zoned-boundaries.ts';

/** Checks a schedule and lays it out. */
export function timelineOf(schedule: Schedule): Timeline {
  assertObject(schedule);
  return schedule.kind === 'hourly' ? hours(schedule) : spansBetweenBoundaries(schedule);
}

function spansBetweenBoundaries(schedule: DateSchedule | CustomSchedule): Timeline {
  const boundaries = zonedBoundariesOf(schedule);
  const format = schedule.kind === 'custom' ? formatDateTime : formatDate;
  return {
    start: () => boundaries.instantOf(boundaries.first),
    at(instant) {
      // What the clocks show now they have reached, so this boundary lies in the past. The next can lie in the past
      // too, if the clocks were turned back behind it. Where they skipped boundaries, those all fall on the instant
      // of the jump: the last of them begins the period, and no empty one is left between them.
      let number = lastUpTo(boundaries, instant + boundaries.zone.offsetAt(instant));
      while (number < boundaries.last) {
        const end = boundaries.instantOf(number + 1);
        if (end > instant) {
          if (number < boundaries.first) return undefined;
          return { id: format(boundaries.at(number)), start: boundaries.instantOf(number), end };
        }
        number += 1;
      }
      return undefined;
    },
  };
}
