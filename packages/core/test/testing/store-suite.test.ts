import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/memory/memory-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { registerCases, type StoreCase, storeCases, type StoreHarness } from '../../src/testing/index.ts';
import { RIGHT_STORES } from './right-stores.ts';
import { dirtyStore, racyStore } from './unsafe-stores.ts';
import { carelessStore, WRONG_STORES } from './wrong-stores.ts';

const harness = (store: Store): StoreHarness => ({
  open: () => Promise.resolve({ store }),
  abilities: { concurrency: false, time: true },
  passTime: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});

function caseOf(id: string): StoreCase {
  const found = storeCases.find((storeCase) => storeCase.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

describe('the contract suite of the Store port', () => {
  it('has cases with ids and titles of their own', () => {
    expect(new Set(storeCases.map(({ id }) => id)).size).toBe(storeCases.length);
    expect(new Set(storeCases.map(({ title }) => title)).size).toBe(storeCases.length);
    for (const { id, title } of storeCases) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title).toMatch(/^[a-z].*[^.]$/);
    }
  });

  it('closes what it opened, also when a case fails', async () => {
    let open = 0;
    const counting: StoreHarness = {
      ...harness(memoryStore()),
      open: () => {
        open += 1;
        const close = () => Promise.resolve(void (open -= 1));
        return Promise.resolve({ store: { transact: () => Promise.reject(new Error('broken')) }, close });
      },
    };
    await expect(caseOf('ledger-once-by-id').run(counting)).rejects.toThrow('broken');
    expect(open).toBe(0);
  });

  it('begins its programs with the prefix it is given, so that a database can be used again', async () => {
    const programs = new Set<string>();
    const store = memoryStore();
    const watching: Store = {
      transact: (program, work) => {
        programs.add(program);
        return store.transact(program, work);
      },
    };
    await caseOf('period-overlap-is-within-a-program').run({ ...harness(watching), prefix: 'run 7/' });
    expect([...programs]).toEqual([
      'run 7/period-overlap-is-within-a-program',
      'run 7/period-overlap-is-within-a-program/other',
    ]);
  });
});

describe('registering cases', () => {
  const cases: StoreCase[] = [
    { id: 'a', title: 'pays', run: () => Promise.resolve() },
    {
      id: 'b',
      title: 'pays together',
      needs: ['concurrency', 'time'],
      run: () => Promise.reject(new Error('ran')),
    },
  ];

  it('names what a store cannot do, and never passes it in silence', async () => {
    const tests: [string, () => Promise<void>][] = [];
    registerCases((title, run) => tests.push([title, run]), cases, {
      ...harness(memoryStore()),
      abilities: { concurrency: false, time: false },
    });
    expect(tests.map(([title]) => title)).toEqual([
      'pays',
      'pays together (not supported by this store: concurrency, time)',
    ]);
    await Promise.all(tests.map(([, run]) => run()));
  });

  it('skips by the means of the test framework where the harness has them', () => {
    const titles: string[] = [];
    const skipped: [string, string][] = [];
    registerCases((title) => titles.push(title), cases, {
      ...harness(memoryStore()),
      skip: (title, reason) => skipped.push([title, reason]),
    });
    expect(titles).toEqual(['pays']);
    expect(skipped).toEqual([['pays together', 'not supported by this store: concurrency']]);
  });

  it('runs what a store can do', async () => {
    const tests: (() => Promise<void>)[] = [];
    const abilities = { concurrency: true, time: true };
    registerCases((_title, run) => tests.push(run), cases, { ...harness(memoryStore()), abilities });
    await expect(tests[1]?.()).rejects.toThrow('ran');
  });
});

describe('a store with a planted bug', () => {
  for (const { bug, caughtBy, open } of WRONG_STORES) {
    it(`that ${bug} is caught`, async () => {
      // Noticed by an assert of the case, or by a refusal of what it must not refuse; not by an accident of the plant.
      const failure = caseOf(caughtBy).run(harness(open()));
      await expect(failure).rejects.toHaveProperty(
        'name',
        expect.stringMatching(/^(CaseFailure|PayoutError)$/),
      );
    });
  }

  for (const { id } of storeCases.filter(
    (one) => one.id.startsWith('id-hostile-') && !one.id.endsWith('program'),
  )) {
    it(`that takes anything for an id is caught by ${id}`, async () => {
      await expect(caseOf(id).run(harness(carelessStore()))).rejects.toThrow('but it was accepted');
    });
  }

  for (const id of [
    'concurrency-nothing-half-done-is-seen',
    'concurrency-spending-waits',
    'concurrency-closing-holds-off-recording',
    'concurrency-plan-lock',
    'lock-waits',
    'lock-try-does-not-wait',
    'lock-in-any-order',
    'lock-orders-a-claim-and-a-cancel',
    'lock-due-does-not-wait',
    'batch-lock',
    'control-lock',
    'control-read-does-not-wait',
    'control-lock-waits',
  ]) {
    it(`that neither hides nor locks nor undoes is caught by ${id}`, async () => {
      await expect(caseOf(id).run(harness(dirtyStore()))).rejects.toThrow();
    });
  }

  for (const id of ['race-for-one-balance', 'race-check-then-pay', 'race-to-lease']) {
    it(`that looks first and writes later is caught by ${id}`, async () => {
      await expect(caseOf(id).run(harness(racyStore()))).rejects.toThrow();
    });
  }
});

describe('a store that is right in its own way', () => {
  for (const [way, open] of Object.entries(RIGHT_STORES)) {
    it(`keeps every promise when it ${way}`, async () => {
      let now = Date.UTC(2026, 6, 1);
      const store = open(() => new Date((now += 1)));
      const failed: string[] = [];
      for (const storeCase of storeCases) {
        if (storeCase.needs?.includes('concurrency') === true) continue;
        // Streams are a matter of one of them; the others would only run them again.
        if (storeCase.id.startsWith('stream-') && !way.startsWith('gives its streams')) continue;
        const passTime = (ms: number) => Promise.resolve(void (now += ms));
        await storeCase.run({ ...harness(store), passTime }).catch((error: unknown) => {
          failed.push(`${storeCase.id}: ${String(error)}`);
        });
      }
      expect(failed).toEqual([]);
    });
  }
});
