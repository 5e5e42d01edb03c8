import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { migrate, migrationsSql, pgExecutor, postgresStore, schemaStatus } from '../src/index.ts';
import { run, type Surroundings } from '../src/cli/run.ts';
import { MIGRATIONS } from '../src/schema/embedded.ts';
import { openPool } from './database.ts';
import { bundleCli, runCli } from './fixtures/cli-process.ts';
import { balanceOf, transfer } from './rows.ts';

const pool = openPool({ max: 4 });
const executor = pgExecutor(pool);
afterAll(() => pool.end());

const ALL = MIGRATIONS.map(({ id }) => id);
const LAST = MIGRATIONS.length;

/** Runs a command in this process. */
async function command(args: readonly string[], more: Partial<Surroundings> = {}) {
  let [out, err] = ['', ''];
  const code = await run({
    args,
    env: { DATABASE_URL: inject('postgresUrl') },
    loadPg: async () => (await import('pg')).default,
    print: (text) => (out += text),
    complain: (text) => (err += text),
    ...more,
  });
  return { code, out, err };
}

describe('migrate', () => {
  it('makes the schema, then finds nothing to do, and says so', async () => {
    const args = ['migrate', '--schema', 'cli_migrate'];
    expect(await command(args)).toEqual({
      code: 0,
      out: `schema cli_migrate: applied ${ALL.join(', ')}\n`,
      err: '',
    });
    expect((await command(args)).out).toBe('schema cli_migrate: nothing to do\n');
    const { code, out } = await command([...args, '--json']);
    expect([code, JSON.parse(out)]).toEqual([0, { schema: 'cli_migrate', applied: [] }]);
  });

  it('takes the database from --url before the environment', async () => {
    const args = ['migrate', '--schema', 'cli_url', '--url', inject('postgresUrl')];
    const { code } = await command(args, { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' } });
    expect(code).toBe(0);
  });

  it('is refused on a schema that a newer release has made incompatible', async () => {
    await migrate(executor, { schema: 'cli_newer' });
    await pool.query(
      `INSERT INTO cli_newer.migration (id, name, checksum, breaking) VALUES (99, 'x', 'c', true)`,
    );
    const { code, err } = await command(['migrate', '--schema', 'cli_newer']);
    expect(code).toBe(1);
    expect(err).toContain('upgrade');
    const { out } = await command(['migrate', '--schema', 'cli_newer', '--json']);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'SCHEMA_NOT_READY' } });
  });
});

describe('status', () => {
  const status = async (schema: string) => {
    const { code, out } = await command(['status', '--schema', schema]);
    const json = await command(['status', '--schema', schema, '--json']);
    expect(json.code).toBe(code);
    return { code, out, json: JSON.parse(json.out) as Awaited<ReturnType<typeof schemaStatus>> };
  };

  it('ends with 1 and says what to do where there is no schema, and makes none', async () => {
    const { code, out, json } = await status('cli_none');
    expect(code).toBe(1);
    expect(out).toContain('schema cli_none: not ready');
    expect(out).toContain('run migrate');
    expect(out).toContain('sql --from 1');
    expect(json.migrations.map(({ state }) => state)).toEqual(ALL.map(() => 'missing'));
    expect((await pool.query(`SELECT FROM pg_namespace WHERE nspname = 'cli_none'`)).rows).toEqual([]);
  });

  it('ends with 0 where the schema is ready', async () => {
    await migrate(executor, { schema: 'cli_ready' });
    const { code, out, json } = await status('cli_ready');
    expect(code).toBe(0);
    expect(out).toContain('schema cli_ready: ready');
    expect(out).toMatch(/ {2}0001-initial: applied, \d{4}-\d\d-\d\dT/);
    expect(json).toMatchObject({ schema: 'cli_ready', ready: true });
    expect(json.reason).toBeUndefined();
  });

  it('tells what is missing, edited, newer and breaking', async () => {
    await migrate(executor, { schema: 'cli_states' });
    await pool.query(`DELETE FROM cli_states.migration WHERE id = ${LAST}`);
    expect((await status('cli_states')).out).toContain(`or the SQL of: sql --from ${LAST}`);
    await pool.query(`UPDATE cli_states.migration SET checksum = 'c' WHERE id = 1`);
    await pool.query(
      `INSERT INTO cli_states.migration (id, name, checksum, breaking) VALUES (98, 'add', 'c', false)`,
    );
    const edited = await status('cli_states');
    expect(edited.code).toBe(1);
    expect(edited.json.reason).toContain('compare their SQL');
    expect(edited.json.migrations.map(({ id, state }) => [id, state])).toEqual([
      [1, 'different'],
      ...ALL.slice(1, -1).map((id) => [id, 'applied']),
      [LAST, 'missing'],
      [98, 'newer'],
    ]);
    await pool.query(
      `INSERT INTO cli_states.migration (id, name, checksum, breaking) VALUES (99, 'cut', 'c', true)`,
    );
    expect((await status('cli_states')).json.migrations.at(-1)).toMatchObject({ id: 99, state: 'breaking' });
  });

  it('is ready where a newer release has only added', async () => {
    await migrate(executor, { schema: 'cli_added' });
    await pool.query(
      `INSERT INTO cli_added.migration (id, name, checksum, breaking) VALUES (99, 'add', 'c', false)`,
    );
    const { code, out } = await status('cli_added');
    expect(code).toBe(0);
    expect(out).toContain('of a newer release, which this one can live with');
  });
});

