import { memoryStore } from '../../src/memory/memory-store.ts';
import { PayoutError } from '../../src/errors.ts';
import type { TransferRequest } from '../../src/ledger/transfer.ts';
import type { Store, UnitOfWork } from '../../src/ports/store.ts';

/** Runs transactions at the same time on the same rows: nothing is hidden before its commit, nothing locked, nothing undone. */
export function dirtyStore(change: (unit: UnitOfWork) => Partial<UnitOfWork> = () => ({})): Store {
  const units = new Map<string, Promise<UnitOfWork>>();
  return {
    transact: async (program, work) => {
      const unit = units.get(program) ?? endlessUnit(program);
      units.set(program, unit);
      return work({ ...(await unit), ...change(await unit) });
    },
  };
}

/** The unit of a transaction that never ends, on a store of its own. */
function endlessUnit(program: string): Promise<UnitOfWork> {
  return new Promise((resolve) => {
    void memoryStore().transact(program, (unit) => {
      resolve(unit);
      return new Promise<never>(() => undefined);
    });
  });
}

/** Looks first and writes later, as two statements without a lock do: what it saw may no longer be so. */
export function racyStore(): Store {
  return dirtyStore((unit) => ({
    ledger: { ...unit.ledger, post: (requests) => racyPost(unit, requests) },
    outbox: {
      ...unit.outbox,
      lease: async (limit, ms) => {
        const seen = await unit.outbox.lease(limit, 0);
        await pause();
        await unit.outbox.lease(seen.length, ms);
        return seen;
      },
    },
  }));
}

async function racyPost(unit: UnitOfWork, requests: readonly TransferRequest[]) {
  const seen = await unit.ledger.balances(
    requests.map(({ debit, currency }) => ({ account: debit, currency })),
  );
  await pause();
  return unit.ledger.post(requests).catch(async (error: unknown) => {
    const enough = requests.every(({ asked }, index) => (seen[index] ?? 0n) >= asked);
    if (!PayoutError.is(error, 'INSUFFICIENT_FUNDS') || !enough) throw error;
    const gifts = requests.map((request): TransferRequest => ({
      ...request,
      id: `gift/${request.id}`,
      debit: 'funding',
      credit: request.debit,
    }));
    return (await unit.ledger.post([...gifts, ...requests])).slice(gifts.length);
  });
}

async function pause(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
