import { type Database, type Listening, openDatabase } from '@payout-engines/example-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestBounties } from '../src/bounties.ts';
import { serve } from '../src/app.ts';
import { completeOrder } from '../src/orders.ts';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';

let database: Database;
let served: Listening;
const defects: unknown[] = [];
beforeAll(async () => {
  database = await openDatabase('memory', 'marketplace', TABLES);
  await seed(database, new Date());
  served = await serve(database, 0, {
    requestsPerMinute: 100_000,
    onDefect: (error) => defects.push(error),
  });
});
afterAll(async () => {
  await served.close();
  await database.close();
  expect(defects).toEqual([]);
});

const at = (path: string): string => `${served.url}${path}`;

/** Somebody who is signed in. */
async function as(person: string) {
  const body = new URLSearchParams({ person });
  const signedIn = await fetch(at('/sign-in'), { method: 'POST', body, redirect: 'manual' });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const get = (path: string): Promise<Response> =>
    fetch(at(path), { headers: { cookie }, redirect: 'manual' });
  const { token } = (await (await get('/api/token')).json()) as { token: string };
  return {
    get,
    form: (path: string, fields: Record<string, string>): Promise<Response> =>
      fetch(at(path), {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ token, ...fields }),
        redirect: 'manual',
      }),
    api: (method: string, path: string, sent?: unknown, header = token): Promise<Response> =>
      fetch(at(path), {
        method,
        headers: { cookie, 'x-token': header, 'content-type': 'application/json' },
        redirect: 'manual',
        ...(sent !== undefined && { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
      }),
  };
}

/** Everything that anybody could change. */
async function picture(): Promise<unknown> {
  const tables = ['market_order', 'refund', 'entry', 'payout_entry', 'deed', 'member_bank_account'];
  const library = ['payout', 'transfer', 'participant'].map((name) => `marketplace.${name}`);
  return Promise.all(
    [...tables, ...library, 'demo_bank_payment'].map((name) =>
      database.query(`SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${name} t`),
    ),
  );
}

const ANY_PAYOUT = encodeURIComponent('payout/order/order-105');
const OPERATOR_API = [
  ['GET', '/payouts'],
  ['GET', '/payouts/statistics'],
  ['POST', '/payouts/process'],
  ['POST', `/payouts/process/${ANY_PAYOUT}`],
  ['POST', `/payouts/${ANY_PAYOUT}/retry`],
  ['POST', `/payouts/${ANY_PAYOUT}/cancel`],
  ['PATCH', '/orders/order-106/complete'],
] as const;
const OPERATOR_PAGES = [
  '/operator',
  '/operator/payouts.csv',
  '/operator/orders',
  '/operator/orders.csv',
  '/operator/statistics',
  `/operator/payouts/${ANY_PAYOUT}`,
];
const OPERATOR_FORMS = [
  '/operator/process',
  '/operator/orders',
  '/operator/orders/order-106/complete',
  '/operator/refunds',
  `/operator/payouts/${ANY_PAYOUT}/send`,
  `/operator/payouts/${ANY_PAYOUT}/cancel`,
  `/operator/payouts/${ANY_PAYOUT}/retry`,
];

