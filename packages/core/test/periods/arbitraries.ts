import fc from 'fast-check';
import type { CustomSchedule, DateSchedule, RecurringSchedule } from '../../src/periods/schedule.ts';
import { changesOf, clockAt } from './clock.ts';
import { WEEKDAYS } from './rules.ts';

/** How many runs a property gets: `PROPERTY_RUNS`, or what it asks for. */
export const runs = (usual: number) => ({ numRuns: Number(process.env['PROPERTY_RUNS'] ?? usual) });

export const ZONES = [...Intl.supportedValuesOf('timeZone'), 'UTC'];

const timeZone = fc.constantFrom(...ZONES);
const timeOfDay = fc.option(
  fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')),
  { nil: undefined },
);
const weekday = fc.constantFrom(...WEEKDAYS);
const anchor = fc
  .date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const at = { timeZone, timeOfDay };

/** Schedules whose boundaries fall on local dates, in any zone. */
export const dateSchedule: fc.Arbitrary<DateSchedule> = fc.oneof(
  fc.record({ kind: fc.constant('daily' as const), ...at }),
  fc.record({ kind: fc.constant('weekly' as const), weekday, ...at }),
  fc.record({ kind: fc.constant('biweekly' as const), anchor, ...at }),
  fc.record({ kind: fc.constant('semimonthly' as const), ...at }),
  fc.record({ kind: fc.constant('monthly' as const), day: fc.integer({ min: 1, max: 31 }), ...at }),
  fc.record({ kind: fc.constant('quarterly' as const), ...at }),
  fc.record({
    kind: fc.constant('last-weekday' as const),
    weekday,
    of: fc.constantFrom('month' as const, 'quarter' as const),
    ...at,
  }),
);

/** Schedules that have a period for every instant, in any zone. */
export const recurringSchedule: fc.Arbitrary<RecurringSchedule> = fc.oneof(
  { weight: 7, arbitrary: dateSchedule },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hourly' as const), timeZone }) },
);

const MIN = Date.UTC(1970, 0, 1);
const MAX = Date.UTC(2040, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An instant from 1970 to 2040: as it falls, or within hours of a change of the zone's clocks, if it has any. */
export function instantIn(zone: string): fc.Arbitrary<Date> {
  const anywhere = fc.integer({ min: MIN, max: MAX });
  const changes = changesOf(zone);
  if (changes.length === 0) return anywhere.map((ms) => new Date(ms));
  const near = fc
    .tuple(
      fc.constantFrom(...changes),
      fc.oneof(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -26 * HOUR, max: 26 * HOUR })),
    )
    .map(([change, shift]) => change + shift);
  return fc.oneof(anywhere, near).map((ms) => new Date(ms));
}

/** Custom boundaries within hours of each other, in any zone, most of them near a change of its clocks. */
export const customSchedule: fc.Arbitrary<CustomSchedule> = timeZone.chain((zone) =>
  fc
    .tuple(
      instantIn(zone),
      fc.uniqueArray(fc.integer({ min: -50 * 60, max: 50 * 60 }), { minLength: 2, maxLength: 12 }),
    )
    .map(([centre, minutes]) => ({
      kind: 'custom',
      timeZone: zone,
      boundaries: minutes
        .sort((left, right) => left - right)
        .map((minute) =>
          new Date(clockAt(zone, centre.getTime()) + minute * MINUTE).toISOString().slice(0, 16),
        ),
    })),
);

/** A schedule of the kind given, with an instant of its zone. */
export function withInstant<S extends { readonly timeZone: string }>(
  schedules: fc.Arbitrary<S>,
): fc.Arbitrary<[S, Date]> {
  return schedules.chain((schedule) => fc.tuple(fc.constant(schedule), instantIn(schedule.timeZone)));
}
