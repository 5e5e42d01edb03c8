import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_MINOR,
  memoryStore,
  PayoutError,
  postings,
  type Store,
  type Transfer,
  type TransferRequest,
  verify,
} from '../../src/index.ts';
import { request, runs } from '../ledger/arbitraries.ts';

const PROGRAM = 'p';

/** A store that counts its transactions, and can be told what becomes of the next ones. */
function countingStore(fails: (number: number) => 'before' | 'after' | undefined = () => undefined): {
  readonly store: Store;
  /** The same store, which never fails. */
  readonly inner: Store;
  readonly count: () => number;
} {
  const inner = memoryStore();
  let count = 0;
  const lost = new PayoutError('STORE_UNAVAILABLE', { reason: 'the connection failed' });
  const store: Store = {
    transact: async (program, work) => {
      count += 1;
      const failure = fails(count);
      const result = await inner.transact(program, async (unit) => {
        const worked = await work(unit);
        if (failure === 'before') throw lost;
        return worked;
      });
      if (failure === 'after') throw lost;
      return result;
    },
  };
  return { store, inner, count: () => count };
}

function deposit(id: string, more: Partial<TransferRequest> = {}): TransferRequest {
  return {
    id,
    debit: 'funding',
    credit: 'campaign/c',
    currency: 'USD',
    asked: 100n,
    kind: 'deposit',
    subject: 's',
    ...more,
  };
}

const spend = (id: string, asked: bigint, more: Partial<TransferRequest> = {}): TransferRequest =>
  deposit(id, { debit: 'campaign/c', credit: 'participant/a/available', asked, kind: 'earning', ...more });

/** What moved, or the error as its caller sees it. */
async function outcomeOf(posted: Promise<Transfer>): Promise<unknown> {
  try {
    const { at: _, ...transfer } = await posted;
    return transfer;
  } catch (error) {
    if (PayoutError.is(error)) return [error.code, error.details];
    throw error;
  }
}

const codeOf = async (posted: Promise<Transfer>): Promise<unknown> => {
  const outcome = await outcomeOf(posted);
  return Array.isArray(outcome) ? outcome[0] : 'posted';
};

const alone = (store: Store, asked: TransferRequest): Promise<Transfer> =>
  store.transact(PROGRAM, async (unit) => {
    const [transfer] = await unit.ledger.post([asked]);
    if (transfer === undefined) throw new Error('nothing was posted');
    return transfer;
  });

async function booksOf(store: Store): Promise<unknown> {
  return store.transact(PROGRAM, async (unit) => {
    const balances = new Map<string, bigint>();
    for await (const rows of unit.ledger.accounts()) {
      for (const { account, currency, balance } of rows) {
        if (balance !== 0n) balances.set(`${currency} ${account}`, balance);
      }
    }
    return balances;
  });
}

