import { type Answer, invalid } from './answer.ts';

const THREE_DECIMALS = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
const WHOLE_HUNDREDS = new Set(['isk', 'ugx']);
const PAYOUTS_BY_HUNDREDS = new Set(['huf', 'twd']);
const NOT_ACCEPTED = new Set(['xts', 'xxx']);

/** What is refused about an amount, before anything is executed. */
export function amountProblem(
  text: string | undefined,
  currency: string | undefined,
  kind: 'transfer' | 'payout',
  minimum: number,
): Answer | undefined {
  if (currency === undefined || !/^[A-Za-z]{3}$/.test(currency) || NOT_ACCEPTED.has(currency.toLowerCase())) {
    return invalid({ message: 'Invalid currency.', param: 'currency' });
  }
  if (text === undefined) {
    return invalid({
      code: 'parameter_missing',
      message: 'Missing required param: amount.',
      param: 'amount',
    });
  }
  if (!/^[1-9][0-9]*$/.test(text)) {
    return invalid({ code: 'parameter_invalid_integer', message: 'Invalid integer.', param: 'amount' });
  }
  const code = currency.toLowerCase();
  if (text.length > 12) {
    return invalid({ code: 'amount_too_large', message: 'Amount is too large.', param: 'amount' });
  }
  if (BigInt(text) < BigInt(minimum)) {
    return invalid({ code: 'amount_too_small', message: 'Amount is too small.', param: 'amount' });
  }
  const offStep =
    (THREE_DECIMALS.has(code) && !text.endsWith('0')) ||
    (WHOLE_HUNDREDS.has(code) && !text.endsWith('00')) ||
    (kind === 'payout' && PAYOUTS_BY_HUNDREDS.has(code) && !text.endsWith('00'));
  if (offStep) {
    return invalid({
      code: 'parameter_invalid_integer',
      message: 'The amount is off the step of its currency.',
      param: 'amount',
    });
  }
  return undefined;
}
