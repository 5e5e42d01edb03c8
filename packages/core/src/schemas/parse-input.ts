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
    path: issue.path.length === 0 ? 'input' : issue.path.map(segment).join('.'),
    reason: reasonOf(issue),
  }));
  throw new PayoutError('INVALID_INPUT', { issues });
}

/** Keys of records are input too: only what looks like a name of ours is repeated. */
function segment(part: PropertyKey): string {
  return typeof part === 'number' || (typeof part === 'string' && NAME.test(part)) ? part.toString() : '?';
}

const NAME = /^[A-Za-z][A-Za-z0-9]{0,39}$/;

/** zod would list the names of unknown fields, which anybody can choose. */
function reasonOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? 'it has fields that are not known' : issue.message;
}
