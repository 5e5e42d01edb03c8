import { participantAccount, PayoutError, type Store, verify } from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool, openStore } from './database.ts';
import { balanceOf, day, interaction, randomNumbers, transfer, upTo } from './rows.ts';
import { playRace } from './trials/play-races.ts';
import { RACES } from './trials/races.ts';

const RACERS = 50;
const pool = openPool({ max: RACERS });
let store: Store;

beforeAll(async () => {
  store = await openStore(pool, 'concurrency');
  // All connections open, so that races begin together.
  await Promise.all(upTo(RACERS).map(() => store.transact('warm', (unit) => unit.now())));
});
afterAll(() => pool.end());

/** What became of calls that were made at the same time: how many were done, and the codes of the others. */
async function race<T>(attempts: readonly Promise<T>[]): Promise<{ done: T[]; codes: string[] }> {
  const done: T[] = [];
  const codes: string[] = [];
  for (const result of await Promise.allSettled(attempts)) {
    if (result.status === 'fulfilled') done.push(result.value);
    else if (PayoutError.is(result.reason)) codes.push(result.reason.code);
    else throw result.reason;
  }
  return { done, codes };
}

describe('fifty connections have one winner when', () => {
  // A few rounds of what the races trial plays ten thousand of.
  for (const race of RACES) {
    it(race.title, async () => {
      const rounds = race.contenders === 2 ? 50 : 4;
      expect(await playRace(race, store, rounds)).toEqual({ rounds, winners: rounds, violations: [] });
    });
  }
});

