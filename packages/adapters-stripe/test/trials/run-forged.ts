import { parseArgs } from 'node:util';
import { acceptedForgeries } from '../events/forgeries.ts';

/** Delivers forged and changed events, and says which were believed. */

const { values } = parseArgs({
  options: { deliveries: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const [deliveries, seed] = [Number(values.deliveries), Number(values.seed)];
if (!Number.isSafeInteger(deliveries) || deliveries < 1 || !Number.isSafeInteger(seed)) {
  console.error('npm run test:forged -- [--deliveries N] [--seed N]');
  process.exit(2);
}

// What hangs would end the process in silence, with a code that says that all is well.
process.exitCode = 3;
const start = performance.now();
const { accepted, made, genuine } = await acceptedForgeries(deliveries, seed);
for (const raw of accepted.slice(0, 20)) console.log('believed:', raw);
const seconds = Math.round((performance.now() - start) / 1000);
console.log(
  `${made} forged or changed deliveries of ${genuine} genuine ones, seed ${seed}: ${accepted.length} believed (${seconds} s)`,
);
process.exitCode = accepted.length === 0 ? 0 : 1;
