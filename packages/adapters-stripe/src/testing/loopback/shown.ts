import type {
  ConnectedAccount,
  LoopbackPayout,
  LoopbackReversal,
  LoopbackTransfer,
  Platform,
} from './platform.ts';
import { secondsOf } from './seconds.ts';

/** The objects as Stripe shows them. */

export function shownTransfer(platform: Platform, transfer: LoopbackTransfer): Record<string, unknown> {
  return {
    id: transfer.id,
    object: 'transfer',
    amount: transfer.amount,
    amount_reversed: transfer.amountReversed,
    balance_transaction: `txn_${transfer.id}`,
    created: secondsOf(transfer.at),
    currency: transfer.currency,
    description: transfer.description,
    destination: transfer.destination,
    destination_payment: `py_${transfer.id}`,
    livemode: platform.livemode,
    metadata: transfer.metadata,
    reversals: {
      object: 'list',
      // Newest first, and never more than ten.
      data: [...transfer.reversals].reverse().slice(0, 10).map(shownReversal),
      has_more: transfer.reversals.length > 10,
      url: `/v1/transfers/${transfer.id}/reversals`,
    },
    reversed: transfer.amountReversed === transfer.amount,
    source_transaction: null,
    source_type: 'card',
    transfer_group: transfer.transferGroup,
  };
}

export function shownReversal(reversal: LoopbackReversal): Record<string, unknown> {
  return {
    id: reversal.id,
    object: 'transfer_reversal',
    amount: reversal.amount,
    balance_transaction: `txn_${reversal.id}`,
    created: reversal.created,
    currency: reversal.currency,
    destination_payment_refund: `pyr_${reversal.id}`,
    metadata: reversal.metadata,
    source_refund: null,
    transfer: reversal.transfer,
  };
}

export function shownPayout(platform: Platform, payout: LoopbackPayout): Record<string, unknown> {
  const created = secondsOf(payout.at);
  return {
    id: payout.id,
    object: 'payout',
    amount: payout.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: created + 2 * 86_400,
    automatic: false,
    balance_transaction: `txn_${payout.id}`,
    created,
    currency: payout.currency,
    description: null,
    destination: 'ba_loopback',
    failure_balance_transaction: null,
    failure_code: payout.failureCode,
    failure_message: payout.failureCode === null ? null : 'The payout failed.',
    livemode: platform.livemode,
    metadata: payout.metadata,
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: payout.status,
    trace_id: null,
    type: 'bank_account',
  };
}

export function shownAccount(account: ConnectedAccount): Record<string, unknown> {
  return {
    id: account.id,
    object: 'account',
    business_type: 'individual',
    capabilities: { transfers: account.transfers },
    charges_enabled: false,
    country: account.country,
    default_currency: 'usd',
    details_submitted: account.detailsSubmitted,
    metadata: account.metadata,
    payouts_enabled: account.payoutsEnabled,
    requirements: { ...account.requirements, alternatives: [], errors: [] },
    type: 'express',
  };
}

export function shownPlatform(platform: Platform): Record<string, unknown> {
  return {
    id: platform.id,
    object: 'account',
    capabilities: {},
    charges_enabled: true,
    country: 'US',
    default_currency: 'usd',
    details_submitted: true,
    payouts_enabled: true,
    type: 'standard',
  };
}

export function shownBalance(
  livemode: boolean,
  balances: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const available = [...(balances.size === 0 ? new Map([['usd', 0]]) : balances)].map(
    ([currency, amount]) => ({
      amount,
      currency,
      source_types: { card: amount },
    }),
  );
  return {
    object: 'balance',
    available,
    connect_reserved: [],
    livemode,
    pending: available.map(({ currency }) => ({ amount: 0, currency, source_types: { card: 0 } })),
  };
}
