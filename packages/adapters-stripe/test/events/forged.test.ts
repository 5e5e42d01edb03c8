import { describe, expect, it } from 'vitest';
import { acceptedForgeries } from './forgeries.ts';

/** `npm run test:forged` makes a million of them. */
const FORGED_DELIVERIES = Number(process.env['FORGED_DELIVERIES'] ?? 5_000);

describe(`${FORGED_DELIVERIES} forged or changed deliveries`, () => {
  it('are refused, each one, while the genuine ones that they were made of are taken', async () => {
    const { accepted, made, genuine } = await acceptedForgeries(FORGED_DELIVERIES, 20_261_126);
    expect(accepted).toEqual([]);
    expect(made).toBe(FORGED_DELIVERIES);
    expect(genuine).toBeGreaterThan(made / 200);
  });
});
