import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simulatedViews } from '@payout-engines/adapters-views';
import { type Store, verify } from '@payout-engines/core';
import { openDatabase } from '@payout-engines/example-kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clipCampaigns } from '../src/app.tsx';
import { changeDetails } from '../src/payment-details.ts';
import { enginesOn, PROGRAM, TRACKING } from '../src/program.ts';
import { TABLES } from '../src/tables.ts';

/** Real processes, killed while they work, on one folder: what is on the disk is all that the next one has. */

const ROOT = path.resolve(import.meta.dirname, '../../..');
const CLIPS = 30;
/** 2.00 USD for 1,000 views, and each clip gains 10,000. */
const EARNED = 2_000n;
const started: ChildProcess[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clip-campaigns-'));
  const database = await openDatabase({ folder: path.join(folder, 'db') }, 'clip_campaigns', TABLES);
  const source = simulatedViews({ clock: () => new Date(), perHour: 0n });
  const { campaigns } = enginesOn(database.store, [source]);
  for (const id of ['ann', 'bo']) {
    await database.query('INSERT INTO clipper (id, name) VALUES ($1, $1)', [id]);
    await changeDetails(database, id, `${id}@example.com`, new Date());
  }
  await campaigns.create({
    program: PROGRAM,
    id: 'killed',
    by: 'olga',
    currency: 'USD',
    ratePerThousand: 200,
    platforms: ['youtube'],
    endsAt: new Date(Date.now() + 86_400_000),
    hold: { completion: false, days: 0 },
    // Nobody has to say yes: the first reading is what they began with.
    approval: { hours: 0, outcome: 'approve' },
    tracking: TRACKING,
  });
  const amount = EARNED * BigInt(CLIPS) + 1n;
  await campaigns.deposit({ program: PROGRAM, campaign: 'killed', key: 'd', amount, currency: 'USD' });
  for (let number = 0; number < CLIPS; number += 1) {
    const url = `https://youtu.be/Killed${number.toString().padStart(4, '0')}A`;
    const participant = number % 2 === 0 ? 'ann' : 'bo';
    await campaigns.submitClip({ program: PROGRAM, campaign: 'killed', participant, url });
  }
  await campaigns.track({ program: PROGRAM });
  await database.close();
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

interface Served {
  readonly ask: Ask;
  /** Resolves when so many clips were read. */
  reads(clips: number): Promise<void>;
  kill(): Promise<void>;
}

/** Starts the app, and resolves when it answers. */
async function serve(views: bigint): Promise<Served> {
  const script = path.join(import.meta.dirname, 'served.ts');
  const child = spawn(
    process.execPath,
    [
      '--import',
      import.meta.resolve('tsx'),
      '--conditions=@payout-engines/source',
      script,
      path.join(folder, 'db'),
      views.toString(),
    ],
    { env: { ...process.env, TSX_TSCONFIG_PATH: path.join(ROOT, 'tsconfig.examples.json') }, stdio: 'pipe' },
  );
  started.push(child);
  let text = '';
  const looks = new Set<() => void>();
  const said = (found: () => string | undefined): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const value = found();
        if (value !== undefined) resolve(value);
      };
      looks.add(look);
      child.on('exit', () => {
        reject(new Error(`it ended: ${text}`));
      });
      look();
    });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      text += part.toString();
      for (const look of looks) look();
    });
  const url = await said(() => /served at (\S+)/.exec(text)?.[1]);
  const clipsRead = (): number =>
    [...text.matchAll(/read (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  return {
    ask: (where, init) => fetch(`${url}${where}`, { ...init, redirect: 'manual' }),
    reads: async (clips) => {
      await said(() => (clipsRead() >= clips ? 'enough' : undefined));
    },
    kill: () =>
      new Promise((resolve) => {
        child.on('exit', () => {
          resolve();
        });
        child.kill('SIGKILL');
      }),
  };
}

type Ask = (where: string, init?: RequestInit) => Response | Promise<Response>;

/** Somebody who is signed in at an app. */
async function as(ask: Ask, person: string) {
  const body = new URLSearchParams({ person });
  const signedIn = await ask('/sign-in', { method: 'POST', body });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = async (where: string): Promise<Response> => ask(where, { headers: { cookie } });
  const { token } = (await (await get('/api/token')).json()) as { token: string };
  return {
    get,
    form: async (where: string, fields: Record<string, string>) =>
      ask(where, { method: 'POST', headers: { cookie }, body: new URLSearchParams({ token, ...fields }) }),
    api: async (where: string, sent?: unknown) =>
      ask(where, {
        method: 'POST',
        headers: { cookie, 'x-token': token },
        ...(sent !== undefined && { body: JSON.stringify(sent) }),
      }),
  };
}

async function earnings(store: Store): Promise<bigint[]> {
  const clips = await enginesOn(store, []).campaigns.clips({ program: PROGRAM });
  return clips.map(({ earned }) => earned);
}

it('a run that is killed goes on where it stopped, and neither a view nor a payout is paid twice', async () => {
  // Killed in the middle of reading: what was booked is kept, the rest is read again.
  const first = await serve(10_000n);
  const olga = await as(first.ask, 'olga');
  const run = olga.api('/api/track').catch(() => 'killed' as const);
  await first.reads(25);
  await first.kill();
  expect(await run).toBe('killed');

  const second = await serve(10_000n);
  const [again, ann] = [await as(second.ask, 'olga'), await as(second.ask, 'ann')];
  const list = await (await again.get('/operator/clips.csv?tab=counting')).text();
  const booked = list
    .split('\r\n')
    .filter((line) => line.includes(`,10000,10000,10000,200,${EARNED},`)).length;
  expect(booked).toBeGreaterThan(0);
  expect(booked).toBeLessThan(CLIPS);
  expect((await again.api('/api/track')).status).toBe(200);
  expect((await again.api('/api/track')).status).toBe(200);

  // Killed while a payment is written down: whoever writes it down again changes nothing.
  const asked = await ann.api('/api/payouts', { key: 'one' });
  const { id, amount } = (await asked.json()) as { id: string; amount: string };
  expect(BigInt(amount)).toBe(EARNED * BigInt(CLIPS / 2));
  const at = `/operator/payouts/${encodeURIComponent(id)}`;
  const digest = /name="digest" value="([^"]+)"/.exec(await (await again.get(at)).text())?.[1] ?? '';
  expect((await again.form(`${at}/approve`, { digest })).status).toBe(303);
  expect((await again.form(`${at}/claim`, {})).status).toBe(303);
  const written = again.form(`${at}/complete`, { transaction: 'BANK-1' }).catch(() => 'killed' as const);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await second.kill();
  await written;

  const end = await openDatabase({ folder: path.join(folder, 'db') }, 'clip_campaigns', TABLES);
  const { app } = clipCampaigns(end, [simulatedViews({ clock: () => new Date() })]);
  const third: Ask = (where, init) => app.request(where, init);
  const [later, pete, bo] = [await as(third, 'olga'), await as(third, 'pete'), await as(third, 'bo')];
  // Nobody else can pay it: it is paid, or kept for the one who was paying it.
  expect((await pete.form(`${at}/complete`, { transaction: 'BANK-2' })).status).toBe(409);
  expect((await later.form(`${at}/complete`, { transaction: 'bank-1' })).status).toBe(303);
  expect((await later.form(`${at}/complete`, { transaction: 'BANK-1' })).status).toBe(303);
  const other = (await (await bo.api('/api/payouts', { key: 'one' })).json()) as { id: string };
  const there = `/operator/payouts/${encodeURIComponent(other.id)}`;
  const page = await (await later.get(there)).text();
  await later.form(`${there}/approve`, { digest: /name="digest" value="([^"]+)"/.exec(page)?.[1] ?? '' });
  await later.form(`${there}/claim`, {});
  const refused = await later.form(`${there}/complete`, { transaction: 'BANK-1' });
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining(at)]);

  try {
    expect(await earnings(end.store)).toEqual(Array.from({ length: CLIPS }, () => EARNED));
    const rows = await end.query('SELECT object, moved::text FROM clip_campaigns.movement');
    expect(rows).toEqual([{ object: 'BANK-1', moved: amount }]);
    const { left } = await enginesOn(end.store, []).campaigns.statistics({
      program: PROGRAM,
      campaign: 'killed',
    });
    expect(left).toBe(1n);
    expect((await verify(end.store, PROGRAM)).problems).toEqual([]);
  } finally {
    await end.close();
  }
});
