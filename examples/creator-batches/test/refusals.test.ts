import { readFileSync } from 'node:fs';
import type { KitApp } from '@payout-engines/example-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creatorBatches } from '../src/app.tsx';
import { fillBatch } from '../src/batches.ts';
import { PROGRAM } from '../src/program.ts';
import type { Services } from '../src/services.ts';
import { type Opened, open } from './open.ts';

const CRON_SECRET = 'the secret of the cron job';

let opened: Opened;
let services: Services;
let app: KitApp;
const defects: unknown[] = [];
beforeAll(async () => {
  opened = await open({ others: 2 });
  ({ services } = opened);
  app = creatorBatches(services, {
    cronSecret: CRON_SECRET,
    requestsPerMinute: 100_000,
    onDefect: (error) => defects.push(error),
  });
});
afterAll(() => opened.close());

const path = encodeURIComponent;

/** Somebody who is signed in. */
async function as(person: string) {
  const signedIn = await app.request('/sign-in', { method: 'POST', body: new URLSearchParams({ person }) });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = (where: string): Promise<Response> =>
    Promise.resolve(app.request(where, { headers: { cookie, accept: 'text/html' } }));
  const { token } = (await (await get('/api/token')).json()) as { token: string };
  return {
    get,
    form: async (where: string, fields: Record<string, string>): Promise<Response> =>
      app.request(where, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ token, ...fields }),
      }),
  };
}

/** Everything that anybody could change. */
async function picture(): Promise<unknown> {
  const { query } = services.database;
  const tables = [
    ...['fan_payment', 'charge_back', 'batch_run', 'deed', 'demo_stripe_done', 'graphile_worker.jobs'],
    ...['payout', 'transfer', 'earning'].map((name) => `creator_batches.${name}`),
  ];
  const counts = await Promise.all(tables.map((name) => query(`SELECT count(*)::text FROM ${name}`)));
  return [counts, await services.engine.controls({ program: PROGRAM })];
}

const HOSTILE = [
  '',
  ' ',
  `'; DROP TABLE deed; --`,
  '\u0000',
  'x'.repeat(10_000),
  '<script>',
  '-1',
  '1e9',
  '0',
];

/** Every route that the source of the operators’ pages names. */
function operatorRoutes(): readonly (readonly [method: string, route: string])[] {
  const source = readFileSync(new URL('../src/operator.tsx', import.meta.url), 'utf8');
  return [...source.matchAll(/app\.(get|post)\('([^']+)'/g)].map(([, method = '', route = '']) => [
    method,
    route.replace(':key', '2026-11-01').replace(':id', 'x'),
  ]);
}

describe('the pages of operators', () => {
  it('are closed to everybody else, each of them', async () => {
    const routes = operatorRoutes();
    expect(routes.length).toBeGreaterThan(15);
    const [mia, before] = [await as('mia'), await picture()];
    for (const [method, route] of routes) {
      expect(route).toMatch(/^\/operator/);
      const alone = await app.request(route, { method: method.toUpperCase() });
      expect([302, 303, 401, 404], `${method} ${route}`).toContain(alone.status);
      expect(alone.headers.get('location') ?? '/sign-in', route).toBe('/sign-in');
      const asMia = method === 'get' ? await mia.get(route) : await mia.form(route, { why: 'because' });
      expect(asMia.status, `${method} ${route}`).toBe(404);
    }
    expect(await picture()).toEqual(before);
  });

  it('take no form that is not theirs', async () => {
    const [olga, before] = [await as('olga'), await picture()];
    for (const [method, route] of operatorRoutes()) {
      if (method !== 'post') continue;
      const answer = await olga.form(route, { token: 'guessed', why: 'because', transaction: 'tr_1' });
      expect(answer.status, route).toBe(403);
    }
    expect((await (await as('mia')).form('/verification', { token: 'guessed' })).status).toBe(403);
    expect(await picture()).toEqual(before);
  });
});