describe('postings of many callers', () => {
  it('give each what the order of their calls would have given them, one after the other', async () => {
    // Sums at the edge of 64 bits are checked once a batch, whose order is then another one.
    const sane = request.filter(({ asked }) => asked < MAX_MINOR);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(sane, { maxLength: 15 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 12 }),
        async (bursts, setMax) => {
          const [together, serial] = [memoryStore(), memoryStore()];
          const ledger = postings(together, { setMax });
          const gathered: Promise<unknown>[] = [];
          for (const burst of bursts) {
            gathered.push(...burst.map((asked) => outcomeOf(ledger.post(PROGRAM, asked))));
            await setImmediate();
          }
          const expected: unknown[] = [];
          for (const asked of bursts.flat()) expected.push(await outcomeOf(alone(serial, asked)));
          expect(await Promise.all(gathered)).toEqual(expected);
          expect(await booksOf(together)).toEqual(await booksOf(serial));
        },
      ),
      runs(400),
    );
  });

  it('of 512 at once are written in two transactions', async () => {
    const { store, count } = countingStore();
    const ledger = postings(store);
    const posted = await Promise.all(
      Array.from({ length: 512 }, (_, index) => ledger.post(PROGRAM, deposit(`d/${index}`))),
    );
    expect(posted.map(({ id }) => id)).toEqual(Array.from({ length: 512 }, (_, index) => `d/${index}`));
    expect(count()).toBe(2);
  });

  it('spend what an account holds to the last unit, and refuse the rest, in one transaction', async () => {
    const { store, count } = countingStore();
    const ledger = postings(store);
    await ledger.post(PROGRAM, deposit('in', { asked: 200n }));
    const before = count();
    const codes = await Promise.all(
      Array.from({ length: 400 }, (_, index) => codeOf(ledger.post(PROGRAM, spend(`s/${index}`, 1n)))),
    );
    expect(codes.slice(0, 200)).toEqual(Array(200).fill('posted'));
    expect(codes.slice(200)).toEqual(Array(200).fill('INSUFFICIENT_FUNDS'));
    expect(count() - before).toBeLessThanOrEqual(2);
  });

  it('that are capped share what is left in the order of their calls', async () => {
    const ledger = postings(memoryStore());
    const calls = [
      ledger.post(PROGRAM, deposit('in')),
      ...['s1', 's2', 's3'].map((id) => ledger.post(PROGRAM, spend(id, 60n, { atMost: true }))),
    ];
    expect((await Promise.all(calls)).map(({ moved }) => moved)).toEqual([100n, 60n, 40n, 0n]);
  });

  it('with one id are one where they mean the same, and a conflict for the later one where not', async () => {
    const ledger = postings(memoryStore());
    await ledger.post(PROGRAM, deposit('first'));
    const outcomes = await Promise.all([
      codeOf(ledger.post(PROGRAM, deposit('x'))),
      codeOf(ledger.post(PROGRAM, deposit('twice'))),
      codeOf(ledger.post(PROGRAM, deposit('twice'))),
      codeOf(ledger.post(PROGRAM, deposit('twice', { asked: 7n }))),
      codeOf(ledger.post(PROGRAM, deposit('first', { asked: 7n }))),
    ]);
    expect(outcomes).toEqual(['posted', 'posted', 'posted', 'IDEMPOTENCY_CONFLICT', 'IDEMPOTENCY_CONFLICT']);
  });

  it('beyond 64 bits are refused, and none of their neighbours', async () => {
    const ledger = postings(memoryStore());
    const codes = await Promise.all(
      [
        deposit('a'),
        deposit('b', { asked: MAX_MINOR - 100n }),
        deposit('c', { asked: MAX_MINOR }),
        deposit('d'),
      ].map((asked) => codeOf(ledger.post(PROGRAM, asked))),
    );
    expect(codes).toEqual(['posted', 'posted', 'AMOUNT_OUT_OF_RANGE', 'AMOUNT_OUT_OF_RANGE']);
  });

  it('that reverse more than the store has left of a transfer are refused by name, however many they are', async () => {
    const { store, count } = countingStore();
    const ledger = postings(store);
    const back = (id: string, asked: bigint): TransferRequest =>
      deposit(id, { debit: 'campaign/c', credit: 'funding', asked, kind: 'reversal', reverses: 'in' });
    await ledger.post(PROGRAM, deposit('in'));
    await ledger.post(PROGRAM, back('back/0', 90n));
    const codes = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        codeOf(ledger.post(PROGRAM, index % 2 === 0 ? deposit(`d/${index}`) : back(`r/${index}`, 4n))),
      ),
    );
    const refused = codes.flatMap((code, index) => (code === 'posted' ? [] : [[code, index]]));
    expect(refused).toEqual(
      Array.from({ length: 60 }, (_, index) => ['REVERSAL_EXCEEDS', index]).filter(
        ([, index]) => Number(index) % 2 === 1 && Number(index) > 3,
      ),
    );
    expect(count()).toBeLessThan(20);
  });

  it('that are malformed are refused before they wait, and fail nobody', async () => {
    const { store, count } = countingStore();
    const ledger = postings(store);
    const hostile: unknown[] = [
      undefined,
      null,
      'x',
      [],
      {},
      { ...deposit('x'), asked: 5 },
      { ...deposit('x'), asked: '5' },
      { ...deposit('x'), kind: 'gift' },
      { ...deposit('x'), debit: 'nobody' },
      { ...deposit('x'), id: 'a\0b' },
      { ...deposit('x'), more: 1 },
      { ...deposit('x'), reverses: undefined },
      deposit('x', { asked: 0n }),
      deposit('x', { credit: 'funding' }),
    ];
    const good = ledger.post(PROGRAM, deposit('good'));
    for (const input of hostile) {
      const error: unknown = await ledger
        .post(PROGRAM, input as TransferRequest)
        .catch((thrown: unknown) => thrown);
      expect(PayoutError.is(error) && error.code).toMatch(/^INVALID_(?:INPUT|ID|TRANSFER)$/);
    }
    await expect(ledger.post('', deposit('x'))).rejects.toMatchObject({ code: 'INVALID_ID' });
    expect((await good).id).toBe('good');
    expect(count()).toBe(1);
  });

  it('are what they were when they were asked for, whatever the caller does to the object then', async () => {
    const ledger = postings(memoryStore());
    const first = ledger.post(PROGRAM, deposit('first'));
    const asked = { ...deposit('second') };
    const second = ledger.post(PROGRAM, asked);
    asked.asked = 999n;
    await first;
    expect((await second).asked).toBe(100n);
  });
});