describe('sql', () => {
  it('prints what another tool runs, after which status says ready', async () => {
    const { code, out } = await command(['sql', '--schema', 'cli_sql']);
    expect(code).toBe(0);
    expect(out).toBe(migrationsSql({ schema: 'cli_sql' }));
    await pool.query(out);
    expect((await command(['status', '--schema', 'cli_sql'])).code).toBe(0);
    expect((await migrate(executor, { schema: 'cli_sql' })).applied).toEqual([]);
    const store = postgresStore(executor, { schema: 'cli_sql' });
    await store.transact('p', (unit) => unit.ledger.post([transfer('t', 'funding', 'pool/p', 5n)]));
    expect(await store.transact('p', (unit) => balanceOf(unit, 'pool/p'))).toBe(5n);
  });

  it('prints the missing ones, which go on where another tool had stopped', async () => {
    const whole = migrationsSql({ schema: 'cli_from' });
    const rest = migrationsSql({ schema: 'cli_from', from: LAST });
    expect(whole.endsWith(rest)).toBe(true);
    await pool.query(whole.slice(0, whole.length - rest.length));
    const status = await command(['status', '--schema', 'cli_from']);
    expect([status.code, status.out.includes(`sql --from ${LAST}`)]).toEqual([1, true]);
    await pool.query((await command(['sql', '--schema', 'cli_from', '--from', LAST.toString()])).out);
    expect((await command(['status', '--schema', 'cli_from'])).code).toBe(0);
  });

  it('changes nothing when it is run twice', async () => {
    const script = migrationsSql({ schema: 'cli_twice' });
    await pool.query(script);
    const before = await schemaStatus(executor, { schema: 'cli_twice' });
    const client = await pool.connect();
    await expect(client.query(script)).rejects.toThrow();
    await client.query('ROLLBACK');
    client.release();
    expect(await schemaStatus(executor, { schema: 'cli_twice' })).toEqual(before);
  });

  it('needs neither a database nor a driver', async () => {
    const loadPg = () => Promise.reject(new Error('not installed'));
    for (const name of ['sql', 'roles']) {
      expect((await command([name], { env: {}, loadPg })).code).toBe(0);
      expect(JSON.parse((await command([name, '--json'], { env: {}, loadPg })).out)).toHaveProperty('sql');
    }
  });
});

describe('roles', () => {
  it('prints a script for the roles that were named', async () => {
    const names = ['--application', 'shop', '--reader', 'eye', '--migrator', 'deploy'];
    const { code, out } = await command(['roles', '--schema', 'cli_roles', ...names]);
    expect(code).toBe(0);
    expect(out).toContain('GRANT SELECT, INSERT ON "cli_roles".transfer TO "shop";');
    expect(out).toContain('GRANT SELECT ON "cli_roles".transfer TO "eye";');
    expect(out).toContain('ALTER SCHEMA "cli_roles" OWNER TO "deploy";');
    expect(out).not.toContain('ROW LEVEL SECURITY');
    expect((await command(['roles', '--row-security'])).out).toContain('ENABLE ROW LEVEL SECURITY');
  });
});

