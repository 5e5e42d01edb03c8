import { type Database, type KitApp, openDatabase } from '@payout-engines/example-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revenueShareApp } from '../src/app/app.tsx';
import { type Runs, runsOn } from '../src/app/runs.ts';
import { recentPeriods, seed } from '../src/app/seed.ts';
import { TABLES } from '../src/app/tables.ts';

const SECRET = 'a secret of the cron job';
const [, , SHARED = '', READY = '', UNKNOWN = '', OPEN = ''] = recentPeriods(new Date(), 6).map(
  ({ id }) => id,
);
/** Addresses of nobody's. */
const WALLET = 'RvhJjw8dZjrGhKcUtfyQ2q2T3cLCYJvjupH92nW5nPz';
const ANAS = '2b9FVhSBot8uqrPMqZWEjcUNt6diYTRS7YZKQMzjAcZu';

let database: Database;
let runs: Runs;
let app: KitApp;
beforeAll(async () => {
  database = await openDatabase('memory', 'revenue_share', TABLES);
  runs = runsOn(database);
  await seed(database, runs, new Date());
  app = revenueShareApp(database, { runs, cronSecret: SECRET, requestsPerMinute: 100_000 });
});
afterAll(async () => {
  await runs.idle();
  await database.close();
});

/** Somebody who is signed in. */
async function as(person: string) {
  const signedIn = await app.request('/sign-in', { method: 'POST', body: new URLSearchParams({ person }) });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = (path: string): Promise<Response> =>
    Promise.resolve(app.request(path, { headers: { cookie, accept: 'text/html' } }));
  const { token } = (await (await get('/api/token')).json()) as { token: string };
  return {
    get,
    form: async (path: string, fields: Record<string, string>): Promise<Response> =>
      app.request(path, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ token, ...fields }),
      }),
    api: async (method: string, path: string, body?: unknown, sent = token): Promise<Response> =>
      app.request(path, {
        method,
        headers: { cookie, 'x-token': sent, 'content-type': 'application/json', accept: 'application/json' },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  };
}

/** Everything that anybody could change. */
async function picture(): Promise<unknown> {
  const tables = [
    'creator',
    'creator_wallet',
    'revenue',
    'period_run',
    'demo_bank_payment',
    'revenue_share.interaction',
    'revenue_share.payout',
    'revenue_share.transfer',
  ];
  return Promise.all(
    tables.map((name) =>
      database.query(`SELECT count(*)::text, md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${name} t`),
    ),
  );
}

const HOSTILE = [
  '',
  ' ',
  `'; DROP TABLE creator; --`,
  '\u0000',
  'x'.repeat(10_000),
  '<script>',
  '-1',
  '1e9',
  '0x10',
  '../..',
];

/** Every route of operators. */
const GETS = [
  '/operator',
  '/admin',
  '/admin/periods.csv',
  `/admin/periods/${SHARED}`,
  `/admin/periods/${READY}/plan`,
  `/admin/periods/${READY}/progress`,
  `/admin/periods/${SHARED}/shares.csv`,
  '/admin/claims',
  '/admin/claims.csv',
  '/admin/claims/x',
  '/admin/creators',
  '/admin/facts',
  '/admin/messages',
  '/admin/messages.csv',
];
const POSTS = [
  `/admin/periods/${READY}/revenue`,
  `/admin/periods/${READY}/run`,
  '/admin/claims/send',
  '/admin/claims/x/retry',
  '/admin/creators/gus/verify',
  '/admin/facts',
];

