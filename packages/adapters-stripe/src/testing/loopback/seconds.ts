import { divide } from '@payout-engines/core';
import { numberOf } from '../../whole-number.ts';

/** Milliseconds as Stripe shows times: in whole seconds. */
export function secondsOf(ms: number): number {
  return numberOf(divide(BigInt(ms), 1000n, 'down')) ?? 0;
}