describe('a command that cannot be run', () => {
  it.each([
    { args: [], says: 'a command is missing' },
    { args: ['drop'], says: 'there is no such command' },
    { args: ['migrate', 'status'], says: 'more than one command' },
    { args: ['migrate', '--force'], says: 'an option is unknown' },
    { args: ['migrate', '--url'], says: 'has no value' },
    { args: ['migrate', '--from', '2'], says: 'migrate takes no --from' },
    { args: ['sql', '--url', 'postgres://x'], says: 'sql takes no --url' },
    { args: ['status', '--row-security'], says: 'status takes no --row-security' },
    { args: ['sql', '--from', '0'], says: '--from takes the number of a migration' },
    { args: ['sql', '--from', '1e1'], says: '--from takes the number of a migration' },
    { args: ['sql', '--from', '99'], says: 'it must be the number of a migration' },
    { args: ['migrate', '--schema', 'a"b'], says: 'schema is not a valid id' },
    { args: ['sql', '--schema', ''], says: 'schema is not a valid id' },
    { args: ['roles', '--application', `a'b`], says: 'application is not a valid id' },
  ])('ends with 2 and says why: $args', async ({ args, says }) => {
    const { code, out, err } = await command(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
    const json = await command([...args, '--json']);
    expect(json.code).toBe(2);
    if (!args.includes('--url')) expect(JSON.parse(json.out)).toHaveProperty('error.message');
  });

  it('ends with 2 where no database is given', async () => {
    for (const env of [{}, { DATABASE_URL: '' }]) {
      const { code, err } = await command(['migrate'], { env });
      expect(code).toBe(2);
      expect(err).toContain('set DATABASE_URL, or pass --url');
    }
  });

  it('says what to install where the driver is not', async () => {
    const loadPg = () => Promise.reject(new Error(`Cannot find package 'pg'`));
    const { code, err } = await command(['migrate'], { loadPg });
    expect(code).toBe(2);
    expect(err).toContain('npm install pg');
  });

  it('says how it is used when it is asked for help', async () => {
    const { code, out } = await command(['--help']);
    expect(code).toBe(0);
    for (const word of ['migrate', 'status', 'sql', 'roles', 'DATABASE_URL', 'exit codes']) {
      expect(out).toContain(word);
    }
  });
});

describe('a database that cannot be used', () => {
  const server = new URL(inject('postgresUrl'));
  const secret = 'hunter2-secret';

  it.each([
    { title: 'the password is wrong', change: { password: secret }, says: 'check the credentials' },
    { title: 'the database is not there', change: { pathname: '/nowhere' }, says: 'check its name' },
    { title: 'there is no server', change: { port: '9', password: secret }, says: 'ECONNREFUSED' },
    {
      title: 'the host is not known',
      change: { hostname: 'nowhere.invalid', password: secret },
      says: 'connection',
    },
  ])('ends with 1 and keeps the password to itself: $title', async ({ change, says }) => {
    const url = new URL(server);
    Object.assign(url, change);
    for (const args of [['migrate'], ['status'], ['status', '--json'], ['migrate', '--url', url.href]]) {
      const { code, out, err } = await command(args, { env: { DATABASE_URL: url.href } });
      expect(code).toBe(1);
      expect(out + err).toContain(says);
      expect(out + err).not.toContain(secret);
      expect(out + err).not.toContain(server.password + '@');
    }
  });

  it.each([`postgres://u:${secret}@[bad`, `postgres://u:${secret}@host:port/x`, `nonsense ${secret}`])(
    'keeps to itself what is no URL, too',
    async (url) => {
      const { code, out, err } = await command(['migrate', '--url', url]);
      expect(code).toBe(1);
      expect(out + err).not.toContain(secret);
    },
  );
});

describe('the program', () => {
  let cli = '';
  beforeAll(async () => {
    cli = await bundleCli();
  }, 60_000);

  it('ends with the code of its command, prints to the right stream, and leaves nothing open', async () => {
    expect(await runCli(cli, ['status', '--schema', 'cli_program'])).toMatchObject({ code: 1, err: '' });
    expect(await runCli(cli, ['migrate', '--schema', 'cli_program'])).toMatchObject({ code: 0, err: '' });
    expect(await runCli(cli, ['status', '--schema', 'cli_program'])).toMatchObject({ code: 0, err: '' });
    const wrong = await runCli(cli, ['nonsense']);
    expect([wrong.code, wrong.out, wrong.err.includes('no such command')]).toEqual([2, '', true]);
  });

  it('prints the whole script into a pipe', async () => {
    expect((await runCli(cli, ['sql'])).out).toBe(migrationsSql());
  });
});
