import { startServer } from '../server.ts';
import { readOptions } from './read-options.ts';
import { payThroughRestarts } from './restarts.ts';

/** Restarts a real server every few seconds while payouts are processed, and compares the books with the provider. */

const { payouts, every, workers } = readOptions(
  { payouts: 50_000, every: 5, workers: 4 },
  'npm run test:restarts -- [--payouts N] [--every SECONDS] [--workers N]',
);

// What hangs would end the process in silence, with a code that says that all is well.
process.exitCode = 3;
const server = await startServer({ durable: true });
const start = performance.now();
try {
  const { restarts, paid, repeated } = await payThroughRestarts(server, {
    payouts,
    every: { ms: every * 1000 },
    workers,
    onRestart: (count, far) => console.error(`restart ${count}: ${far} of ${payouts} paid`),
  });
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(
    `${paid} payouts through ${restarts} restarts in ${seconds} s, ${repeated} calls repeated: ` +
      'each was paid exactly once by the provider, verify() is clean, and the books hold what the provider moved',
  );
  process.exitCode = 0;
} catch (error) {
  console.log(error);
  process.exitCode = 1;
} finally {
  await server.stop();
}
