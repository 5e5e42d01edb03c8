import { PGlite } from '@electric-sql/pglite';
import { type BlockHead, seal, type Store, type TransferRequest, verify } from '@payout-engines/core';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, pgliteExecutor, postgresStore } from '../src/index.ts';
import { openPool, openStore } from './database.ts';
import { transfer, upTo } from './rows.ts';

const SCHEMA = 'sealing';
const P = 'p';

/** One statement of a superuser; no trigger and no key is in the way. */
type Tamper = (sql: string) => Promise<unknown>;

interface Opened {
  readonly store: Store;
  readonly tamper: Tamper;
}

const deposit = (id: string, asked = 5n, more: Partial<TransferRequest> = {}): TransferRequest =>
  transfer(id, 'funding', 'pool/p', asked, { kind: 'deposit', ...more });

/**
 * In a program of its own: two blocks of three transfers each, and one transfer that is not sealed. The pool holds less
 * than the capped one asks for.
 */
async function fill(store: Store, program: string): Promise<BlockHead> {
  await store.transact(program, (unit) => unit.ledger.post([deposit('a'), deposit('b'), deposit('c', 10n)]));
  await seal(store, program);
  await store.transact(program, (unit) =>
    unit.ledger.post([
      transfer('d', 'pool/p', 'funding', 4n, { kind: 'reversal', reverses: 'b' }),
      transfer('e', 'pool/p', 'pool/q', 100n, { kind: 'pool', atMost: true }),
      deposit('f'),
    ]),
  );
  const { head } = await seal(store, program);
  await store.transact(program, (unit) => unit.ledger.post([deposit('u')]));
  return head ?? { number: 0, hash: '' };
}

async function problemsOf(store: Store, program: string, head?: BlockHead): Promise<readonly string[]> {
  const { ok, problems } = await verify(store, program, head === undefined ? {} : { head });
  expect(ok).toBe(problems.length === 0);
  return problems.map((problem) => {
    const { block, transfer: id } = { block: '', transfer: '', ...problem };
    return [problem.problem, block, id].filter((part) => part !== '').join(' ');
  });
}

const onTransfer = (set: string, id: string) => (program: string) =>
  `UPDATE ${SCHEMA}.transfer SET ${set} WHERE program = '${program}' AND id = '${id}'`;

const onRows = (sql: string) => (program: string) =>
  sql.replaceAll('TABLE ', `${SCHEMA}.`).replaceAll('PROGRAM', `program = '${program}'`);

interface Change {
  readonly what: string;
  readonly sql: (program: string) => string;
  /** What must be among the findings. */
  readonly found: string;
}

/** Single fields of sealed transfers. */
const SEALED: readonly Change[] = [
  ['another id', `id = 'z'`, 'e', 'sealed_transfer_missing 2 e'],
  ['another program', `program = 'elsewhere/' || program`, 'e', 'sealed_transfer_missing 2 e'],
  ['another debit', `debit = 'pool/q2'`, 'e', 'sealed_transfer_differs 2 e'],
  ['another credit', `credit = 'pool/q2'`, 'e', 'sealed_transfer_differs 2 e'],
  ['a debit that is no account', `debit = 'x'`, 'e', 'sealed_transfer_missing 2 e'],
  ['another currency', `currency = 'EUR'`, 'e', 'sealed_transfer_differs 2 e'],
  ['more that was asked for, where it is capped', 'asked = asked + 1', 'e', 'sealed_transfer_differs 2 e'],
  ['less that was asked for, where it is capped', 'asked = asked - 1', 'e', 'sealed_transfer_differs 2 e'],
  ['more that moved, where it is capped', 'moved = moved + 1', 'e', 'sealed_transfer_differs 2 e'],
  ['less that moved, where it is capped', 'moved = moved - 1', 'e', 'sealed_transfer_differs 2 e'],
  ['no cap any more', 'at_most = false', 'e', 'sealed_transfer_differs 2 e'],
  ['a cap', 'at_most = true', 'f', 'sealed_transfer_differs 2 f'],
  ['another kind', `kind = 'adjustment'`, 'e', 'sealed_transfer_differs 2 e'],
  ['a kind that there is not', `kind = 'x'`, 'e', 'sealed_transfer_missing 2 e'],
  ['another subject', `subject = 'x'`, 'e', 'sealed_transfer_differs 2 e'],
  ['an empty subject', `subject = ''`, 'e', 'sealed_transfer_differs 2 e'],
  ['another that it reverses', `reverses = 'a'`, 'd', 'sealed_transfer_differs 2 d'],
  ['nothing that it reverses', 'reverses = NULL', 'd', 'sealed_transfer_differs 2 d'],
  ['something that it reverses', `reverses = 'a'`, 'f', 'sealed_transfer_differs 2 f'],
  ['an empty name of what it reverses', `reverses = ''`, 'f', 'sealed_transfer_differs 2 f'],
  ['a later time', `at = at + interval '1 millisecond'`, 'e', 'sealed_transfer_differs 2 e'],
  ['a time with more digits', `at = at + interval '1 microsecond'`, 'e', 'sealed_transfer_missing 2 e'],
  ['an endless time', `at = 'infinity'`, 'e', 'sealed_transfer_missing 2 e'],
].map(([what = '', set = '', id = '', found = '']) => ({ what, sql: onTransfer(set, id), found }));

