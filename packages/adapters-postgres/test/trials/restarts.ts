import {
  currency,
  deliverNotifications,
  payouts,
  PayoutError,
  type Payouts,
  putParticipants,
  simulatedProvider,
  type SimulatedProvider,
  type Store,
  storeDirectory,
  STRICT_PAYOUT_REQUIREMENTS,
} from '@payout-engines/core';
import { checkMoney } from '@payout-engines/core/testing';
import { upTo } from '../rows.ts';
import type { Server } from '../server.ts';
import { openStore } from './open-store.ts';

/** How many payouts are processed while the server is restarted, and how often. */
export interface RestartTrial {
  readonly payouts: number;
  /** After so long, or after so many more sends. */
  readonly every: { readonly ms: number } | { readonly sends: number };
  /** Loops of `process`, over connections of one pool. */
  readonly workers: number;
  readonly onRestart?: (restarts: number, paid: number) => void;
}

/** What it came to, once nothing was open any more and the books were found to agree with the provider. */
export interface Survived {
  readonly restarts: number;
  readonly paid: number;
  /** Calls that were told that the store is not there, and were repeated. */
  readonly repeated: number;
}

const PROGRAM = 'restarts';
/** Far longer than it takes, on a slow machine too. */
const REST_MS = 120_000;
const REST_MS_A_PAYOUT = 200;

/**
 * Processes payouts while the server is restarted again and again, by turns in an orderly way and as in a crash. The
 * provider goes on living, and its truth is what the books are compared with.
 *
 * @throws where money was lost or moved twice, or a caller heard anything but `STORE_UNAVAILABLE`
 */
export async function payThroughRestarts(server: Server, trial: RestartTrial): Promise<Survived> {
  const { store, pool } = await openStore(server.url, 'restarts', 2 * trial.workers + 2);
  const provider = livingProvider();
  const engine = engineOf(store, provider);
  await openPayouts(store, engine, trial.payouts);

  let isOver = false;
  let restarts = 0;
  let repeated = 0;
  const restarting = (async () => {
    for (;;) {
      if ('ms' in trial.every) await sleep(trial.every.ms);
      else while (!isOver && provider.requests().length < (restarts + 1) * trial.every.sends) await sleep(1);
      if (isOver) return;
      await server.restart(restarts % 2 === 0 ? 'immediate' : 'fast');
      restarts += 1;
      trial.onRestart?.(restarts, provider.truth().length);
    }
  })();
  // Awaited below; until then nobody looks at it.
  restarting.catch(() => undefined);
  const limit = performance.now() + REST_MS + trial.payouts * REST_MS_A_PAYOUT;
  const work = async (): Promise<void> => {
    while (performance.now() < limit) {
      try {
        const { errors } = await engine.process({ program: PROGRAM, chunk: 50, concurrency: 25 });
        for (const { payout, code } of errors) {
          if (code !== 'STORE_UNAVAILABLE') throw new Error(`${payout} was refused with ${code}`);
        }
        repeated += errors.length;
        const { payouts: open } = await engine.list({
          program: PROGRAM,
          states: ['pending', 'approved', 'processing'],
          limit: 1,
        });
        if (open.length === 0) return;
      } catch (error) {
        if (!PayoutError.is(error, 'STORE_UNAVAILABLE')) throw error;
        repeated += 1;
      }
      await sleep(50);
    }
    throw new Error('it never came to rest');
  };
  try {
    await Promise.all(upTo(trial.workers).map(work));
  } finally {
    isOver = true;
    await restarting;
  }
  await assertPaidOnce(store, provider, trial.payouts);
  await pool.end();
  return { restarts, paid: provider.truth().length, repeated };
}

/** A provider that takes a while, as one over a network does. */
function livingProvider(): SimulatedProvider {
  return simulatedProvider({
    currencies: { USD: { currency: currency('USD'), exponent: 2, step: 1n } },
    inFlightMs: 500,
    latencyMs: () => 5,
    clock: () => new Date(),
    schedule: (ms, run) => {
      setTimeout(run, ms);
    },
  });
}

function engineOf(store: Store, provider: SimulatedProvider): Payouts {
  return payouts({
    store,
    directory: storeDirectory(store),
    providers: [provider],
    rules: {
      environment: 'test',
      thresholds: { currencies: { USD: { minimum: 1n } } },
      require: STRICT_PAYOUT_REQUIREMENTS,
      approval: { mode: 'automatic' },
      destinationHoldDays: 0,
      // What a restart left behind is taken over soon, and looked up.
      leaseMs: 4000,
      marginMs: 500,
      retry: { firstMs: 1000, longestMs: 4000, triesMax: 1000, refusedMs: 1000, attemptsMax: 30 },
    },
  });
}

const AT_ONCE = 1000;

/** One payout each for so many participants, opened as a batch. */
async function openPayouts(store: Store, engine: Payouts, count: number): Promise<void> {
  const people = upTo(count).map((number) => `u${number.toString().padStart(7, '0')}`);
  for (let start = 0; start < count; start += AT_ONCE) {
    const some = people.slice(start, start + AT_ONCE);
    await putParticipants(
      store,
      PROGRAM,
      some.map((id) => ({ id, active: true, verified: true, destination: { id: `to-${id}`, version: 1 } })),
    );
    await engine.credit({
      program: PROGRAM,
      credits: some.map((id) => ({
        key: id,
        participant: id,
        currency: 'USD',
        amount: 100n,
        kind: 'sale',
        subject: 'sale',
      })),
    });
  }
  await engine.openBatch({ program: PROGRAM, key: 'all' });
}

/** Nothing lost, nothing doubled: by the provider's truth, by `verify`, and by comparing the two. */
async function assertPaidOnce(store: Store, provider: SimulatedProvider, count: number): Promise<void> {
  const paid = new Set(provider.truth().map(({ reference }) => reference.payout));
  if (paid.size !== count || provider.truth().length !== count) {
    throw new Error(`of ${count} payouts ${paid.size} were paid, by ${provider.truth().length} payments`);
  }
  const delivered = new Set<string>();
  await deliverNotifications(store, PROGRAM, {
    deliver: async (notifications) => {
      for (const { id } of notifications) delivered.add(id);
    },
  });
  await checkMoney({ program: PROGRAM, store, provider, delivered });
  const totals = await engineOf(store, provider).summary({ program: PROGRAM });
  const states = totals.map(({ state, count: payouts }) => `${state} ${payouts}`).join();
  if (states !== `completed ${count}`) throw new Error(`the payouts are ${states}`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
