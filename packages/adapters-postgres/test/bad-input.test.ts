import { type Account, paidAccount, poolAccount, type Store, type UnitOfWork } from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pgExecutor, postgresStore } from '../src/index.ts';
import { openPool, openStore } from './database.ts';
import { refusal } from './refusal.ts';
import { attempt, day, earning, interaction, movement, payout, transfer } from './rows.ts';

const SCHEMA = 'bad_input';
const pool = openPool({ max: 4 });
let store: Store;
beforeAll(async () => {
  store = await openStore(pool, SCHEMA);
}, 60_000);
afterAll(() => pool.end());

/** One text of one row: where it ends up, and how it gets there. */
interface Field {
  /** The table and the column; or what gives the text back. */
  readonly column: string;
  /** Whether it takes any length: a page or a note rather than an id. */
  readonly long?: true;
  /** Whether it may say nothing. */
  readonly mayBeEmpty?: true;
  readonly write: (unit: UnitOfWork, text: string) => Promise<unknown>;
}

const field = (column: string, write: Field['write']): Field => ({ column, write });
const long = (column: string, write: Field['write']): Field => ({ column, write, long: true });

const moving = (more: Parameters<typeof transfer>[4]) => (unit: UnitOfWork) =>
  unit.ledger.post([transfer('t', 'funding', 'pool/p', 5n, more)]);
const adding = (credit: Account) => (unit: UnitOfWork) =>
  unit.ledger.post([transfer('t', 'funding', credit, 5n)]);
const earned = (more: Parameters<typeof earning>[1]) => (unit: UnitOfWork) =>
  unit.earnings.add([earning('e', more)]);
const asked = (more: Parameters<typeof payout>[1]) => (unit: UnitOfWork) =>
  unit.payouts.add([payout('p', more)]);
const tried = (more: Parameters<typeof attempt>[2]) => async (unit: UnitOfWork) => {
  await unit.payouts.add([payout('p')]);
  await unit.attempts.put([attempt('p', 1, more)]);
};
const took = (participant: Parameters<UnitOfWork['participants']['put']>[0][number]) => (unit: UnitOfWork) =>
  unit.participants.put([participant]);
const did = (id: string, more: Parameters<typeof interaction>[2]) => async (unit: UnitOfWork) => {
  await unit.periods.open([{ id: 'd1', start: day(1), end: day(2) }]);
  await unit.interactions.record([interaction(id, day(1), more)]);
};
const halted = (more: object) => (unit: UnitOfWork) =>
  unit.controls.put({ epoch: 0, halts: [{ reason: 'r', at: day(1), ...more }] });
const conversion = { unit: 'u', quantity: '1', rate: '1', rounding: 'floor' } as const;

