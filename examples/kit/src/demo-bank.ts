import {
  type PayableCurrency,
  type PaymentObject,
  type PaymentProvider,
  PayoutError,
  type PaymentRequest,
  type SendOutcome,
} from '@payout-engines/core';
import type { Query, Row } from './database.ts';

/** The table that the bank keeps its payments in. */
export const DEMO_BANK_TABLES = `
  CREATE TABLE IF NOT EXISTS demo_bank_payment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    request text NOT NULL,
    program text NOT NULL,
    payout text NOT NULL,
    attempt integer NOT NULL,
    destination text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    returned bigint NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND amount),
    at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS demo_bank_payment_of ON demo_bank_payment (program, payout)`;

const ACCOUNT = { id: 'demo-bank', environment: 'test' } as const;

const SELECT = `SELECT id::text, request, program, payout, attempt, destination, currency, amount::text, returned::text
  FROM demo_bank_payment`;

/**
 * A bank that does not exist: it keeps its payments in a table, so that they outlive the app, and pays a key once. What
 * is sent to a destination that ends in `closed` is refused, so that there is something to look into.
 */
export function demoBank(
  query: Query,
  currencies: Readonly<Record<string, PayableCurrency>>,
): PaymentProvider {
  return {
    id: 'demo-bank',
    capabilities: {
      keys: { windowMs: 365 * 86_400_000, lengthMax: 255, replaysFirstAnswer: true },
      lookup: { authoritative: true, delayMs: 0 },
      inFlightMs: 60_000,
      currencies,
    },
    account: () => Promise.resolve(ACCOUNT),
    send: async (request, signal) =>
      signal.aborted ? { kind: 'not_executed', code: 'stopped' } : send(query, currencies, request),
    find: async ({ program, payout, account }) => {
      if (account !== ACCOUNT.id)
        throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'it is another account' });
      return (await query(`${SELECT} WHERE program = $1 AND payout = $2 ORDER BY id`, [program, payout])).map(
        readPayment,
      );
    },
    list: async function* (since) {
      yield (await query(`${SELECT} WHERE at >= $1 ORDER BY id`, [since.toISOString()])).map(readPayment);
    },
  };
}

async function send(
  query: Query,
  currencies: Readonly<Record<string, PayableCurrency>>,
  request: PaymentRequest,
): Promise<SendOutcome> {
  const { key, frozen, program, payout, attempt, destination, currency, amount, account } = request;
  if (account !== ACCOUNT.id) return { kind: 'not_executed', code: 'another_account' };
  const payable = Object.hasOwn(currencies, currency) ? currencies[currency] : undefined;
  if (payable === undefined) return { kind: 'refused', scope: 'payout', code: 'currency_not_paid' };
  if (amount < 1n || amount < (payable.minimum ?? 1n)) {
    return { kind: 'refused', scope: 'payout', code: 'amount_too_small' };
  }
  if (destination === undefined) return { kind: 'refused', scope: 'recipient', code: 'no_destination' };
  if (destination.endsWith('closed')) return { kind: 'refused', scope: 'recipient', code: 'account_closed' };
  await query(
    `INSERT INTO demo_bank_payment (key, request, program, payout, attempt, destination, currency, amount)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO NOTHING`,
    [key, frozen, program, payout, attempt, destination, currency, amount.toString()],
  );
  const [row] = await query(`${SELECT} WHERE key = $1`, [key]);
  if (row === undefined) return { kind: 'unknown', code: 'not_kept' };
  if (row['request'] !== frozen) return { kind: 'unknown', code: 'key_reused' };
  return { kind: 'object', object: readPayment(row) };
}

function readPayment(row: Row): PaymentObject {
  const text = (name: string): string => String(row[name]);
  return {
    id: `payment-${text('id')}`,
    reference: { program: text('program'), payout: text('payout'), attempt: Number(row['attempt']) },
    account: ACCOUNT.id,
    environment: ACCOUNT.environment,
    destination: text('destination'),
    currency: text('currency'),
    amount: BigInt(text('amount')),
    status: 'moved',
    returned: BigInt(text('returned')),
  };
}
