import {
  deliverNotifications,
  payouts,
  type Payouts,
  putParticipants,
  type SimulatedProvider,
  type Store,
  storeDirectory,
} from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkMoney } from '@payout-engines/core/testing';
import { bundleWorker } from './bundle-worker.ts';
import { endingOf } from './crash-sweep/ending.ts';
import type { Point } from './crash-sweep/messages.ts';
import { type WorkerEnd, WorkerProcess } from './crash-sweep/worker-process.ts';
import { PEOPLE, provider as openProvider, RULES } from './crash-sweep/world.ts';
import { openPool, openStore } from './database.ts';

/** `CRASH_SWEEP=complete` kills a worker at every point, not at some of them. */
const COMPLETE = process.env['CRASH_SWEEP'] === 'complete';
/** How many points are tried besides those around a send, where not all are. */
const SOME = 9;
/** How many programs are under way at once: most of the time, each waits for a lease to end. */
const LANES = 8;

/** Far longer than anything takes, on a slow machine too. */
const REST_MS = 90_000;

const SCHEMA = 'crash_sweep';
const pool = openPool({ max: 16 });
let store: Store;
let worker: string;
beforeAll(async () => {
  [store, worker] = await Promise.all([openStore(pool, SCHEMA), bundleWorker('crash-sweep')]);
});
afterAll(() => pool.end());

/** What one run came to: how its worker ended, and what was left behind once another had taken over. */
interface Run {
  readonly end: WorkerEnd;
  readonly ending: readonly string[];
}

/** A worker that is killed at a point, or never, and another one that does the rest. */
async function run(program: string, concurrency: number, killAt?: Point): Promise<Run> {
  const process = new WorkerProcess(worker);
  try {
    const provider = openProvider();
    const engine = engineOf(provider);
    await prepare(engine, program);
    const order = { url: inject('postgresUrl'), schema: SCHEMA, program, concurrency };
    const end = await process.run({ ...order, ...(killAt !== undefined && { killAt }) }, provider);
    await bringToRest(engine, program);
    const delivered = new Set<string>();
    await deliverNotifications(store, program, {
      deliver: async (notifications) => {
        for (const { id } of notifications) delivered.add(id);
      },
    });
    await checkMoney({ program, store, provider, delivered });
    return { end, ending: await endingOf(store, program, provider) };
  } finally {
    process.stop();
  }
}

function engineOf(provider: SimulatedProvider): Payouts {
  return payouts({ store, rules: RULES, directory: storeDirectory(store), providers: [provider] });
}

async function prepare(engine: Payouts, program: string): Promise<void> {
  await putParticipants(
    store,
    program,
    PEOPLE.map((id) => ({
      id,
      active: true,
      verified: true,
      destination: { id: `account-of-${id}`, version: 1 },
    })),
  );
  await engine.credit({
    program,
    credits: PEOPLE.map((id, index) => ({
      key: id,
      participant: id,
      currency: 'USD',
      amount: 10_000n * BigInt(index + 1),
      kind: 'sale',
      subject: 'sale',
    })),
  });
  for (const participant of PEOPLE) {
    await engine.request({ program, key: participant, participant, currency: 'USD' });
  }
}

/** Works until no payout is open any more. */
async function bringToRest(engine: Payouts, program: string): Promise<void> {
  const limit = performance.now() + REST_MS;
  for (;;) {
    const report = await engine.process({ program });
    expect(report.errors).toEqual([]);
    const { payouts: open } = await engine.list({ program, states: ['pending', 'approved', 'processing'] });
    if (open.length === 0) break;
    if (performance.now() > limit) {
      const states = open.map(({ id, state, reason, fence }) => `${id} ${state} ${reason} ${fence}`);
      throw new Error(`it never comes to rest: ${states.join(', ')}; ${JSON.stringify(report)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { disagreements, errors } = await engine.reconcile({ program, since: new Date(0) });
  expect({ disagreements, errors }).toEqual({ disagreements: [], errors: [] });
}

/** Tries points side by side, and stops at the first failure. */
async function inLanes<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** All points, or those at which a send is under way or was answered, and some others. */
function chosen(points: readonly Point[]): readonly Point[] {
  if (COMPLETE) return points;
  const step = Math.ceil(points.length / SOME);
  return points.filter(({ name }, index) => SEND.includes(name) || index % step === 0);
}

const SEND = ['during provider.send', 'after provider.send'];

describe('a worker process that is killed', () => {
  // One payment after the other has the same points in each run; three at once have nearly the same.
  for (const concurrency of COMPLETE ? [1, 3] : [1]) {
    it(
      `while it has ${concurrency} under way, leaves what another brings to the same end`,
      async () => {
        const whole = await run(`whole-${concurrency}`, concurrency);
        if (whole.end.kind !== 'ended') throw new Error('the first run was killed');
        const { points } = whole.end;
        expect(whole.ending.filter((line) => line.startsWith('payout'))).toEqual([
          'payout payout/ann completed 1 10000 0 undefined',
          'payout payout/ben completed 1 20000 0 undefined',
          'payout payout/cat failed 2 0 0 recipient_closed',
        ]);
        const killed = new Map<string, number>();
        const tried = chosen(points);
        await inLanes([...tried.entries()], async ([index, point]) => {
          const what = `killed ${point.name}, time ${point.time}`;
          const { end, ending } = await run(`killed-${concurrency}-${index}`, concurrency, point).catch(
            (error: unknown) => {
              throw new Error(`${what}: ${String(error)}`, { cause: error });
            },
          );
          expect(ending, what).toEqual(whole.ending);
          if (end.kind === 'killed') killed.set(end.point.name, (killed.get(end.point.name) ?? 0) + 1);
        });
        // Each of the three sends, while it was under way and when it was answered.
        for (const name of SEND) expect(killed.get(name), name).toBe(PEOPLE.length);
        const kills = [...killed.values()].reduce((sum, count) => sum + count, 0);
        // A run that took another way may not have met the point that it should die at.
        expect(kills).toBeGreaterThan(tried.length * 0.8);
      },
      COMPLETE ? 3_600_000 : 240_000,
    );
  }
});
