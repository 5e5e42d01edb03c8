import { describe, expect, it } from 'vitest';
import type { Store } from '../../../src/index.ts';
import { HOUR, openWorld, PROGRAM, SECOND, type World } from './world.ts';

const LEASE = { leaseMs: 4 * SECOND, marginMs: SECOND };
const RETRY = { firstMs: SECOND, longestMs: HOUR, triesMax: 5, refusedMs: HOUR, attemptsMax: 3 };

/** The store of a world, each of whose transactions takes so long. */
function slow({ store, pass }: World, ms: () => number): Store {
  return {
    transact: async (program, work) => {
      const result = await store.transact(program, work);
      await pass(ms());
      return result;
    },
  };
}

describe('a store that is slower than the lease', () => {
  it('keeps a worker from sending, and does not keep it busy for ever', async () => {
    const world = await openWorld();
    await world.credit({ amount: 1000n });
    const { id } = await world.request();
    let transactions = 0;
    const store = slow(world, () => {
      transactions += 1;
      return LEASE.leaseMs;
    });
    const engine = world.engineWith({ ...LEASE, retry: RETRY }, { store });

    for (let attempt = 1; attempt <= RETRY.attemptsMax; attempt += 1) {
      transactions = 0;
      const report = await world.finish(engine.process({ program: PROGRAM, chunk: 1 }));
      expect([report.sent, report.looked]).toEqual([0, RETRY.triesMax]);
      // Each look is a claim, a look, and what follows from it.
      expect(transactions).toBeLessThan(8 * (RETRY.triesMax + 2));
      await world.pass(RETRY.refusedMs);
    }
    expect(await world.payout(id)).toMatchObject({ state: 'failed', reason: 'never_executed' });
    expect(world.provider.requests()).toEqual([]);
    await world.agree();
  });

  it('pays once it is faster again', async () => {
    const world = await openWorld();
    await world.credit({ amount: 1000n });
    const { id } = await world.request();
    let left = 9;
    const engine = world.engineWith(
      { ...LEASE, retry: RETRY },
      { store: slow(world, () => ((left -= 1) > 0 ? LEASE.leaseMs : 1)) },
    );
    await world.finish(engine.process({ program: PROGRAM, chunk: 1 }));
    expect(await world.payout(id)).toMatchObject({ state: 'completed', attempt: 1 });
    expect(world.moved()).toHaveLength(1);
    await world.agree();
  });
});
