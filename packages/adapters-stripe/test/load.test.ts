import { expect, it } from 'vitest';
import { payMany } from './load/pay-many.ts';

// `npm run test:stripe-load` does the same with 10,000.
it('150 payouts by 8 workers, with 5 percent of each fault, are paid once or not, and both books say the same', async () => {
  const report = await payMany({ payouts: 150, workers: 8, percent: 5, perSecond: 1_600, seed: 7 });
  expect(report).toMatchObject({
    open: 0,
    doubled: 0,
    notBooked: 0,
    madeUp: 0,
    wrongState: 0,
    booksAddUp: true,
    overLimit: 0,
  });
  expect(report.completed).toBe(report.transfers);
  expect(report.completed + report.failed + report.needsReview).toBe(150);
  expect(report.accountedFor).toBe(report.credited);
  expect(report.completed).toBeGreaterThan(75);
}, 240_000);
