import { memoryStore } from '../../src/memory/memory-store.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Store, UnitOfWork } from '../../src/ports/store.ts';

/** Stores that use every freedom the port leaves them: the suite must not refuse what is right. */
export const RIGHT_STORES: Readonly<Record<string, (clock: Clock) => Store>> = {
  'runs the work of each transaction twice, as after a conflict': (clock) => {
    const store = memoryStore({ clock });
    return {
      transact: async (program, work) => {
        const conflict = new Error('run again');
        await store
          .transact(program, async (unit) => {
            await work(unit);
            throw conflict;
          })
          .catch(() => undefined);
        return store.transact(program, work);
      },
    };
  },
  'gives its streams in small batches and in another order, and leaves out accounts that hold nothing': (
    clock,
  ) =>
    patched(clock, (unit) => ({
      ledger: {
        ...unit.ledger,
        transfers: () => inPieces(unit.ledger.transfers()),
        accounts: async function* () {
          for await (const batch of inPieces(unit.ledger.accounts())) {
            yield batch.filter(({ balance }) => balance !== 0n);
          }
        },
      },
      earnings: { ...unit.earnings, all: () => inPieces(unit.earnings.all()) },
      payouts: { ...unit.payouts, all: () => inPieces(unit.payouts.all()) },
      attempts: {
        ...unit.attempts,
        all: () => inPieces(unit.attempts.all()),
        outflow: async (since) => (await unit.attempts.outflow(since)).toReversed(),
      },
      movements: { ...unit.movements, all: () => inPieces(unit.movements.all()) },
      locks: { ...unit.locks, tryTake: async (names) => (await unit.locks.tryTake(names)).toReversed() },
      interactions: {
        ...unit.interactions,
        counts: async function* (period) {
          for await (const batch of inPieces(unit.interactions.counts(period))) {
            yield batch.map(({ participant, counts }) => ({ participant, counts: counts.toReversed() }));
          }
        },
      },
    })),
  'says of every transfer whether it is capped': (clock) =>
    patched(clock, (unit) => ({
      ledger: {
        ...unit.ledger,
        post: async (requests) =>
          (await unit.ledger.post(requests)).map((row) => ({ ...row, atMost: row.atMost === true })),
        find: async (ids) =>
          (await unit.ledger.find(ids)).map((row) => row && { ...row, atMost: row.atMost === true }),
      },
    })),
};

function patched(clock: Clock, change: (unit: UnitOfWork) => Partial<UnitOfWork>): Store {
  const store = memoryStore({ clock });
  return {
    transact: (program, work) => store.transact(program, (unit) => work({ ...unit, ...change(unit) })),
  };
}

async function* inPieces<Row>(stream: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  for await (const batch of stream) {
    const turned = batch.toReversed();
    for (let start = 0; start < turned.length; start += 777) yield turned.slice(start, start + 777);
    yield [];
  }
}