describe('the routes of operators', () => {
  it('are all of those that the app has', () => {
    const known = [...GETS, ...POSTS].length;
    const routes = app.routes.filter(
      ({ path, method }) => /^\/(admin|operator)/.test(path) && (method === 'GET' || method === 'POST'),
    );
    expect(routes).toHaveLength(known);
  });

  it('are closed to a creator and to nobody, and change nothing', async () => {
    const ana = await as('ana');
    const before = await picture();
    for (const path of GETS) {
      expect((await ana.get(path)).status, path).toBe(404);
      const nobody = await app.request(path);
      expect([nobody.status, nobody.headers.get('location')], path).toEqual([303, '/sign-in']);
    }
    for (const path of POSTS) {
      expect((await ana.form(path, {})).status, path).toBe(404);
      expect((await ana.api('POST', path, {})).status, path).toBe(404);
      const nobody = await app.request(path, { method: 'POST', headers: { accept: 'application/json' } });
      expect([nobody.status, await nobody.json()], path).toMatchObject([
        401,
        { error: { code: 'SIGNED_OUT' } },
      ]);
    }
    expect(await picture()).toEqual(before);
  });

  it('do nothing for an operator without the token of the session', async () => {
    const olga = await as('olga');
    const before = await picture();
    for (const path of POSTS) {
      expect((await olga.form(path, { token: 'guessed' })).status, path).toBe(403);
    }
    expect((await olga.api('POST', `/admin/periods/${READY}/run`, {}, 'guessed')).status).toBe(403);
    const ana = await as('ana');
    for (const path of ['/claims', '/wallet', '/claims/x/cancel']) {
      expect((await ana.form(path, { token: 'guessed' })).status, path).toBe(403);
    }
    expect(await picture()).toEqual(before);
  });
});

describe('what belongs to somebody', () => {
  it('is not to be seen or touched by anybody else', async () => {
    const [ana, ben] = [await as('ana'), await as('ben')];
    const { payouts } = (await (await ana.get('/api/claims')).json()) as { payouts: { id: string }[] };
    const id = payouts[0]?.id ?? '';
    const path = encodeURIComponent(id);
    expect((await ana.get(`/claims/${path}`)).status).toBe(200);
    for (const response of [await ben.get(`/claims/${path}`), await ben.form(`/claims/${path}/cancel`, {})]) {
      expect(response.status).toBe(404);
    }
    expect(await (await ben.get('/claims.csv')).text()).not.toContain(id);
    // A period is everybody's; what it has brought is one's own.
    const shares = await (await (await as('olga')).get(`/admin/periods/${SHARED}/shares.csv`)).text();
    const shareOf = (who: string): string =>
      new RegExp(`,${who},[\\d.]+,(\\d+),`).exec(shares)?.[1] ?? 'none';
    const mine = await (await ben.get(`/periods/${SHARED}`)).text();
    expect(mine).toContain(amountText(shareOf('ben')));
    for (const other of ['ana', 'cleo', 'dev', 'eli']) expect(mine).not.toContain(amountText(shareOf(other)));
  });

  it('as a wallet is shown by its ends alone, and stands in no payout, no event and no message', async () => {
    const [ana, olga] = [await as('ana'), await as('olga')];
    const middle = ANAS.slice(4, -4);
    for (const page of [await ana.get('/'), await ana.get('/wallet'), await olga.get('/admin/creators')]) {
      const text = await page.text();
      expect(text).toContain('2b9F••••AcZu');
      expect(text).not.toContain(middle);
    }
    for (const table of ['payout', 'attempt', 'notification', 'participant', 'movement']) {
      const rows = JSON.stringify(await database.query(`SELECT t::text FROM revenue_share.${table} t`));
      expect(rows, table).not.toContain(middle);
    }
    for (const table of ['message', 'demo_bank_payment', 'period_run']) {
      expect(JSON.stringify(await database.query(`SELECT t::text FROM ${table} t`)), table).not.toContain(
        middle,
      );
    }
  });
});