/** Every text that a row of any kind takes from outside. */
const FIELDS: readonly Field[] = [
  field('transfer.id', (unit, id) => unit.ledger.post([transfer(id, 'funding', 'pool/p', 5n)])),
  field('transfer.currency', (unit, currency) => moving({ currency })(unit)),
  field('transfer.subject', (unit, subject) => moving({ subject })(unit)),
  field('account.account', (unit, id) => adding(`pool/${id}` as Account)(unit)),
  field('account.currency', (unit, currency) => moving({ currency })(unit)),
  field('earning.id', (unit, id) => unit.earnings.add([earning(id)])),
  field('earning.participant', (unit, participant) => earned({ participant })(unit)),
  field('earning.currency', (unit, currency) => earned({ currency })(unit)),
  field('earning.subject', (unit, subject) => earned({ subject })(unit)),
  field('earning.hold_condition', (unit, condition) => earned({ hold: { condition } })(unit)),
  field('earning.bonus_of', (unit, of) => earned({ bonusOf: { earning: of, rate: '0.1' } })(unit)),
  field('earning.conversion_unit', (unit, name) =>
    earned({ conversion: { ...conversion, unit: name } })(unit),
  ),
  field('period.id', (unit, id) => unit.periods.open([{ id, start: day(1), end: day(2) }])),
  field('interaction.id', (unit, id) => did(id, {})(unit)),
  field('interaction.kind', (unit, kind) => did('i', { kind })(unit)),
  field('interaction.participant', (unit, participant) => did('i', { participant })(unit)),
  field('interaction.actor', (unit, actor) => did('i', { actor })(unit)),
  field('participant.id', (unit, id) => took({ id, active: true, verified: true })(unit)),
  field('participant.tier', (unit, tier) => took({ id: 'u', active: true, verified: true, tier })(unit)),
  field('participant.destination_id', (unit, id) =>
    took({ id: 'u', active: true, verified: true, destination: { id, version: 1 } })(unit),
  ),
  field('participant.destination_provider', (unit, provider) =>
    took({ id: 'u', active: true, verified: true, destination: { id: 'd', version: 1, provider } })(unit),
  ),
  field('blocked_destination.id', (unit, id) =>
    unit.participants.block([{ provider: 'bank', id, version: 1 }]),
  ),
  field('blocked_destination.provider', (unit, provider) =>
    unit.participants.block([{ provider, id: 'd', version: 1 }]),
  ),
  field('referral.referrer', (unit, referrer) =>
    unit.referrals.add([{ referrer, referred: 'u', since: day(1) }]),
  ),
  field('referral.referred', (unit, referred) =>
    unit.referrals.add([{ referrer: 'u', referred, since: day(1) }]),
  ),
  field('plan.period', (unit, period) => unit.plans.freeze({ ...PLAN, period }, ['page'])),
  long('plan.header', (unit, header) => unit.plans.freeze({ ...PLAN, header }, ['page'])),
  long('plan_page.content', (unit, page) => unit.plans.freeze(PLAN, [page])),
  field('program_lock.name', (unit, name) => unit.locks.take([name])),
  field('payout.id', (unit, id) => unit.payouts.add([payout(id)])),
  field('payout.participant', (unit, participant) => asked({ participant })(unit)),
  field('payout.currency', (unit, currency) => asked({ currency })(unit)),
  field('payout.batch', (unit, batch) => asked({ batch })(unit)),
  field('payout.requested_by', (unit, requestedBy) => asked({ requestedBy })(unit)),
  field('payout.provider', (unit, provider) => asked({ provider })(unit)),
  field('payout.destination_id', (unit, id) => asked({ destination: { id, version: 1 } })(unit)),
  field('payout.approved_by', (unit, by) => asked({ approval: { by, at: day(1), digest: 'd' } })(unit)),
  field('payout.approval_digest', (unit, digest) =>
    asked({ approval: { by: 'o', at: day(1), digest } })(unit),
  ),
  field('attempt.participant', (unit, participant) => tried({ participant })(unit)),
  field('attempt.currency', (unit, currency) => tried({ currency })(unit)),
  field('attempt.provider', (unit, provider) => tried({ provider })(unit)),
  field('attempt.account', (unit, account) => tried({ account })(unit)),
  field('attempt.key', (unit, key) => tried({ key })(unit)),
  long('attempt.request', (unit, request) => tried({ request })(unit)),
  field('attempt.paid_by', (unit, by) => tried({ by })(unit)),
  field('attempt.pending_object', (unit, pendingObject) => tried({ pendingObject })(unit)),
  field('attempt.code', (unit, code) => tried({ code })(unit)),
  field('movement.object', async (unit, object) => {
    await unit.payouts.add([payout('p')]);
    await unit.movements.add([movement(object, 'p')]);
  }),
  field('movement.provider', async (unit, provider) => {
    await unit.payouts.add([payout('p')]);
    await unit.movements.add([movement('m', 'p', { provider })]);
  }),
  field('batch.key', (unit, key) => unit.batches.freeze({ ...BATCH, key }, ['page'])),
  long('batch.request', (unit, request) => unit.batches.freeze({ ...BATCH, request }, ['page'])),
  long('batch_page.content', (unit, page) => unit.batches.freeze(BATCH, [page])),
  field('reversal.key', (unit, key) => unit.reversals.put([{ key, earning: 'e', reason: 'r' }])),
  field('reversal.earning', (unit, of) => unit.reversals.put([{ key: 'k', earning: of, reason: 'r' }])),
  {
    ...field('reversal.reason', (unit, reason) => unit.reversals.put([{ key: 'k', earning: 'e', reason }])),
    mayBeEmpty: true,
  },
  field('event.provider', (unit, provider) => unit.events.add(provider, [{ id: 'e', type: 't' }])),
  field('event.id', (unit, id) => unit.events.add('bank', [{ id, type: 't' }])),
  field('event.type', (unit, type) => unit.events.add('bank', [{ id: 'e', type }])),
  field('control.halts', (unit, provider) => halted({ provider })(unit)),
  field('control.halts', (unit, account) => halted({ account })(unit)),
  field('control.halts', (unit, currency) => halted({ currency })(unit)),
  field('control.halts', (unit, reason) => halted({ reason })(unit)),
];

