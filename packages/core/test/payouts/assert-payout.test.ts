import { describe, expect, it } from 'vitest';
import { MAX_MINOR } from '../../src/money/range.ts';
import {
  assertAttempt,
  assertFence,
  assertMovement,
  assertOneLiveAttempt,
  assertPayout,
  assertSameAttempt,
  NOTE_LENGTH_MAX,
} from '../../src/payouts/assert-payout.ts';
import type { Attempt } from '../../src/payouts/payout.ts';
import { PAYOUT_STATES } from '../../src/payouts/states.ts';
import { refusal } from '../money/refusal.ts';
import { FULL_ATTEMPT, FULL_MOVEMENT, FULL_PAYOUT } from './payout-rows.ts';

const NO_DATE = new Date(NaN);

/** What is wrong, the code of the refusal, and what it names. */
type Case = readonly [change: object, code: string, name: string];

/** What no id is, and the least and most that do not fit. */
const wrongIds = (...fields: readonly string[]) =>
  fields.flatMap((field) =>
    ['', 'a\nb', 5, null].map((value) => [{ [field]: value }, 'INVALID_ID', field] as const),
  );
const wrongInstants = (...fields: readonly string[]) =>
  fields.flatMap((field) =>
    [NO_DATE, 0].map((value) => [{ [field]: value }, 'INVALID_INSTANT', field] as const),
  );
const wrongCounts = (least: number, ...fields: readonly string[]) =>
  fields.flatMap((field) =>
    [least - 1, 1.5, NaN, '1', 2 ** 53].map((value) => [{ [field]: value }, 'INVALID_INPUT', field] as const),
  );
const wrongWords = (...fields: readonly string[]) =>
  fields.flatMap((field) =>
    ['', 'Live', 5].map((value) => [{ [field]: value }, 'INVALID_INPUT', field] as const),
  );

/** The field that an error is about, where it names one. */
function fieldOf(details: object): unknown {
  if ('field' in details) return details.field;
  if ('issues' in details && Array.isArray(details.issues)) return details.issues[0].path;
  return 'reason' in details ? details.reason : undefined;
}

describe('a payout', () => {
  it('is kept with all that it may have, and with as little as it must have', () => {
    expect(() => assertPayout(FULL_PAYOUT)).not.toThrow();
    const { batch: _b, destination: _d, approval: _a, reason: _r, note: _n, ...least } = FULL_PAYOUT;
    expect(() => assertPayout({ ...least, fee: 0n, paid: 0n, returned: 0n })).not.toThrow();
    expect(() => assertPayout({ ...FULL_PAYOUT, amount: 1n, note: '' })).not.toThrow();
    expect(() => assertPayout({ ...FULL_PAYOUT, amount: MAX_MINOR, fee: MAX_MINOR })).not.toThrow();
    expect(() => assertPayout({ ...FULL_PAYOUT, note: 'x'.repeat(NOTE_LENGTH_MAX) })).not.toThrow();
    for (const state of PAYOUT_STATES) expect(() => assertPayout({ ...FULL_PAYOUT, state })).not.toThrow();
    expect(() => assertPayout({ ...FULL_PAYOUT, feeBearer: 'platform' })).not.toThrow();
  });

  it.each<Case>([
    ...wrongIds('participant', 'currency', 'batch', 'requestedBy', 'provider', 'reason'),
    ...wrongInstants('openedAt', 'dueAt', 'updatedAt'),
    ...wrongCounts(1, 'attempt'),
    ...wrongCounts(0, 'fence', 'epoch'),
    ...wrongWords('state', 'feeBearer'),
    [{ id: '' }, 'INVALID_ID', 'payout'],
    [{ destination: { id: '', version: 1 } }, 'INVALID_ID', 'destination'],
    [{ destination: { id: 'a', version: -1 } }, 'INVALID_INPUT', 'destination.version'],
    [{ approval: { ...FULL_PAYOUT.approval, by: '' } }, 'INVALID_ID', 'approval.by'],
    [{ approval: { ...FULL_PAYOUT.approval, at: NO_DATE } }, 'INVALID_INSTANT', 'approval.at'],
    [{ approval: { ...FULL_PAYOUT.approval, digest: '' } }, 'INVALID_ID', 'approval.digest'],
    [{ note: 'x'.repeat(NOTE_LENGTH_MAX + 1) }, 'INVALID_INPUT', 'note'],
    [{ note: 'half \ud800' }, 'INVALID_INPUT', 'note'],
    [{ amount: 0n }, 'INVALID_AMOUNT', 'amount'],
    [{ amount: -1n }, 'INVALID_AMOUNT', 'amount'],
    [{ amount: 5 }, 'INVALID_AMOUNT', 'bigint'],
    [{ amount: MAX_MINOR + 1n }, 'AMOUNT_OUT_OF_RANGE', '2^63'],
    [{ fee: -1n }, 'INVALID_AMOUNT', 'fee'],
    [{ fee: MAX_MINOR + 1n }, 'AMOUNT_OUT_OF_RANGE', '2^63'],
    [{ paid: -1n, returned: -1n }, 'INVALID_AMOUNT', 'moved'],
    [{ returned: -1n }, 'INVALID_AMOUNT', 'came back'],
    [{ returned: 971n }, 'INVALID_AMOUNT', 'came back'],
  ])('is refused with %o as %s', (change, code, field) => {
    const error = refusal(() => assertPayout({ ...FULL_PAYOUT, ...change }));
    expect(error.code).toBe(code);
    expect(fieldOf(error.details)).toContain(field);
  });

  it('never gets a lower fence', () => {
    expect(() => assertFence({ fence: 4 }, { fence: 4 })).not.toThrow();
    expect(() => assertFence({ fence: 4 }, { fence: 5 })).not.toThrow();
    expect(refusal(() => assertFence({ fence: 4 }, { fence: 3 })).code).toBe('INVARIANT_BROKEN');
  });
});

