import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { startServer } from '../src/index.ts';

it('a server keeps its data, is one app’s at a time, and outlives one that is killed', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'example-server-'));
  const ask = async (url: string, sql: string): Promise<unknown> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows[0];
    } finally {
      await client.end();
    }
  };
  const first = await startServer(folder);
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS value');
  // What a killed app leaves: its server, and no connection.
  const [pid] = (await readFile(path.join(folder, 'data/postmaster.pid'), 'utf8')).split('\n');
  await ask(
    first.url,
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`,
  );
  const second = await startServer(folder);
  try {
    expect((await readFile(path.join(folder, 'data/postmaster.pid'), 'utf8')).split('\n')[0]).toBe(pid);
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'SELECT value FROM kept')).toEqual({ value: 7 });
    await expect(startServer(folder)).rejects.toThrow('Another app works on');
  } finally {
    await second.stop();
  }
  const third = await startServer(folder);
  expect(await ask(third.url, 'SELECT value FROM kept')).toEqual({ value: 7 });
  await third.stop();
  await rm(folder, { recursive: true, force: true });
});
