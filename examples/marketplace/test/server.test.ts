import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PayoutError, verify } from '@payout-engines/core';
import { type Database, openDatabase, type Server, startServer } from '@payout-engines/example-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestBounties } from '../src/bounties.ts';
import { completeOrder, placeOrder, refundOrder } from '../src/orders.ts';
import { PROGRAM } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { runHourly } from '../src/sending.ts';
import { TABLES } from '../src/tables.ts';

/** A server with many connections: what the embedded database does one after the other happens at the same time here. */

let folder: string;
let server: Server;
let database: Database;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'marketplace-server-'));
  server = await startServer(folder, { durable: false });
  database = await openDatabase({ url: server.url }, 'marketplace', TABLES);
  await seed(database, new Date());
});
afterAll(async () => {
  await database.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

it('everything at once waits for its turn, and every payout is what its lines come to, and is paid once', async () => {
  const orders = Array.from({ length: 12 }, (_, index) => `at-once-${index}`);
  for (const id of orders) {
    const price = 100_000n;
    const placed = { id, seller: 'asha', scout: 'sana', item: 'Lamp', price, placedAt: new Date() };
    await placeOrder(database.query, placed);
  }
  const long = new Date(Date.now() - 30 * 86_400_000);
  const refused: string[] = [];
  await Promise.all([
    ...orders.flatMap((id, index) => [
      completeOrder(database, { id, by: 'olga', at: long }),
      refundOrder(database, { id: `back-${id}`, order: id, amount: 10_000n, by: 'olga' }),
      requestBounties(database, 'sana', `key-${index}`).catch((error: unknown) => {
        // There is nothing to ask for at times; nothing else may stand in the way.
        if (!PayoutError.is(error, 'NOT_ELIGIBLE')) throw error;
        refused.push(error.code);
      }),
    ]),
    runHourly(database, 'hourly-run'),
    runHourly(database, 'hourly-run'),
  ]);
  await runHourly(database, 'hourly-run');

  const torn = await database.query(
    `SELECT p.id FROM marketplace.payout p WHERE p.amount <> (
       SELECT coalesce(sum(e.amount), 0) FROM payout_entry l JOIN entry e ON e.id = l.entry WHERE l.payout = p.id)`,
  );
  expect(torn).toEqual([]);
  expect(await database.query(`SELECT FROM entry WHERE kind = 'carried'`)).toEqual([]);
  expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
  // All that Asha has ever earned has reached her bank, once: what she has no payout for would be missing.
  const [earned] = await database.query(
    `SELECT sum(amount)::text AS amount FROM entry WHERE member = 'asha'`,
  );
  const [paid] = await database.query(
    `SELECT sum(amount)::text AS amount FROM demo_bank_payment WHERE destination = 'bank-of-asha'`,
  );
  expect(paid).toEqual(earned);
});
