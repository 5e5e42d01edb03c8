import {
  currency,
  type PaymentProvider,
  payouts,
  putParticipants,
  type Store,
  storeDirectory,
} from '@payout-engines/core';

/** Payouts that wait to be sent, and a provider that has sent them the moment it is asked to. */

export const PROGRAM = 'bench';

const USD = currency('USD');

/** Moves the money the moment it is asked to. */
export function instantProvider(): PaymentProvider {
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

/** The engine of the benchmarks: approves at once, pays through the instant provider. */
export function engineOf(store: Store): ReturnType<typeof payouts> {
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

/** Fills a store with a batch of payouts that wait to be sent. */
export async function openPayouts(store: Store, count: number): Promise<void> {
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
}