describe('what belongs to somebody', () => {
  it('is not to be seen by anybody else', async () => {
    const { payouts } = await services.engine.list({ program: PROGRAM, participant: 'mia' });
    const id = payouts[0]?.id ?? '';
    const [mia, noor] = [await as('mia'), await as('noor')];
    for (const where of [`/payouts/${path(id)}`, `/api/payouts/${path(id)}`]) {
      expect((await mia.get(where)).status).toBe(200);
      expect((await noor.get(where)).status).toBe(404);
    }
    for (const where of [
      '/payouts.csv',
      '/earnings.csv',
      '/api/payouts',
      '/api/earnings',
      '/',
      '/earnings',
    ]) {
      expect(await (await noor.get(where)).text(), where).not.toContain('mia');
    }
    expect(await (await mia.get('/earnings.csv')).text()).toContain('mia-1');
  });

  it('as an account at Stripe is shown with its end alone, and stands in no event and no log', async () => {
    const { query } = services.database;
    const [row] = await query(`SELECT object FROM demo_stripe_done WHERE kind = 'account' ORDER BY number`);
    const account = String(row?.['object']);
    const mia = await as('mia');
    const text = await (await mia.get('/')).text();
    expect(text).toContain('acct_•••• ');
    expect(text).not.toContain(account);
    for (const table of ['deed', 'creator_batches.notification', 'graphile_worker.jobs', 'creator']) {
      const rows = JSON.stringify(await query(`SELECT t::text FROM ${table} t`));
      expect(rows, table).not.toContain('acct_');
    }
  });
});

describe('the cron endpoint', () => {
  const call = (headers: Record<string, string>, to = app): Promise<Response> =>
    Promise.resolve(to.request('/cron/payouts', { method: 'POST', headers }));

  it('is closed without its secret, and where none is set', async () => {
    const before = await picture();
    for (const authorization of [
      '',
      'Bearer ',
      'Bearer wrong',
      CRON_SECRET,
      `Bearer ${CRON_SECRET} `.padEnd(40, '!'),
      `Basic ${CRON_SECRET}`,
    ]) {
      const answer = await call({ authorization, accept: 'application/json' });
      expect(answer.status, authorization).toBe(403);
      expect(await answer.json()).toMatchObject({ error: { code: 'WRONG_SECRET' } });
    }
    const closed = creatorBatches(services);
    expect((await call({ authorization: 'Bearer undefined' }, closed)).status).toBe(503);
    services.connect.demo?.deliverTo((request) => app.fetch(request));
    expect(await picture()).toEqual(before);
  });
});

describe('the endpoint of Stripe', () => {
  it('believes no event that Stripe has not signed, and reads none before', async () => {
    const before = await picture();
    for (const [body, signature] of [
      ['{', ''],
      ['{"type":"transfer.created"}', 't=1,v1=00'],
      [JSON.stringify({ id: 'evt_1', type: 'account.updated', account: 'acct_1' }), 'x'.repeat(5_000)],
    ] as const) {
      const answer = await app.request('/webhooks/stripe', {
        method: 'POST',
        headers: { 'stripe-signature': signature },
        body,
      });
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('EVENT_REFUSED')]);
    }
    const large = await app.request('/webhooks/stripe', { method: 'POST', body: 'x'.repeat(2_000_000) });
    expect(large.status).toBe(413);
    expect(await picture()).toEqual(before);
  });
});