describe('wrong and hostile input', () => {
  it('is answered with a sentence and a code, and changes nothing', async () => {
    const [olga, ana] = [await as('olga'), await as('ana')];
    const before = await picture();
    const fact = { id: 'x', kind: 'post', creator: 'ana', actor: '', at: '' };
    for (const value of HOSTILE) {
      const where = encodeURIComponent(value);
      const cases: [who: typeof olga, path: string, fields: Record<string, string>][] = [
        [olga, '/admin/facts', { ...fact, creator: value }],
        [olga, '/admin/facts', { ...fact, kind: value }],
        [olga, `/admin/periods/${READY}/run`, { digest: value }],
        [ana, '/wallet', { address: value }],
        [ana, '/claims', { key: value }],
        [ana, `/claims/${where || 'x'}/cancel`, {}],
        [olga, `/admin/claims/${where || 'x'}/retry`, {}],
        [olga, `/admin/creators/${where || 'x'}/verify`, {}],
        [olga, `/admin/periods/${where || 'x'}/run`, {}],
        [olga, `/admin/periods/${where || 'x'}/revenue`, { ads: '1' }],
      ];
      if (value.trim() !== '') {
        cases.push([olga, '/admin/facts', { ...fact, at: value }]);
        cases.push([
          olga,
          '/admin/facts',
          { ...fact, actor: value === '-1' || value === '1e9' || value === '0x10' ? 'a b' : value },
        ]);
      }
      if (!/^[A-Za-z0-9-]{1,60}$/.test(value)) cases.push([olga, '/admin/facts', { ...fact, id: value }]);
      for (const source of ['ads', 'subscriptions'])
        cases.push([olga, `/admin/periods/${UNKNOWN}/revenue`, { [source]: value }]);
      for (const [who, path, fields] of cases) {
        const response = await who.form(path, fields);
        const said = `${path.slice(0, 60)} ${JSON.stringify(fields).slice(0, 60)}`;
        expect(response.status, said).toBeGreaterThanOrEqual(400);
        expect(response.status, said).toBeLessThan(500);
      }
      for (const path of [
        `/periods/${where || 'x'}`,
        `/claims/${where || 'x'}`,
        `/periods/${where || 'x'}/points.csv`,
      ]) {
        const response = await ana.get(path);
        expect(response.status, path.slice(0, 60)).toBeGreaterThanOrEqual(400);
        expect(response.status, path.slice(0, 60)).toBeLessThan(500);
      }
    }
    expect(await picture()).toEqual(before);
  });

  it('keeps what was typed, and says beside it what is wrong', async () => {
    const [olga, ana] = [await as('olga'), await as('ana')];
    const wallet = await ana.form('/wallet', { address: ANAS.slice(3) });
    const text = await wallet.text();
    expect([wallet.status, text.includes(ANAS.slice(3)), text.includes('It is not a whole address')]).toEqual(
      [422, true, true],
    );
    const fact = await olga.form('/admin/facts', {
      id: 'post-1',
      kind: 'dance',
      creator: 'ana',
      actor: '',
      at: '2026-13-45 18:00',
    });
    expect([fact.status, await fact.text()]).toEqual([422, expect.stringContaining('value="dance"')]);
    const revenue = await olga.form(`/admin/periods/${UNKNOWN}/revenue`, { ads: '1,5', subscriptions: '88' });
    expect([revenue.status, await revenue.text()]).toEqual([422, expect.stringContaining('value="1,5"')]);
  });

  it('that is far too large is refused before it is read', async () => {
    const ana = await as('ana');
    const before = await picture();
    expect((await ana.form('/wallet', { address: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await ana.api('POST', '/api/claims', { key: 'x'.repeat(70_000) })).status).toBe(413);
    expect(await picture()).toEqual(before);
  });

  it('to the API is refused, too', async () => {
    const ana = await as('ana');
    const before = await picture();
    for (const body of ['', '{', '[]', 'null', '{"key":7}', { key: '' }, { key: 'x'.repeat(999) }]) {
      const response = await ana.api('POST', '/api/claims', body);
      expect([400, 422], JSON.stringify(body).slice(0, 40)).toContain(response.status);
      expect(await response.json()).toMatchObject({
        error: { code: expect.any(String), message: expect.any(String) },
      });
    }
    expect((await ana.api('POST', '/api/claims', { key: 'k' }, 'guessed')).status).toBe(403);
    for (const body of ['{', '[]', 'null', '{"digest":7}', { digest: 'x' }]) {
      const response = await (await as('olga')).api('POST', `/admin/periods/${READY}/run`, body);
      expect([400, 422], JSON.stringify(body)).toContain(response.status);
    }
    expect(await picture()).toEqual(before);
  });
});

describe('a wallet', () => {
  it('that replaces another one gets nothing for seven days', async () => {
    const dev = await as('dev');
    expect((await dev.form('/wallet', { address: WALLET })).status).toBe(303);
    const { reasons } = (await (await dev.get('/api/balance')).json()) as { reasons: { kind: string }[] };
    expect(reasons.map(({ kind }) => kind)).toEqual(['on_hold']);
    expect(await (await dev.get('/')).text()).toContain('Your wallet is new');
    const refused = await dev.api('POST', '/api/claims', { key: 'now' });
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'NOT_ELIGIBLE' } }]);
  });
});

