import { amountProblem } from './amounts.ts';
import { type Answer, done, failed, missing } from './answer.ts';
import type { Call, Endpoint } from './call.ts';
import { partsOf, textOf, wholeOf } from './form.ts';
import { metadataProblem } from './metadata.ts';
import { createdSince, pageOf, PAGING } from './pages.ts';
import type { LoopbackPayout } from './platform.ts';
import { shownPayout } from './shown.ts';

/** From an account's balance to its bank. */
export const BANK_PAYOUTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: /^\/v1\/payouts$/,
    permission: 'payout_write',
    parameters: [
      'amount',
      'currency',
      'description',
      'destination',
      'expand',
      'metadata',
      'method',
      'source_type',
      'statement_descriptor',
    ],
    answer: createPayout,
  },
  {
    method: 'GET',
    path: /^\/v1\/payouts$/,
    permission: 'payout_read',
    parameters: [...PAGING, 'arrival_date', 'created', 'destination', 'status'],
    answer: ({ platform, form, onAccount }) => {
      const since = createdSince(form);
      const found = platform.payouts.filter(
        (payout) => payout.account === (onAccount ?? platform.id) && payout.at >= since,
      );
      return pageOf(
        found.map((payout) => shownPayout(platform, payout)),
        form,
        '/v1/payouts',
      );
    },
  },
  {
    method: 'GET',
    path: /^\/v1\/payouts\/([^/]+)$/,
    permission: 'payout_read',
    parameters: ['expand'],
    answer: ({ platform, onAccount }, [id = '']) => {
      const payout = platform.payouts.find(
        (one) => one.id === id && one.account === (onAccount ?? platform.id),
      );
      return payout === undefined ? missing('payout', id, 'payout') : done(shownPayout(platform, payout));
    },
  },
];

function createPayout(call: Call): Answer {
  const { platform, form, onAccount, key, at, fault, nextId, announce } = call;
  const [amountText, currency] = [textOf(form, 'amount'), textOf(form, 'currency')];
  const problem = amountProblem(amountText, currency, 'payout', call.minimum) ?? metadataProblem(form);
  if (problem !== undefined) return problem;
  const account = onAccount === undefined ? undefined : platform.accounts.get(onAccount);
  const balances = account?.balances ?? platform.balances;
  const [amount, code] = [wholeOf(amountText) ?? 0, (currency ?? '').toLowerCase()];
  if (fault?.name === 'recipient_not_ready' || account?.payoutsEnabled === false) {
    return failed({ code: 'payouts_not_allowed', message: 'Payouts are not enabled for this account.' });
  }
  if (fault?.name === 'balance_insufficient' || (balances.get(code) ?? 0) < amount) {
    return failed({
      code: 'balance_insufficient',
      message: 'You have insufficient funds in your Stripe account for this transfer.',
    });
  }
  const payout: LoopbackPayout = {
    id: nextId('po'),
    account: onAccount ?? platform.id,
    amount,
    currency: code,
    at,
    key,
    status: 'pending',
    failureCode: null,
    metadata: partsOf(form, 'metadata'),
  };
  balances.set(code, (balances.get(code) ?? 0) - amount);
  platform.payouts.push(payout);
  announce('payout.created', shownPayout(platform, payout), onAccount);
  return done(shownPayout(platform, payout));
}

/** How a connected account's payout goes on; one that fails gives its money back to that account's balance. */
export function settlePayout(
  { platform, announce }: Pick<Call, 'platform' | 'announce'>,
  payout: LoopbackPayout,
  status: LoopbackPayout['status'],
  failureCode: string | null = null,
): void {
  const had = payout.status;
  payout.status = status;
  payout.failureCode = failureCode;
  const gives = status === 'failed' || status === 'canceled';
  if (gives && had !== 'failed' && had !== 'canceled') {
    const balances = platform.accounts.get(payout.account)?.balances ?? platform.balances;
    balances.set(payout.currency, (balances.get(payout.currency) ?? 0) + payout.amount);
  }
  const type = status === 'in_transit' ? 'updated' : status === 'pending' ? 'created' : status;
  const account = platform.accounts.has(payout.account) ? payout.account : undefined;
  announce(`payout.${type}`, shownPayout(platform, payout), account);
}
