import { parseArgs } from 'node:util';
import { payMany } from './pay-many.ts';

/** Pays thousands over a loopback Stripe in which everything goes wrong, and compares the books. Exits with 1 if they differ. */
const { values } = parseArgs({
  options: {
    payouts: { type: 'string', default: '10000' },
    workers: { type: 'string', default: '8' },
    percent: { type: 'string', default: '5' },
    'per-second': { type: 'string', default: '1600' },
    seed: { type: 'string', default: '1' },
  },
});
const report = await payMany({
  payouts: Number(values.payouts),
  workers: Number(values.workers),
  percent: Number(values.percent),
  perSecond: Number(values['per-second']),
  seed: Number(values.seed),
});
console.log(
  JSON.stringify(
    report,
    (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    2,
  ),
);
const { open, doubled, notBooked, madeUp, wrongState, booksAddUp, overLimit } = report;
const right =
  booksAddUp &&
  report.accountedFor === report.credited &&
  [open, doubled, notBooked, madeUp, wrongState, overLimit].every((count) => count === 0);
console.log(right ? 'Both books say the same.' : 'THE BOOKS DIFFER.');
process.exitCode = right ? 0 : 1;
