import { PayoutError, type ErrorCode } from '../../src/errors.ts';
import type { Block } from '../../src/ledger/block.ts';
import type { Transfer, TransferRequest } from '../../src/ledger/transfer.ts';
import { memoryStore } from '../../src/memory/memory-store.ts';
import type { Payout } from '../../src/payouts/payout.ts';
import type { Participant } from '../../src/ports/directory.ts';
import type { Store, UnitOfWork } from '../../src/ports/store.ts';

/** A bug planted into a right store, and the case that must notice it. */
export interface WrongStore {
  readonly bug: string;
  readonly caughtBy: string;
  open(): Store;
}

/** A store whose units have some operations replaced. */
function patched(change: (unit: UnitOfWork) => Partial<UnitOfWork>, store = memoryStore()): Store {
  return {
    transact: (program, work) => store.transact(program, (unit) => work({ ...unit, ...change(unit) })),
  };
}

type Rows = Exclude<keyof UnitOfWork, 'program' | 'now'>;

/** A store in which some operations on one kind of rows are replaced. */
function patchedRows<Name extends Rows>(
  name: Name,
  change: (rows: UnitOfWork[Name], unit: UnitOfWork) => Partial<UnitOfWork[Name]>,
): () => Store {
  return () => patched((unit) => ({ [name]: { ...unit[name], ...change(unit[name], unit) } }));
}

async function ignoring<T>(
  code: ErrorCode,
  attempt: Promise<T>,
  otherwise: () => T | Promise<T>,
): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    if (PayoutError.is(error, code)) return otherwise();
    throw error;
  }
}

/** A copy of a row in which one optional field is left out. */
function without<Field extends string>(
  field: Field,
): <Row extends { readonly [F in Field]?: unknown }>(row: Row) => Omit<Row, Field> {
  return (row) => {
    const copy = { ...row };
    delete copy[field];
    return copy;
  };
}

/** A fresh suffix for each call, so that nothing is ever the same. */
function renamer(): <Row extends { readonly id: string }>(row: Row) => Row {
  let calls = 0;
  return (row) => ({ ...row, id: `${row.id}#${(calls += 1)}` });
}

async function* twice<Row>(stream: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  for await (const batch of stream) {
    yield batch;
    if (batch.length >= 10_000) yield batch;
  }
}

async function* firstBatch<Row>(stream: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  for await (const batch of stream) {
    yield batch.slice(0, 10_000);
    return;
  }
}

/** Pays what is missing out of the platform's pocket. */
async function overspending(
  unit: UnitOfWork,
  requests: readonly TransferRequest[],
): Promise<readonly Transfer[]> {
  const results: Transfer[] = [];
  for (const request of requests) {
    const gift: TransferRequest = {
      ...request,
      id: `gift/${request.id}`,
      debit: 'funding',
      credit: request.debit,
    };
    const posted = await ignoring('INSUFFICIENT_FUNDS', unit.ledger.post([request]), () =>
      unit.ledger.post([gift, request]),
    );
    results.push(...posted.slice(-1));
  }
  return results;
}

