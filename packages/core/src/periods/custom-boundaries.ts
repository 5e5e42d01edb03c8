import { assertInvariant } from '../errors.ts';
import type { Boundaries } from './boundaries.ts';
import { invalidSchedule } from './fields.ts';
import { parseDateTime } from './local-time.ts';
import type { CustomSchedule } from './schedule.ts';

/** The boundaries that a custom schedule lists. */
export function customBoundaries({ boundaries }: CustomSchedule): Boundaries {
  // Annotated, so that the check does not make the list one of any.
  const isList: boolean = Array.isArray(boundaries);
  if (!isList || boundaries.length < 2) throw invalidSchedule('boundaries must be two or more');
  const locals: number[] = [];
  let previous = -Infinity;
  for (const [position, boundary] of boundaries.entries()) {
    const local = parseDateTime(boundary);
    if (local === undefined) {
      throw invalidSchedule(
        `the boundary at position ${position} is not a local time such as 2026-10-01T12:00`,
      );
    }
    if (local <= previous) {
      throw invalidSchedule(`the boundary at position ${position} is not later than the one before it`);
    }
    locals.push(local);
    previous = local;
  }
  return {
    first: 0,
    last: locals.length - 1,
    at(number) {
      const local = locals[number];
      assertInvariant(local !== undefined, 'a boundary has a number from first to last');
      return local;
    },
  };
}
