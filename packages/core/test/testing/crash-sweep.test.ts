import { describe, expect, it } from 'vitest';
import { type Clock, memoryStore, type Store } from '../../src/index.ts';
import type { CrashFlow } from '../../src/testing/crash-sweep/flow.ts';
import { crashFlows } from '../../src/testing/crash-sweep/flows.ts';
import { registerCrashSweep, registerPairSweep } from '../../src/testing/crash-sweep/register.ts';
import { sweepCrashes, type SweepOptions } from '../../src/testing/crash-sweep/sweep.ts';

/** `CRASH_SWEEP=complete` tries every point up to the rest and every pair: an hour. */
const COMPLETE = process.env['CRASH_SWEEP'] === 'complete';

const open = (clock: Clock): Store => memoryStore({ clock });

function flowOf(id: string): CrashFlow {
  const flow = crashFlows.find((one) => one.id === id);
  if (flow === undefined) throw new Error(`no flow ${id}`);
  return flow;
}

describe('a crash at every point', () => {
  if (COMPLETE) registerCrashSweep(it, crashFlows, { open });
  else {
    const single = crashFlows.filter(({ pairs }) => pairs !== true);
    // A thousand candidates a run: some points of it.
    const many = single.filter(({ id }) => id === 'open-batch-of-pages');
    const few = single.filter((flow) => !many.includes(flow));
    registerCrashSweep(it, few, { open, through: 'calls' });
    registerCrashSweep(it, many, { open, through: 'calls', stride: 9 });
  }
});

describe('a crash at every point, and another one in the recovery', () => {
  registerPairSweep(it, crashFlows, { open, through: 'calls', ...(COMPLETE ? {} : { stride: 499 }) });
});

describe('the sweep', () => {
  it('has flows with ids and titles of their own', () => {
    expect(new Set(crashFlows.map(({ id }) => id)).size).toBe(crashFlows.length);
    expect(new Set(crashFlows.map(({ title }) => title)).size).toBe(crashFlows.length);
  });

  it('dies at every port, before and after', async () => {
    const died = new Set<string>();
    const flows = [
      'reverse',
      'complete-manually',
      'open-batch',
      'return-found-by-a-worker',
      'receive',
      'reconcile',
    ];
    for (const id of [...flows, 'resume', 'deliver', 'release', 'credit-after-its-reversal', 'capped']) {
      const { diedAt } = await sweepCrashes(flowOf(id), { open, through: 'calls' });
      for (const name of diedAt) died.add(name);
    }
    for (const name of [...OUTSIDE.flatMap((call) => [`before ${call}`, `after ${call}`]), ...INSIDE]) {
      expect([...died], name).toContain(name);
    }
  });
});

const OUTSIDE = [
  'the commit',
  'provider.account',
  'provider.send',
  'provider.find',
  'provider.event',
  'directory.participants',
  'notifier.deliver',
];

const INSIDE = [
  'before now',
  'before attempts.of',
  'before attempts.outflow',
  'before attempts.put',
  'before batches.advance',
  'before batches.freeze',
  'before batches.lock',
  'before controls.lock',
  'before controls.put',
  'before earnings.add',
  'before earnings.update',
  'before events.add',
  'before ledger.balances',
  'before ledger.post',
  'before locks.take',
  'before locks.tryTake',
  'before movements.add',
  'before outbox.add',
  'before outbox.delivered',
  'before outbox.lease',
  'before participants.areBlocked',
  'before participants.block',
  'before payouts.add',
  'before payouts.due',
  'before payouts.update',
  'before provider.list',
  'before reversals.put',
  'at a batch of ledger.accounts',
  'at a batch of provider.list',
];

describe('the sweep fails', () => {
  const caught = (flow: CrashFlow, options: Partial<SweepOptions> = {}): Promise<unknown> =>
    sweepCrashes(flow, { open, through: 'calls', ...options });

  it.each(['credit', 'reverse', 'adjust-up', 'approve', 'retry', 'complete-manually'])(
    'when nobody makes the calls of %s again',
    async (id) => {
      await expect(caught(flowOf(id), { callsAgain: false })).rejects.toThrow('not as without a crash');
    },
  );

  it.each([
    'credit',
    'release',
    'reverse',
    'adjust-up',
    'request',
    'reject',
    'complete-manually',
    'send',
    'receive',
  ])('over a store that keeps half a transaction of %s', async (id) => {
    await expect(caught(flowOf(id), { open: (clock) => halving(open(clock)) })).rejects.toHaveProperty(
      'name',
      'CaseFailure',
    );
  });

  it.each(['credit-after-its-reversal', 'request', 'adjust-up'])(
    'over a store that writes transactions of %s twice',
    async (id) => {
      await expect(caught(flowOf(id), { open: (clock) => doubling(open(clock)) })).resolves.toBeDefined();
    },
  );

  it('at a provider that forgets its keys and sees its payments too late', async () => {
    let sends = 0;
    const forgetful: CrashFlow = {
      ...flowOf('send'),
      provider: { lookupDelayMs: 600_000 },
      faults: () => ({
        send: () => ((sends += 1) > 3 ? { name: 'keys_pruned_early' } : undefined),
        find: () => ({ name: 'lookup_lags' }),
      }),
    };
    await expect(caught(forgetful)).rejects.toThrow('was paid twice');
  });

  it('when a provider moves a payment twice', async () => {
    const flow = flowOf('send');
    const generous: CrashFlow = {
      ...flow,
      prepare: async (world, worker) => {
        await flow.prepare?.(world, worker);
        await worker.engine.process({ program: 'crash-sweep' });
        world.provider.duplicate('payment-1');
      },
    };
    await expect(caught(generous)).rejects.toThrow('was paid twice');
  });

  it('for a flow that never comes to rest', async () => {
    const restless: CrashFlow = {
      ...flowOf('lost-request'),
      rules: {
        retry: { firstMs: 1, longestMs: 1, triesMax: 2_000_000, refusedMs: 1, attemptsMax: 2_000_000 },
      },
      faults: () => ({ send: () => ({ name: 'balance_insufficient' }) }),
    };
    await expect(caught(restless)).rejects.toThrow('never comes to rest');
  });
});

/** A store that keeps what a transaction wrote before it failed. */
function halving(store: Store): Store {
  return {
    transact: async (program, work) => {
      let thrown: { readonly error: unknown } | undefined;
      const result = await store.transact(program, async (unit) => {
        try {
          return { value: await work(unit) };
        } catch (error) {
          thrown = { error };
          return undefined;
        }
      });
      if (result === undefined) throw thrown?.error;
      return result.value;
    },
  };
}

/** A store that runs every transaction a second time, as after a conflict. */
function doubling(store: Store): Store {
  return {
    transact: async (program, work) => {
      const undone = new Error('undone');
      await store
        .transact(program, async (unit) => {
          await work(unit);
          throw undone;
        })
        .catch((error: unknown) => {
          if (error !== undone) throw error;
        });
      return store.transact(program, work);
    },
  };
}
