import { PayoutError } from '../../src/errors.ts';

/** The typed error that a call throws. Fails when it throws nothing, or an error of another class. */
export function refusal(call: () => unknown): PayoutError {
  try {
    call();
  } catch (error) {
    if (PayoutError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