describe('postings over a store that fails', () => {
  it.each(['before', 'after'] as const)(
    'end with its error for all who shared the transaction, when it fails %s the commit; repeated, they are posted once',
    async (when) => {
      const { store } = countingStore((number) => (number === 2 ? when : undefined));
      const ledger = postings(store);
      const asked = Array.from({ length: 50 }, (_, index) => deposit(`d/${index}`));
      const post = (): Promise<unknown[]> =>
        Promise.all(asked.map((one) => codeOf(ledger.post(PROGRAM, one))));
      expect(await post()).toEqual(['posted', ...Array<string>(49).fill('STORE_UNAVAILABLE')]);
      expect(await post()).toEqual(Array(50).fill('posted'));
      expect(await booksOf(store)).toEqual(
        new Map([
          ['USD funding', -5000n],
          ['USD campaign/c', 5000n],
        ]),
      );
    },
  );

  it('are answered each once, whatever fails whenever, and posted once when they are repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('before' as const, 'after' as const, undefined), { maxLength: 12 }),
        fc.array(fc.bigInt({ min: 1n, max: 40n }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 10 }),
        async (failures, amounts, setMax) => {
          const { store, inner } = countingStore((number) => failures[number - 1]);
          const ledger = postings(store, { setMax });
          const insist = async (asked: TransferRequest): Promise<unknown> => {
            for (;;) {
              const code = await codeOf(ledger.post(PROGRAM, asked));
              if (code !== 'STORE_UNAVAILABLE') return code;
            }
          };
          expect(await insist(deposit('in'))).toBe('posted');
          const codes = await Promise.all(amounts.map((asked, index) => insist(spend(`s/${index}`, asked))));
          const spent = amounts.reduce(
            (sum, asked, index) => (codes[index] === 'posted' ? sum + asked : sum),
            0n,
          );
          expect(spent).toBeLessThanOrEqual(100n);
          expect((await verify(inner, PROGRAM)).problems).toEqual([]);
          const books = (await booksOf(inner)) as ReadonlyMap<string, bigint>;
          expect(books.get('USD participant/a/available') ?? 0n).toBe(spent);
        },
      ),
      runs(200),
    );
  });
});
