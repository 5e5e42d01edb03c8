import { PGlite } from '@electric-sql/pglite';
import {
  currency,
  paidAccount,
  PayoutError,
  payouts,
  postings,
  putParticipants,
  simulatedProvider,
  type Store,
  storeDirectory,
  type TransferRequest,
  verify,
} from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, pgliteExecutor, postgresStore } from '../src/index.ts';
import { openPool, openStore } from './database.ts';
import { balanceOf, randomNumbers, transfer, upTo } from './rows.ts';

const SCHEMA = 'gather';
const pool = openPool({ max: 4, application_name: SCHEMA });
let onServer: Store;
let onPglite: Store;
let database: PGlite;

beforeAll(async () => {
  onServer = await openStore(pool, SCHEMA);
  database = await PGlite.create();
  const executor = pgliteExecutor(database);
  await migrate(executor);
  onPglite = postgresStore(executor);
}, 60_000);
afterAll(async () => {
  await pool.end();
  await database.close();
});

/** The store, and how many transactions were begun on it. */
function counted(inner: Store): { readonly store: Store; readonly count: () => number } {
  let count = 0;
  const store: Store = {
    transact: (program, work) => {
      count += 1;
      return inner.transact(program, work);
    },
  };
  return { store, count: () => count };
}

async function codeOf(posted: Promise<unknown>): Promise<string> {
  try {
    await posted;
    return 'posted';
  } catch (error) {
    if (PayoutError.is(error)) return error.code;
    throw error;
  }
}

const gift = (id: string, asked = 5n): TransferRequest => transfer(id, 'funding', 'pool/p', asked);
const spend = (id: string, asked: bigint): TransferRequest =>
  transfer(id, 'pool/p', 'participant/ann/available', asked);
const count = (codes: readonly string[], wanted: string): number =>
  codes.filter((code) => code === wanted).length;
const balances = (store: Store, program: string) =>
  store.transact(program, async (unit) => [
    await balanceOf(unit, 'pool/p'),
    await balanceOf(unit, 'participant/ann/available'),
  ]);

describe.each([
  ['a server', () => onServer],
  ['PGlite', () => onPglite],
] as const)('512 callers at once on %s', (name, open) => {
  it('share two transactions, and each gets their transfer', async () => {
    const program = `many ${name}`;
    const { store, count } = counted(open());
    const ledger = postings(store);
    const posted = await Promise.all(
      upTo(512).map((index) => ledger.post(program, gift(`g${index}`, BigInt(index + 1)))),
    );
    expect(posted.map(({ id, moved }) => [id, moved])).toEqual(
      upTo(512).map((index) => [`g${index}`, BigInt(index + 1)]),
    );
    expect(count()).toBe(2);
    expect((await balances(open(), program))[0]).toBe((512n * 513n) / 2n);
  });

  it('spend one account to the last unit, the first of them, and the others are refused', async () => {
    const program = `hot ${name}`;
    const { store, count: transactions } = counted(open());
    const ledger = postings(store);
    await ledger.post(program, gift('in', 300n));
    const codes = await Promise.all(
      upTo(512).map((index) => codeOf(ledger.post(program, spend(`s${index}`, 1n)))),
    );
    expect(codes).toEqual(upTo(512).map((index) => (index < 300 ? 'posted' : 'INSUFFICIENT_FUNDS')));
    expect(transactions()).toBeLessThanOrEqual(3);
    expect(await balances(open(), program)).toEqual([0n, 300n]);
    expect((await verify(open(), program)).problems).toEqual([]);
  });

  it('are not failed by one whose row the database cannot keep, nor by conflicts of ids', async () => {
    const random = randomNumbers(7);
    const long = (): string =>
      upTo(255)
        .map(() => String.fromCharCode(0x4e00 + random(20_000)))
        .join('');
    const program = long();
    const { store, count: transactions } = counted(open());
    const ledger = postings(store);
    const bad = transfer('bad', 'funding', paidAccount(long(), long()), 5n, { currency: long() });
    const codes = await Promise.all(
      upTo(512).map((index) => {
        if (index === 200) return codeOf(ledger.post(program, bad));
        return codeOf(ledger.post(program, gift(index === 400 ? 'g1' : `g${index}`, BigInt(index + 1))));
      }),
    );
    expect(codes[200]).toBe('INVALID_INPUT');
    expect(codes[400]).toBe('IDEMPOTENCY_CONFLICT');
    expect(count(codes, 'posted')).toBe(510);
    expect(transactions()).toBeLessThan(30);
  });
});