describe('wrong and hostile input', () => {
  it('is answered with a sentence and a code, keeps what was typed, and changes nothing', async () => {
    const [olga, before] = [await as('olga'), await picture()];
    const { payouts } = await services.engine.list({ program: PROGRAM, participant: 'otis' });
    const payout = path(payouts[0]?.id ?? '');
    for (const value of HOSTILE) {
      for (const [where, fields] of [
        ['/operator/earnings', { id: value, creator: 'mia', kind: 'tip', tokens: '0' }],
        ['/operator/earnings', { id: 'new', creator: value, kind: 'tip', tokens: '10' }],
        ['/operator/earnings', { id: 'new', creator: 'mia', kind: value, tokens: '10' }],
        ['/operator/earnings', { id: 'new', creator: 'mia', kind: 'tip', tokens: value }],
        ['/operator/charge-backs', { payment: value }],
        [`/operator/payouts/${payout}/found`, { transaction: value }],
        [`/operator/payouts/${path(value)}/retry`, {}],
        ['/operator/payouts/unknown/reject', { why: value }],
        ['/operator/payouts/unknown/not-found', { why: value }],
      ] as const) {
        const about = `${where} ${JSON.stringify(fields).slice(0, 60)}`;
        const answer = await olga.form(where, fields);
        expect(answer.status, about).toBeGreaterThanOrEqual(400);
        expect(answer.status, about).toBeLessThan(500);
      }
    }
    expect((await olga.form('/operator/stop', { why: '' })).status).toBe(422);
    expect((await olga.form('/operator/stop', { why: 'x'.repeat(201) })).status).toBe(422);
    const kept = await olga.form('/operator/earnings', {
      id: 'a"<b',
      creator: 'mia',
      kind: 'tip',
      tokens: '5',
    });
    expect(kept.status).toBe(422);
    expect(await kept.text()).toContain('value="a&quot;&lt;b"');
    for (const where of [
      '/operator/batches/2020-01-01',
      `/operator/batches/${path(`'`)}`,
      '/operator/batches/2020-01-01/progress',
      '/operator/batches/2020-01-01/payouts.csv',
      '/operator/payouts/unknown',
      '/nothing',
    ]) {
      expect((await olga.get(where)).status, where).toBe(404);
    }
    for (const cursor of ['x', '2020-01-01', `' OR 1=1`]) {
      expect((await olga.get(`/operator/batches/2026?cursor=${path(cursor)}`)).status).toBe(404);
      expect((await (await as('mia')).get(`/api/payouts?cursor=${path(cursor)}`)).status).toBe(422);
    }
    expect(await picture()).toEqual(before);
    expect(defects).toEqual([]);
  });

  it('that is too large is refused', async () => {
    const mia = await as('mia');
    const answer = await mia.form('/verification', { more: 'x'.repeat(100_000) });
    expect(answer.status).toBe(413);
  });

  it('another payment under an id that is taken is refused, the same one is the same', async () => {
    const olga = await as('olga');
    const payment = { id: 'again', creator: 'noor', kind: 'tip', tokens: '100' };
    for (const twice of [1, 2])
      expect((await olga.form('/operator/earnings', payment)).status, `${twice}`).toBe(303);
    expect((await olga.form('/operator/earnings', { ...payment, tokens: '101' })).status).toBe(422);
    const [row] = await services.database.query(
      `SELECT amount::text, rate FROM fan_payment WHERE id = 'again'`,
    );
    expect(row).toEqual({ amount: '475', rate: '4.75' });
    for (const twice of [1, 2])
      expect((await olga.form('/operator/charge-backs', { payment: 'again' })).status, `${twice}`).toBe(303);
    const { earnings } = (await (await (await as('noor')).get('/api/earnings')).json()) as {
      earnings: { payment: string; held: string; chargedBack: boolean }[];
    };
    expect(earnings.find(({ payment: id }) => id === 'again')).toMatchObject({
      held: '0',
      chargedBack: true,
    });
  });
});

describe('a run', () => {
  it('that is stopped keeps every balance visible, and goes on where it was', async () => {
    const [olga, mia] = [await as('olga'), await as('mia')];
    const key =
      services.clock().toISOString().slice(0, 8) + (services.clock().getUTCDate() < 15 ? '01' : '15');
    expect((await olga.form('/operator/stop', { why: 'a test' })).status).toBe(303);
    for (const twice of [1, 2])
      expect((await olga.form('/operator/batches', {})).status, `${twice}`).toBe(303);
    // What the worker would do; there is none in this test.
    await fillBatch(services.database, services.engine, key);
    const report = await services.engine.process({ program: PROGRAM });
    expect([report.sent, report.halted.length > 0]).toEqual([0, true]);
    const during = await (await mia.get('/')).text();
    expect(during).toMatch(/On its way<\/h2><div class="figure"><span class="amount">108\.00 USD/);
    expect(await (await olga.get('/operator')).text()).toContain('an operator has stopped it');
    expect((await olga.form('/operator/resume', {})).status).toBe(303);
    await services.engine.process({ program: PROGRAM });
    await services.engine.process({ program: PROGRAM });
    expect(await (await mia.get('/')).text()).toMatch(
      /On its way<\/h2><div class="figure"><span class="amount">0\.00 USD/,
    );
    const moved = await services.database.query(
      `SELECT destination, body, count(*)::int AS times FROM demo_stripe_done WHERE kind = 'transfer'
       GROUP BY destination, body HAVING count(*) > 1`,
    );
    expect(moved).toEqual([]);
  });
});
