import { amountProblem } from './amounts.ts';
import { type Answer, done, failed, invalid, missing } from './answer.ts';
import type { LoopbackFault } from './faults.ts';
import { type Form, partsOf, textOf } from './form.ts';
import type { ConnectedAccount, LoopbackPayout, LoopbackTransfer, Platform } from './platform.ts';
import {
  shownAccount,
  shownBalance,
  shownPayout,
  shownPlatform,
  shownReversal,
  shownTransfer,
} from './shown.ts';

/** A request that is authenticated, for an endpoint. */
export interface Call {
  readonly platform: Platform;
  readonly method: string;
  readonly path: string;
  readonly form: Form;
  readonly key: string | undefined;
  /** The connected account that it is made as. */
  readonly onAccount: string | undefined;
  readonly at: number;
  readonly fault: LoopbackFault | undefined;
  readonly minimum: number;
  readonly nextId: (prefix: string) => string;
  readonly announce: (type: string, object: Record<string, unknown>, account?: string) => void;
}

/** The permission that a restricted key needs. */
export interface Endpoint {
  readonly method: string;
  readonly path: RegExp;
  readonly permission: string;
  readonly parameters: readonly string[];
  readonly answer: (call: Call, ids: readonly string[]) => Answer;
}

const PAGING = ['limit', 'starting_after', 'ending_before', 'expand'];

