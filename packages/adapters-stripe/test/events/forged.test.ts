import { describe, expect, it } from 'vitest';
import { acceptedForgeries } from './forgeries.ts';

/** `npm run test:forged` makes a million of them. */
const DELIVERIES = 5_000;

describe('forged or changed deliveries', () => {
  it('are refused, each one, while the genuine ones that they were made of are taken', async () => {
    const { accepted, made, genuine } = await acceptedForgeries(DELIVERIES, 20_261_126);
    expect(accepted).toEqual([]);
    expect(made).toBe(DELIVERIES);
    expect(genuine).toBeGreaterThan(DELIVERIES / 200);
  });
});
