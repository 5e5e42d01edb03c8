import { memoryStore, type Store, type Transfer, type TransferRequest, verify } from '@payout-engines/core';
import { engineOf, openPayouts, PROGRAM } from './payouts/prepared.ts';
import type { Report } from './report.ts';

/**
 * Payouts claimed, sent and settled by one process over the memory store, with a provider that answers at once: what the
 * protocol itself costs. Beside it, the same payouts claimed one at a time, and the bare posting of the transfers that
 * they came to, in batches as large, which no protocol over this store can beat.
 */

const CHUNK = 25;

export async function run(report: Report, count = 50_000): Promise<void> {
  report.text(`Processing ${count.toLocaleString('en')} payouts over the memory store (µs a payout).`);
  const bare = await postBare(await prepared(count), await transfersOf(await prepared(count), count));
  const together = await processed(await prepared(count), count, CHUNK, 5);
  const single = await processed(await prepared(count), count, 1, 1);
  const [perPayout, alone, floor] = [together, single, bare].map((ms) => (ms * 1000) / count);
  report.row({
    name: 'payouts a second, chunk 25, 5 at once',
    value: (count * 1000) / together,
    unit: 'payouts/s',
  });
  report.row({ name: 'process, chunk 25, 5 at once', value: perPayout ?? 0, unit: 'µs/payout' });
  report.row({
    name: 'process, one at a time',
    value: alone ?? 0,
    unit: 'µs/payout',
    against: 'the time of chunk 25',
    ratio: single / together,
  });
  report.row({
    name: 'posting the same transfers alone',
    value: floor ?? 0,
    unit: 'µs/payout',
    against: 'the time of this',
    ratio: together / bare,
  });
}

/** A store in memory with payouts that wait to be sent. */
async function prepared(count: number): Promise<Store> {
  const store = memoryStore();
  await openPayouts(store, count);
  return store;
}

async function processed(store: Store, count: number, chunk: number, concurrency: number): Promise<number> {
  const engine = engineOf(store);
  const start = performance.now();
  const { completed } = await engine.process({ program: PROGRAM, chunk, concurrency });
  const ms = performance.now() - start;
  const { ok } = await verify(store, PROGRAM);
  if (completed !== count || !ok)
    throw new Error(`${completed} of ${count} were paid, books ${ok ? '' : 'not '}ok`);
  return ms;
}

/** What processing posts. */
async function transfersOf(store: Store, count: number): Promise<readonly Transfer[]> {
  await processed(store, count, CHUNK, 5);
  return store.transact(PROGRAM, async (unit) => {
    const all: Transfer[] = [];
    for await (const batch of unit.ledger.transfers())
      all.push(...batch.filter(({ kind }) => kind === 'payout'));
    return all;
  });
}

/** The same postings on a store where their money is set aside, and nothing else. */
async function postBare(store: Store, transfers: readonly Transfer[]): Promise<number> {
  const requests: TransferRequest[] = transfers.map(({ moved: _moved, at: _at, ...request }) => request);
  const start = performance.now();
  for (let index = 0; index < requests.length; index += CHUNK) {
    await store.transact(PROGRAM, (unit) => unit.ledger.post(requests.slice(index, index + CHUNK)));
  }
  return performance.now() - start;
}