describe('an attempt', () => {
  it('is kept with all that it may have, and with as little as it must have', () => {
    expect(() => assertAttempt(FULL_ATTEMPT)).not.toThrow();
    const {
      by: _b,
      absentAt: _a,
      pendingObject: _p,
      end: _e,
      code: _c,
      endedAt: _t,
      ...least
    } = FULL_ATTEMPT;
    expect(() => assertAttempt({ ...least, net: 1n, environment: 'test', request: '' })).not.toThrow();
    for (const end of ['paid', 'refused', 'absent', 'not_sent', 'declared_failed'] as const)
      expect(() => assertAttempt({ ...FULL_ATTEMPT, end })).not.toThrow();
  });

  it.each<Case>([
    ...wrongIds(
      'payout',
      'participant',
      'currency',
      'provider',
      'account',
      'key',
      'by',
      'pendingObject',
      'code',
    ),
    ...wrongInstants('openedAt', 'firstSentAt', 'lastSentAt', 'absentAt', 'endedAt'),
    ...wrongCounts(1, 'number'),
    ...wrongCounts(0, 'sends', 'notExecuted', 'tries'),
    ...wrongWords('environment', 'end'),
    [{ request: 'zero \u0000' }, 'INVALID_INPUT', 'request'],
    [{ request: 5 }, 'INVALID_INPUT', 'request'],
    [{ net: 0n }, 'INVALID_AMOUNT', 'amount'],
    [{ net: MAX_MINOR + 1n }, 'AMOUNT_OUT_OF_RANGE', '2^63'],
    [{ end: undefined }, 'INVALID_INPUT', 'endedAt'],
    [{ endedAt: undefined }, 'INVALID_INPUT', 'endedAt'],
  ])('is refused with %o as %s', (change, code, field) => {
    const error = refusal(() => assertAttempt({ ...FULL_ATTEMPT, ...change }));
    expect(error.code).toBe(code);
    expect(fieldOf(error.details)).toContain(field);
  });

  it('keeps what was frozen with it, while what it is told changes (I6)', () => {
    const told = { sends: 3, notExecuted: 1, tries: 2, end: 'paid', lastSentAt: new Date(0) } as const;
    expect(() => assertSameAttempt(FULL_ATTEMPT, { ...FULL_ATTEMPT, ...told })).not.toThrow();
    for (const change of [
      ...[{ key: 'k2' }, { request: '[1]' }, { account: 'a2' }, { environment: 'test' }, { net: 971n }],
      ...[{ participant: 'u2' }, { currency: 'EUR' }, { provider: 'bank' }],
    ] as const) {
      const error = refusal(() => assertSameAttempt(FULL_ATTEMPT, { ...FULL_ATTEMPT, ...change }));
      expect(error.code).toBe('INVARIANT_BROKEN');
    }
  });
});

describe('the attempts of a payout', () => {
  it('are over but one, at most (I6)', () => {
    const live: Pick<Attempt, 'end'> = {};
    for (const fit of [[], [live], [FULL_ATTEMPT, live], [live, FULL_ATTEMPT, FULL_ATTEMPT]])
      expect(() => assertOneLiveAttempt(fit)).not.toThrow();
    for (const misfit of [
      [live, live],
      [live, FULL_ATTEMPT, live],
    ])
      expect(refusal(() => assertOneLiveAttempt(misfit)).code).toBe('INVARIANT_BROKEN');
  });
});

describe('a movement', () => {
  it('is kept when no more of it came back than was moved', () => {
    expect(() => assertMovement(FULL_MOVEMENT)).not.toThrow();
    expect(() => assertMovement({ ...FULL_MOVEMENT, moved: MAX_MINOR, returned: 0n })).not.toThrow();
  });

  it.each<Case>([
    ...wrongIds('provider', 'object', 'payout'),
    ...wrongCounts(1, 'attempt'),
    ...wrongInstants('bookedAt'),
    [{ moved: 0n, returned: 0n }, 'INVALID_AMOUNT', 'moved'],
    [{ moved: MAX_MINOR + 1n }, 'AMOUNT_OUT_OF_RANGE', '2^63'],
    [{ returned: 971n }, 'INVALID_AMOUNT', 'came back'],
    [{ returned: -1n }, 'INVALID_AMOUNT', 'came back'],
  ])('is refused with %o as %s', (change, code, field) => {
    const error = refusal(() => assertMovement({ ...FULL_MOVEMENT, ...change }));
    expect(error.code).toBe(code);
    expect(fieldOf(error.details)).toContain(field);
  });
});
