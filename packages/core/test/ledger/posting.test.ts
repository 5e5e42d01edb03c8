import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/ledger/account.ts';
import { assertTransferRequest, hasSameContent, type TransferRequest } from '../../src/ledger/transfer.ts';
import { MAX_MINOR } from '../../src/money/range.ts';
import { Ledger } from './ledger.ts';

const gift: TransferRequest = {
  id: 'gift/1',
  debit: 'funding',
  credit: 'participant/u1/available',
  currency: 'USD',
  asked: 500n,
  kind: 'deposit',
  subject: 'gift',
};

const code = (attempt: () => unknown): unknown => {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

describe('a transfer request', () => {
  it('asks for an amount above zero that fits 64 bits', () => {
    for (const asked of [1n, 500n, MAX_MINOR])
      expect(() => assertTransferRequest({ ...gift, asked })).not.toThrow();
    for (const asked of [0n, -1n, -MAX_MINOR, MAX_MINOR + 1n]) {
      expect(code(() => assertTransferRequest({ ...gift, asked }))).toBe('INVALID_TRANSFER');
    }
  });

  it('moves money between two accounts, not within one', () => {
    expect(code(() => assertTransferRequest({ ...gift, debit: gift.credit }))).toBe('INVALID_TRANSFER');
  });

  it('names accounts that exist in the grammar', () => {
    const wrong = 'participant/u1/savings' as Account;
    expect(code(() => assertTransferRequest({ ...gift, debit: wrong }))).toBe('INVALID_TRANSFER');
    expect(code(() => assertTransferRequest({ ...gift, credit: wrong }))).toBe('INVALID_TRANSFER');
  });

  it('has ids that every store keeps as they are', () => {
    const wrong = [
      { id: '' },
      { id: 'a\u0000' },
      { currency: '\ud800' },
      { subject: 'x'.repeat(256) },
      { reverses: '' },
    ];
    for (const part of wrong)
      expect(code(() => assertTransferRequest({ ...gift, ...part }))).toBe('INVALID_ID');
  });

  it('never shows in an error what could be personal: only ids and reasons', () => {
    expect(() => assertTransferRequest({ ...gift, asked: 0n })).toThrow(
      'Transfer gift/1 is not valid: it must ask for an amount above zero.',
    );
  });
});

describe('the content of a transfer', () => {
  it('is all that was asked for, and nothing else', () => {
    expect(hasSameContent(gift, { ...gift })).toBe(true);
    expect(hasSameContent(gift, { ...gift, atMost: false })).toBe(true);
    const others: Partial<TransferRequest>[] = [
      { debit: 'differences' },
      { credit: 'pool/p' },
      { currency: 'EUR' },
      { asked: 501n },
      { kind: 'pool' },
      { subject: 'other' },
      { atMost: true },
      { reverses: 'gift/0' },
    ];
    for (const other of others) expect(hasSameContent(gift, { ...gift, ...other })).toBe(false);
  });
});

describe('a posted transfer', () => {
  it('keeps the time of its first posting', () => {
    const ledger = new Ledger();
    const [first] = ledger.post([gift]);
    const [again] = ledger.post([gift]);
    expect(again).toBe(first);
  });

  it('is refused under its id when its reversal of another transfer is named differently', () => {
    const ledger = new Ledger();
    ledger.post([gift, { ...gift, id: 'gift/2' }]);
    const back: TransferRequest = {
      ...gift,
      id: 'back',
      debit: 'participant/u1/available',
      credit: 'funding',
      asked: 1n,
      kind: 'reversal',
      reverses: 'gift/1',
    };
    ledger.post([back]);
    expect(ledger.attempt([{ ...back, reverses: 'gift/2' }])).toBe('IDEMPOTENCY_CONFLICT');
  });

  it('may make a debt for a participant only where money is available, never where it is held or reserved', () => {
    const ledger = new Ledger();
    ledger.post([gift]);
    const back = (debit: Account): TransferRequest => ({
      ...gift,
      id: `back/${debit}`,
      debit,
      credit: 'funding',
      asked: 1n,
      kind: 'reversal',
      reverses: 'gift/1',
    });
    expect(ledger.attempt([back('participant/u2/held')])).toBe('INSUFFICIENT_FUNDS');
    expect(ledger.attempt([back('participant/u2/reserved')])).toBe('INSUFFICIENT_FUNDS');
    expect(ledger.attempt([back('participant/u2/paid/available')])).toBe('INSUFFICIENT_FUNDS');
  });
});