export const WRONG_STORES: readonly WrongStore[] = [
  // transactions
  {
    bug: 'keeps what a failed transaction wrote',
    caughtBy: 'transaction-keeps-nothing-when-it-throws',
    open: () => {
      const store = memoryStore();
      return {
        transact: async (program, work) => {
          const result = await store.transact(program, async (unit) => {
            try {
              return { value: await work(unit) };
            } catch (error) {
              return { error };
            }
          });
          if ('error' in result) throw result.error;
          return result.value;
        },
      };
    },
  },
  {
    bug: 'mixes all programs',
    caughtBy: 'transaction-sees-one-program-only',
    open: () => {
      const store = memoryStore();
      return {
        transact: (program, work) => store.transact('all', (unit) => work({ ...unit, program })),
      };
    },
  },
  {
    bug: 'does not tell upper from lower case in programs',
    caughtBy: 'transaction-tells-similar-programs-apart',
    open: () => {
      const store = memoryStore();
      return { transact: (program, work) => store.transact(program.toLowerCase(), work) };
    },
  },
  {
    bug: 'throws an error of its own when the work throws',
    caughtBy: 'transaction-throws-what-its-work-threw',
    open: () => {
      const store = memoryStore();
      return {
        transact: (program, work) =>
          store.transact(program, work).catch((error: unknown) => {
            throw PayoutError.is(error) ? error : new PayoutError('STORE_UNAVAILABLE', { reason: 'failed' });
          }),
      };
    },
  },
  {
    bug: 'takes any text as the id of a program',
    caughtBy: 'id-hostile-program',
    open: () => {
      const store = memoryStore();
      return { transact: (program, work) => store.transact(`p${program.length}`, work) };
    },
  },
  {
    bug: 'keeps the first transfers of a batch that is refused',
    caughtBy: 'transaction-can-go-on-after-a-refused-operation',
    open: patchedRows('ledger', (rows) => ({
      post: async (requests) => {
        const results: Transfer[] = [];
        for (const request of requests) results.push(...(await rows.post([request])));
        return results;
      },
    })),
  },
  {
    bug: 'runs its clock backwards',
    caughtBy: 'transaction-tells-the-time',
    open: () => {
      let now = Date.UTC(2026, 0, 1);
      return memoryStore({ clock: () => new Date((now -= 1)) });
    },
  },

  {
    bug: 'forgets what the work resolved to',
    caughtBy: 'transaction-gives-the-result-of-its-work',
    open: () => {
      const store = memoryStore();
      return {
        transact: async <T>(program: string, work: (unit: UnitOfWork) => Promise<T>) => {
          await store.transact(program, work);
          return null as T;
        },
      };
    },
  },
  {
    bug: 'stays broken after a transaction that failed',
    caughtBy: 'transaction-goes-on-after-a-failed-one',
    open: () => {
      const store = memoryStore();
      let broken = false;
      return {
        transact: (program, work) =>
          store.transact(program, async (unit) => {
            if (broken) throw new PayoutError('STORE_UNAVAILABLE', { reason: 'a transaction failed' });
            broken = true;
            const result = await work(unit);
            broken = false;
            return result;
          }),
      };
    },
  },

  // the ledger
  {
    bug: 'forgets which transfers were posted',
    caughtBy: 'ledger-once-by-id',
    open: () => {
      const renamed = renamer();
      return patchedRows('ledger', (rows) => ({
        post: async (requests) => {
          const results = await rows.post(requests.map(renamed));
          return results.map((result, index) => ({ ...result, id: requests[index]?.id ?? '' }));
        },
      }))();
    },
  },
  {
    bug: 'answers another content under an old id with what is stored',
    caughtBy: 'ledger-refuses-an-id-with-other-content',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) =>
        ignoring('IDEMPOTENCY_CONFLICT', rows.post(requests), async () =>
          (await rows.find(requests.map(({ id }) => id))).flatMap((row) => row ?? []),
        ),
    })),
  },
  {
    bug: 'ignores a transfer twice in a batch with other content',
    caughtBy: 'ledger-refuses-two-contents-of-one-id-in-a-batch',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) =>
        rows.post(
          requests.map(({ id }) => requests.find((request) => request.id === id)).flatMap((row) => row ?? []),
        ),
    })),
  },
  {
    bug: 'lets balances go below zero',
    caughtBy: 'ledger-never-below-zero',
    open: patchedRows('ledger', (_rows, unit) => ({ post: (requests) => overspending(unit, requests) })),
  },
  {
    bug: 'applies a batch in the order of its ids',
    caughtBy: 'ledger-applies-a-batch-in-order',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) => rows.post(requests.toSorted((left, right) => (left.id < right.id ? -1 : 1))),
    })),
  },
  {
    bug: 'gives the results of a batch in another order',
    caughtBy: 'stream-large-batch',
    open: patchedRows('ledger', (rows) => ({
      post: async (requests) => (await rows.post(requests)).toReversed(),
    })),
  },
  {
    bug: 'keeps one balance for all currencies',
    caughtBy: 'ledger-keeps-currencies-apart',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) => rows.post(requests.map((request) => ({ ...request, currency: 'USD' }))),
      balances: (keys) => rows.balances(keys.map(({ account }) => ({ account, currency: 'USD' }))),
    })),
  },
  {
    bug: 'tells only the balances that exist',
    caughtBy: 'ledger-answers-in-the-order-asked',
    open: patchedRows('ledger', (rows) => ({
      balances: async (keys) => (await rows.balances(keys)).filter((balance) => balance !== 0n),
    })),
  },
  {
    bug: 'tells null for a transfer that does not exist',
    caughtBy: 'ledger-batch-is-all-or-nothing',
    open: patchedRows('ledger', (rows) => ({
      find: async (ids) => (await rows.find(ids)).map((row) => row ?? (null as unknown as undefined)),
    })),
  },
  {
    bug: 'does not tell accounts apart by case',
    caughtBy: 'ledger-tells-similar-accounts-apart',
    open: patchedRows('ledger', (rows) => ({
      balances: (keys) =>
        rows.balances(
          keys.map((key) => ({ ...key, account: key.account.toLowerCase() as typeof key.account })),
        ),
    })),
  },
  {
    bug: 'holds amounts as floats',
    caughtBy: 'ledger-amounts-beyond-floats',
    open: patchedRows('ledger', (rows) => ({
      balances: async (keys) => (await rows.balances(keys)).map((balance) => BigInt(Number(balance))),
    })),
  },
  {
    bug: 'wraps at 64 bits',
    caughtBy: 'ledger-balances-fit-64-bits',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) => ignoring('AMOUNT_OUT_OF_RANGE', rows.post(requests), () => []),
    })),
  },
  {
    bug: 'posts transfers of nothing',
    caughtBy: 'ledger-refuses-what-is-no-transfer',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) =>
        rows.post(requests.map((request) => (request.asked > 0n ? request : { ...request, asked: 1n }))),
    })),
  },
  {
    bug: 'says that a capped transfer moved all of it',
    caughtBy: 'capped-moves-what-is-there',
    open: patchedRows('ledger', (rows) => ({
      post: async (requests) => (await rows.post(requests)).map((row) => ({ ...row, moved: row.asked })),
    })),
  },
  {
    bug: 'computes a capped transfer again when it is replayed',
    caughtBy: 'capped-replay-keeps-what-moved',
    open: patchedRows('ledger', (rows) => ({
      post: async (requests) => {
        const known = await rows.find(requests.map(({ id }) => id));
        const balances = await rows.balances(
          requests.map(({ debit, currency }) => ({ account: debit, currency })),
        );
        return (await rows.post(requests)).map((row, index) => {
          const balance = balances[index] ?? 0n;
          if (known[index] === undefined || row.atMost !== true) return row;
          return { ...row, moved: balance < row.asked ? balance : row.asked };
        });
      },
    })),
  },
  {
    bug: 'refuses a capped transfer instead of capping it',
    caughtBy: 'capped-moves-what-is-there',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) => rows.post(requests.map(without('atMost'))),
    })),
  },
  {
    bug: 'lets nobody go below zero, the platform neither',
    caughtBy: 'ledger-some-accounts-may-owe',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) => {
        const [first] = requests;
        if (first !== undefined && /^(outside|fees)/.test(first.debit)) {
          throw new PayoutError('INSUFFICIENT_FUNDS', { transfer: first.id, account: first.debit });
        }
        return rows.post(requests);
      },
    })),
  },
  {
    bug: 'caps what the platform pays by what it has',
    caughtBy: 'capped-from-an-account-that-may-owe',
    open: patchedRows('ledger', (rows) => ({
      post: async (requests) =>
        (await rows.post(requests)).map((row) =>
          row.debit === 'funding' && row.atMost === true ? { ...row, moved: 0n } : row,
        ),
    })),
  },
  {
    bug: 'leaves the last unit of a budget',
    caughtBy: 'capped-moves-all-when-it-is-there',
    open: patchedRows('ledger', (rows) => ({
      post: async (requests) =>
        (await rows.post(requests)).map((row) =>
          row.atMost === true ? { ...row, moved: row.moved - 1n } : row,
        ),
    })),
  },
  {
    bug: 'cannot do nothing',
    caughtBy: 'ledger-posts-an-empty-batch',
    open: patchedRows('ledger', (rows) => ({
      post: (requests) =>
        requests.length > 0
          ? rows.post(requests)
          : Promise.reject(new PayoutError('STORE_UNAVAILABLE', { reason: 'syntax error at end of input' })),
    })),
  },
  {
    bug: 'forgets how much was reversed before',
    caughtBy: 'reversal-bound-over-batches',
    open: patchedRows('ledger', (rows, unit) => ({
      post: (requests) =>
        ignoring('REVERSAL_EXCEEDS', rows.post(requests), () =>
          overspending(unit, requests.map(without('reverses'))),
        ),
    })),
  },
  {
    bug: 'lets no reversal leave a debt',
    caughtBy: 'reversal-may-leave-a-debt',
    open: patchedRows('ledger', (rows) => ({
      post: async (requests) => {
        for (const { id, debit, currency, asked, reverses } of requests) {
          const [balance = 0n] = await rows.balances([{ account: debit, currency }]);
          if (reverses !== undefined && balance < asked) {
            throw new PayoutError('INSUFFICIENT_FUNDS', { transfer: id, account: debit });
          }
        }
        return rows.post(requests);
      },
    })),
  },
  {
    bug: 'tells another time of a transfer at each replay',
    caughtBy: 'value-transfer-time-is-the-same-each-time',
    open: patchedRows('ledger', (rows, unit) => ({
      post: async (requests) => {
        const at = new Date((await unit.now()).getTime() + 1);
        return (await rows.post(requests)).map((row) => ({ ...row, at }));
      },
    })),
  },
  {
    bug: 'leaves out the transfers after the first batch',
    caughtBy: 'stream-transfers-and-accounts',
    open: patchedRows('ledger', (rows) => ({ transfers: () => firstBatch(rows.transfers()) })),
  },
  {
    bug: 'tells a batch of balances twice',
    caughtBy: 'stream-transfers-and-accounts',
    open: patchedRows('ledger', (rows) => ({ accounts: () => twice(rows.accounts()) })),
  },
  {
    bug: 'loses a balance that its transfers make',
    caughtBy: 'ledger-adds-up',
    open: patchedRows('ledger', (rows) => ({
      accounts: async function* () {
        for await (const batch of rows.accounts()) yield batch.filter(({ account }) => account !== 'funding');
      },
    })),
  },

  // earnings
  {
    bug: 'ignores that an earning comes again with another amount',
    caughtBy: 'earning-refuses-other-content',
    open: patchedRows('earnings', (rows) => ({
      add: (earnings) => ignoring('IDEMPOTENCY_CONFLICT', rows.add(earnings), () => undefined),
    })),
  },
  {
    bug: 'forgets until when an earning is held',
    caughtBy: 'earning-is-kept-as-it-is',
    open: patchedRows('earnings', (rows) => ({
      add: (earnings) => rows.add(earnings.map(without('hold'))),
    })),
  },
  {
    bug: 'credits an earning again when it is added again',
    caughtBy: 'earning-added-once',
    open: () => {
      const renamed = renamer();
      return patchedRows('earnings', (rows) => ({ add: (earnings) => rows.add(earnings.map(renamed)) }))();
    },
  },
  {
    bug: 'tells a batch of earnings twice',
    caughtBy: 'stream-earnings',
    open: patchedRows('earnings', (rows) => ({ all: () => twice(rows.all()) })),
  },

  // periods
  {
    bug: 'accepts periods that overlap',
    caughtBy: 'period-refuses-overlap',
    open: patchedRows('periods', (rows) => ({
      open: (periods) => ignoring('PERIOD_OVERLAP', rows.open(periods), () => undefined),
    })),
  },
  {
    bug: 'takes touching for overlapping',
    caughtBy: 'period-touching-is-no-overlap',
    open: patchedRows('periods', (rows) => ({
      open: async (periods) => {
        for (const { start, end } of await rows.all()) {
          for (const period of periods) {
            if (period.start.getTime() === end.getTime() || period.end.getTime() === start.getTime()) {
              throw new PayoutError('PERIOD_OVERLAP', { period: period.id, overlaps: 'touching' });
            }
          }
        }
        return rows.open(periods);
      },
    })),
  },
  {
    bug: 'ignores that a period comes again with other bounds',
    caughtBy: 'period-refuses-other-bounds',
    open: patchedRows('periods', (rows) => ({
      open: (periods) => ignoring('IDEMPOTENCY_CONFLICT', rows.open(periods), () => undefined),
    })),
  },
  {
    bug: 'ignores a period that ends before it begins',
    caughtBy: 'period-refuses-what-is-no-interval',
    open: patchedRows('periods', (rows) => ({
      open: (periods) => ignoring('INVALID_INSTANT', rows.open(periods), () => undefined),
    })),
  },
  {
    bug: 'opens a closed period again',
    caughtBy: 'period-opens-again',
    open: patchedRows('periods', (rows) => ({
      open: async (periods) => {
        await rows.open(periods);
        for (const { id } of periods) await rows.setState(id, 'open');
      },
    })),
  },
  {
    bug: 'keeps the bounds of periods to the second',
    caughtBy: 'value-instants-are-exact',
    open: patchedRows('periods', (rows) => ({
      find: async (id) => {
        const row = await rows.find(id);
        return row && { ...row, end: new Date(Math.floor(row.end.getTime() / 1000) * 1000) };
      },
      all: async () =>
        (await rows.all()).map((row) => ({
          ...row,
          start: new Date(Math.floor(row.start.getTime() / 1000) * 1000),
        })),
    })),
  },
  {
    bug: 'tells periods by their ids',
    caughtBy: 'period-all-by-start',
    open: patchedRows('periods', (rows) => ({
      all: async () => (await rows.all()).toSorted((left, right) => (left.id < right.id ? -1 : 1)),
    })),
  },
  {
    bug: 'closes a period that does not exist',
    caughtBy: 'period-changes-state',
    open: patchedRows('periods', (rows) => ({
      setState: (id, state) => ignoring('PERIOD_NOT_FOUND', rows.setState(id, state), () => undefined),
    })),
  },

  // interactions
  {
    bug: 'counts a duplicate twice',
    caughtBy: 'interaction-counted-once',
    open: () => {
      const renamed = renamer();
      return patchedRows('interactions', (rows) => ({ record: (acts) => rows.record(acts.map(renamed)) }))();
    },
  },
  {
    bug: 'counts late interactions in a closed period',
    caughtBy: 'interaction-late-goes-to-the-first-open-period',
    open: patchedRows('interactions', (rows, unit) => ({
      record: async (acts) => {
        const periods = await unit.periods.all();
        for (const { id } of periods) await unit.periods.setState(id, 'open');
        const receipt = await rows.record(acts);
        for (const { id, state } of periods) await unit.periods.setState(id, state);
        return receipt;
      },
    })),
  },
  {
    bug: 'counts the end of a period in it',
    caughtBy: 'interaction-belongs-to-one-period',
    open: patchedRows('interactions', (rows) => ({
      record: (acts) =>
        rows.record(
          acts.map((act) => (act.id === 'first' ? act : { ...act, at: new Date(act.at.getTime() - 1) })),
        ),
    })),
  },
  {
    bug: 'drops interactions outside every period',
    caughtBy: 'interaction-outside-every-period',
    open: patchedRows('interactions', (rows) => ({
      record: (acts) =>
        ignoring('OUTSIDE_EVERY_PERIOD', rows.record(acts), () => ({ recorded: 0, duplicates: 0, late: 0 })),
    })),
  },
  {
    bug: 'ignores that an interaction comes again as another',
    caughtBy: 'interaction-refuses-other-content',
    open: patchedRows('interactions', (rows) => ({
      record: (acts) =>
        ignoring('IDEMPOTENCY_CONFLICT', rows.record(acts), () => ({ recorded: 0, duplicates: 1, late: 0 })),
    })),
  },
  {
    bug: 'forgets who acted',
    caughtBy: 'interaction-counted-by-participant-and-kind',
    open: patchedRows('interactions', (rows) => ({
      record: (acts) => rows.record(acts.map(without('actor'))),
    })),
  },
  {
    bug: 'tells a participant once for each kind',
    caughtBy: 'stream-counts',
    open: patchedRows('interactions', (rows) => ({
      counts: async function* (period) {
        for await (const batch of rows.counts(period)) {
          yield batch.flatMap(({ participant, counts }) =>
            counts.map((count) => ({ participant, counts: [count] })),
          );
        }
      },
    })),
  },

  // participants and referrals
  {
    bug: 'keeps the tier of a participant who has none any more',
    caughtBy: 'participant-is-replaced',
    open: patchedRows('participants', (rows) => ({
      put: async (participants) => {
        const before = await rows.find(participants.map(({ id }) => id));
        await rows.put(
          participants.map((participant, index): Participant => ({ ...before[index], ...participant })),
        );
      },
    })),
  },
  {
    bug: 'forgets where the money of a participant goes',
    caughtBy: 'participant-is-kept-as-it-is',
    open: patchedRows('participants', (rows) => ({
      put: (participants) => rows.put(participants.map(without('destination'))),
    })),
  },
  {
    bug: 'tells null for a tier that was left out',
    caughtBy: 'value-optional-fields-stay-out',
    open: patchedRows('participants', (rows) => ({
      find: async (ids) =>
        (await rows.find(ids)).map((row) => row && { ...row, tier: row.tier ?? (null as unknown as string) }),
    })),
  },
  {
    bug: 'keeps the first of a participant that stands twice in a batch',
    caughtBy: 'participant-last-of-a-batch-stays',
    open: patchedRows('participants', (rows) => ({
      put: (participants) => rows.put(participants.toReversed()),
    })),
  },
  {
    bug: 'leaves characters out of ids that it cannot keep',
    caughtBy: 'id-hostile-participant',
    open: patchedRows('participants', (rows) => ({
      put: (participants) =>
        rows.put(
          participants.map((row) => ({ ...row, id: row.id.replaceAll(/[^ -~]/g, '').slice(0, 255) || 'x' })),
        ),
    })),
  },
  {
    bug: 'brings ids into one normal form',
    caughtBy: 'id-allowed-in-every-row',
    open: patchedRows('participants', (rows) => ({
      put: (participants) => rows.put(participants.map((row) => ({ ...row, id: row.id.normalize('NFC') }))),
      find: (ids) => rows.find(ids.map((id) => id.normalize('NFC'))),
    })),
  },
  {
    bug: 'leaves out participants that it does not know',
    caughtBy: 'participant-found-in-order',
    open: patchedRows('participants', (rows) => ({
      find: async (ids) => (await rows.find(ids)).filter((row) => row !== undefined),
    })),
  },
  {
    bug: 'ignores a second referrer',
    caughtBy: 'referral-refuses-a-second-referrer',
    open: patchedRows('referrals', (rows) => ({
      add: (referrals) => ignoring('REFERRER_ALREADY_SET', rows.add(referrals), () => undefined),
    })),
  },
  {
    bug: 'refuses a referral that it has already',
    caughtBy: 'referral-added-once',
    open: patchedRows('referrals', (rows) => ({
      add: async (referrals) => {
        const known = await rows.find(referrals.map(({ referred }) => referred));
        for (const row of known) {
          if (row !== undefined) throw new PayoutError('REFERRER_ALREADY_SET', { participant: row.referred });
        }
        return rows.add(referrals);
      },
    })),
  },
  {
    bug: 'lets referrals close a cycle',
    caughtBy: 'referral-refuses-a-cycle-over-batches',
    open: patchedRows('referrals', (rows) => ({
      add: (referrals) => ignoring('REFERRAL_CYCLE', rows.add(referrals), () => undefined),
    })),
  },

  // plans
  {
    bug: 'freezes a plan again',
    caughtBy: 'plan-freezes-once',
    open: patchedRows('plans', (rows) => ({
      freeze: (plan, pages) => ignoring('IDEMPOTENCY_CONFLICT', rows.freeze(plan, pages), () => undefined),
    })),
  },
  {
    bug: 'freezes the pages that could be made',
    caughtBy: 'plan-takes-pages-one-by-one',
    open: patchedRows('plans', (rows) => ({
      freeze: (plan, pages) => {
        const made: string[] = [];
        try {
          for (const page of pages) made.push(page);
        } catch {
          // What is there is kept.
        }
        return rows.freeze(plan, made);
      },
    })),
  },
  {
    bug: 'trims the pages of a plan',
    caughtBy: 'plan-is-frozen-to-the-byte',
    open: patchedRows('plans', (rows) => ({
      page: async (period, revision, page) => (await rows.page(period, revision, page)).trim(),
    })),
  },
  {
    bug: 'never advances',
    caughtBy: 'plan-advances',
    open: patchedRows('plans', () => ({ advance: () => Promise.resolve() })),
  },
  {
    bug: 'gives an empty page where there is none',
    caughtBy: 'plan-unknown',
    open: patchedRows('plans', (rows) => ({
      page: (period, revision, page) =>
        ignoring('PLAN_NOT_FOUND', rows.page(period, revision, page), () => ''),
    })),
  },

  // the outbox
  {
    bug: 'leases a notification twice',
    caughtBy: 'outbox-lease-respects-its-limit',
    open: patchedRows('outbox', (rows) => ({ lease: (limit) => rows.lease(limit, 0) })),
  },
  {
    bug: 'leases more than asked for',
    caughtBy: 'outbox-lease-respects-its-limit',
    open: patchedRows('outbox', (rows) => ({ lease: (limit, ms) => rows.lease(limit + 1, ms) })),
  },
  {
    bug: 'leases for ever',
    caughtBy: 'outbox-lease-ends',
    open: patchedRows('outbox', (rows) => ({
      lease: (limit, ms) => rows.lease(limit, ms === 0 ? 0 : ms * 1000),
    })),
  },
  {
    bug: 'forgets what was delivered',
    caughtBy: 'outbox-delivered-stays-delivered',
    open: patchedRows('outbox', () => ({ delivered: () => Promise.resolve() })),
  },
  {
    bug: 'stores a notification again',
    caughtBy: 'outbox-stores-once-by-id',
    open: () => {
      const renamed = renamer();
      return patchedRows('outbox', (rows) => ({ add: (told) => rows.add(told.map(renamed)) }))();
    },
  },

  // payouts and what is around them
  {
    bug: 'opens a payout again',
    caughtBy: 'payout-opened-once',
    open: patchedRows('payouts', (rows) => ({
      add: (payouts) => ignoring('IDEMPOTENCY_CONFLICT', rows.add(payouts), () => undefined),
    })),
  },
  {
    bug: 'changes the amount of a payout that was approved',
    caughtBy: 'payout-keeps-what-was-said',
    open: () => {
      const said = new Map<string, Payout>();
      return patchedRows('payouts', (rows) => ({
        update: (payouts) => {
          for (const payout of payouts) said.set(payout.id, payout);
          return rows.update(payouts);
        },
        find: async (ids) =>
          (await rows.find(ids)).map(
            (row) => row && { ...row, amount: said.get(row.id)?.amount ?? row.amount },
          ),
      }))();
    },
  },
  {
    bug: 'lets a worker conclude that has not seen the latest claim',
    caughtBy: 'payout-fence-never-falls',
    open: patchedRows('payouts', (rows) => ({
      update: async (payouts) => {
        const stored = await rows.find(payouts.map(({ id }) => id));
        const raised = payouts.map((payout, index) => {
          const fence = stored[index]?.fence ?? 0;
          return payout.fence < fence ? { ...payout, fence } : payout;
        });
        await ignoring('INVARIANT_BROKEN', rows.update(raised), () => undefined);
      },
    })),
  },
  {
    bug: 'takes payouts before they are due',
    caughtBy: 'payout-due-in-order',
    open: patchedRows('payouts', (rows) => ({
      due: (query) => rows.due({ ...query, at: new Date(query.at.getTime() + 1) }),
    })),
  },
  {
    bug: 'takes payouts only once their time has passed',
    caughtBy: 'payout-due-in-order',
    open: patchedRows('payouts', (rows) => ({
      due: (query) => rows.due({ ...query, at: new Date(query.at.getTime() - 1) }),
    })),
  },
  {
    bug: 'goes on after a time and loses the payouts of the same time',
    caughtBy: 'payout-due-goes-on-after-the-cursor',
    open: patchedRows('payouts', (rows) => ({
      due: async (query) => {
        const { after, ...rest } = query;
        const all = await rows.due({ ...rest, limit: 1000 });
        const later = all.filter(({ dueAt }) => after === undefined || dueAt > after.dueAt);
        return later.slice(0, query.limit);
      },
    })),
  },
  {
    bug: 'does not count a payout under review as open',
    caughtBy: 'payout-open-of',
    open: patchedRows('payouts', (rows) => ({
      openOf: async (participants) =>
        (await rows.openOf(participants)).filter(({ state }) => state !== 'needs_review'),
    })),
  },
  {
    bug: 'ignores the batch when it lists payouts',
    caughtBy: 'payout-list-matches-all-that-is-given',
    open: patchedRows('payouts', (rows) => ({
      list: (filter, page) => rows.list(without('batch')(filter), page),
    })),
  },
  {
    bug: 'cuts a note at its first line',
    caughtBy: 'payout-is-kept-as-it-is',
    open: patchedRows('payouts', (rows) => ({
      add: (payouts) =>
        rows.add(
          payouts.map((row) =>
            row.note === undefined ? row : { ...row, note: row.note.split('\n')[0] ?? '' },
          ),
        ),
    })),
  },
  {
    bug: 'gives its own Dates away',
    caughtBy: 'payout-times-are-copies',
    open: () => {
      const kept = new Map<string, Date>();
      return patchedRows('payouts', (rows) => ({
        find: async (ids) =>
          (await rows.find(ids)).map((row) => {
            if (row === undefined) return undefined;
            const dueAt = kept.get(row.id) ?? row.dueAt;
            kept.set(row.id, dueAt);
            return { ...row, dueAt };
          }),
      }))();
    },
  },
  {
    bug: 'sends other bytes under the key of an attempt',
    caughtBy: 'attempt-frozen',
    open: patchedRows('attempts', (rows) => ({
      put: (attempts) => ignoring('INVARIANT_BROKEN', rows.put(attempts), () => undefined),
    })),
  },
  {
    bug: 'forgets that an open attempt may have left',
    caughtBy: 'attempt-outflow',
    open: patchedRows('attempts', (_rows, unit) => ({
      outflow: async (since) => {
        const totals = new Map<string, bigint>();
        for await (const batch of unit.attempts.all()) {
          for (const { participant, currency, net, end, endedAt } of batch) {
            if (end !== 'paid' || endedAt === undefined || endedAt <= since) continue;
            const key = `${participant}\n${currency}`;
            totals.set(key, (totals.get(key) ?? 0n) + net);
          }
        }
        return [...totals].map(([key, amount]) => {
          const [participant = '', currency = ''] = key.split('\n');
          return { participant, currency, amount };
        });
      },
    })),
  },
  {
    bug: 'tells attempts in the order of their texts, ten before two',
    caughtBy: 'attempt-of-payouts-in-order',
    open: patchedRows('attempts', (rows) => ({
      of: async (payouts) => {
        const found = await Promise.all(payouts.map((payout) => rows.of([payout])));
        return found.flatMap((attempts) =>
          attempts.toSorted((left, right) => (`${left.number}` < `${right.number}` ? -1 : 1)),
        );
      },
    })),
  },
  {
    bug: 'books an object of a provider for each payout that names it',
    caughtBy: 'movement-booked-once',
    open: patchedRows('movements', (rows) => ({
      add: (movements) => ignoring('IDEMPOTENCY_CONFLICT', rows.add(movements), () => undefined),
    })),
  },
  {
    bug: 'mixes the objects of all providers',
    caughtBy: 'movement-found-in-order',
    open: patchedRows('movements', (rows) => ({
      find: async (provider, objects) => {
        const [own, others] = [await rows.find(provider, objects), await rows.find('x', objects)];
        return own.map((row, index) => row ?? others[index]);
      },
    })),
  },
  {
    bug: 'takes more back than was moved',
    caughtBy: 'movement-refuses-what-is-none',
    open: patchedRows('movements', (rows) => ({
      update: (movements) => ignoring('INVALID_AMOUNT', rows.update(movements), () => undefined),
    })),
  },
  {
    bug: 'goes to the first page of a batch again',
    caughtBy: 'batch-advances',
    open: patchedRows('batches', (rows) => ({
      lock: async (key) => {
        const found = await rows.lock(key);
        return found && { ...found, page: 0 };
      },
    })),
  },
  {
    bug: 'freezes a batch again under its key',
    caughtBy: 'batch-freezes-once',
    open: patchedRows('batches', (rows) => ({
      freeze: (batch, pages) => ignoring('IDEMPOTENCY_CONFLICT', rows.freeze(batch, pages), () => undefined),
    })),
  },
  {
    bug: 'forgets the reversals that arrived before their earning',
    caughtBy: 'reversal-record-waiting',
    open: patchedRows('reversals', () => ({ waiting: () => Promise.resolve([]) })),
  },
  {
    bug: 'applies another amount than was asked to be reversed at first',
    caughtBy: 'reversal-record-replaces-what-was-applied',
    open: () => {
      const asked = new Map<string, bigint>();
      return patchedRows('reversals', (rows) => ({
        put: (reversals) => {
          for (const { key, amount } of reversals) if (amount !== undefined) asked.set(key, amount);
          return rows.put(reversals);
        },
        find: async (keys) =>
          (await rows.find(keys)).map((row) => {
            const amount = row && asked.get(row.key);
            return row && amount !== undefined ? { ...row, amount } : row;
          }),
      }))();
    },
  },
  {
    bug: 'takes every event for a new one',
    caughtBy: 'event-is-new-once',
    open: patchedRows('events', (rows) => ({
      add: async (provider, events) => (await rows.add(provider, events)).map(() => true),
    })),
  },
  {
    bug: 'keeps the event of a transaction that failed',
    caughtBy: 'event-undone-with-its-effect',
    open: () => {
      const seen = new Set<string>();
      return patchedRows('events', (rows) => ({
        add: async (provider, events) => {
          const areNew = await rows.add(provider, events);
          return events.map(({ id }, index) => {
            const isNew = areNew[index] === true && !seen.has(id);
            seen.add(id);
            return isNew;
          });
        },
      }))();
    },
  },
  {
    bug: 'forgets when a stop ends',
    caughtBy: 'control-is-kept-as-it-is',
    open: patchedRows('controls', (rows) => ({
      put: ({ epoch, halts }) => rows.put({ epoch, halts: halts.map(without('until')) }),
    })),
  },
  {
    bug: 'keeps one lock of those it was asked for',
    caughtBy: 'lock-taken-again',
    open: patchedRows('locks', (rows) => ({
      tryTake: async (names) => (await rows.tryTake(names)).slice(0, 1),
    })),
  },
  {
    bug: 'releases the whole earning whatever was credited',
    caughtBy: 'earning-parts-refused-changes',
    open: patchedRows('earnings', (rows) => ({
      update: (earnings) => ignoring('INVALID_AMOUNT', rows.update(earnings), () => undefined),
    })),
  },
  {
    bug: 'tells earnings without a time last',
    caughtBy: 'earning-parts-due-in-order',
    open: patchedRows('earnings', (rows) => ({
      due: async (query) => {
        const found = await rows.due(query);
        const timed = found.filter(({ hold }) => hold?.until !== undefined);
        return [...timed, ...found.filter(({ hold }) => hold?.until === undefined)];
      },
    })),
  },
  {
    bug: 'leaves the bonuses that were released already',
    caughtBy: 'earning-parts-bonuses-of',
    open: patchedRows('earnings', (rows) => ({
      bonusesOf: async (earnings) => (await rows.bonusesOf(earnings)).filter(({ held }) => held > 0n),
    })),
  },
  {
    bug: 'believes what a caller says about the time of a destination',
    caughtBy: 'destination-change-is-stamped',
    open: () => {
      const given = new Map<string, Date>();
      return patchedRows('participants', (rows) => ({
        put: (participants) => {
          for (const { id, destination } of participants) {
            if (destination?.since !== undefined) given.set(id, destination.since);
          }
          return rows.put(participants);
        },
        find: async (ids) =>
          (await rows.find(ids)).map((row) => {
            const since = row && given.get(row.id);
            if (row?.destination === undefined || since === undefined) return row;
            return { ...row, destination: { ...row.destination, since } };
          }),
      }))();
    },
  },
  {
    bug: 'takes a destination for the first one after the last was taken away',
    caughtBy: 'destination-remembered-when-taken-away',
    open: () => {
      const unknown = new Set<string>();
      return patchedRows('participants', (rows) => ({
        put: (participants) => {
          for (const { id, destination } of participants) if (destination === undefined) unknown.add(id);
          return rows.put(participants);
        },
        find: async (ids) =>
          (await rows.find(ids)).map((row) => {
            if (row?.destination === undefined || !unknown.has(row.id)) return row;
            return { ...row, destination: without('since')(row.destination) };
          }),
      }))();
    },
  },
  {
    bug: 'blocks every version of a destination',
    caughtBy: 'destination-blocked',
    open: patchedRows('participants', (rows) => ({
      block: (destinations) =>
        rows.block(
          destinations.flatMap((destination) => [
            destination,
            { ...destination, version: destination.version - 1 },
          ]),
        ),
    })),
  },
  // blocks
  {
    bug: 'seals a transfer again',
    caughtBy: 'block-once',
    open: patchedRows('blocks', (rows) => ({
      add: (block, entries) => ignoring('IDEMPOTENCY_CONFLICT', rows.add(block, entries), () => undefined),
    })),
  },
  {
    bug: 'tells sealed transfers in an order of its own',
    caughtBy: 'block-is-kept-as-it-is',
    open: patchedRows('blocks', (rows) => ({
      entries: async function* () {
        for await (const batch of rows.entries()) yield batch.toReversed();
      },
    })),
  },
  {
    bug: 'forgets that a transfer was sealed',
    caughtBy: 'block-tells-what-is-not-sealed',
    open: patchedRows('blocks', (rows, unit) => ({
      unsealed: async ({ after = '', limit }) => {
        await rows.unsealed({ limit, ...(after === '' ? {} : { after }) });
        const found: Transfer[] = [];
        for await (const batch of unit.ledger.transfers())
          found.push(...batch.filter(({ id }) => id > after));
        return found.sort((left, right) => (left.id < right.id ? -1 : 1)).slice(0, limit);
      },
    })),
  },
  {
    bug: 'goes on behind what it told, without looking back',
    caughtBy: 'block-tells-what-is-not-sealed',
    open: () => {
      let last = '';
      return patched((unit) => ({
        blocks: {
          ...unit.blocks,
          unsealed: async (query) => {
            const found = (await unit.blocks.unsealed(query)).filter(({ id }) => id >= last);
            if (query.after !== undefined) last = query.after;
            return found;
          },
        },
      }));
    },
  },
  {
    bug: 'keeps quiet about a sealed transfer that is gone',
    caughtBy: 'block-entry-without-its-transfer',
    open: patchedRows('blocks', (rows) => ({
      entries: async function* () {
        for await (const batch of rows.entries()) {
          yield batch.filter(({ stored }) => stored !== undefined);
        }
      },
    })),
  },
  {
    bug: 'keeps one chain for all programs',
    caughtBy: 'block-is-of-one-program',
    open: () => {
      let last: Block | undefined;
      return patched((unit) => ({
        blocks: {
          ...unit.blocks,
          add: async (block, entries) => {
            await unit.blocks.add(block, entries);
            last = block;
          },
          last: () => Promise.resolve(last),
        },
      }));
    },
  },
];

