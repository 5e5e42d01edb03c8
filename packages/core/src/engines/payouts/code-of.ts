import { PayoutError } from '../../errors.ts';

/** A code for what was thrown: never its text, which may hold anything. */
export function codeOf(error: unknown, otherwise: string): string {
  return PayoutError.is(error) ? error.code : otherwise;
}