/** Amounts and accounts of a transfer that is in no block yet. */
const UNSEALED: readonly Change[] = [
  ['another debit', `debit = 'pool/q2'`, 'balance_differs'],
  ['another credit', `credit = 'pool/q2'`, 'balance_differs'],
  ['another currency', `currency = 'EUR'`, 'balance_differs'],
  ['another amount', 'asked = asked + 1, moved = moved + 1', 'balance_differs'],
  ['more that was asked for', 'asked = asked + 1', 'moved_out_of_bounds u'],
  ['less that moved', 'moved = moved - 1', 'balance_differs'],
].map(([what = '', set = '', found = '']) => ({
  what: `${what}, before it is sealed`,
  sql: onTransfer(set, 'u'),
  found,
}));

/** Rows that go, come, or change their place. */
const ROWS: readonly Change[] = [
  [
    'a removed transfer',
    `DELETE FROM TABLE transfer WHERE PROGRAM AND id = 'e'`,
    'sealed_transfer_missing 2 e',
  ],
  [
    'a removed transfer that was not sealed',
    `DELETE FROM TABLE transfer WHERE PROGRAM AND id = 'u'`,
    'balance_differs',
  ],
  [
    'an inserted transfer',
    `INSERT INTO TABLE transfer SELECT program, 'z', debit, credit, currency, asked, moved, kind, subject, at_most,
       reverses, at FROM TABLE transfer WHERE PROGRAM AND id = 'a'`,
    'balance_differs',
  ],
  [
    'an entry too many',
    `INSERT INTO TABLE block_entry SELECT program, 1, 4, 'u', digest FROM TABLE block_entry WHERE PROGRAM AND transfer = 'a'`,
    'block_differs 1',
  ],
  ['a removed entry', `DELETE FROM TABLE block_entry WHERE PROGRAM AND transfer = 'a'`, 'block_differs 1'],
  [
    'an entry of another transfer',
    `UPDATE TABLE block_entry SET transfer = 'u' WHERE PROGRAM AND transfer = 'a'`,
    'sealed_transfer_differs 1 u',
  ],
  [
    'another digest',
    `UPDATE TABLE block_entry SET digest = sha256(digest) WHERE PROGRAM AND transfer = 'a'`,
    'block_differs 1',
  ],
  [
    'entries in another order',
    `UPDATE TABLE block_entry SET place = 9 - place WHERE PROGRAM AND block = 1`,
    'block_differs 1',
  ],
  [
    'an entry in another block',
    `UPDATE TABLE block_entry SET block = 2, place = 4 WHERE PROGRAM AND transfer = 'a'`,
    'block_differs 2',
  ],
  ['a removed block', `DELETE FROM TABLE block WHERE PROGRAM AND number = 1`, 'block_missing 1'],
  [
    'blocks with other numbers',
    `UPDATE TABLE block SET number = number + 1 WHERE PROGRAM`,
    'block_missing 1',
  ],
  ['another hash', `UPDATE TABLE block SET hash = previous WHERE PROGRAM AND number = 1`, 'block_differs 1'],
  [
    'another block before',
    `UPDATE TABLE block SET previous = hash WHERE PROGRAM AND number = 2`,
    'chain_broken 2',
  ],
  [
    'another number of transfers',
    `UPDATE TABLE block SET transfers = 4 WHERE PROGRAM AND number = 1`,
    'block_differs 1',
  ],
  [
    'another time of sealing',
    `UPDATE TABLE block SET sealed_at = sealed_at + interval '1 ms' WHERE PROGRAM AND number = 1`,
    'block_differs 1',
  ],
  [
    'another balance',
    `UPDATE TABLE account SET balance = balance + 1 WHERE PROGRAM AND account = 'pool/p'`,
    'balance_differs',
  ],
].map(([what = '', sql = '', found = '']) => ({ what, sql: onRows(sql), found }));

