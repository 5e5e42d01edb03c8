import { type Answer, done, failed, invalid, missing } from './answer.ts';
import type { Call, Endpoint } from './call.ts';
import { partsOf, textOf, wholeOf } from './form.ts';
import { metadataProblem } from './metadata.ts';
import { pageOf, PAGING } from './pages.ts';
import type { LoopbackReversal, LoopbackTransfer } from './platform.ts';
import { secondsOf } from './seconds.ts';
import { shownReversal, shownTransfer } from './shown.ts';

/** Back from a connected account, in parts or whole. */
export const REVERSALS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: /^\/v1\/transfers\/([^/]+)\/reversals$/,
    permission: 'transfer_write',
    parameters: ['amount', 'description', 'expand', 'metadata', 'refund_application_fee'],
    answer: reverseTransfer,
  },
  {
    method: 'GET',
    path: /^\/v1\/transfers\/([^/]+)\/reversals$/,
    permission: 'transfer_read',
    parameters: PAGING,
    answer: ({ platform, form }, [id = '']) => {
      const transfer = platform.transfers.find((one) => one.id === id);
      if (transfer === undefined) return missing('transfer', id, 'transfer');
      return pageOf(transfer.reversals.map(shownReversal), form, `/v1/transfers/${id}/reversals`);
    },
  },
];

function reverseTransfer(call: Call, [id = '']: readonly string[]): Answer {
  const { platform, form, fault } = call;
  const transfer = platform.transfers.find((one) => one.id === id);
  if (transfer === undefined) return missing('transfer', id, 'id');
  const left = transfer.amount - transfer.amountReversed;
  const text = textOf(form, 'amount');
  if (text !== undefined && !/^[1-9][0-9]*$/.test(text)) {
    return invalid({ code: 'parameter_invalid_integer', message: 'Invalid integer.', param: 'amount' });
  }
  const problem = metadataProblem(form);
  if (problem !== undefined) return problem;
  const amount = text === undefined ? left : (wholeOf(text) ?? 0);
  if (left === 0) return failed({ message: `Transfer ${id} is already fully reversed.` });
  if (amount > left) {
    return failed({
      message: 'Reversal amount is greater than unreversed amount on transfer.',
      param: 'amount',
    });
  }
  const account = platform.accounts.get(transfer.destination);
  const has = account?.balances.get(transfer.currency) ?? 0;
  if (fault?.name === 'balance_insufficient' || has < amount) {
    return failed({
      code: 'balance_insufficient',
      message: 'The connected account has insufficient funds for this reversal.',
    });
  }
  const reversal = addReversal(call, transfer, amount, partsOf(form, 'metadata'));
  return done(shownReversal(reversal));
}

/** Takes back a part of a transfer, whoever asked for it. */
export function addReversal(
  { platform, at, nextId, announce }: Pick<Call, 'platform' | 'at' | 'nextId' | 'announce'>,
  transfer: LoopbackTransfer,
  amount: number,
  metadata: Readonly<Record<string, string>> = {},
): LoopbackReversal {
  const reversal = {
    id: nextId('trr'),
    transfer: transfer.id,
    amount,
    currency: transfer.currency,
    created: secondsOf(at),
    metadata,
  };
  transfer.reversals.push(reversal);
  transfer.amountReversed += amount;
  const { currency } = transfer;
  platform.balances.set(currency, platform.balanceOf(currency) + amount);
  const balances = platform.accounts.get(transfer.destination)?.balances;
  balances?.set(currency, (balances.get(currency) ?? 0) - amount);
  announce('transfer.reversed', shownTransfer(platform, transfer));
  return reversal;
}