describe('fifty connections', () => {
  it('move money once when they post the same transfers, in whatever order', async () => {
    const gifts = upTo(20).map((n) => transfer(`gift${n}`, 'funding', `participant/u${n}/available`, 100n));
    const { done, codes } = await race(
      upTo(RACERS).map((racer) =>
        store.transact('same', (unit) => unit.ledger.post((racer & 1) === 0 ? gifts : gifts.toReversed())),
      ),
    );
    expect(codes).toEqual([]);
    expect(done).toHaveLength(RACERS);
    expect(await store.transact('same', (unit) => balanceOf(unit, 'funding'))).toBe(-2000n);
  });

  it('move money once when they post one id with debits of their own', async () => {
    const { done, codes } = await race(
      upTo(RACERS).map((racer) =>
        store.transact('debits', (unit) =>
          unit.ledger.post([transfer('gift', `outside/bank${racer}`, 'pool/p', 7n)]),
        ),
      ),
    );
    expect(done).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['IDEMPOTENCY_CONFLICT']));
    expect(await store.transact('debits', (unit) => balanceOf(unit, 'pool/p'))).toBe(7n);
  });

  it('never take a pool below zero', async () => {
    await store.transact('pool', (unit) => unit.ledger.post([transfer('in', 'funding', 'pool/p', 100n)]));
    const { done, codes } = await race(
      upTo(RACERS).map((racer) =>
        store.transact('pool', (unit) =>
          unit.ledger.post([transfer(`out${racer}`, 'pool/p', `participant/u${racer}/held`, 7n)]),
        ),
      ),
    );
    expect(done).toHaveLength(14);
    expect(new Set(codes)).toEqual(new Set(['INSUFFICIENT_FUNDS']));
    expect(await store.transact('pool', (unit) => balanceOf(unit, 'pool/p'))).toBe(2n);
  });

  it('spend a budget to its last unit', async () => {
    await store.transact('cap', (unit) => unit.ledger.post([transfer('in', 'funding', 'campaign/c', 1000n)]));
    const { done } = await race(
      upTo(RACERS).map((racer) =>
        store.transact('cap', (unit) =>
          unit.ledger.post([
            transfer(`v${racer}`, 'campaign/c', `participant/u${racer}/available`, 33n, { atMost: true }),
          ]),
        ),
      ),
    );
    const moved = done.flat().reduce((sum, row) => sum + row.moved, 0n);
    expect(done).toHaveLength(RACERS);
    expect(moved).toBe(1000n);
  });

  it('find money in an account that another transaction is just making', async () => {
    // The first debit of an account that does not exist waits for the transaction that fills it.
    for (const round of upTo(10)) {
      const account = `participant/u${round}/available` as const;
      const filling = store.transact('fill', async (unit) => {
        await unit.ledger.post([transfer(`in${round}`, 'funding', account, 100n)]);
        await unit.now();
      });
      const spending = store.transact('fill', async (unit) => {
        await unit.ledger.post([transfer(`fund${round}`, 'funding', 'pool/p', 1n)]);
        return unit.ledger.post([transfer(`out${round}`, account, 'outside/bank', 100n, { atMost: true })]);
      });
      const [, [row]] = await Promise.all([filling, spending]);
      expect([0n, 100n]).toContain(row?.moved);
      const left = await store.transact('fill', (unit) => balanceOf(unit, account));
      expect(left + (row?.moved ?? 0n)).toBe(100n);
    }
  });

  it('never reverse more than was moved, even through accounts that have nothing in common', async () => {
    const paid = (racer: number) => `participant/u/paid/bank${racer}` as const;
    await store.transact('back', (unit) =>
      unit.ledger.post([
        transfer('share', 'funding', 'participant/u/available', 100n),
        ...upTo(RACERS).map((racer) => transfer(`paid${racer}`, 'outside/bank', paid(racer), 9n)),
      ]),
    );
    const { done, codes } = await race(
      upTo(RACERS).map((racer) =>
        store.transact('back', (unit) =>
          unit.ledger.post([
            transfer(`r${racer}`, paid(racer), `outside/out${racer}`, 9n, { reverses: 'share' }),
          ]),
        ),
      ),
    );
    expect(done).toHaveLength(11);
    expect(new Set(codes)).toEqual(new Set(['REVERSAL_EXCEEDS']));
  });

  it('refuse one of two referrals that close a cycle together', async () => {
    for (const round of upTo(20)) {
      const [a, b] = [`a${round}`, `b${round}`];
      const { done, codes } = await race([
        store.transact('ring', (unit) => unit.referrals.add([{ referrer: a, referred: b, since: day(1) }])),
        store.transact('ring', (unit) => unit.referrals.add([{ referrer: b, referred: a, since: day(1) }])),
      ]);
      expect([done.length, codes]).toEqual([1, ['REFERRAL_CYCLE']]);
    }
  });

  it('put no interaction into a period after its lock was taken', async () => {
    const periods = upTo(8).map((n) => ({ id: `d${n}`, start: day(1 + n), end: day(2 + n) }));
    await store.transact('race', (unit) => unit.periods.open(periods));
    const totals = new Map<string, number>();
    let running = true;
    let recorded = 0;
    const recording = upTo(RACERS - 5).map(async (racer) => {
      for (let n = 0; running; n += 1) {
        const receipt = await store.transact('race', (unit) =>
          unit.interactions.record(
            upTo(5).map((k) => interaction(`i${racer}/${n}/${k}`, day(1 + ((racer + k) & 7)))),
          ),
        );
        recorded += receipt.recorded;
      }
    });
    // The last stays open, so that there is a place for what comes late.
    for (const { id } of periods.slice(0, -1)) {
      const total = await store.transact('race', async (unit) => {
        await unit.periods.lock(id);
        const seen = await unit.interactions.total(id);
        await unit.now();
        await unit.periods.setState(id, 'closing');
        return seen;
      });
      totals.set(id, total);
    }
    running = false;
    await Promise.all(recording);
    await store.transact('race', async (unit) => {
      let sum = 0;
      for (const { id } of periods) {
        const total = await unit.interactions.total(id);
        if (totals.has(id)) expect(total, `the total of ${id}`).toBe(totals.get(id));
        sum += total;
      }
      expect(sum).toBe(recorded);
    });
  });

  it('finish a storm of random batches over few accounts, with no deadlock let out and nothing lost', async () => {
    const accounts = upTo(8).map((n) => participantAccount(`u${n}`, 'available'));
    await store.transact('storm', (unit) =>
      unit.ledger.post(accounts.map((account, n) => transfer(`in${n}`, 'funding', account, 100_000n))),
    );
    const work = upTo(RACERS).map(async (racer) => {
      const random = randomNumbers(racer + 1);
      const pick = () => accounts[random(accounts.length)] ?? ('pool/none' as const);
      for (const round of upTo(10)) {
        // The second call of a transaction locks without regard to the first: this is what deadlocks.
        const [first, second] = [0, 1].map((call) =>
          upTo(1 + random(4)).flatMap((n) => {
            const [debit, credit] = [pick(), pick()];
            const id = `t${racer}/${round}/${call}/${n}`;
            return debit === credit ? [] : [transfer(id, debit, credit, BigInt(1 + random(9)))];
          }),
        );
        await store.transact('storm', async (unit) => {
          await unit.ledger.post(first ?? []);
          if (racer < 15) await unit.ledger.post(second ?? []);
        });
      }
    });
    const { codes } = await race(work);
    expect(codes).toEqual([]);
    const checked = await verify(store, 'storm');
    expect(checked.problems).toEqual([]);
    expect(checked.transfers).toBeGreaterThan(1000);
  });

  it('finish large batches that credit and debit the same participants', async () => {
    const people = upTo(1500).map((n) => `u${n.toString().padStart(4, '0')}`);
    await store.transact('bulk', (unit) =>
      unit.ledger.post([
        transfer('in', 'funding', 'pool/p', 1_000_000n),
        ...people.map((id) => transfer(`start/${id}`, 'funding', participantAccount(id, 'reserved'), 100n)),
      ]),
    );
    const { codes } = await race([
      ...upTo(4).map((round) =>
        store.transact('bulk', (unit) =>
          unit.ledger.post(
            people.map((id) =>
              transfer(`share${round}/${id}`, 'pool/p', participantAccount(id, 'reserved'), 1n),
            ),
          ),
        ),
      ),
      ...upTo(4).map((round) =>
        store.transact('bulk', (unit) =>
          unit.ledger.post(
            people
              .toReversed()
              .map((id) =>
                transfer(
                  `release${round}/${id}`,
                  participantAccount(id, 'reserved'),
                  participantAccount(id, 'available'),
                  1n,
                ),
              ),
          ),
        ),
      ),
      ...people
        .slice(0, 30)
        .map((id) =>
          store.transact('bulk', (unit) =>
            unit.ledger.post([transfer(`back/${id}`, participantAccount(id, 'reserved'), 'pool/p', 5n)]),
          ),
        ),
    ]);
    expect(codes).toEqual([]);
    expect((await verify(store, 'bulk')).problems).toEqual([]);
  });

  it('keep two programs with the same ids apart', async () => {
    const programs = ['acme', 'acme2'];
    const { codes } = await race(
      upTo(RACERS).map((racer) =>
        store.transact(programs[racer & 1] ?? '', (unit) =>
          unit.ledger.post([transfer(`t${racer >> 1}`, 'funding', 'pool/p', BigInt(1 + (racer & 1)))]),
        ),
      ),
    );
    expect(codes).toEqual([]);
    for (const [index, program] of programs.entries()) {
      const balance = await store.transact(program, (unit) => balanceOf(unit, 'pool/p'));
      expect(balance).toBe(25n * BigInt(index + 1));
    }
  });
});
