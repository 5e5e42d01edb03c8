import { campaigns } from '@payout-engines/core';
import { Pool } from 'pg';
import { pgExecutor, postgresStore } from '../../src/index.ts';
import { erraticViews, P } from './world.ts';

/** A process with trackers that go on until they are killed. */

process.on('message', ({ url, schema, trackers }: { url: string; schema: string; trackers: number }) => {
  const pool = new Pool({ connectionString: url, max: 6 });
  pool.on('error', () => undefined);
  const engine = campaigns({
    store: postgresStore(pgExecutor(pool), { schema }),
    sources: [erraticViews(Math.random)],
  });
  const tracker = async (): Promise<void> => {
    for (;;) {
      const { processed } = await engine.track({ program: P, limit: 25, chunk: 25, leaseMs: 200 });
      process.send?.({ processed });
      if (processed === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  for (let number = 0; number < trackers; number += 1) void tracker();
});
