import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const MAIN = path.resolve(import.meta.dirname, '../src/main.ts');
const ROOT = path.resolve(import.meta.dirname, '../../..');
const TSX = import.meta.resolve('tsx');
/** The settings that `npm start` compiles with: without them no page would be one. */
const [, TSCONFIG = ''] =
  /"demo": "tsx --tsconfig (\S+) --conditions/.exec(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) ??
  [];

const started: ChildProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'example-start-'));
  folders.push(made);
  return made;
}

function start(args: readonly string[], cwd: string): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--import', TSX, '--conditions=@payout-engines/source', MAIN, ...args],
    {
      cwd,
      env: { ...process.env, DATABASE_URL: '', TSX_TSCONFIG_PATH: path.join(ROOT, TSCONFIG) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  started.push(child);
  return child;
}

/** What it has said until it says something. */
async function said(child: ChildProcess, until: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const listen = (part: Buffer): void => {
      text += part.toString();
      const found = until.exec(text);
      if (found !== null) resolve(found);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.on('exit', (code) => {
      reject(new Error(`it ended with ${code ?? 'a signal'}: ${text}`));
    });
  });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.on('exit', resolve);
  });

describe('npm start', () => {
  it('closes a period, ends, and says which apps there are', async () => {
    const child = start([], await folder());
    const listed = said(child, /npm start -- partner-program/);
    expect(await ended(child)).toBe(0);
    await listed;
  });

  it('with a name that no app has says which there are', async () => {
    const child = start(['nothing'], await folder());
    const named = said(child, /There is no app "nothing"; there are: .*partner-program/);
    expect(await ended(child)).toBe(2);
    await named;
  });

  it('with the name of an app serves it, ends when asked to, and goes on where a killed one stopped', async () => {
    const data = await folder();
    const serve = async (): Promise<{ child: ChildProcess; url: string }> => {
      const child = start(['partner-program', '--port', '0', '--data', path.join(data, 'db')], data);
      const [, url = ''] = await said(child, /at (http:\/\/\S+)/);
      return { child, url };
    };
    const first = await serve();
    const page = await fetch(`${first.url}/sign-in`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Ada')]);
    const asked = await askFor(first.url);
    expect(asked.status).toBe(201);
    const { id } = (await asked.json()) as { id: string };
    const killed = ended(first.child);
    first.child.kill('SIGKILL');
    await killed;

    const second = await serve();
    // The same request again is the same payout, though everything was killed between.
    const again = await askFor(second.url);
    expect(((await again.json()) as { id: string }).id).toBe(id);
    const stopped = ended(second.child);
    second.child.kill('SIGTERM');
    expect(await stopped).toBe(0);
  });
});

/** Asks for a payout as a partner does, under the same key each time. */
async function askFor(url: string): Promise<Response> {
  const signedIn = await fetch(`${url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ person: 'ada' }),
    redirect: 'manual',
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const { token } = (await (await fetch(`${url}/api/token`, { headers: { cookie } })).json()) as {
    token: string;
  };
  return fetch(`${url}/api/payouts`, {
    method: 'POST',
    headers: { cookie, 'x-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ key: 'first' }),
  });
}