describe('what operators do', () => {
  it('is closed to who is not signed in, and to members as if it were not there', async () => {
    const asha = await as('asha');
    const before = await picture();
    for (const [method, path] of OPERATOR_API) {
      const nobody = await fetch(at(path), { method });
      expect(nobody.status, path).toBe(401);
      expect(await nobody.json(), path).toMatchObject({ error: { code: 'SIGNED_OUT' } });
      expect((await asha.api(method, path)).status, path).toBe(404);
    }
    for (const path of OPERATOR_PAGES) {
      const nobody = await fetch(at(path), { redirect: 'manual' });
      expect([nobody.status, nobody.headers.get('location')], path).toEqual([303, '/sign-in']);
      expect((await asha.get(path)).status, path).toBe(404);
    }
    for (const path of OPERATOR_FORMS) {
      const nobody = await fetch(at(path), {
        method: 'POST',
        body: new URLSearchParams(),
        redirect: 'manual',
      });
      expect([nobody.status, nobody.headers.get('location')], path).toEqual([303, '/sign-in']);
      expect((await asha.form(path, {})).status, path).toBe(404);
    }
    expect(await picture()).toEqual(before);
  });

  it('lists every route that Nest has: none is left out above, and none is open unless it says so', async () => {
    const { paths } = (await (await (await as('olga')).get('/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(
      [
        ...OPERATOR_API.map(
          ([method, path]) => `${method} ${path.replace(ANY_PAYOUT, '{id}').replace('order-106', '{id}')}`,
        ),
        'GET /api/token',
        'GET /payouts/my-payouts',
        'POST /scouts/{id}/request-payout',
      ].sort(),
    );
  });

  it('needs the token of the session, by form and by API', async () => {
    const olga = await as('olga');
    const before = await picture();
    for (const path of OPERATOR_FORMS) {
      const response = await olga.form(path, { token: 'guessed' });
      expect([response.status, await response.text()], path).toEqual([
        403,
        expect.stringContaining('FOREIGN_FORM'),
      ]);
    }
    for (const [method, path] of OPERATOR_API.filter(([one]) => one !== 'GET')) {
      const response = await olga.api(method, path, undefined, 'guessed');
      expect([response.status, await response.json()], path).toEqual([
        403,
        { error: { code: 'FOREIGN_REQUEST', message: expect.any(String) as string } },
      ]);
    }
    expect(await picture()).toEqual(before);
  });
});

describe('what belongs to somebody', () => {
  it('is not to be seen or touched by anybody else', async () => {
    const [asha, sana, tariq] = [await as('asha'), await as('sana'), await as('tariq')];
    const asked = await sana.api('POST', '/scouts/sana/request-payout', { key: 'first' });
    expect(asked.status).toBe(201);
    const { id } = (await asked.json()) as { id: string };
    const path = `/statements/${encodeURIComponent(id)}`;
    expect((await sana.get(path)).status).toBe(200);
    for (const other of [asha, tariq]) {
      expect((await other.get(path)).status).toBe(404);
      expect((await other.form(`${path}/cancel`, {})).status).toBe(404);
      expect((await other.api('POST', '/scouts/sana/request-payout', { key: 'mine' })).status).toBe(404);
      const { payouts } = (await (await other.get('/payouts/my-payouts?limit=100')).json()) as {
        payouts: { participant: string }[];
      };
      expect(payouts.map(({ participant }) => participant)).not.toContain('sana');
      expect(await (await other.get('/payouts.csv')).text()).not.toContain(id);
      expect(await (await other.get('/earned.csv')).text()).not.toContain('order-104');
    }
    // A seller has nothing to ask for by themselves.
    expect((await asha.api('POST', '/scouts/asha/request-payout', { key: 'mine' })).status).toBe(404);
    // The same again is the same payout; another key finds nothing more.
    const again = await sana.api('POST', '/scouts/sana/request-payout', { key: 'first' });
    expect(((await again.json()) as { id: string }).id).toBe(id);
    const more = await sana.api('POST', '/scouts/sana/request-payout', { key: 'second' });
    expect([more.status, await more.json()]).toEqual([
      409,
      { error: { code: 'NOT_ELIGIBLE', message: expect.any(String) as string } },
    ]);
    // What somebody has asked for they can take back; what an order opened they cannot.
    expect((await sana.form(`${path}/cancel`, {})).status).toBe(303);
    const mine = (await (await asha.get('/payouts/my-payouts')).json()) as {
      payouts: { id: string; state: string }[];
    };
    const waiting = mine.payouts.find(({ state }) => state === 'pending');
    expect((await asha.form(`/statements/${encodeURIComponent(waiting?.id ?? '')}/cancel`, {})).status).toBe(
      409,
    );
  });

  it('as a bank account is shown with its end alone, and stands in no payout, event or refusal', async () => {
    const asha = await as('asha');
    const text = (await (await asha.get('/')).text()) + (await (await asha.get('/bank-account')).text());
    expect(text).toContain('HDFC •••• 51');
    expect(text).not.toContain('50100234567851');
    const refused = await asha.form('/bank-account', { ifsc: 'HDFC0000123', number: '50100234567851x' });
    expect(refused.status).toBe(422);
    for (const table of ['payout', 'attempt', 'notification', 'participant']) {
      const rows = JSON.stringify(await database.query(`SELECT t::text FROM marketplace.${table} t`));
      expect(rows, table).not.toContain('50100234567851');
    }
  });

  it('holds what goes to a bank account that replaced another one', async () => {
    const [asha, olga] = [await as('asha'), await as('olga')];
    expect((await asha.form('/bank-account', { ifsc: 'ICIC0000111', number: '000111222333' })).status).toBe(
      303,
    );
    const before = await database.query('SELECT FROM demo_bank_payment');
    expect((await olga.api('POST', '/payouts/process')).status).toBe(200);
    expect(await database.query('SELECT FROM demo_bank_payment')).toHaveLength(before.length);
    expect(await (await asha.get('/')).text()).toContain('Your bank account is new.');
  });
});

const HOSTILE = [
  '',
  ' ',
  `'; DROP TABLE entry; --`,
  '\u0000',
  'x'.repeat(10_000),
  '<script>',
  '-1',
  '1e9',
  '0',
  '…/..',
];

describe('wrong and hostile input', () => {
  it('is answered with a sentence and a code, and changes nothing', async () => {
    const [olga, asha, sana] = [await as('olga'), await as('asha'), await as('sana')];
    const before = await picture();
    for (const value of HOSTILE) {
      const path = encodeURIComponent(value);
      const order = { id: 'x', seller: 'asha', item: 'Lamp', price: '10' };
      const answers = [
        ...(/^[\w-]+$/.test(value) && value.length < 60
          ? []
          : [
              await olga.form('/operator/orders', { ...order, id: value }),
              await olga.form('/operator/refunds', { id: value, order: 'order-101', amount: '1' }),
            ]),
        await olga.form('/operator/orders', { ...order, seller: value }),
        await olga.form('/operator/orders', { ...order, price: value }),
        await olga.form('/operator/refunds', { id: 'r', order: value, amount: '1' }),
        await olga.form('/operator/refunds', { id: 'r', order: 'order-101', amount: value }),
        await olga.form(`/operator/payouts/${path}/send`, { digest: value }),
        await olga.form(`/operator/payouts/${ANY_PAYOUT}/send`, { digest: value }),
        await olga.form(`/operator/orders/${path}/complete`, {}),
        await olga.api('PATCH', `/orders/${path}/complete`),
        await olga.api('POST', `/payouts/process/${path === '' ? '%20' : path}`),
        await olga.api('POST', `/payouts/${path}/retry`),
        await olga.api('POST', `/payouts/${path}/cancel`),
        await olga.get(`/payouts?status=${path || 'x'}`),
        await olga.get(`/payouts?page=${path}`),
        await olga.get(`/payouts?limit=${path}`),
        await sana.api('POST', `/scouts/${path}/request-payout`, { key: 'k' }),
        await sana.form('/bounties/request', { key: value }),
        await sana.get(`/statements/${path || 'x'}`),
        await asha.form('/bank-account', { ifsc: value, number: '123456789' }),
        await asha.form('/bank-account', { ifsc: 'HDFC0000123', number: value }),
      ];
      for (const answer of answers) {
        const where = `${answer.url} ${JSON.stringify(value).slice(0, 30)}`;
        expect(answer.status, where).toBeGreaterThanOrEqual(400);
        expect(answer.status, where).toBeLessThan(500);
        const text = await answer.text();
        expect(text, where).not.toMatch(/SELECT|at \w+ \(/);
        if (answer.headers.get('content-type')?.startsWith('text/html') === true)
          expect(text, where).not.toContain('<script>');
      }
    }
    expect(await picture()).toEqual(before);
  });

  it('keeps what was typed', async () => {
    const olga = await as('olga');
    const typed = { id: 'new', seller: 'nobody', item: 'A <b>lamp</b>', price: 'two' };
    const text = await (await olga.form('/operator/orders', typed)).text();
    expect(text).toContain('value="nobody"');
    expect(text).toContain('value="A &lt;b&gt;lamp&lt;/b&gt;"');
    expect(text).toContain('There is no such seller.');
  });

  it('as a body of the API, too', async () => {
    const sana = await as('sana');
    const before = await picture();
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '{"key":7}',
      { key: '' },
      { key: 'x'.repeat(101) },
      { key: 'k', amount: '1' },
    ]) {
      const response = await sana.api('POST', '/scouts/sana/request-payout', body);
      expect([400, 422], JSON.stringify(body).slice(0, 40)).toContain(response.status);
      expect(await response.json()).toMatchObject({
        error: { code: expect.any(String) as string, message: expect.any(String) as string },
      });
    }
    const large = await sana.api('POST', '/scouts/sana/request-payout', { key: 'x'.repeat(70_000) });
    expect([large.status, await large.json()]).toMatchObject([413, { error: { code: 'TOO_LARGE' } }]);
    expect((await sana.get('/payouts/%E0%A4%A/x')).status).toBeLessThan(500);
    expect(await picture()).toEqual(before);
  });

  it('to a page that is not there is a 404 under the same headers', async () => {
    const olga = await as('olga');
    for (const path of ['/nothing', '/payouts/x/y', '/operator/nothing', '/openapi/ui/nothing.js']) {
      const response = await olga.get(path);
      expect(response.status, path).toBe(404);
      expect(response.headers.get('content-security-policy'), path).toContain("default-src 'none'");
    }
  });
});

describe('pages by number', () => {
  it('are those of the list, in its order, with nothing twice and nothing left out', async () => {
    const olga = await as('olga');
    const read = async (query: string) =>
      (await (await olga.get(`/payouts?${query}`)).json()) as {
        total: number;
        pages: number;
        payouts: { id: string; state: string }[];
      };
    const all = await read('limit=100');
    expect(all.payouts).toHaveLength(all.total);
    const small = await read('limit=2');
    const ids: string[] = [];
    for (let page = 1; page <= small.pages; page += 1)
      ids.push(...(await read(`limit=2&page=${page}`)).payouts.map(({ id }) => id));
    expect(ids).toEqual(all.payouts.map(({ id }) => id));
    expect((await read(`limit=2&page=${small.pages + 1}`)).payouts).toEqual([]);
    const failed = await read('status=failed');
    expect(failed.payouts.map(({ state }) => state)).toEqual(['failed']);
    for (const query of ['page=999999999', 'page=0', 'limit=101', 'limit=0', 'page=1.5', 'status=lost'])
      expect((await olga.get(`/payouts?${query}`)).status, query).toBe(422);
  });
});

describe('the same again', () => {
  it('completes an order once and pays it once, however often and by whomever it is sent', async () => {
    const olga = await as('olga');
    const answers = await Promise.all([1, 2, 3].map(() => olga.api('PATCH', '/orders/order-107/complete')));
    const bodies = (await Promise.all(answers.map((one) => one.json()))) as { payout?: { id: string } }[];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(bodies.map(({ payout }) => payout?.id)).size).toBe(1);
    const placed = { id: 'again', seller: 'asha', item: 'Lamp', price: '10.00' };
    const refund = { id: 'again-back', order: 'again', amount: '4.00' };
    for (const twice of [1, 2]) {
      expect((await olga.form('/operator/orders', placed)).status, `order ${twice}`).toBe(303);
      expect((await olga.form('/operator/refunds', refund)).status, `refund ${twice}`).toBe(303);
    }
    expect((await olga.form('/operator/orders', { ...placed, price: '11.00' })).status).toBe(422);
    expect((await olga.form('/operator/refunds', { ...refund, id: 'more', amount: '6.01' })).status).toBe(
      422,
    );
    const { payout } = await completeOrder(database, { id: 'again', by: 'olga' });
    // It was refunded before it was completed: the seller earns on what is left.
    expect(payout?.amount).toBe(540n);
  });

  it('sends a payout once, cancels it once, and says which state is in the way', async () => {
    const [olga, tariq] = [await as('olga'), await as('tariq')];
    await database.query(`UPDATE marketplace.earning SET hold_until = now() WHERE participant = 'sana'`);
    const payout = await requestBounties(database, 'sana', 'to-be-sent');
    const path = encodeURIComponent(payout.id);
    const sent = await Promise.all([1, 2, 3].map(() => olga.api('POST', `/payouts/process/${path}`)));
    expect(sent.some(({ status }) => status === 200)).toBe(true);
    expect(sent.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const rows = await database.query('SELECT FROM demo_bank_payment WHERE payout = $1', [payout.id]);
    expect(rows).toHaveLength(1);
    for (const action of [`/payouts/${path}/cancel`, `/payouts/${path}/retry`, `/payouts/process/${path}`]) {
      const refused = await olga.api('POST', action);
      expect([refused.status, await refused.json()], action).toMatchObject([
        409,
        { error: { code: expect.stringMatching(/WRONG_STATE|APPROVAL_REFUSED/) as string } },
      ]);
    }
    const below = await tariq.api('POST', '/scouts/tariq/request-payout', { key: 'k' });
    expect([below.status, await below.json()]).toMatchObject([409, { error: { code: 'NOT_ELIGIBLE' } }]);
  });

  it('reads what is paid and pending as the pages do', async () => {
    const sana = await as('sana');
    const { currency, totals, refunds } = (await (await sana.get('/payouts/my-payouts')).json()) as {
      currency: string;
      totals: { paid: string; pending: string };
      refunds: { amount: string; order: string }[];
    };
    const [row] = await database.query(
      `SELECT sum(amount)::text AS paid FROM demo_bank_payment WHERE destination = 'bank-of-sana'`,
    );
    expect([currency, totals.paid]).toEqual(['INR', row?.['paid']]);
    expect(refunds.map(({ order, amount }) => [order, BigInt(amount) < 0n])).toEqual([['order-102', true]]);
  });
});
