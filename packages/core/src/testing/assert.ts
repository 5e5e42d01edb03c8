import { type ErrorCode, type ErrorDetails, PayoutError } from '../errors.ts';
import { plainText } from './plain.ts';

/** Why a case failed. Cases have asserts of their own, so that they run under any test framework. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure';
}

/** Fails unless the condition holds. */
export function assertThat(condition: boolean, what: string): asserts condition {
  if (!condition) throw new CaseFailure(what);
}

/** Fails unless two values have the same plain form. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const got = plainText(actual);
  const wanted = plainText(expected);
  if (got !== wanted) throw new CaseFailure(`${what}: expected ${shortened(wanted)}, got ${shortened(got)}`);
}

/** Fails unless the promise is refused with the code and, where they are given, exactly these details. */
export async function assertRefused<C extends ErrorCode>(
  attempt: Promise<unknown>,
  code: C,
  details?: ErrorDetails[C],
): Promise<void> {
  const error = await refusalOf(attempt);
  if (error === undefined) throw new CaseFailure(`expected ${code}, but it was accepted`);
  if (!PayoutError.is(error, code)) throw new CaseFailure(`expected ${code}, got ${describe(error)}`);
  if (details !== undefined) assertEqual(error.details, details, `the details of ${code}`);
}

/** What the promise was refused with, or nothing when it was not. */
export async function refusalOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return error ?? new CaseFailure('refused with nothing');
  }
}

function describe(error: unknown): string {
  if (PayoutError.is(error)) return `${error.code} ${plainText(error.details)}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : plainText(error);
}

/** A difference in 25,000 rows is shown by its beginning. */
function shortened(text: string): string {
  return text.length > 1000 ? `${text.slice(0, 1000)}… (${text.length} characters)` : text;
}
