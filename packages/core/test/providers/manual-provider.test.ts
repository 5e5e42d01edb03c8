import { expect, it } from 'vitest';
import { manualProvider } from '../../src/providers/manual-provider.ts';
import { CURRENCIES, simulated } from './simulated.ts';

const neverAborted = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

it('leaves sending to an operator, and sees nothing', async () => {
  const upi = manualProvider({ id: 'upi', environment: 'live', currencies: CURRENCIES });
  expect(upi.capabilities).toEqual({ manual: true, inFlightMs: 0, currencies: CURRENCIES });
  await expect(upi.account()).resolves.toEqual({ id: 'upi', environment: 'live' });
  await expect(upi.find({ program: 'p', payout: 'q', account: 'upi' })).resolves.toEqual([]);
  await expect(upi.send(simulated().request(), neverAborted)).rejects.toMatchObject({
    code: 'UNFIT_PROVIDER',
    details: { provider: 'upi' },
  });
});

it('is called manual where it has no other name', () => {
  expect(manualProvider({ environment: 'test', currencies: CURRENCIES }).id).toBe('manual');
});
