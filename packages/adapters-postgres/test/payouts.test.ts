import type { Payout, Store } from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate, pgExecutor, postgresStore } from '../src/index.ts';
import { openPool, openStore } from './database.ts';
import { explained } from './explained.ts';
import { refusal } from './refusal.ts';
import { attempt, day, earning, movement, payout, upTo } from './rows.ts';

const pool = openPool({ max: 52 });
let store: Store;
beforeAll(async () => {
  store = await openStore(pool, 'payouts_test');
});
afterAll(() => pool.end());

/** Waits until some transaction waits for a lock. */
async function someoneWaits(): Promise<void> {
  for (;;) {
    const { rows } = await pool.query('SELECT 1 FROM pg_locks WHERE NOT granted');
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('payouts', () => {
  it('are opened once by one of fifty at once', async () => {
    const results = await Promise.allSettled(
      upTo(50).map((racer) =>
        store.transact('once', (unit) => unit.payouts.add([payout('p1', { requestedBy: `u${racer}` })])),
      ),
    );
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(refused).toHaveLength(49);
    for (const reason of refused) expect(reason).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('refuse one who was overtaken while waiting, and let the unit go on', async () => {
    await store.transact('fence', (unit) => unit.payouts.add([payout('p1'), payout('p2')]));
    let overtaken: Promise<unknown> = Promise.resolve();
    await store.transact('fence', async (unit) => {
      await unit.payouts.update([payout('p1', { fence: 2, state: 'processing' })]);
      overtaken = store.transact('fence', async (other) => {
        const stale = [payout('p2', { fence: 1 }), payout('p1', { fence: 1, state: 'failed' })];
        const error = await refusal(other.payouts.update(stale));
        expect(error.code).toBe('INVARIANT_BROKEN');
        await other.payouts.update([payout('p2', { fence: 7 })]);
      });
      await someoneWaits();
    });
    await overtaken;
    const stored = await store.transact('fence', (unit) => unit.payouts.find(['p1', 'p2']));
    expect(stored.map((row) => [row?.fence, row?.state])).toEqual([
      [2, 'processing'],
      [7, 'pending'],
    ]);
  });

  it('keep a note of any text, line feeds and tabs and quotes too', async () => {
    const notes = ['two\nlines', '\t', '"{,}"\\', '=', '\ufeff', 'NULL', ''];
    const payouts = notes.map((note, number) => payout(`n${number}`, { note }));
    await store.transact('notes', (unit) => unit.payouts.add([...payouts, payout('n')]));
    const found = await store.transact('notes', (unit) => unit.payouts.find(payouts.map(({ id }) => id)));
    expect(found.map((row) => row?.note)).toEqual(notes);
  });
});

describe('attempts', () => {
  beforeAll(() => store.transact('attempts', (unit) => unit.payouts.add([payout('p1'), payout('p2')])));

  it('end one and open the next in one set', async () => {
    await store.transact('attempts', async (unit) => {
      await unit.attempts.put([attempt('p1', 1)]);
      await unit.attempts.put([attempt('p1', 2), attempt('p1', 1, { end: 'refused', endedAt: day(2) })]);
      expect((await unit.attempts.of(['p1'])).map(({ end }) => end)).toEqual(['refused', undefined]);
    });
  });

  it('refuse a second live one, and let the unit go on', async () => {
    await store.transact('attempts', async (unit) => {
      await unit.attempts.put([attempt('p2', 1)]);
      expect((await refusal(unit.attempts.put([attempt('p2', 2)]))).code).toBe('INVARIANT_BROKEN');
      expect(await unit.attempts.of(['p2'])).toHaveLength(1);
    });
  });

  it('refuse a key that another attempt has, without running again', async () => {
    let runs = 0;
    const error = await refusal(
      store.transact('attempts', async (unit) => {
        runs += 1;
        await unit.payouts.add([payout('p3')]);
        await unit.attempts.put([attempt('p3', 1, { key: 'key/p1/1' })]);
      }),
    );
    expect([error.code, runs]).toEqual(['INVARIANT_BROKEN', 1]);
  });

  it('open one of two that are opened at once', async () => {
    for (const round of upTo(10)) {
      await store.transact('two', (unit) => unit.payouts.add([payout(`r${round}`)]));
      const results = await Promise.allSettled(
        [1, 2].map((number) =>
          store.transact('two', (unit) => unit.attempts.put([attempt(`r${round}`, number)])),
        ),
      );
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    }
  });
});

describe('movements and events', () => {
  it('are booked once by one of fifty at once', async () => {
    await store.transact('moved', (unit) => unit.payouts.add([payout('p1')]));
    const booked = await Promise.all(
      upTo(50).map((racer) =>
        store
          .transact('moved', (unit) =>
            unit.movements.add([movement('tr_1', 'p1', { moved: BigInt(racer + 1) })]),
          )
          .then(() => 1)
          .catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
            return 0;
          }),
      ),
    );
    expect(booked.filter((one) => one === 1)).toHaveLength(1);
  });

  it('are new to one of fifty at once', async () => {
    const events = [
      { id: 'evt_2', type: 'paid' },
      { id: 'evt_1', type: 'paid' },
      { id: 'evt_2', type: 'paid' },
    ];
    const answers = await Promise.all(
      upTo(50).map(() => store.transact('events', (unit) => unit.events.add('bank', events))),
    );
    expect(answers.filter(([first]) => first)).toHaveLength(1);
    expect(answers.filter(([, second]) => second)).toHaveLength(1);
    expect(answers.filter(([, , third]) => third)).toHaveLength(0);
  });
});

describe('destinations', () => {
  it('get the time of a change, whichever of two first ones came first', async () => {
    for (const round of upTo(10)) {
      await Promise.all(
        ['a', 'b'].map((id) =>
          store.transact('since', (unit) =>
            unit.participants.put([
              { id: `u${round}`, active: true, verified: true, destination: { id, version: 1 } },
            ]),
          ),
        ),
      );
      const [row] = await store.transact('since', (unit) => unit.participants.find([`u${round}`]));
      expect(row?.destination?.since).toBeInstanceOf(Date);
    }
  });
});

describe('a program with 100,000 payouts and earnings, of which few are due', () => {
  const COUNT = 100_000;
  const { executor, plans } = explained(pgExecutor(pool));
  const store = postgresStore(executor, { schema: 'plans' });

  beforeAll(async () => {
    await migrate(pgExecutor(pool), { schema: 'plans' });
    // Not analyzed: the planner knows nothing of a table that has just been filled.
    await pool.query('ALTER TABLE plans.payout SET (autovacuum_enabled = off)');
    await pool.query('ALTER TABLE plans.attempt SET (autovacuum_enabled = off)');
    await pool.query('ALTER TABLE plans.earning SET (autovacuum_enabled = off)');
    await pool.query(`
      INSERT INTO plans.payout (program, id, participant, currency, amount, fee, fee_bearer, batch, requested_by,
        opened_at, state, provider, attempt, fence, due_at, epoch, paid, returned, updated_at)
      SELECT 'big', 'p' || lpad(n::text, 6, '0'), 'u' || n % 5000, 'USD', 500, 0, 'platform', 'b' || n / 1000, 'b',
        '2026-01-01'::timestamptz + n * interval '1 second',
        CASE WHEN n % 10 = 0 THEN 'approved' WHEN n % 10 = 1 THEN 'needs_review' ELSE 'completed' END,
        'bank', 1, 0, '2026-02-01'::timestamptz + n * interval '1 second', 0, 0, 0, now()
      FROM generate_series(1, ${COUNT}) AS n`);
    await pool.query(`
      INSERT INTO plans.attempt (program, payout, number, participant, currency, net, provider, account, environment,
        key, request, opened_at, first_sent_at, last_sent_at, sends, not_executed, tries, ended_as, ended_at)
      SELECT 'big', id, 1, participant, 'USD', 500, 'bank', 'acct', 'live', id, '{}', now(), now(), now(), 1, 0, 0,
        CASE WHEN state = 'completed' THEN 'paid' END, CASE WHEN state = 'completed' THEN due_at END
      FROM plans.payout WHERE state <> 'approved'`);
    await pool.query(`
      INSERT INTO plans.earning (program, id, participant, currency, amount, kind, subject, held, released, reversed,
        hold_until, bonus_of, bonus_rate)
      SELECT 'big', 'e' || lpad(n::text, 6, '0'), 'u' || n % 5000, 'USD', 500, 'share', 'd1',
        CASE WHEN n % 10 = 0 THEN 500 ELSE 0 END, 0, 0,
        CASE WHEN n % 20 = 0 THEN '2026-02-01'::timestamptz + n * interval '1 second' END,
        CASE WHEN n % 100 = 1 THEN 'e' || lpad((n - 1)::text, 6, '0') END, CASE WHEN n % 100 = 1 THEN '0.1' END
      FROM generate_series(1, ${COUNT}) AS n`);
  }, 120_000);

  /** The plans of what the work asks for; the whole of it must go by the index, without sorting or throwing rows away. */
  const plansOf = async (
    work: (unit: Parameters<Parameters<Store['transact']>[1]>[0]) => Promise<unknown>,
  ) => {
    await store.transact('big', (unit) => unit.now());
    plans.length = 0;
    await store.transact('big', work);
    return plans.join('\n');
  };

  it.each(['as it was filled', 'when it was analyzed'])(
    'is looked through by its indexes, %s',
    async (when) => {
      if (when === 'when it was analyzed')
        await pool.query('ANALYZE plans.payout, plans.attempt, plans.earning');
      const at = new Date(Date.UTC(2026, 1, 2));
      const states = ['pending', 'approved', 'processing'] as const;

      let page: readonly Payout[] = [];
      const due = await plansOf(async (unit) => {
        page = await unit.payouts.due({ states, at, limit: 100 });
        const last = page.at(-1);
        if (last === undefined) throw new Error('nothing is due');
        page = await unit.payouts.due({ states, at, after: last, limit: 100 });
      });
      expect(page[0]?.id).toBe('p001010');
      expect(due).toContain('payout_due');
      expect(due).not.toMatch(/Seq Scan|Sort|Rows Removed by Filter: \d{3}/);

      const openOf = await plansOf((unit) => unit.payouts.openOf(upTo(50).map((n) => `u${n}`)));
      expect(openOf).toContain('payout_open');
      expect(openOf).not.toMatch(/Seq Scan|Rows Removed by Filter: \d{3}/);

      const newest = await plansOf((unit) => unit.payouts.list({}, { limit: 50 }));
      expect(newest).toContain('payout_newest');
      expect(newest).not.toMatch(/Seq Scan|Sort/);
      const ofOne = await plansOf((unit) =>
        unit.payouts.list({ participant: 'u7' }, { limit: 50, before: { openedAt: at, id: 'p' } }),
      );
      expect(ofOne).toContain('payout_participant');
      const ofBatch = await plansOf(async (unit) => {
        await unit.payouts.list({ batch: 'b7' }, { limit: 50 });
        await unit.payouts.summary({ batch: 'b7' });
      });
      expect(ofBatch).toContain('payout_batch');
      expect(ofBatch).not.toMatch(/Seq Scan|payout_newest|payout_pkey/);

      const outflow = await plansOf((unit) => unit.attempts.outflow(new Date(Date.UTC(2026, 1, 2, 3, 40))));
      expect(outflow).toContain('attempt_outflow');
      expect(outflow).not.toMatch(/Seq Scan|Rows Removed by Filter: \d{4}/);

      const dueEarnings = await plansOf(async (unit) => {
        const first = await unit.earnings.due({ at, limit: 100 });
        expect(first.map(({ hold }) => hold)).toEqual(first.map(() => undefined));
        await unit.earnings.due({ at, after: { until: day(33), id: 'e1' }, limit: 100 });
      });
      expect(dueEarnings).toContain('earning_due');
      expect(dueEarnings).not.toMatch(/Seq Scan|Sort|Rows Removed by Filter: \d{3}/);

      const heldOf = await plansOf(async (unit) => {
        await unit.earnings.heldOf(upTo(50).map((n) => `u${n * 10}`));
        await unit.earnings.totalsOf('u10');
      });
      expect(heldOf.match(/earning_participant/g)?.length).toBeGreaterThanOrEqual(2);
      expect(heldOf).not.toMatch(/Seq Scan|earning_pkey|earning_due|Rows Removed by Filter: \d{3}/);

      const bonusesOf = await plansOf((unit) => unit.earnings.bonusesOf(['e000100', 'e000200']));
      expect(bonusesOf).toContain('earning_bonus_of');
      expect(bonusesOf).not.toMatch(/Seq Scan|earning_pkey/);
    },
  );
});

describe('a program that has just been filled where statistics know programs of one row', () => {
  it('is looked through by its keys', async () => {
    const { executor, plans } = explained(pgExecutor(pool));
    const misled = postgresStore(executor, { schema: 'misled' });
    await migrate(pgExecutor(pool), { schema: 'misled' });
    const tables = ['payout', 'attempt', 'movement', 'earning', 'interaction'];
    for (const table of tables)
      await pool.query(`ALTER TABLE misled.${table} SET (autovacuum_enabled = off)`);
    const fill = (count: number, program: string) => [
      `INSERT INTO misled.payout (program, id, participant, currency, amount, fee, fee_bearer, requested_by, opened_at,
         state, provider, attempt, fence, due_at, epoch, paid, returned, updated_at)
       SELECT ${program}, 'p' || n, 'u' || n, 'USD', 500, 0, 'platform', 'b', now(), 'approved', 'bank', 1, 0, now(), 0, 0,
         0, now() FROM generate_series(1, ${count}) AS n`,
      `INSERT INTO misled.attempt (program, payout, number, participant, currency, net, provider, account, environment,
         key, request, opened_at, first_sent_at, last_sent_at, sends, not_executed, tries)
       SELECT ${program}, 'p' || n, 1, 'u' || n, 'USD', 500, 'bank', 'acct', 'live', 'k' || n, '{}', now(), now(), now(), 1,
         0, 0 FROM generate_series(1, ${count}) AS n`,
      `INSERT INTO misled.movement (program, provider, object, payout, attempt, moved, returned, booked_at)
       SELECT ${program}, 'bank', 'tr_' || n, 'p' || n, 1, 500, 0, now() FROM generate_series(1, ${count}) AS n`,
      `INSERT INTO misled.earning (program, id, participant, currency, amount, kind, subject, held, released, reversed)
       SELECT ${program}, 'e' || n, 'u' || n, 'USD', 500, 'share', 'd1', 500, 0, 0
       FROM generate_series(1, ${count}) AS n`,
      `INSERT INTO misled.interaction (program, id, kind, participant, at, period)
       SELECT ${program}, 'i' || n, 'like', 'u' || n, '2026-01-01', 'd1' FROM generate_series(1, ${count}) AS n`,
    ];
    for (const sql of fill(3000, `'program' || n`)) await pool.query(sql);
    for (const table of tables) await pool.query(`ANALYZE misled.${table}`);
    for (const sql of fill(3000, `'fresh'`)) await pool.query(sql);
    const ids = (letter: string) => upTo(50).map((n) => `${letter}${n + 1}`);

    await misled.transact('fresh', async (unit) => {
      await unit.payouts.update(
        await unit.payouts.find(ids('p')).then((rows) => rows.flatMap((row) => row ?? [])),
      );
      await unit.payouts.openOf(ids('u'));
      await unit.payouts.list({ participant: 'u7' }, { limit: 10 });
      await unit.attempts.of(ids('p'));
      await unit.movements.find('bank', ids('tr_'));
      await unit.movements.of(ids('p'));
      await unit.earnings.find(ids('e'));
      await unit.earnings.heldOf(ids('u'));
      await unit.earnings.totalsOf('u7');
      await unit.interactions.total('d2');
    });
    const text = plans.join('\n');
    expect(text).not.toMatch(/Seq Scan|Rows Removed by Filter: \d{2}/);
    for (const index of [
      'payout_pkey',
      'payout_open',
      'payout_participant',
      'attempt_pkey',
      'movement_pkey',
    ]) {
      expect(text).toContain(index);
    }
    for (const index of ['movement_payout', 'earning_pkey', 'earning_participant', 'interaction_period']) {
      expect(text).toContain(index);
    }
  });
});

describe('earnings', () => {
  it('keep what hangs on them, and change no more than their parts', async () => {
    const stored = earning('e2', {
      bonusOf: { earning: 'e1', rate: '0.1' },
      conversion: { unit: 'tokens', quantity: '12.5', rate: '0.004', rounding: 'down' },
      hold: { until: day(9), condition: 'delivered' },
      fulfilled: false,
    });
    await store.transact('earnings', async (unit) => {
      await unit.earnings.add([earning('e1'), stored]);
      expect(await unit.earnings.find(['e2'])).toEqual([stored]);
      await unit.earnings.update([
        { ...earning('e2'), subject: 'other', held: 100n, released: 300n, reversed: 50n, fulfilled: true },
      ]);
      expect(await unit.earnings.find(['e2'])).toEqual([
        { ...stored, held: 100n, released: 300n, reversed: 50n, fulfilled: true },
      ]);
    });
  });
});
