import type { Store } from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool, openStore } from './database.ts';
import { randomNumbers, upTo } from './rows.ts';

const RACERS = 50;
const pool = openPool({ max: RACERS + 2 });
/** Runs nothing again: a deadlock or a wait that is too long is an error. */
let store: Store;

beforeAll(async () => {
  store = await openStore(pool, 'locks', { attempts: 1, lockTimeoutMs: 20_000 });
  await Promise.all(upTo(RACERS).map(() => store.transact('warm', (unit) => unit.now())));
});
afterAll(() => pool.end());

/** Resolves for all who wait at it once so many of them do. */
function barrier(count: number): () => Promise<void> {
  let waiting = 0;
  let open: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    waiting += 1;
    if (waiting === count) open();
    return opened;
  };
}

/** Waits until some transaction waits for a lock. */
async function someoneWaits(): Promise<void> {
  for (;;) {
    const { rows } = await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted');
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('taking locks', () => {
  it('lets one of fifty in at a time, whether or not anyone has taken the locks before', async () => {
    for (const round of upTo(5)) {
      let count = 0;
      await Promise.all(
        upTo(RACERS).map(() =>
          store.transact('count', async (unit) => {
            await unit.locks.take([`participant/${round}`]);
            const seen = count;
            await unit.now();
            count = seen + 1;
          }),
        ),
      );
      expect(count).toBe(RACERS);
    }
  });

  it('never deadlocks, in whatever order the locks are asked for and whichever of them are new', async () => {
    const random = randomNumbers(7);
    let holding = new Map<string, number>();
    for (const round of upTo(10)) {
      holding = new Map();
      await Promise.all(
        upTo(RACERS).map((racer) => {
          // A few locks are as old as the round before, most are new.
          const names = upTo(1 + random(6)).map(() => `deadlock/${round + random(2)}/${random(8)}`);
          return store.transact('order', async (unit) => {
            await unit.locks.take(names);
            for (const name of names) {
              expect(holding.get(name) ?? racer, `who holds ${name}`).toBe(racer);
              holding.set(name, racer);
            }
            await unit.now();
            for (const name of names) holding.delete(name);
          });
        }),
      );
    }
  });

  it('takes more new locks at once than the server has room for advisory locks', async () => {
    const many = upTo(30_000).map((index) => `many/${index}`);
    await store.transact('many', async (unit) => {
      await unit.locks.take(many.slice(0, 20_000));
      expect((await unit.locks.tryTake(many)).length).toBe(30_000);
    });
  });

  it('never deadlocks where some make few locks and some many', async () => {
    const holding = new Map<string, number>();
    await Promise.all(
      upTo(20).map((racer) => {
        const names = upTo((racer & 1) === 0 ? 300 : 20).map((index) => `few and many/${index}`);
        return store.transact('sizes', async (unit) => {
          await unit.locks.take(names);
          for (const name of names) {
            expect(holding.has(name), `whether somebody else holds ${name}`).toBe(false);
            holding.set(name, racer);
          }
          await unit.now();
          for (const name of names) holding.delete(name);
        });
      }),
    );
  });

  it('takes a lock again without waiting for itself', async () => {
    await store.transact('again', async (unit) => {
      await unit.locks.take(['a', 'b', 'a']);
      await unit.locks.take(['b', 'c']);
      expect(await unit.locks.tryTake(['c', 'a', 'd', 'c'])).toEqual(['c', 'a', 'd']);
    });
  });

  it('holds none of the locks while it waits to make one of them', async () => {
    await store.transact('none', (unit) => unit.locks.take(['old']));
    const made = barrier(2);
    const tried = barrier(2);
    const making = store.transact('none', async (unit) => {
      await unit.locks.take(['new']);
      await made();
      await tried();
    });
    await made();
    const taking = store.transact('none', (unit) => unit.locks.take(['new', 'old']));
    await someoneWaits();
    expect(await store.transact('none', (unit) => unit.locks.tryTake(['old']))).toEqual(['old']);
    await Promise.all([tried(), making, taking]);
  });

  it('sees after the wait what was written under the lock before', async () => {
    await store.transact('fresh', (unit) => unit.controls.put({ epoch: 0, halts: [] }));
    await Promise.all(
      upTo(RACERS).map(() =>
        store.transact('fresh', async (unit) => {
          await unit.locks.take(['epoch']);
          const { epoch } = await unit.controls.read();
          await unit.controls.put({ epoch: epoch + 1, halts: [] });
        }),
      ),
    );
    expect((await store.transact('fresh', (unit) => unit.controls.read())).epoch).toBe(RACERS);
  });
});

describe('trying to take locks', () => {
  // Each of these would wait until a lock timeout if the one who tries waited for the other: the other waits for it.

  it('waits for nobody who has just made the lock and not committed', async () => {
    await store.transact('try', async (unit) => {
      await unit.locks.take(['new/a', 'new/b']);
      const free = await store.transact('try', (other) => other.locks.tryTake(['new/b', 'new/c', 'new/a']));
      expect(free).toEqual(['new/c']);
    });
    expect(await store.transact('try', (unit) => unit.locks.tryTake(['new/a']))).toEqual(['new/a']);
  });

  it('waits for nobody who has just made many locks, and makes many while others have made few', async () => {
    const many = upTo(500).map((index) => `try/${index}`);
    await store.transact('try many', async (unit) => {
      await unit.locks.take(many);
      const asked = [...many, 'another'];
      expect(await store.transact('try many', (other) => other.locks.tryTake(asked))).toEqual([]);
    });
    await store.transact('try many', async (unit) => {
      await unit.locks.take(['few']);
      const asked = ['few', ...upTo(500).map((index) => `more/${index}`)];
      const taken = await store.transact('try many', (other) => other.locks.tryTake(asked));
      expect(taken.length).toBeGreaterThan(0);
      expect(taken).not.toContain('few');
    });
  });

  it('waits for nobody who has made it by trying', async () => {
    await store.transact('try', async (unit) => {
      expect(await unit.locks.tryTake(['tried'])).toEqual(['tried']);
      expect(await store.transact('try', (other) => other.locks.tryTake(['tried']))).toEqual([]);
    });
  });

  it('waits for nobody who holds a lock that is there', async () => {
    await store.transact('try', (unit) => unit.locks.take(['held', 'free']));
    await store.transact('try', async (unit) => {
      await unit.locks.take(['held']);
      expect(await store.transact('try', (other) => other.locks.tryTake(['held', 'free']))).toEqual(['free']);
    });
  });

  it('takes what somebody made and gave up', async () => {
    const stop = new Error('stop');
    const stopped = store.transact('try', async (unit) => {
      await unit.locks.take(['given up']);
      throw stop;
    });
    await expect(stopped).rejects.toBe(stop);
    expect(await store.transact('try', (unit) => unit.locks.tryTake(['given up']))).toEqual(['given up']);
  });

  it('gives a new lock to one of fifty at once, and an answer to all of them while it is held', async () => {
    for (const round of upTo(10)) {
      const answered = barrier(RACERS);
      const taken = await Promise.all(
        upTo(RACERS).map(() =>
          store.transact('race', async (unit) => {
            const names = await unit.locks.tryTake([`race/${round}`]);
            await answered();
            return names.length;
          }),
        ),
      );
      expect(taken.reduce((sum, count) => sum + count, 0)).toBe(1);
    }
  });
});

describe('the controls', () => {
  it('are locked by one of fifty at a time, also when none are stored yet', async () => {
    await Promise.all(
      upTo(RACERS).map(() =>
        store.transact('controls', async (unit) => {
          const { epoch, halts } = await unit.controls.lock();
          await unit.controls.put({ epoch: epoch + 1, halts });
        }),
      ),
    );
    expect((await store.transact('controls', (unit) => unit.controls.lock())).epoch).toBe(RACERS);
  });

  it('are refused when what is stored is not what was written', async () => {
    const stored = [
      `{}`,
      `[null]`,
      `[{"reason":"r"}]`,
      `[{"reason":"r","at":"2026-01-01"}]`,
      `[{"reason":"r","at":"2026-01-01T00:00:00.000Z","scope":"all"}]`,
      `[{"reason":"r","at":"2026-01-01T00:00:00.000Z","provider":7}]`,
      `[{"reason":"r","at":"nothing"}]`,
    ];
    for (const [number, halts] of stored.entries()) {
      await pool.query('INSERT INTO locks.control VALUES ($1, 0, $2)', [`strict/${number}`, halts]);
      const read = store.transact(`strict/${number}`, (unit) => unit.controls.read());
      await expect(read, halts).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
    }
  });
});