const PLAN = {
  period: 'd1',
  revision: 0,
  digest: 'd',
  header: '{}',
  pages: 1,
  step: 'pool',
  page: 0,
} as const;
const BATCH = { key: 'b', openedAt: day(1), request: '{}', pages: 1, page: 0 } as const;

const HOSTILE = [
  `'; DROP TABLE ${SCHEMA}.transfer; --`,
  `"; DROP SCHEMA ${SCHEMA} CASCADE; --`,
  `\\'; SELECT pg_sleep(60); --`,
  `$$; TRUNCATE ${SCHEMA}.payout; $$`,
  `{NULL,"\\"}`,
  '$1',
  'NULL',
  '%s%_\\',
  `E'\\x27'`,
  '=\ufeff=',
];

let run = 0;

/** What is stored in the column, of a program of its own. */
async function stored(program: string, column: string): Promise<readonly string[]> {
  const [table = '', name = ''] = column.split('.');
  const { rows } = await pool.query<{ text: string }>(
    `SELECT ${name} AS text FROM ${SCHEMA}.${table} WHERE program = $1`,
    [program],
  );
  return rows.map(({ text }) => text);
}

async function rowsOf(program: string): Promise<number> {
  const counts = [...new Set(FIELDS.map(({ column }) => column.split('.')[0] ?? ''))].map(
    (table) => `SELECT count(*)::int AS count FROM ${SCHEMA}.${table} WHERE program = $1`,
  );
  const { rows } = await pool.query<{ count: number }>(counts.join(' UNION ALL '), [program]);
  return rows.reduce((sum, { count }) => sum + count, 0);
}

describe.each(FIELDS)('the text of $column', ({ column, write, long: anyLength, mayBeEmpty }) => {
  it('means nothing to SQL', async () => {
    for (const text of HOSTILE) {
      run += 1;
      // Part of an account's name is escaped by whoever makes it.
      const given = column === 'account.account' ? poolAccount(text).slice('pool/'.length) : text;
      await store.transact(`hostile ${run}`, (unit) => write(unit, given));
      const found = await stored(`hostile ${run}`, column);
      const expected = column === 'account.account' ? poolAccount(text) : given;
      if (column === 'control.halts')
        expect(found.map((halts) => JSON.stringify(JSON.parse(halts)))[0]).toContain(JSON.stringify(text));
      else expect(found).toContain(expected);
    }
  });

  it.each([
    { title: 'NUL', text: 'a\u0000b' },
    { title: 'half a surrogate pair', text: 'a\ud800' },
    ...(anyLength ? [] : [{ title: '10,000 characters', text: 'x'.repeat(10_000) }]),
    ...(anyLength || mayBeEmpty ? [] : [{ title: 'nothing', text: '' }]),
  ])('with $title is refused before anything is written', async ({ text }) => {
    run += 1;
    const error = await refusal(store.transact(`refused ${run}`, (unit) => write(unit, text)));
    expect(['INVALID_ID', 'INVALID_INPUT', 'INVALID_TRANSFER', 'INVALID_CURRENCY']).toContain(error.code);
    expect(error.message.length).toBeLessThan(400);
    expect(await rowsOf(`refused ${run}`)).toBe(0);
  });
});

describe('the name of a program', () => {
  it.each(HOSTILE)('means nothing to SQL: %s', async (program) => {
    await store.transact(program, (unit) => unit.ledger.post([transfer('t', 'funding', 'pool/p', 5n)]));
    expect(await stored(program, 'transfer.id')).toEqual(['t']);
  });

  it.each(['', 'a\u0000', 'x'.repeat(10_000), '\ud800'])(
    'is refused where it is none: %j',
    async (program) => {
      expect((await refusal(store.transact(program, (unit) => unit.now()))).code).toBe('INVALID_ID');
    },
  );
});