/** A store that takes what it should refuse as an id, and does nothing with it: wherever an id enters. */
export function carelessStore(): Store {
  const careless = <Rows extends object>(rows: Rows): Rows =>
    new Proxy(rows, {
      get: (target, name) => {
        const operation: unknown = Reflect.get(target, name);
        if (typeof operation !== 'function') return operation;
        return (...inputs: unknown[]): unknown => {
          const result: unknown = Reflect.apply(operation, target, inputs);
          if (!(result instanceof Promise))
            return ignoringStream(result as AsyncIterable<readonly unknown[]>);
          return ignoring(
            'INVALID_ID',
            ignoring('INVALID_TRANSFER', result, () => []),
            () => [],
          );
        };
      },
    });
  return patched((unit) => ({
    ledger: careless(unit.ledger),
    earnings: careless(unit.earnings),
    periods: careless(unit.periods),
    interactions: careless(unit.interactions),
    participants: careless(unit.participants),
    referrals: careless(unit.referrals),
    plans: careless(unit.plans),
    outbox: careless(unit.outbox),
    locks: careless(unit.locks),
    payouts: careless(unit.payouts),
    attempts: careless(unit.attempts),
    movements: careless(unit.movements),
    batches: careless(unit.batches),
    reversals: careless(unit.reversals),
    events: careless(unit.events),
    controls: careless(unit.controls),
    blocks: careless(unit.blocks),
  }));
}

async function* ignoringStream<Row>(stream: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  try {
    yield* stream;
  } catch (error) {
    if (!PayoutError.is(error, 'INVALID_ID')) throw error;
  }
}
