import { PayoutError } from '../../src/errors.ts';

/**
 * The typed error that a call throws, whose sentence names everything it is about. Fails when it throws nothing, or an
 * error of another class.
 */
export function refusal(call: () => unknown): PayoutError {
  try {
    call();
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    if (/undefined|not valid: \.|^ /.test(error.message))
      throw new Error('a refusal does not say of what', { cause: error });
    return error;
  }
  throw new Error('nothing was refused');
}
