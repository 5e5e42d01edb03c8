import { attemptKey, currency, frozenRequest, type PaymentRequest } from '@payout-engines/core';
import { type OpenedProvider, providerCases, registerProviderCases } from '@payout-engines/core/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Database, DEMO_BANK_TABLES, demoBank, openDatabase } from '../src/index.ts';

const CURRENCIES = { USD: { currency: currency('USD'), exponent: 2, step: 1n } };

let database: Database;
beforeAll(async () => {
  database = await openDatabase('memory', 'payouts', DEMO_BANK_TABLES);
});
afterAll(() => database.close());

let opened = 0;

describe('the bank that does not exist', () => {
  registerProviderCases(it, providerCases, {
    abilities: {
      keys: true,
      lookup: true,
      balance: false,
      recipients: true,
      returns: true,
      events: false,
      faults: false,
      time: false,
    },
    open: async () => {
      opened += 1;
      return open(`program-${opened}`);
    },
  });
});

function open(program: string): OpenedProvider {
  const provider = demoBank(database.query, CURRENCIES);
  let payouts = 0;
  return {
    provider,
    request: (more = {}) => {
      payouts += 1;
      const { program: of = program, payout = `payout/${payouts}`, attempt = 1 } = more;
      const request = {
        program: of,
        payout,
        attempt,
        key: attemptKey(of, payout, attempt),
        account: 'demo-bank',
        participant: 'ann',
        destination: 'iban-1',
        currency: 'USD',
        amount: 1_000n,
        ...more,
      };
      return { ...request, frozen: frozenOf(request) };
    },
    countPayments: async (reference) => {
      const rows = await database.query('SELECT FROM demo_bank_payment WHERE program = $1 AND payout = $2', [
        reference.program,
        reference.payout,
      ]);
      return rows.length;
    },
    unreadyDestination: () => Promise.resolve('iban-closed'),
    giveBack: async (object, amount) => {
      const id = object.replace('payment-', '');
      await database.query('UPDATE demo_bank_payment SET returned = returned + $2 WHERE id = $1', [
        id,
        amount.toString(),
      ]);
    },
    passTime: () => Promise.resolve(),
  };
}

function frozenOf({ destination, ...request }: Omit<PaymentRequest, 'frozen'>): string {
  return frozenRequest({
    ...request,
    environment: 'test',
    ...(destination !== undefined && { destination: { id: destination, version: 1 } }),
  });
}