describe('ids of the greatest length', () => {
  it('are stored in every key together, or refused as too long for an index', async () => {
    const id = (letter: string) => letter.repeat(255);
    const account = paidAccount(id('u'), id('b'));
    await store.transact(id('p'), (unit) =>
      unit.ledger.post([transfer(id('t'), 'funding', account, 1n, { currency: id('c') })]),
    );
    await store.transact(id('p'), (unit) =>
      unit.payouts.add([payout(id('p'), { participant: id('u'), batch: id('b'), provider: id('v') })]),
    );
    expect(await stored(id('p'), 'payout.id')).toEqual([id('p')]);
  });
});

const MOST = 9_223_372_036_854_775_807n;
const BEYOND = [MOST + 1n, 2n ** 64n, 10n ** 400n, -MOST - 2n];

describe.each(BEYOND)('an amount beyond 64 bits (%s)', (amount) => {
  it.each<readonly [string, (unit: UnitOfWork) => Promise<unknown>]>([
    ['a transfer', (unit) => unit.ledger.post([transfer('t', 'outside/a', 'pool/p', amount)])],
    [
      'a capped transfer',
      (unit) => unit.ledger.post([transfer('t', 'pool/a', 'pool/p', amount, { atMost: true })]),
    ],
    ['an earning', (unit) => unit.earnings.add([earning('e', { amount, held: amount })])],
    ['a part of an earning', (unit) => unit.earnings.add([earning('e', { reversed: amount })])],
    ['a payout', (unit) => unit.payouts.add([payout('p', { amount })])],
    ['a fee', (unit) => unit.payouts.add([payout('p', { fee: amount })])],
    ['what was paid', (unit) => unit.payouts.add([payout('p', { paid: amount })])],
    ['an attempt', tried({ net: amount })],
    ['a reversal', (unit) => unit.reversals.put([{ key: 'k', earning: 'e', reason: 'r', amount }])],
    [
      'a movement',
      async (unit) => {
        await unit.payouts.add([payout('p')]);
        await unit.movements.add([movement('m', 'p', { moved: amount })]);
      },
    ],
  ])('is refused as %s, and nothing is written', async (_, write) => {
    run += 1;
    const error = await refusal(store.transact(`beyond ${run}`, write));
    expect(['AMOUNT_OUT_OF_RANGE', 'INVALID_AMOUNT', 'INVALID_INPUT', 'INVALID_TRANSFER']).toContain(
      error.code,
    );
    expect(await rowsOf(`beyond ${run}`)).toBe(0);
  });
});

describe('a balance', () => {
  it('that would leave 64 bits is refused, and what was there stays', async () => {
    const post = (id: string, asked: bigint) =>
      store.transact('edge', (unit) => unit.ledger.post([transfer(id, 'outside/a', 'pool/p', asked)]));
    await post('most', MOST);
    for (const amount of [1n, MOST]) {
      expect((await refusal(post(`over/${amount}`, amount))).code).toBe('AMOUNT_OUT_OF_RANGE');
    }
    const { rows } = await pool.query(
      `SELECT balance FROM ${SCHEMA}.account WHERE program = 'edge' ORDER BY account DESC`,
    );
    expect(rows).toEqual([{ balance: MOST.toString() }, { balance: (-MOST).toString() }]);
  });
});

describe('the name of a schema', () => {
  it.each(['information_schema', 'PAYOUTS', 'päyouts', 'payouts ', 'a.b', `a'b`, 'pg_temp', 7, {}, ['a']])(
    'is refused where it is none of ours: %j',
    (schema) => {
      expect(() => postgresStore(pgExecutor(pool), { schema: schema as string })).toThrow(
        expect.objectContaining({ code: 'INVALID_ID' }),
      );
    },
  );

  it.each(['x'.repeat(63), '_', 'select', 'public_money'])('may be %s', async (schema) => {
    const named = await openStore(pool, schema);
    await named.transact('p', (unit) => unit.ledger.post([transfer('t', 'funding', 'pool/p', 5n)]));
  });
});

describe('everything of this file', () => {
  it('has left the tables alone', async () => {
    const { rows } = await pool.query(
      `SELECT FROM pg_class WHERE relnamespace = '${SCHEMA}'::regnamespace AND relkind = 'r'`,
    );
    expect(rows.length).toBeGreaterThan(20);
  });
});
