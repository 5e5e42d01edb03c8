import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { verify } from '@payout-engines/core';
import { openDatabase } from '@payout-engines/example-kit';
import { afterEach, expect, it } from 'vitest';
import { PROGRAM } from '../src/app/program.ts';
import { recentPeriods } from '../src/app/seed.ts';
import { TABLES } from '../src/app/tables.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const SERVE = resolve(import.meta.dirname, '../src/serve.ts');
const TSX = pathToFileURL(createRequire(join(PROJECT, 'package.json')).resolve('tsx')).href;
const SECRET = 'cron-secret';
const CROWD = 400;
/** Small pages make many transactions, so that the end comes in the middle of them. */
const PAGE_SIZE = 4;
const [, , , READY = ''] = recentPeriods(new Date(), 6).map(({ id }) => id);

const started: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'revenue-share-killed-'));
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The app in a process of its own, as `npm start -- revenue-share` serves it. */
async function serve(): Promise<{ url: string; end: (signal: NodeJS.Signals) => Promise<void> }> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      TSX,
      '--conditions=@payout-engines/source',
      SERVE,
      ...[
        '--port',
        '0',
        '--data',
        join(folder, 'data'),
        '--crowd',
        String(CROWD),
        '--page-size',
        String(PAGE_SIZE),
      ],
    ],
    {
      cwd: PROJECT,
      env: {
        ...process.env,
        DATABASE_URL: '',
        CRON_SECRET: SECRET,
        TSX_TSCONFIG_PATH: join(PROJECT, 'tsconfig.examples.json'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  started.push(child);
  const ended = new Promise<void>((finish) => child.on('exit', () => finish()));
  const url = await new Promise<string>((found, fail) => {
    let out = '';
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString();
      const [, address] = /at (http:\/\/\S+)/.exec(out) ?? [];
      if (address !== undefined) found(address);
    });
    child.on('exit', (code) => fail(new Error(`it ended with ${code ?? 'a signal'}: ${out}`)));
  });
  return {
    url,
    end: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}

const cron = (url: string, path: string): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${SECRET}` } });

async function as(url: string, person: string): Promise<Readonly<Record<string, string>>> {
  const signedIn = await fetch(`${url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ person }),
    redirect: 'manual',
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const answer = await fetch(`${url}/api/token`, { headers: { cookie } });
  const { token } = (await answer.json()) as { token: string };
  return { cookie, 'x-token': token, 'content-type': 'application/json' };
}

interface Shown {
  readonly stage: string;
  readonly step: string | undefined;
  readonly done: number;
}

/** What the page of the period shows, as JSON. */
async function shown(url: string, headers: Readonly<Record<string, string>>): Promise<Shown> {
  const answer = await fetch(`${url}/api/progress`, { headers });
  const { periods } = (await answer.json()) as {
    periods: { id: string; stage: string; steps?: { name: string; state: string; done?: number }[] }[];
  };
  const period = periods.find(({ id }) => id === READY);
  const now = period?.steps?.find(({ state }) => state === 'now');
  return { stage: period?.stage ?? 'none', step: now?.name, done: now?.done ?? 0 };
}

async function until(
  url: string,
  headers: Readonly<Record<string, string>>,
  is: (what: Shown) => boolean,
  everyMs: number,
): Promise<Shown> {
  for (;;) {
    const what = await shown(url, headers);
    if (is(what)) return what;
    if (what.stage === 'closed' || what.stage === 'stopped') throw new Error(`it is ${what.stage} already`);
    await new Promise((wake) => setTimeout(wake, everyMs));
  }
}

it('that is killed in the middle of a run goes on where it was, and nobody gets anything twice', async () => {
  const first = await serve();
  expect(await (await cron(first.url, '/cron/periods')).json()).toMatchObject({ begun: [READY] });
  const olga = await as(first.url, 'olga');
  const writes = (step: string | undefined): boolean => step?.startsWith('Credit the') === true;
  const killedAt = await until(first.url, olga, ({ step, done }) => writes(step) && done > 0, 25);
  await first.end('SIGKILL');
  expect(killedAt.done).toBeLessThan(CROWD);

  // Nobody asks for it: it goes on by itself, and not from the beginning.
  const second = await serve();
  const again = await as(second.url, 'olga');
  const found = await shown(second.url, again);
  expect(found.stage).toMatch(/calculating|closed/);
  if (found.step === killedAt.step) expect(found.done).toBeGreaterThanOrEqual(killedAt.done);
  await until(second.url, again, ({ stage }) => stage === 'closed', 250);
  expect(await (await cron(second.url, '/cron/periods')).json()).toMatchObject({ begun: [] });

  // A claim, and the end in the middle of sending it.
  const claim = async (url: string): Promise<string> => {
    const headers = await as(url, 'ana');
    const answer = await fetch(`${url}/api/claims`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ key: 'all' }),
    });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { id: string }).id;
  };
  const id = await claim(second.url);
  const sending = cron(second.url, '/cron/claims').catch(() => undefined);
  await new Promise((wake) => setTimeout(wake, 5));
  await second.end('SIGKILL');
  await sending;

  const third = await serve();
  expect(await claim(third.url)).toBe(id);
  for (const twice of [1, 2]) expect((await cron(third.url, '/cron/claims')).status, `${twice}`).toBe(202);
  await third.end('SIGTERM');

  const database = await openDatabase({ folder: join(folder, 'data') }, 'revenue_share', TABLES);
  try {
    const [credited] = await database.query(
      `SELECT sum(moved)::text AS sum, count(*)::int AS count, count(DISTINCT credit)::int AS people
       FROM revenue_share.transfer WHERE subject = $1 AND kind = 'share'`,
      [READY],
    );
    // The pool of 45.92 SOL, to the last lamport, and one share for each.
    expect(credited).toEqual({ sum: '45920000000', count: CROWD + 7, people: CROWD + 7 });
    const [told] = await database.query(
      `SELECT count(*)::int AS count FROM message WHERE period = $1 AND kind = 'share'`,
      [READY],
    );
    expect(told).toEqual({ count: CROWD + 7 });
    const paid = await database.query('SELECT payout FROM demo_bank_payment WHERE payout = $1', [id]);
    const [payout] = await database.store.transact(PROGRAM, (unit) => unit.payouts.find([id]));
    // What was cut off while it was sent is looked for once its lease is over; it is not sent a second time before.
    expect([
      ['completed', 1],
      ['processing', 1],
      ['processing', 0],
    ]).toContainEqual([payout?.state, paid.length]);
    expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
  } finally {
    await database.close();
  }
}, 300_000);
