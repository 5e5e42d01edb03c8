import type * as z from 'zod';
import { PayoutError } from '../errors.ts';

/** The most problems one error lists. */
const ISSUES_MAX = 20;

/**
 * The value, if the schema accepts it.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, whose issues say where and why and do not repeat the input
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, ISSUES_MAX).map((issue) => ({
    path: issue.path.length === 0 ? 'input' : issue.path.join('.'),
    reason: issue.message,
  }));
  throw new PayoutError('INVALID_INPUT', { issues });
}
