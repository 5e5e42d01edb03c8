import { describe, expect, it } from 'vitest';
import { MAX_MINOR } from '../../src/money/range.ts';
import {
  assertBatchRecord,
  assertControls,
  assertDestinationVersion,
  assertReversalRecord,
} from '../../src/payouts/assert-record.ts';
import { refusal } from '../money/refusal.ts';

const at = new Date('2026-10-01T00:00:00.000Z');
const NO_DATE = new Date(NaN);
const NOT_COUNTS = [-1, 1.5, NaN, '1', 2 ** 53];

/** What is wrong, the code of the refusal, and what it names. */
type Case = readonly [change: object, code: string, name: string];

/** What an error names: the field, the path, or the reason. */
const named = (details: object): string => JSON.stringify(details);

describe('a batch', () => {
  const batch = { key: 'b', openedAt: at, request: '{}', pages: 0, page: 0 };

  it('is kept', () => {
    expect(() => assertBatchRecord(batch)).not.toThrow();
  });

  it.each<Case>([
    [{ key: '' }, 'INVALID_ID', 'batch'],
    [{ openedAt: NO_DATE }, 'INVALID_INSTANT', 'openedAt'],
    [{ request: '\u0000' }, 'INVALID_INPUT', 'request'],
    ...NOT_COUNTS.map((pages) => [{ pages }, 'INVALID_INPUT', '"pages"'] as const),
    ...NOT_COUNTS.map((page) => [{ page }, 'INVALID_INPUT', '"page"'] as const),
  ])('is refused with %o as %s', (change, code, name) => {
    const error = refusal(() => assertBatchRecord({ ...batch, ...change }));
    expect(error.code).toBe(code);
    expect(named(error.details)).toContain(name);
  });
});

describe('a reversal', () => {
  const reversal = { key: 'k', earning: 'e', amount: 1n, reason: '', applied: 0n };

  it('is kept, of a part or of all that is left, applied or not', () => {
    expect(() => assertReversalRecord(reversal)).not.toThrow();
    expect(() => assertReversalRecord({ key: 'k', earning: 'e', reason: 'x'.repeat(1000) })).not.toThrow();
    expect(() => assertReversalRecord({ ...reversal, amount: MAX_MINOR, applied: MAX_MINOR })).not.toThrow();
  });

  it.each<Case>([
    [{ key: '' }, 'INVALID_ID', 'reversal'],
    [{ earning: '' }, 'INVALID_ID', 'earning'],
    [{ amount: 0n }, 'INVALID_AMOUNT', 'not above zero'],
    [{ amount: -1n }, 'INVALID_AMOUNT', 'not above zero'],
    [{ amount: MAX_MINOR + 1n }, 'AMOUNT_OUT_OF_RANGE', '2^63'],
    [{ reason: 'x'.repeat(1001) }, 'INVALID_INPUT', '"path":"reason"'],
    [{ applied: -1n }, 'INVALID_AMOUNT', 'below zero'],
    [{ applied: 5 }, 'INVALID_AMOUNT', 'bigint'],
  ])('is refused with %o as %s', (change, code, name) => {
    const error = refusal(() => assertReversalRecord({ ...reversal, ...change }));
    expect(error.code).toBe(code);
    expect(named(error.details)).toContain(name);
  });
});

describe('controls', () => {
  const halt = { provider: 'p', account: 'a', currency: 'USD', reason: 'r', at, until: at };

  it('are kept, with halts of one account or of everything', () => {
    expect(() => assertControls({ epoch: 0, halts: [halt, { reason: 'r', at }] })).not.toThrow();
    expect(() => assertControls({ epoch: 7, halts: [], restored: { at, since: at } })).not.toThrow();
  });

  it.each<Case>([
    ...['provider', 'account', 'currency', 'reason'].map(
      (field) => [{ [field]: '' }, 'INVALID_ID', field] as const,
    ),
    [{ at: NO_DATE }, 'INVALID_INSTANT', 'at'],
    [{ until: NO_DATE }, 'INVALID_INSTANT', 'until'],
  ])('are refused with a halt of %o as %s', (change, code, name) => {
    const error = refusal(() => assertControls({ epoch: 0, halts: [halt, { ...halt, ...change }] }));
    expect(error.code).toBe(code);
    expect(named(error.details)).toContain(name);
  });

  it.each([{ at: NO_DATE }, { since: NO_DATE }])('are refused when restored %o', (change) => {
    const restored = { at, since: at, ...change };
    const error = refusal(() => assertControls({ epoch: 1, halts: [], restored }));
    expect(error.code).toBe('INVALID_INSTANT');
    expect(named(error.details)).toContain(`restored.${'at' in change ? 'at' : 'since'}`);
  });

  it.each(NOT_COUNTS)('are refused with epoch %s', (epoch) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => assertControls({ epoch, halts: [] }));
    expect(error.code).toBe('INVALID_INPUT');
    expect(named(error.details)).toContain('epoch');
  });
});

describe('a version of a destination', () => {
  it('is kept', () => {
    expect(() => assertDestinationVersion({ provider: 'p', id: 'd', version: 0 })).not.toThrow();
  });

  it.each<Case>([
    [{ provider: '' }, 'INVALID_ID', 'provider'],
    [{ id: '' }, 'INVALID_ID', 'destination'],
    ...NOT_COUNTS.map((version) => [{ version }, 'INVALID_INPUT', 'destination.version'] as const),
  ])('is refused with %o as %s', (change, code, name) => {
    const error = refusal(() => assertDestinationVersion({ provider: 'p', id: 'd', version: 0, ...change }));
    expect(error.code).toBe(code);
    expect(named(error.details)).toContain(name);
  });
});
