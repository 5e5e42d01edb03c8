import {
  payouts,
  PayoutError,
  putParticipants,
  type SimulatedProvider,
  type Store,
  storeDirectory,
  STRICT_PAYOUT_REQUIREMENTS,
  verify,
} from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { pgExecutor, postgresStore } from '../src/index.ts';
import { commitCuttingProxy, type Cut } from './commit-cutting-proxy.ts';
import { endingOf } from './crash-sweep/ending.ts';
import { openPool, openStore } from './database.ts';
import { refusal } from './refusal.ts';
import { balanceOf, transfer } from './rows.ts';
import { inLanes } from './trials/in-lanes.ts';
import { instantProvider } from './trials/instant-provider.ts';

const SCHEMA = 'commit_lost';
/** Programs that do not hold the word that the proxy looks for. */
const NAMES: Readonly<Record<Cut, string>> = { COMMIT: 'asked', 'answer of COMMIT': 'answered' };
/** How many lives are under way at once: some of them wait for a lease to end. */
const LANES = 8;
const direct = openPool({ max: 10 });
let truth: Store;
beforeAll(async () => {
  truth = await openStore(direct, SCHEMA);
});
afterAll(() => direct.end());

/** A store whose connection is cut once, at the COMMIT that is chosen. */
async function cutAt(cut: Cut, time: number) {
  const proxy = await commitCuttingProxy(inject('postgresUrl'), cut, time);
  const pool = openPool({ connectionString: proxy.url, max: 3 });
  return {
    proxy,
    store: postgresStore(pgExecutor(pool), { schema: SCHEMA }),
    close: async () => {
      await pool.end();
      await proxy.close();
    },
  };
}

describe('a connection that is cut at a commit', () => {
  it.each<[Cut, bigint]>([
    ['COMMIT', 0n],
    ['answer of COMMIT', 5n],
  ])('on the way of the %s says that nothing is known, and repeating is right', async (cut, kept) => {
    const { proxy, store, close } = await cutAt(cut, 1);
    const post = () =>
      store.transact(NAMES[cut], (unit) => unit.ledger.post([transfer('t', 'funding', 'pool/p', 5n)]));
    const error = await refusal(post());
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(proxy.hasCut()).toBe(true);
    const balance = () => truth.transact(NAMES[cut], (unit) => balanceOf(unit, 'pool/p'));
    // The server may learn only later that nobody waits for it any more, but it has committed before it answered.
    expect(await balance()).toBe(kept);
    const [stored] = await post();
    expect(stored?.moved).toBe(5n);
    expect(await balance()).toBe(5n);
    await close();
  });
});

/** Everything is repeated until it is known, as its callers are told to. */
async function untilKnown<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!PayoutError.is(error, 'STORE_UNAVAILABLE') || tries === 3) throw error;
    }
  }
}

/** From an earning to its payment, with money given back, an event and a batch. */
async function live(store: Store, program: string): Promise<SimulatedProvider> {
  const provider = instantProvider();
  const engine = payouts({
    store,
    directory: storeDirectory(store),
    providers: [provider],
    rules: {
      environment: 'test',
      thresholds: { currencies: { USD: { minimum: 1n } } },
      require: STRICT_PAYOUT_REQUIREMENTS,
      approval: { mode: 'automatic' },
      destinationHoldDays: 0,
      // What a claim left behind whose commit was not acknowledged is taken over soon.
      leaseMs: 1500,
      marginMs: 100,
    },
  });
  const people = ['ann', 'ben'];
  await untilKnown(() =>
    putParticipants(
      store,
      program,
      people.map((id) => ({ id, active: true, verified: true, destination: { id: `to-${id}`, version: 1 } })),
    ),
  );
  const credits = people.map((id) => ({
    key: id,
    participant: id,
    currency: 'USD',
    amount: 5000n,
    kind: 'sale' as const,
    subject: 's',
  }));
  await untilKnown(() => engine.credit({ program, credits }));
  await untilKnown(() =>
    engine.request({ program, key: 'k', participant: 'ann', currency: 'USD', amount: 2000n }),
  );
  await untilKnown(() => engine.openBatch({ program, key: 'b' }));
  for (let rounds = 1; rounds < 200; rounds += 1) {
    const report = await untilKnown(() => engine.process({ program }));
    for (const { code } of report.errors) expect(code).toBe('STORE_UNAVAILABLE');
    const { payouts: open } = await untilKnown(() =>
      engine.list({ program, states: ['pending', 'approved', 'processing'] }),
    );
    if (open.length === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const payment = provider.truth().find(({ participant }) => participant === 'ann');
  if (payment === undefined) throw new Error('ann was not paid');
  provider.giveBack(payment.object, 300n);
  const raw = provider.eventFor(payment.object);
  await untilKnown(() => engine.receive({ provider: provider.id, raw }));
  return provider;
}

/** What a life leaves behind: each payment was made once, and the books add up. */
async function endOf(program: string, provider: SimulatedProvider): Promise<readonly string[]> {
  const paid = provider.truth().map(({ participant, amount }) => `${participant} ${amount}`);
  expect(paid.sort(), program).toEqual(['ann 2000', 'ben 5000']);
  expect((await verify(truth, program)).problems, program).toEqual([]);
  return endingOf(truth, program, provider);
}

describe('a life of payouts', () => {
  it.each<Cut>(['COMMIT', 'answer of COMMIT'])(
    'ends as if nothing had happened, whichever %s is lost',
    async (cut) => {
      const whole = await cutAt(cut, 1_000_000);
      const expected = await endOf(`${NAMES[cut]}/whole`, await live(whole.store, `${NAMES[cut]}/whole`));
      await whole.close();
      const commits = whole.proxy.seen();
      expect(commits).toBeGreaterThan(10);
      let cuts = 0;
      await inLanes(commits, LANES, async (number) => {
        const program = `${NAMES[cut]}/${number + 1}`;
        const { proxy, store, close } = await cutAt(cut, number + 1);
        const provider = await live(store, program);
        if (proxy.hasCut()) cuts += 1;
        expect(await endOf(program, provider), program).toEqual(expected);
        await close();
      });
      // Settlements that end at the same time are one commit, or are not: the last ones may not be met.
      expect(cuts).toBeGreaterThan(commits - 3);
    },
  );
});
