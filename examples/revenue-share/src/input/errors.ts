import { PayoutError } from '@payout-engines/core';

/** The command line asks for something that does not exist or does not fit together: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A refusal with the place of what was refused: a file and a line, or an option. */
export class PlacedError extends Error {
  override readonly name = 'PlacedError';
  readonly place: string;
  readonly refusal: PayoutError;

  constructor(place: string, refusal: PayoutError) {
    super(refusal.message, { cause: refusal });
    this.place = place;
    this.refusal = refusal;
  }
}

/** What the work gives; what it refuses gets a place. */
export function at<Result>(place: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw placed(place, error);
  }
}

/** A refusal of the library with a place; anything else as it is. */
export function placed(place: string, error: unknown): unknown {
  return PayoutError.is(error) ? new PlacedError(place, error) : error;
}

/** An `INVALID_INPUT` of one reason. The value itself is not repeated: nobody knows what is in it. */
export function invalid(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}

/** What the work gives, or nothing once its refusal has been reported with its place. */
export function attempt<Result>(
  place: string,
  onRefused: (error: PlacedError) => void,
  work: () => Result,
): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    onRefused(new PlacedError(place, error));
    return undefined;
  }
}