/** Everything that a superuser can do: the keys, checks and triggers of this schema are gone. */
const UNGUARDED = `
  ALTER TABLE ${SCHEMA}.block_entry DROP CONSTRAINT block_entry_program_block_fkey;
  ALTER TABLE ${SCHEMA}.reversal_total DROP CONSTRAINT reversal_total_program_transfer_fkey;
  ALTER TABLE ${SCHEMA}.block_entry DROP CONSTRAINT block_entry_pkey;
  CREATE INDEX ON ${SCHEMA}.block_entry (program, block, place);
  ALTER TABLE ${SCHEMA}.block DROP CONSTRAINT block_pkey;
  CREATE INDEX ON ${SCHEMA}.block (program, number);
  ALTER TABLE ${SCHEMA}.transfer DROP CONSTRAINT transfer_moves;
  ALTER TABLE ${SCHEMA}.transfer DISABLE TRIGGER append_only;
  ALTER TABLE ${SCHEMA}.block DISABLE TRIGGER append_only;
  ALTER TABLE ${SCHEMA}.block_entry DISABLE TRIGGER append_only;`;

function tampering(open: () => Promise<Opened>): void {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open();
  }, 60_000);

  it('finds nothing where nothing was changed', async () => {
    const head = await fill(opened.store, 'untouched');
    expect(await verify(opened.store, 'untouched', { head })).toEqual({
      ok: true,
      ...{ transfers: 7, accounts: 3, earnings: 0, payouts: 0, blocks: 2, unsealed: 1 },
      head,
      problems: [],
    });
  });

  for (const [index, { what, sql, found }] of [...SEALED, ...UNSEALED, ...ROWS].entries()) {
    it(`finds ${what}`, async () => {
      const program = `tampered/${index}`;
      await fill(opened.store, program);
      await opened.tamper(sql(program));
      expect(await problemsOf(opened.store, program)).toContain(found);
    });
  }

  it('finds a block cut off the end, and another end, by the one that was kept', async () => {
    const head = await fill(opened.store, 'cut');
    await opened.tamper(`DELETE FROM ${SCHEMA}.block_entry WHERE program = 'cut' AND block = 2`);
    await opened.tamper(`DELETE FROM ${SCHEMA}.block WHERE program = 'cut' AND number = 2`);
    expect(await problemsOf(opened.store, 'cut')).toEqual([]);
    expect(await problemsOf(opened.store, 'cut', head)).toEqual(['head_missing 2']);
    // Sealed anew after a change of what was sealed: right in itself, and another chain.
    await opened.tamper(onTransfer(`subject = 'x'`, 'f')('cut'));
    await seal(opened.store, 'cut');
    expect(await problemsOf(opened.store, 'cut')).toEqual([]);
    expect(await problemsOf(opened.store, 'cut', head)).toEqual(['head_differs 2']);
  });
}

describe('verify on a real server, after a superuser', () => {
  let pool: Pool;
  afterAll(() => pool.end());
  tampering(async () => {
    pool = openPool({ max: 4 });
    const store = await openStore(pool, SCHEMA);
    await pool.query(UNGUARDED);
    return { store, tamper: (sql) => pool.query(sql) };
  });
});

describe('verify on PGlite, after a superuser', () => {
  let database: PGlite;
  afterAll(() => database.close());
  tampering(async () => {
    database = await PGlite.create();
    const executor = pgliteExecutor(database);
    await migrate(executor, { schema: SCHEMA });
    await database.exec(UNGUARDED);
    return { store: postgresStore(executor, { schema: SCHEMA }), tamper: (sql) => database.exec(sql) };
  });
});

