import type { RecurringSchedule } from '@payout-engines/core';
import type { InputOptions } from '../options.ts';
import { type Calendar, onePeriod, scheduledPeriods } from './calendar.ts';
import { at, invalid, UsageError } from './errors.ts';
import { parseInstant } from './instants.ts';
import { parseChoice, parseWhole } from './option-values.ts';

const KINDS = [
  'hourly',
  'daily',
  'weekly',
  'biweekly',
  'semimonthly',
  'monthly',
  'quarterly',
  'last-weekday',
] as const;
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** The periods a run is about: one from `--from` to `--to`, or those of the schedule of `--every`. */
export function calendarOf(options: InputOptions, timeZone: string): Calendar {
  const { every, from, to } = options;
  if (every === undefined) {
    for (const name of ['anchor', 'weekday', 'day', 'of'] as const) {
      if (options[name] !== undefined) throw new UsageError(`--${name} needs --every`);
    }
    if (from === undefined || to === undefined) {
      throw new UsageError('the period is missing: give --from and --to, or --every');
    }
    return onePeriod(periodFrom(from, to, options['period-id'], timeZone));
  }
  if (from !== undefined || to !== undefined || options['period-id'] !== undefined) {
    throw new UsageError('--every makes the periods itself: leave --from, --to and --period-id out');
  }
  return at('--every', () => scheduledPeriods(scheduleOf(every, options, timeZone)));
}

function periodFrom(from: string, to: string, id: string | undefined, timeZone: string) {
  const start = at('--from', () => parseInstant(from, timeZone));
  const end = at('--to', () => parseInstant(to, timeZone));
  return at('--to', () => {
    if (end.getTime() <= start.getTime()) throw invalid('--to', 'the period must end after it starts');
    return { id: id ?? from, start, end };
  });
}

function scheduleOf(every: string, options: InputOptions, timeZone: string): RecurringSchedule {
  const kind = parseChoice('every', every, KINDS);
  const needed: readonly string[] = NEEDS[kind];
  for (const name of ['anchor', 'weekday', 'day', 'of'] as const) {
    const given = options[name] !== undefined;
    if (needed.includes(name) && !given) throw new UsageError(`--every ${kind} needs --${name}`);
    if (!needed.includes(name) && given) throw new UsageError(`--every ${kind} takes no --${name}`);
  }
  const { anchor = '', weekday = '', day = '', of = '' } = options;
  switch (kind) {
    case 'hourly':
    case 'daily':
    case 'semimonthly':
    case 'quarterly':
      return { kind, timeZone };
    case 'weekly':
      return { kind, weekday: parseChoice('weekday', weekday, WEEKDAYS), timeZone };
    case 'biweekly':
      return { kind, anchor, timeZone };
    case 'monthly':
      return { kind, day: parseWhole('day', day), timeZone };
    case 'last-weekday':
      return {
        kind,
        weekday: parseChoice('weekday', weekday, WEEKDAYS),
        of: parseChoice('of', of, ['month', 'quarter']),
        timeZone,
      };
  }
}

const NEEDS = {
  hourly: [],
  daily: [],
  weekly: ['weekday'],
  biweekly: ['anchor'],
  semimonthly: [],
  monthly: ['day'],
  quarterly: [],
  'last-weekday': ['weekday', 'of'],
} as const satisfies Readonly<
  Record<(typeof KINDS)[number], readonly ('anchor' | 'weekday' | 'day' | 'of')[]>
>;
