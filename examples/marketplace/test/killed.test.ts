import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verify } from '@payout-engines/core';
import { openDatabase } from '@payout-engines/example-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { completeOrder, placeOrder } from '../src/orders.ts';
import { PROGRAM } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';

/** The real process, killed while it sends, on one folder: what is on the disk is all that the next one has. */

const ROOT = path.resolve(import.meta.dirname, '../../..');
const ORDERS = 30;
const started: ChildProcess[] = [];
let folder: string;
const open = () => openDatabase({ folder: path.join(folder, 'db') }, 'marketplace', TABLES);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'marketplace-'));
  const database = await open();
  await seed(database, new Date());
  for (let number = 0; number < ORDERS; number += 1) {
    const id = `many-${number}`;
    const price = 10_000n + BigInt(number);
    await placeOrder(database.query, { id, seller: 'asha', item: 'Lamp', price, placedAt: new Date() });
    await completeOrder(database, { id, by: 'shop' });
  }
  await database.close();
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Starts the app as `npm start` does, signed in as the operator. */
async function start() {
  const child = spawn(
    process.execPath,
    [
      '--import',
      import.meta.resolve('tsx'),
      '--conditions=@payout-engines/source',
      path.join(ROOT, 'examples/start/src/main.ts'),
      'marketplace',
      '--port',
      '0',
      '--data',
      path.join(folder, 'db'),
    ],
    {
      env: { ...process.env, DATABASE_URL: '', TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.examples.json') },
      stdio: 'pipe',
    },
  );
  started.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    const listen = (part: Buffer): void => {
      said += part.toString();
      const [, found] = /at (http:\/\/\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('exit', () => {
      reject(new Error(said));
    });
  });
  const body = new URLSearchParams({ person: 'olga' });
  const signedIn = await fetch(`${url}/sign-in`, { method: 'POST', body, redirect: 'manual' });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = async (where: string): Promise<unknown> =>
    (await fetch(`${url}${where}`, { headers: { cookie } })).json();
  const { token } = (await get('/api/token')) as { token: string };
  return {
    get,
    process: () => fetch(`${url}/payouts/process`, { method: 'POST', headers: { cookie, 'x-token': token } }),
    end: (signal: 'SIGKILL' | 'SIGTERM') =>
      new Promise<void>((resolve) => {
        child.on('exit', () => {
          resolve();
        });
        child.kill(signal);
      }),
  };
}

it('killed while it sends, it goes on when it is started again, and nobody is paid twice', async () => {
  const first = await start();
  const cut = first.process().then(
    () => 'answered',
    () => 'cut off',
  );
  for (;;) {
    const { total } = (await first.get('/payouts?status=completed&limit=1')) as { total: number };
    // Two were paid by the seed.
    if (total > 2) break;
  }
  await first.end('SIGKILL');
  expect(await cut).toBe('cut off');

  const between = await open();
  const many = `WHERE payout LIKE 'payout/order%many-%'`;
  const paidBefore = (await between.query(`SELECT FROM demo_bank_payment ${many}`)).length;
  expect(paidBefore).toBeGreaterThan(0);
  expect(paidBefore).toBeLessThan(ORDERS);
  // Five minutes later: what the killed one had taken is free for another to look into.
  await between.query(
    `UPDATE marketplace.payout SET due_at = now() - interval '1 minute' WHERE state = 'processing'`,
  );
  await between.close();

  const second = await start();
  expect((await second.process()).status).toBe(200);
  await second.end('SIGTERM');

  const after = await open();
  try {
    const rows = await after.query(
      `SELECT amount::text, count(*)::int AS count FROM demo_bank_payment ${many} GROUP BY payout, amount`,
    );
    expect(rows).toHaveLength(ORDERS);
    expect(rows.every(({ count }) => count === 1)).toBe(true);
    const sum = rows.reduce((before, { amount }) => before + BigInt(String(amount)), 0n);
    const earned = await after.query(
      `SELECT sum(amount)::text AS amount FROM entry WHERE market_order LIKE 'many-%'`,
    );
    expect(sum.toString()).toBe(earned[0]?.['amount']);
    expect((await verify(after.store, PROGRAM)).problems).toEqual([]);
  } finally {
    await after.close();
  }
});
