import { type ChildProcess, fork } from 'node:child_process';
import { campaigns } from '@payout-engines/core';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bundleWorker } from '../bundle-worker.ts';
import { openPool, openStore } from '../database.ts';
import { erraticViews, finish, openCampaigns, P, problemsIn } from './world.ts';

let pool: Pool;

beforeAll(() => {
  pool = openPool({ max: 16 });
});

afterAll(async () => {
  await pool.end();
});

describe('a thousand clips of twenty campaigns', () => {
  it('spend every budget to the unit and tell everything once, with fifty trackers at once', async () => {
    const store = await openStore(pool, 'trackers');
    await openCampaigns(store);
    const engine = campaigns({ store, sources: [erraticViews(Math.random)] });
    const reports = await Promise.all(
      Array.from({ length: 50 }, async () => {
        let [processed, completed] = [0, 0];
        for (let run = 0; run < 3; run += 1) {
          const report = await engine.track({ program: P, limit: 50, leaseMs: 50 });
          processed += report.processed;
          completed += report.completed.length;
          expect(report.failures.every(({ reason }) => reason === 'hidden')).toBe(true);
        }
        return { processed, completed };
      }),
    );
    const sum = (name: 'processed' | 'completed') =>
      reports.reduce((total, report) => total + report[name], 0);
    expect(sum('processed')).toBeGreaterThan(1_000);
    // Every second budget is too small, and none is spent twice.
    expect(sum('completed')).toBeGreaterThan(0);
    expect(sum('completed')).toBeLessThanOrEqual(10);
    await finish(store);
    expect(await problemsIn(store)).toEqual([]);
  }, 300_000);

  it('do so as well when the processes that track them are killed at random', async () => {
    const schema = 'killed_trackers';
    const store = await openStore(pool, schema);
    await openCampaigns(store);
    const file = await bundleWorker('campaigns');
    const url = inject('postgresUrl');
    let [processed, kills] = [0, 0];
    const start = (): ChildProcess => {
      const child = fork(file, { execArgv: [] });
      child.on('message', (message: { processed: number }) => {
        processed += message.processed;
      });
      child.send({ url, schema, trackers: 12 });
      return child;
    };
    const workers = Array.from({ length: 4 }, start);
    while (kills < 8) {
      const before = processed;
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 500));
      // Killed while it works, not while it starts.
      if (processed === before) continue;
      const victim = kills % workers.length;
      workers[victim]?.kill('SIGKILL');
      kills += 1;
      workers[victim] = start();
    }
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve) => {
            worker.once('close', resolve);
            worker.kill('SIGKILL');
          }),
      ),
    );
    // What they had leased is due again.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await finish(store);
    expect(processed).toBeGreaterThan(1_000);
    expect(await problemsIn(store)).toEqual([]);
  }, 300_000);
});