export const ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'POST',
    path: /^\/v1\/transfers$/,
    permission: 'transfer_write',
    parameters: [
      'amount',
      'currency',
      'description',
      'destination',
      'expand',
      'metadata',
      'source_transaction',
      'source_type',
      'transfer_group',
    ],
    answer: createTransfer,
  },
  {
    method: 'GET',
    path: /^\/v1\/transfers$/,
    permission: 'transfer_read',
    parameters: [...PAGING, 'created', 'destination', 'transfer_group'],
    answer: listTransfers,
  },
  {
    method: 'GET',
    path: /^\/v1\/transfers\/([^/]+)$/,
    permission: 'transfer_read',
    parameters: ['expand'],
    answer: ({ platform }, [id = '']) => {
      const transfer = platform.transfers.find((one) => one.id === id);
      return transfer === undefined
        ? missing('transfer', id, 'transfer')
        : done(shownTransfer(platform, transfer));
    },
  },
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
      return page(transfer.reversals.map(shownReversal), form, `/v1/transfers/${id}/reversals`);
    },
  },
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
      return page(
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
  {
    method: 'GET',
    path: /^\/v1\/balance$/,
    permission: 'balance_read',
    parameters: ['expand'],
    answer: ({ platform, onAccount }) =>
      done(
        shownBalance(
          platform.livemode,
          onAccount === undefined
            ? platform.balances
            : (platform.accounts.get(onAccount)?.balances ?? new Map()),
        ),
      ),
  },
  {
    method: 'GET',
    path: /^\/v1\/account$/,
    permission: 'account_read',
    parameters: ['expand'],
    answer: ({ platform }) => done(shownPlatform(platform)),
  },
  {
    method: 'GET',
    path: /^\/v1\/accounts\/([^/]+)$/,
    permission: 'connected_account_read',
    parameters: ['expand'],
    answer: ({ platform }, [id = '']) => {
      if (id === platform.id) return done(shownPlatform(platform));
      const account = platform.accounts.get(id);
      return account === undefined || account.deauthorized ? noAccess(id) : done(shownAccount(account));
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/accounts$/,
    permission: 'connected_account_write',
    parameters: ['capabilities', 'controller', 'country', 'email', 'expand', 'metadata', 'type'],
    answer: ({ platform, form, nextId, announce }) => {
      const account = platform.addAccount(nextId('acct'), {
        country: textOf(form, 'country') ?? 'US',
        transfers: 'inactive',
        payoutsEnabled: false,
        detailsSubmitted: false,
        metadata: partsOf(form, 'metadata'),
      });
      announce('account.updated', shownAccount(account), account.id);
      return done(shownAccount(account));
    },
  },
  {
    method: 'POST',
    path: /^\/v1\/account_links$/,
    permission: 'account_link_write',
    parameters: ['account', 'collection_options', 'expand', 'refresh_url', 'return_url', 'type'],
    answer: ({ platform, form, at, nextId }) => {
      const id = textOf(form, 'account') ?? '';
      if (!platform.accounts.has(id)) return missing('account', id, 'account', 400);
      const created = Math.floor(at / 1000);
      return done({
        object: 'account_link',
        created,
        expires_at: created + 300,
        url: `https://connect.stripe.com/setup/e/${id}/${nextId('link')}`,
      });
    },
  },
];

function createTransfer(call: Call): Answer {
  const { platform, form, key, at, fault, nextId, announce } = call;
  const [amountText, currency] = [textOf(form, 'amount'), textOf(form, 'currency')];
  const problem = amountProblem(amountText, currency, 'transfer', call.minimum) ?? metadataProblem(form);
  if (problem !== undefined) return problem;
  const to = textOf(form, 'destination');
  if (to === undefined) {
    return invalid({
      code: 'parameter_missing',
      message: 'Missing required param: destination.',
      param: 'destination',
    });
  }
  const account = platform.accounts.get(to);
  if (account === undefined) return missing('destination', to, 'destination', 400);
  const [amount, code] = [Number(amountText), (currency ?? '').toLowerCase()];
  if (fault?.name === 'recipient_not_ready' || account.transfers !== 'active') return lacksCapability();
  if (account.restrictedRegion) return restricted(account);
  if (fault?.name === 'balance_insufficient' || platform.balanceOf(code) < amount) {
    return failed({
      code: 'balance_insufficient',
      message:
        'You have insufficient available funds in your Stripe account. Try adding funds directly to your ' +
        'available balance.',
    });
  }
  const transfer: LoopbackTransfer = {
    id: nextId('tr'),
    amount,
    amountReversed: 0,
    currency: code,
    destination: to,
    transferGroup: textOf(form, 'transfer_group') ?? null,
    at,
    key,
    description: textOf(form, 'description') ?? null,
    metadata: partsOf(form, 'metadata'),
    reversals: [],
  };
  platform.transfers.push(transfer);
  platform.balances.set(code, platform.balanceOf(code) - amount);
  account.balances.set(code, (account.balances.get(code) ?? 0) + amount);
  announce('transfer.created', shownTransfer(platform, transfer));
  return done(shownTransfer(platform, transfer));
}

function listTransfers({ platform, form, at, fault }: Call): Answer {
  const [group, to, since] = [
    textOf(form, 'transfer_group'),
    textOf(form, 'destination'),
    createdSince(form),
  ];
  const visibleUntil = fault?.name === 'lags' ? at - fault.ms : at;
  const found = platform.transfers.filter(
    (transfer) =>
      (group === undefined || transfer.transferGroup === group) &&
      (to === undefined || transfer.destination === to) &&
      Math.floor(transfer.at / 1000) * 1000 >= since &&
      transfer.at <= visibleUntil,
  );
  return page(
    found.map((transfer) => shownTransfer(platform, transfer)),
    form,
    '/v1/transfers',
  );
}

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
  const amount = text === undefined ? left : Number(text);
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
): LoopbackTransfer['reversals'][number] {
  const reversal = {
    id: nextId('trr'),
    transfer: transfer.id,
    amount,
    currency: transfer.currency,
    created: Math.floor(at / 1000),
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

function createPayout(call: Call): Answer {
  const { platform, form, onAccount, key, at, fault, nextId, announce } = call;
  const [amountText, currency] = [textOf(form, 'amount'), textOf(form, 'currency')];
  const problem = amountProblem(amountText, currency, 'payout', call.minimum) ?? metadataProblem(form);
  if (problem !== undefined) return problem;
  const account = onAccount === undefined ? undefined : platform.accounts.get(onAccount);
  const balances = account?.balances ?? platform.balances;
  const [amount, code] = [Number(amountText), (currency ?? '').toLowerCase()];
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

function lacksCapability(): Answer {
  return failed({
    code: 'insufficient_capabilities_for_transfer',
    message:
      'Your destination account needs to have at least one of the following capabilities enabled: ' +
      'transfers, crypto_transfers, legacy_payments',
  });
}

function restricted({ country }: ConnectedAccount): Answer {
  return failed({
    code: 'transfers_not_allowed',
    message:
      `Funds can't be sent to accounts located in ${country} because it's restricted outside of your ` +
      "platform's region.",
  });
}

/** An account of another platform, or of nobody. */
export function noAccess(id: string): Answer {
  return invalid(
    {
      code: 'account_invalid',
      message:
        `The provided key does not have access to account '${id}' (or that account does not exist). ` +
        'Application access may have been revoked.',
    },
    403,
  );
}

function metadataProblem(form: Form): Answer | undefined {
  const metadata = Object.entries(partsOf(form, 'metadata'));
  const fits = metadata.every(([key, value]) => key.length <= 40 && value.length <= 500);
  return metadata.length <= 50 && fits
    ? undefined
    : invalid({ code: 'parameter_invalid_string', message: 'Metadata is too long.', param: 'metadata' });
}

function createdSince(form: Form): number {
  const { created } = form;
  const since = typeof created === 'object' ? textOf(created, 'gte') : created;
  return since === undefined ? 0 : Number(since) * 1000;
}

/** A page of a list, newest first. */
function page(oldestFirst: readonly Record<string, unknown>[], form: Form, url: string): Answer {
  const all = [...oldestFirst].reverse();
  const limit = Number(textOf(form, 'limit') ?? '10');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    return invalid({ code: 'parameter_invalid_integer', message: 'Invalid limit.', param: 'limit' });
  }
  const after = textOf(form, 'starting_after');
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && from === 0) return missing('object', after, 'starting_after', 400);
  const data = all.slice(from, from + limit);
  return done({ object: 'list', data, has_more: from + limit < all.length, url });
}