describe('sealing on a real server', () => {
  const pool = openPool({ max: 12 });
  const opened = openStore(pool, 'sealing_races');
  afterAll(() => pool.end());

  it('makes one chain of many sealers while transfers are posted, and seals every transfer once', async () => {
    const store = await opened;
    let posting = true;
    const posters = upTo(4).map(async (poster) => {
      for (const round of upTo(15)) {
        await store.transact(P, (unit) =>
          unit.ledger.post(upTo(5).map((index) => deposit(`${poster}/${round}/${index}`, 1n))),
        );
      }
    });
    const sealers = upTo(4).map(async (sealer) => {
      let sealed = 0;
      while (posting) sealed += (await seal(store, P, { transfersPerBlock: 3 + sealer * 4 })).transfers;
      return sealed;
    });
    // Right at every moment, whatever is written meanwhile.
    const watching = (async () => {
      const heads: BlockHead[] = [];
      while (posting) {
        const last = heads.at(-1);
        const { problems, head } = await verify(store, P, last === undefined ? {} : { head: last });
        expect(problems).toEqual([]);
        if (head !== undefined) heads.push(head);
      }
      return heads;
    })();
    await Promise.all(posters);
    posting = false;
    const sealed = await Promise.all(sealers);
    const { transfers, head } = await seal(store, P);
    expect(sealed.reduce((sum, count) => sum + count, transfers)).toBe(300);
    expect(await verify(store, P)).toMatchObject({ ok: true, transfers: 300, unsealed: 0, head });
    for (const kept of await watching) {
      expect(await verify(store, P, { head: kept })).toMatchObject({ ok: true });
    }
  });

  it('seals what commits after it was passed by, with the next call', async () => {
    const store = await opened;
    let commit: () => void = () => undefined;
    const committed = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written: () => void = () => undefined;
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const late = store.transact('late', async (unit) => {
      await unit.ledger.post([deposit('a')]);
      written();
      await committed;
    });
    await isWritten;
    await store.transact('late', (unit) => unit.ledger.post([deposit('b', 5n, { currency: 'EUR' })]));
    expect(await seal(store, 'late')).toMatchObject({ transfers: 1 });
    commit();
    await late;
    expect(await verify(store, 'late')).toMatchObject({ ok: true, unsealed: 1 });
    expect(await seal(store, 'late')).toMatchObject({ transfers: 1, head: { number: 2 } });
    expect(await verify(store, 'late')).toMatchObject({ ok: true, unsealed: 0 });
  });

  it('leaves whole blocks when its connection dies, and goes on', async () => {
    const store = await opened;
    await store.transact('killed', (unit) =>
      unit.ledger.post(upTo(40).map((index) => deposit(`t${index}`, 1n))),
    );
    const killing = (async () => {
      for (const round of upTo(10)) {
        await new Promise((resolve) => setTimeout(resolve, 3 + round));
        await pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE pid <> pg_backend_pid() AND datname = current_database() AND query LIKE '%sealing_races%'`,
        );
      }
    })();
    let killed = 0;
    for (let done = false; !done;) {
      const report = await seal(store, 'killed', { transfersPerBlock: 1 }).catch(() => undefined);
      if (report === undefined) killed += 1;
      else done = report.transfers === 0;
      expect(await verify(store, 'killed').catch(() => undefined)).not.toMatchObject({ ok: false });
    }
    await killing;
    expect(await verify(store, 'killed')).toMatchObject({ ok: true, blocks: 40, unsealed: 0 });
    expect(killed).toBeGreaterThan(0);
  });

  it('refuses to change or remove what is sealed, without a superuser’s help', async () => {
    const store = await opened;
    await store.transact('guarded', (unit) => unit.ledger.post([deposit('a')]));
    await seal(store, 'guarded');
    for (const sql of [
      `UPDATE sealing_races.block SET hash = previous`,
      `DELETE FROM sealing_races.block`,
      `UPDATE sealing_races.block_entry SET place = 2`,
      `DELETE FROM sealing_races.block_entry`,
      `TRUNCATE sealing_races.block_entry`,
    ]) {
      await expect(pool.query(sql), sql).rejects.toThrow('never changed or removed');
    }
    await expect(
      pool.query(`INSERT INTO sealing_races.block_entry
        SELECT program, block, 2, transfer, digest FROM sealing_races.block_entry WHERE program = 'guarded'`),
    ).rejects.toHaveProperty('code', '23505');
  });

  it('only reads in a snapshot, and reads one moment', async () => {
    const store = await opened;
    const snapshot = store.snapshot;
    if (snapshot === undefined) throw new Error('the store has no snapshots');
    await store.transact('moment', (unit) => unit.ledger.post([deposit('a')]));
    const counts = await snapshot('moment', async (unit) => {
      const before = await unit.ledger.find(['a', 'b']);
      await store.transact('moment', (other) => other.ledger.post([deposit('b')]));
      return [before, await unit.ledger.find(['a', 'b'])].map((rows) => rows.map((row) => row?.id));
    });
    expect(counts).toEqual([
      ['a', undefined],
      ['a', undefined],
    ]);
    await expect(snapshot('moment', (unit) => unit.ledger.post([deposit('c')]))).rejects.toThrow('read-only');
  });
});
