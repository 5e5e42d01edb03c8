import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verify } from '@payout-engines/core';
import { openDatabase, startServer } from '@payout-engines/example-kit';
import { afterEach, expect, it } from 'vitest';
import { PROGRAM } from '../src/program.ts';

const MAIN = path.resolve(import.meta.dirname, '../src/main.ts');
const ROOT = path.resolve(import.meta.dirname, '../../..');
const TSX = import.meta.resolve('tsx');
const CRON_SECRET = 'the secret of the cron job';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.on('exit', resolve);
  });

/** Serves the app as a process of its own, and gives its URL once it answers. */
async function serve(data: string, stripeMs: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    ['--import', TSX, '--conditions=@payout-engines/source', MAIN, '--port', '0', '--data', data],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        DATABASE_URL: '',
        STRIPE_SECRET_KEY: '',
        CRON_SECRET,
        DEMO_STRIPE_MS: String(stripeMs),
        DEMO_CREATORS: '14',
        TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.examples.json'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  started.push(child);
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    const hear = (part: Buffer): void => {
      text += part.toString();
      const [, found] = /at (http:\/\/\S+)/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => {
      reject(new Error(`it ended with ${code ?? 'a signal'}: ${text}`));
    });
  });
  return { child, url };
}

/** How far the batches are, newest first, as an operator reads it. */
async function progress(url: string): Promise<readonly (readonly [done: number, all: number])[]> {
  const signedIn = await fetch(`${url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ person: 'olga' }),
    redirect: 'manual',
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = await (await fetch(`${url}/operator`, { headers: { cookie } })).text();
  return [...page.matchAll(/(\d+) of (\d+) done/g)].map(([, done, all]) => [Number(done), Number(all)]);
}

const cron = (url: string): Promise<Response> =>
  fetch(`${url}/cron/payouts`, { method: 'POST', headers: { authorization: `Bearer ${CRON_SECRET}` } });

it(
  'a process that is killed in the middle of a batch is gone on with, and nobody is paid twice',
  { timeout: 240_000 },
  async () => {
    const data = await mkdtemp(path.join(tmpdir(), 'creator-batches-killed-'));
    const first = await serve(data, 700);
    expect((await cron(first.url)).status).toBe(202);
    const isUnderWay = async (): Promise<boolean> => {
      const [[done, all] = [0, 0]] = await progress(first.url);
      return done > 0 && done < all;
    };
    await expect.poll(isUnderWay, { timeout: 20_000, interval: 100 }).toBe(true);
    const killed = ended(first.child);
    first.child.kill('SIGKILL');
    await killed;

    const second = await serve(data, 0);
    const [[done, all] = [0, 0]] = await progress(second.url);
    expect(done).toBeLessThan(all);
    expect((await cron(second.url)).status).toBe(202);
    await expect
      .poll(async () => (await progress(second.url))[0], { timeout: 120_000, interval: 500 })
      .toEqual([all, all]);
    const stopped = ended(second.child);
    second.child.kill('SIGTERM');
    expect(await stopped).toBe(0);

    const server = await startServer(data);
    const database = await openDatabase({ url: server.url }, 'creator_batches');
    try {
      const made = await database.query(
        `SELECT substring(body from 'transfer_group=([^&]+)') AS payout, count(*)::int AS times, sum(amount)::text AS moved
       FROM demo_stripe_done WHERE kind = 'transfer' GROUP BY 1`,
      );
      expect(made.filter(({ times }) => times !== 1)).toEqual([]);
      const paid = await database.query(
        `SELECT count(*)::int AS count, sum(paid)::text AS sum FROM creator_batches.payout WHERE state = 'completed'`,
      );
      const sum = made.reduce((before, { moved }) => before + BigInt(String(moved)), 0n);
      expect(paid).toEqual([{ count: made.length, sum: sum.toString() }]);
      expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
    } finally {
      await database.close();
      await server.stop();
      await rm(data, { recursive: true, force: true });
    }
  },
);
