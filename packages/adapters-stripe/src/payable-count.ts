import {
  money,
  type PayableCurrency,
  PayoutError,
  type SendOutcome,
  toProviderAmount,
} from '@payout-engines/core';
import { numberOf } from './whole-number.ts';

/** The count to send, or the refusal where the amount is not exactly one: nothing is rounded on the way. */
export function payableCount(
  amount: bigint,
  payable: PayableCurrency | undefined,
): { readonly count: number } | { readonly refusal: SendOutcome } {
  if (payable === undefined) return refused('currency_not_supported');
  if (amount <= 0n) return refused('amount_not_positive');
  if (amount < (payable.minimum ?? 0n)) return refused('amount_too_small');
  try {
    const count = numberOf(toProviderAmount(money(payable.currency, amount), payable));
    return count === undefined ? refused('amount_too_large') : { count };
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    return refused(PayoutError.is(error, 'INEXACT_CONVERSION') ? 'amount_off_step' : 'amount_too_large');
  }
}

function refused(code: string): { readonly refusal: SendOutcome } {
  return { refusal: { kind: 'refused', scope: 'payout', code } };
}
