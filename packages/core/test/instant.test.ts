import { describe, expect, it } from 'vitest';
import { assertInstant } from '../src/instant.ts';
import { refusal } from './money/refusal.ts';

describe('an instant', () => {
  it.each(['1000-01-01T00:00:00.000Z', '2026-10-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])(
    'can be %s',
    (text) => {
      expect(() => assertInstant(new Date(text), 'at')).not.toThrow();
    },
  );

  it.each([
    new Date(NaN),
    new Date('0999-12-31T23:59:59.999Z'),
    new Date('+010000-01-01T00:00:00.000Z'),
    new Date(8.64e15),
    '2026-10-01T00:00:00.000Z',
    1_790_812_800_000,
    null,
    undefined,
    { getTime: (): number => 0 },
  ])('is refused otherwise: %#', (value) => {
    expect(refusal(() => assertInstant(value, 'at')).code).toBe('INVALID_INSTANT');
  });
});
