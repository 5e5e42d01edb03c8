import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/ledger/account.ts';
import { assertTransferRequest, hasSameContent, type TransferRequest } from '../../src/ledger/transfer.ts';
import { MAX_MINOR } from '../../src/money/range.ts';
import { refusal } from '../money/refusal.ts';
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
    const named = (part: Partial<TransferRequest>): unknown =>
      refusal(() => assertTransferRequest({ ...gift, ...part })).details;
    const reason = 'it is empty';
    expect(named({ id: '' })).toEqual({ field: 'transfer', reason });
    expect(named({ currency: '' })).toEqual({ field: 'currency', reason });
    expect(named({ subject: '' })).toEqual({ field: 'subject', reason });
    expect(named({ reverses: '' })).toEqual({ field: 'reverses', reason });
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

  it('has the content of its request, its amount and its time, and nothing besides', () => {
    const ledger = new Ledger();
    const at = new Date(1);
    const capped: TransferRequest = { ...gift, id: 'c', debit: gift.credit, credit: 'funding', atMost: true };
    const back: TransferRequest = {
      ...gift,
      id: 'r',
      debit: gift.credit,
      credit: 'funding',
      reverses: gift.id,
    };
    expect(ledger.post([gift, capped, back])).toStrictEqual([
      { ...gift, moved: 500n, at },
      { ...capped, moved: 500n, at },
      { ...back, moved: 500n, at },
    ]);
  });

  it('moves nothing out of a debt where it moves at most what is there', () => {
    const ledger = new Ledger();
    const paid: TransferRequest = {
      ...gift,
      debit: gift.credit,
      credit: 'participant/u1/paid/bank',
      kind: 'evidence',
    };
    const capped: TransferRequest = { ...gift, id: 'c', debit: gift.credit, credit: 'funding', atMost: true };
    expect(ledger.post([paid, capped]).map(({ moved }) => moved)).toEqual([500n, 0n]);
    expect(ledger.post([{ ...capped, id: 'd', debit: 'pool/p' }]).map(({ moved }) => moved)).toEqual([0n]);
  });
});

describe('evidence that money moved', () => {
  const evidence: TransferRequest = {
    ...{ id: 'paid/p1', currency: 'USD', asked: 700n, kind: 'evidence', subject: 'p1' },
    ...{ debit: 'participant/u1/available', credit: 'participant/u1/paid/bank' },
  };

  it('is booked whatever is available, and leaves a debt that later earnings net against', () => {
    const ledger = new Ledger();
    ledger.post([gift, evidence]);
    expect(ledger.balances.of('participant/u1/available', 'USD')).toBe(-200n);
    ledger.post([{ ...gift, id: 'gift/2', asked: 250n }]);
    expect(ledger.balances.of('participant/u1/available', 'USD')).toBe(50n);
  });

  it('is the only kind that may, and only where money is available', () => {
    const kinds = [
      'pool',
      'pool_return',
      'share',
      'referral_bonus',
      'release',
      'reversal',
      'deposit',
      'earning',
    ];
    const others = ['adjustment', 'reserve', 'unreserve', 'payout', 'fee', 'difference', 'return'];
    for (const kind of [...kinds, ...others] as TransferRequest['kind'][])
      expect(new Ledger().attempt([{ ...evidence, kind }]), kind).toBe('INSUFFICIENT_FUNDS');
    const names = ['held', 'reserved', 'paid/available'] as const;
    for (const debit of [
      ...names.map((name) => `participant/u2/${name}` as const),
      'pool/p',
      'campaign/c',
      'writtenOff',
    ] as const)
      expect(new Ledger().attempt([{ ...evidence, debit }]), debit).toBe('INSUFFICIENT_FUNDS');
  });
});

describe('a refused posting', () => {
  const ledger = new Ledger();
  const available = 'participant/u1/available';
  const back: TransferRequest = {
    ...{ ...gift, id: 'back', debit: available, credit: 'funding', asked: 100n, kind: 'reversal' },
    reverses: 'gift/1',
  };
  ledger.post([gift, { ...gift, id: 'euros', currency: 'EUR' }, back]);

  it.each<[string, Partial<TransferRequest>, string, object]>([
    ['other content under its id', { asked: 1n }, 'IDEMPOTENCY_CONFLICT', { kind: 'transfer', id: 'back' }],
    [
      'an account without the money',
      { id: 'n', debit: 'pool/p' },
      'INSUFFICIENT_FUNDS',
      { transfer: 'n', account: 'pool/p' },
    ],
    [
      'a transfer that is not there',
      { id: 'n', reverses: 'gone' },
      'TRANSFER_NOT_FOUND',
      { transfer: 'gone' },
    ],
    ['another currency', { id: 'n', reverses: 'euros' }, 'CURRENCY_MISMATCH', { left: 'EUR', right: 'USD' }],
    [
      'a reversal that is reversed',
      { id: 'n', debit: 'funding', credit: available, reverses: 'back' },
      'INVALID_TRANSFER',
      { transfer: 'n', reason: expect.stringContaining('reversal') },
    ],
    [
      'taking back from another',
      { id: 'n', debit: 'participant/u2/available' },
      'INVALID_TRANSFER',
      { transfer: 'n', reason: expect.stringContaining('another') },
    ],
    [
      'more than is left',
      { id: 'n', asked: 401n },
      'REVERSAL_EXCEEDS',
      { transfer: 'n', reverses: 'gift/1' },
    ],
  ])('names what it is about: %s', (_what, change, code, details) => {
    const error = refusal(() => ledger.post([{ ...back, ...change }]));
    expect(error.code).toBe(code);
    expect(error.details).toEqual(details);
  });

  it('is none when all that is left is taken back, even to the last unit', () => {
    expect(ledger.post([{ ...back, id: 'rest', asked: 400n }])[0]?.moved).toBe(400n);
  });
});
