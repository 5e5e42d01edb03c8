import { amountProblem } from './amounts.ts';
import { type Answer, done, failed, invalid, missing } from './answer.ts';
import type { Call, Endpoint } from './call.ts';
import { partsOf, textOf, wholeOf } from './form.ts';
import { mergedMetadata, metadataProblem } from './metadata.ts';
import { createdSince, pageOf, PAGING } from './pages.ts';
import type { ConnectedAccount, LoopbackTransfer } from './platform.ts';
import { secondsOf } from './seconds.ts';
import { shownTransfer } from './shown.ts';

/** From the platform's balance to a connected account's. */
export const TRANSFERS: readonly Endpoint[] = [
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
    path: /^\/v1\/transfers\/([^/]+)$/,
    permission: 'transfer_write',
    parameters: ['description', 'expand', 'metadata'],
    answer: updateTransfer,
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
  const [amount, code] = [wholeOf(amountText) ?? 0, (currency ?? '').toLowerCase()];
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

/** What is said of a transfer can change, and nothing else of it. */
function updateTransfer({ platform, form, announce }: Call, [id = '']: readonly string[]): Answer {
  const transfer = platform.transfers.find((one) => one.id === id);
  if (transfer === undefined) return missing('transfer', id, 'transfer');
  const problem = metadataProblem(form);
  if (problem !== undefined) return problem;
  transfer.metadata = mergedMetadata(transfer.metadata, form);
  transfer.description = textOf(form, 'description') ?? transfer.description;
  announce('transfer.updated', shownTransfer(platform, transfer));
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
      secondsOf(transfer.at) * 1000 >= since &&
      transfer.at <= visibleUntil,
  );
  return pageOf(
    found.map((transfer) => shownTransfer(platform, transfer)),
    form,
    '/v1/transfers',
  );
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
