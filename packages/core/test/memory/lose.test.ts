import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/memory/memory-store.ts';
import { randomStoreCommands, runCommands, type StateIds, stateOf } from '../../src/testing/index.ts';
import { deposit, payout } from '../../src/testing/store/rows.ts';
import { SEEDS } from './seeds.ts';

const clock = () => new Date(Date.UTC(2026, 6, 1));

describe('a memory store that loses its last commits', () => {
  it('is as it was before them, in every row', async () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const commands = randomStoreCommands(seed, 80);
      const last = commands.at(-1);
      if (last?.kind !== 'read state') throw new Error('the last command reads the state');
      const ids: StateIds = last.ids;
      const store = memoryStore({ clock, keepCommits: 1000 });
      const untouched = memoryStore({ clock });
      await runCommands(store, 'p', commands.slice(0, 40));
      await runCommands(untouched, 'p', commands.slice(0, 40));
      const kept = memoryStore({ clock, keepCommits: 1000 });
      await runCommands(kept, 'p', commands.slice(0, 40));
      const before = kept.lose(1000);
      await runCommands(store, 'p', commands.slice(40, 70));
      const all = memoryStore({ clock, keepCommits: 1000 });
      await runCommands(all, 'p', commands.slice(0, 70));
      const later = all.lose(1000) - before;
      expect(store.lose(later)).toBe(later);
      expect(await stateOf(store, 'p', ids), `seed ${seed}`).toEqual(await stateOf(untouched, 'p', ids));
      // And it goes on like one that never saw them.
      expect(await runCommands(store, 'p', commands.slice(70)), `seed ${seed}`).toEqual(
        await runCommands(untouched, 'p', commands.slice(70)),
      );
    }
  });

  it('loses those of all programs, newest first, and no more than it keeps', async () => {
    const store = memoryStore({ keepCommits: 3 });
    const programs = ['p', 'q', 'p', 'q', 'q'];
    for (const [index, program] of programs.entries()) {
      await store.transact(program, (unit) => unit.payouts.add([payout(`p${index}`)]));
    }
    const idsOf = async (program: string) => {
      const rows = await store.transact(program, (unit) => unit.payouts.list({}, { limit: 9 }));
      return rows.map(({ id }) => id);
    };
    expect(store.lose(2)).toBe(2);
    expect([await idsOf('p'), await idsOf('q')]).toEqual([['p2', 'p0'], ['p1']]);
    expect(store.lose(2)).toBe(1);
    expect([await idsOf('p'), await idsOf('q')]).toEqual([['p0'], ['p1']]);
    expect(store.lose(9)).toBe(0);
  });

  it('takes a transaction that only read, or failed, for no commit', async () => {
    const store = memoryStore({ keepCommits: 9 });
    await store.transact('p', (unit) => unit.ledger.post([deposit('t', 'pool/p', 5n)]));
    await store.transact('p', (unit) => unit.ledger.find(['t']));
    await store
      .transact('p', async (unit) => {
        await unit.ledger.post([deposit('u', 'pool/p', 5n)]);
        throw new Error('stop');
      })
      .catch(() => undefined);
    expect(store.lose(1)).toBe(1);
    expect(await store.transact('p', (unit) => unit.ledger.find(['t']))).toEqual([undefined]);
  });

  it('loses a transaction that is running with them', async () => {
    const store = memoryStore({ keepCommits: 9 });
    await store.transact('p', (unit) => unit.payouts.add([payout('p1'), payout('p2')]));
    const running = store.transact('p', async (unit) => {
      await unit.payouts.update([payout('p1', { state: 'approved' })]);
      expect(store.lose(1)).toBe(1);
      await unit.payouts.add([payout('p3')]);
    });
    await expect(running).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await store.transact('p', (unit) => unit.payouts.list({}, { limit: 9 }))).toEqual([]);
    expect(store.lose(9)).toBe(0);
  });

  it('can lose nothing when it keeps no commits', async () => {
    const store = memoryStore();
    await store.transact('p', (unit) => unit.payouts.add([payout('p1')]));
    expect(store.lose(1)).toBe(0);
    expect(await store.transact('p', (unit) => unit.payouts.find(['p1']))).toEqual([payout('p1')]);
  });
});