describe('gathered calls on a server', () => {
  it('of several processes spend one account to the last unit between them', async () => {
    const program = 'processes';
    const gatherers = upTo(4).map(() => postings(onServer, { setMax: 40 }));
    await gatherers[0]?.post(program, gift('in', 1000n));
    const codes = await Promise.all(
      gatherers.flatMap((ledger, process) =>
        upTo(200).map((index) => codeOf(ledger.post(program, spend(`s/${process}/${index}`, 3n)))),
      ),
    );
    expect(count(codes, 'posted')).toBe(333);
    expect(count(codes, 'INSUFFICIENT_FUNDS')).toBe(467);
    expect(await balances(onServer, program)).toEqual([1n, 999n]);
  });

  it('in opposite directions by several processes never fail because of each other', async () => {
    const program = 'crossing';
    const gatherers = upTo(4).map(() => postings(onServer, { setMax: 25 }));
    const filler = postings(onServer);
    const account = (index: number) => `participant/p${index % 7}/available` as const;
    await Promise.all(
      upTo(7).map((index) =>
        filler.post(program, transfer(`in${index}`, 'funding', account(index), 10_000n)),
      ),
    );
    const codes = await Promise.all(
      gatherers.flatMap((ledger, process) =>
        upTo(200).map((index) =>
          codeOf(
            ledger.post(
              program,
              transfer(
                `t/${process}/${index}`,
                account(index * (process + 1)),
                account(index + process + 1),
                1n,
              ),
            ),
          ),
        ),
      ),
    );
    // A transfer to the account that it comes from is none.
    expect(count(codes, 'posted') + count(codes, 'INVALID_TRANSFER')).toBe(800);
    expect((await verify(onServer, program)).problems).toEqual([]);
  });

  it('whose connection is cut end with STORE_UNAVAILABLE for all of them, and are posted once when repeated', async () => {
    const program = 'cut';
    let cut = true;
    const store: Store = {
      transact: (name, work) =>
        onServer.transact(name, async (unit) => {
          const result = await work(unit);
          if (cut) {
            await pool.query(
              `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE state = 'idle in transaction' AND application_name = $1`,
              [SCHEMA],
            );
          }
          return result;
        }),
    };
    const ledger = postings(store);
    const post = () => Promise.all(upTo(50).map((index) => codeOf(ledger.post(program, gift(`g${index}`)))));
    expect(count(await post(), 'STORE_UNAVAILABLE')).toBe(50);
    expect((await balances(onServer, program))[0]).toBe(0n);
    cut = false;
    expect(count(await post(), 'posted')).toBe(50);
    expect(count(await post(), 'posted')).toBe(50);
    expect((await balances(onServer, program))[0]).toBe(250n);
  });

  it('open a payout for each of 300 participants in few transactions, and one of two for one balance', async () => {
    const program = 'requests';
    const { store, count: transactions } = counted(onServer);
    const engine = payouts({
      store,
      directory: storeDirectory(store),
      providers: [
        simulatedProvider({
          environment: 'test',
          currencies: { USD: { currency: currency('USD'), exponent: 2, step: 1n } },
          clock: () => new Date(),
          schedule: (afterMs, run) => void setTimeout(run, afterMs),
        }),
      ],
      rules: {
        environment: 'test',
        thresholds: { currencies: { USD: { minimum: 100n } } },
        require: { active: true, verified: true, destination: true, noOpenPayout: false },
        approval: { mode: 'automatic' },
        destinationHoldDays: 0,
      },
    });
    const people = upTo(300).map((index) => `p${index}`);
    await putParticipants(
      store,
      program,
      people.map((id) => ({ id, active: true, verified: true, destination: { id, version: 1 } })),
    );
    const credited = transactions();
    await Promise.all(
      people.map((participant) =>
        engine.credit({
          program,
          credits: [
            { key: participant, participant, currency: 'USD', amount: 1000n, kind: 'sale', subject: 'o' },
          ],
        }),
      ),
    );
    expect(transactions() - credited).toBe(2);
    const before = transactions();
    const ask = (participant: string, key: string) =>
      codeOf(engine.request({ program, key, participant, currency: 'USD', amount: 700n }));
    const codes = await Promise.all(
      people.flatMap((name) => [ask(name, `${name}/a`), ask(name, `${name}/b`)]),
    );
    expect(codes).toEqual(people.flatMap(() => ['posted', 'NOT_ELIGIBLE']));
    expect(transactions() - before).toBeLessThanOrEqual(4);
    expect((await verify(onServer, program)).problems).toEqual([]);
  });
});
