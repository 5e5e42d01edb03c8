import { fromProviderAmount, type PaymentObject } from '@payout-engines/core';
import { shownCurrency } from './currencies.ts';
import { jsonObject } from './events/json-object.ts';
import { transferReference } from './reference.ts';
import { countOf } from './whole-number.ts';

/**
 * A transfer as the port knows it, or nothing where that which was answered is no transfer. One that exists has moved: a
 * transfer has no later failure, and what is reversed of it is back in the platform's balance.
 */
export function readTransfer(answer: unknown, account: string): PaymentObject | undefined {
  const transfer = jsonObject(answer);
  if (transfer?.['object'] !== 'transfer') return undefined;
  const { id, livemode, destination } = transfer;
  const [counted, amount] = [shownCurrency(transfer['currency']), countOf(transfer['amount'])];
  const reversed = countOf(transfer['amount_reversed']);
  if (typeof id !== 'string' || id === '' || typeof livemode !== 'boolean') return undefined;
  if (counted === undefined || amount === undefined || amount <= 0n) return undefined;
  if (reversed === undefined || reversed < 0n || reversed > amount) return undefined;
  const to = typeof destination === 'string' ? destination : jsonObject(destination)?.['id'];
  const reference = transferReference(transfer);
  return {
    id,
    ...(reference !== undefined && { reference }),
    account,
    environment: livemode ? 'live' : 'test',
    ...(typeof to === 'string' && { destination: to }),
    currency: counted.currency.code,
    amount: fromProviderAmount(amount, counted).minor,
    status: 'moved',
    returned: fromProviderAmount(reversed, counted).minor,
  };
}