describe('the cron job', () => {
  const call = (path: string, authorization?: string): Promise<Response> =>
    Promise.resolve(
      app.request(path, { method: 'POST', headers: authorization === undefined ? {} : { authorization } }),
    );

  it('is refused without the secret, with another one, and where none is set', async () => {
    const before = await picture();
    for (const path of ['/cron/periods', '/cron/claims']) {
      for (const wrong of [
        undefined,
        '',
        SECRET,
        'Bearer',
        'Bearer ',
        `Bearer ${SECRET}x`,
        `Bearer ${SECRET.slice(1)}`,
      ]) {
        const response = await call(path, wrong);
        expect([response.status, await response.json()], `${path} ${wrong ?? 'none'}`).toMatchObject([
          401,
          { error: { code: 'CRON_REFUSED' } },
        ]);
      }
      const off = await revenueShareApp(database, { runs }).request(path, {
        method: 'POST',
        headers: { authorization: 'Bearer undefined' },
      });
      expect([off.status, await off.json()]).toMatchObject([503, { error: { code: 'CRON_OFF' } }]);
    }
    expect(await picture()).toEqual(before);
  });

  it('shares out what can be, says what cannot and why, and again changes nothing', async () => {
    const first = await call('/cron/periods', `Bearer ${SECRET}`);
    expect([first.status, await first.json()]).toEqual([
      202,
      {
        begun: [READY],
        left: [{ period: UNKNOWN, code: 'UNKNOWN_REVENUE', why: expect.stringContaining('ads') }],
      },
    ]);
    await runs.idle();
    const done = await picture();
    const again = await call('/cron/periods', `Bearer ${SECRET}`);
    expect(await again.json()).toMatchObject({ begun: [] });
    const olga = await as('olga');
    for (const ask of [
      () => olga.form(`/admin/periods/${READY}/run`, {}),
      () => olga.api('POST', `/admin/periods/${READY}/run`, {}),
    ]) {
      expect([202, 303]).toContain((await ask()).status);
    }
    await runs.idle();
    expect(await picture()).toEqual(done);
    const answer = await olga.api('POST', `/admin/periods/${READY}/run`, {});
    expect(await answer.json()).toMatchObject({ period: READY, begun: 'done_before', stage: 'closed' });
  });

  it('sends claims once, however often it is called', async () => {
    const paid = () =>
      database.query(`SELECT amount::text FROM demo_bank_payment WHERE destination = 'wallet-of-eli'`);
    await Promise.all([1, 2].map(() => call('/cron/claims', `Bearer ${SECRET}`)));
    const once = await paid();
    expect(once).toHaveLength(1);
    await call('/cron/claims', `Bearer ${SECRET}`);
    expect(await paid()).toEqual(once);
  });
});

describe('a run', () => {
  it('of a period that goes on, is not there, or lacks its revenue is refused, with the reason', async () => {
    const olga = await as('olga');
    for (const [period, status, code] of [
      [OPEN, 409, 'PERIOD_NOT_ENDED'],
      ['1999-01-01', 404, 'PERIOD_NOT_FOUND'],
      [UNKNOWN, 409, 'UNKNOWN_REVENUE'],
    ] as const) {
      const answer = await olga.api('POST', `/admin/periods/${period}/run`, {});
      expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code } }]);
    }
    expect((await olga.get(`/admin/periods/${OPEN}/plan`)).status).toBe(409);
  });

  it('keeps its revenue as it was', async () => {
    const olga = await as('olga');
    expect((await olga.form(`/admin/periods/${SHARED}/revenue`, { ads: '1' })).status).toBe(409);
  });
});

/** Minor units of SOL as pages show them in full. */
function amountText(minor: string): string {
  return `${minor.padStart(10, '0').replace(/(\d{9})$/, '.$1')} SOL`;
}
