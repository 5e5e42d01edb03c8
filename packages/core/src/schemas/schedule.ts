import * as z from 'zod';
import type { Schedule } from '../periods/schedule.ts';

const zone = { timeZone: z.string().min(1).max(64) };
const zoneAndTime = { ...zone, timeOfDay: z.string().max(5).exactOptional() };
const weekday = z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']);

/** A schedule, shape only: zones, dates and times are checked by `assertSchedule`. */
export const scheduleSchema: z.ZodType<Schedule> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('daily'), ...zoneAndTime }),
  z.strictObject({ kind: z.literal('weekly'), weekday, ...zoneAndTime }),
  z.strictObject({ kind: z.literal('biweekly'), anchor: z.string().max(10), ...zoneAndTime }),
  z.strictObject({ kind: z.literal('semimonthly'), ...zoneAndTime }),
  z.strictObject({ kind: z.literal('monthly'), day: z.int().min(1).max(31), ...zoneAndTime }),
  z.strictObject({ kind: z.literal('quarterly'), ...zoneAndTime }),
  z.strictObject({
    kind: z.literal('last-weekday'),
    weekday,
    of: z.enum(['month', 'quarter']),
    ...zoneAndTime,
  }),
  z.strictObject({ kind: z.literal('hourly'), ...zone }),
  z.strictObject({
    kind: z.literal('custom'),
    boundaries: z.array(z.string().max(16)).min(2).max(100_000),
    ...zone,
  }),
]);
