import {
  currency,
  memoryStore,
  type PaymentProvider,
  payouts,
  putParticipants,
  type Store,
  storeDirectory,
  type Transfer,
  type TransferRequest,
  verify,
} from '@payout-engines/core';
import type { Report } from './report.ts';

/**
 * Payouts claimed, sent and settled by one process over the memory store, with a provider that answers at once: what the
 * protocol itself costs. Beside it, the same payouts claimed one at a time, and the bare posting of the transfers that
 * they came to, in batches as large, which no protocol over this store can beat. `PAYOUTS` changes the number.
 */

const COUNT = Number(process.env['PAYOUTS'] ?? '50000');
const CHUNK = 25;
const PROGRAM = 'bench';
const USD = currency('USD');

export async function run(report: Report): Promise<void> {
  report.text(`Processing ${COUNT.toLocaleString('en')} payouts over the memory store (µs a payout).`);
  const bare = await postBare(await transfersOf(await prepared(COUNT)));
  const together = await processed(await prepared(COUNT), CHUNK, 5);
  const single = await processed(await prepared(COUNT), 1, 1);
  const [perPayout, alone, floor] = [together, single, bare].map((ms) => (ms * 1000) / COUNT);
  report.row({
    name: 'payouts a second, chunk 25, 5 at once',
    value: (COUNT * 1000) / together,
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

/** Moves the money the moment it is asked to. */
function instantProvider(): PaymentProvider {
  let count = 0;
  const account = { id: 'instant', environment: 'test' } as const;
  return {
    id: 'instant',
    capabilities: {
      keys: { windowMs: 86_400_000, lengthMax: 255, replaysFirstAnswer: true },
      lookup: { delayMs: 0, authoritative: true },
      inFlightMs: 1000,
      currencies: { USD: { currency: USD, exponent: 2, step: 1n } },
    },
    account: () => Promise.resolve(account),
    find: () => Promise.resolve([]),
    send: ({ program, payout, attempt, destination, amount }) => {
      count += 1;
      return Promise.resolve({
        kind: 'object',
        object: {
          id: `tr_${count}`,
          reference: { program, payout, attempt },
          account: account.id,
          environment: account.environment,
          ...(destination === undefined ? {} : { destination }),
          currency: 'USD',
          amount,
          status: 'moved',
          returned: 0n,
        },
      });
    },
  };
}

function engineOf(store: Store): ReturnType<typeof payouts> {
  return payouts({
    store,
    directory: storeDirectory(store),
    providers: [instantProvider()],
    rules: {
      environment: 'test',
      thresholds: { currencies: { USD: { minimum: 1n } } },
      require: { active: true, verified: true, destination: true, noOpenPayout: true },
      approval: { mode: 'automatic' },
      destinationHoldDays: 7,
    },
  });
}

/** A store with a batch of payouts that wait to be sent. */
async function prepared(count: number): Promise<Store> {
  const store = memoryStore();
  const engine = engineOf(store);
  const ids = Array.from({ length: count }, (_, index) => `u${index.toString().padStart(7, '0')}`);
  for (let start = 0; start < count; start += 10_000) {
    const page = ids.slice(start, start + 10_000);
    await putParticipants(
      store,
      PROGRAM,
      page.map((id) => ({ id, active: true, verified: true, destination: { id: `acct_${id}`, version: 1 } })),
    );
    await engine.credit({
      program: PROGRAM,
      credits: page.map((id) => ({
        key: id,
        participant: id,
        currency: 'USD',
        amount: 1234n,
        kind: 'sale' as const,
        subject: 'order',
      })),
    });
  }
  await engine.openBatch({ program: PROGRAM, key: 'b' });
  return store;
}

async function processed(store: Store, chunk: number, concurrency: number): Promise<number> {
  const engine = engineOf(store);
  const start = performance.now();
  const { completed } = await engine.process({ program: PROGRAM, chunk, concurrency });
  const ms = performance.now() - start;
  const { ok } = await verify(store, PROGRAM);
  if (completed !== COUNT || !ok)
    throw new Error(`${completed} of ${COUNT} were paid, books ${ok ? '' : 'not '}ok`);
  return ms;
}

/** What processing posts. */
async function transfersOf(store: Store): Promise<readonly Transfer[]> {
  await processed(store, CHUNK, 5);
  return store.transact(PROGRAM, async (unit) => {
    const all: Transfer[] = [];
    for await (const batch of unit.ledger.transfers())
      all.push(...batch.filter(({ kind }) => kind === 'payout'));
    return all;
  });
}

/** The same postings on a store where their money is set aside, and nothing else. */
async function postBare(transfers: readonly Transfer[]): Promise<number> {
  const store = await prepared(COUNT);
  const requests: TransferRequest[] = transfers.map(({ moved: _moved, at: _at, ...request }) => request);
  const start = performance.now();
  for (let index = 0; index < requests.length; index += CHUNK) {
    await store.transact(PROGRAM, (unit) => unit.ledger.post(requests.slice(index, index + CHUNK)));
  }
  return performance.now() - start;
}
