import { PayoutError } from '../errors.ts';
import type { Environment } from '../payouts/payout.ts';
import type { PaymentProvider, ProviderCapabilities } from '../ports/provider.ts';

/** What a manual provider needs to know. */
export interface ManualProviderOptions {
  /** @defaultValue `'manual'` */
  readonly id?: string;
  readonly environment: Environment;
  /** What the operators can pay, and in which steps. */
  readonly currencies: ProviderCapabilities['currencies'];
}

/**
 * A provider that is a person: an operator pays outside and enters the transaction id (`completeManually`). It sends
 * nothing and sees nothing, so nothing here can pay twice; two operators are kept apart by the claim and by the
 * uniqueness of the transaction id.
 *
 * @example
 * ```ts
 * import { currency, manualProvider } from '@payout-engines/core';
 *
 * const inr = currency('INR');
 * const upi = manualProvider({
 *   id: 'upi',
 *   environment: 'live',
 *   currencies: { INR: { currency: inr, exponent: 2, step: 1n } },
 * });
 * upi.capabilities.manual; // => true
 * ```
 */
export function manualProvider(options: ManualProviderOptions): PaymentProvider {
  const { id = 'manual', environment, currencies } = options;
  const reason = 'an operator pays it by hand and enters the transaction id; nothing can be sent';
  return {
    id,
    capabilities: { manual: true, inFlightMs: 0, currencies },
    account: () => Promise.resolve({ id, environment }),
    send: () => Promise.reject(new PayoutError('UNFIT_PROVIDER', { provider: id, reason })),
    find: () => Promise.resolve([]),
  };
}
