import { type Database, type KitApp, openDatabase } from '@payout-engines/example-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partnerProgram } from '../src/app.tsx';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';

let database: Database;
let app: KitApp;
beforeAll(async () => {
  database = await openDatabase('memory', 'partner_program', TABLES);
  await seed(database, new Date());
  app = partnerProgram(database, { requestsPerMinute: 100_000 });
});
afterAll(() => database.close());

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
        headers: { cookie, 'x-token': sent, 'content-type': 'application/json' },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
  };
}

/** Everything that anybody could change. */
async function picture(): Promise<unknown> {
  const tables = [
    'sale',
    'refund',
    'demo_bank_payment',
    'partner_program.payout',
    'partner_program.transfer',
  ];
  return Promise.all(tables.map((name) => database.query(`SELECT count(*)::text FROM ${name}`)));
}

const HOSTILE = [
  '',
  ' ',
  `'; DROP TABLE sale; --`,
  '\u0000',
  'x'.repeat(10_000),
  '<script>',
  '-1',
  '1e9',
  '0',
];

describe('the tier of a partner', () => {
  it('counts the sale that was just recorded: it raises the least payout at once', async () => {
    const ben = await as('ben');
    const { tier, reasons } = (await (await ben.get('/api/summary')).json()) as {
      tier: { id: string };
      reasons: { kind: string; missing: string }[];
    };
    expect([tier.id, reasons.map(({ kind, missing }) => [kind, missing])]).toEqual([
      'growth',
      [['below_threshold', '1000']],
    ]);
  });
});

describe('what belongs to somebody', () => {
  it('is not to be seen or touched by anybody else', async () => {
    const [ada, cleo] = [await as('ada'), await as('cleo')];
    const asked = await ada.api('POST', '/api/payouts', { key: 'first' });
    expect(asked.status).toBe(201);
    const { id } = (await asked.json()) as { id: string };
    const path = encodeURIComponent(id);
    expect((await ada.get(`/payouts/${path}`)).status).toBe(200);
    for (const response of [
      await cleo.get(`/payouts/${path}`),
      await cleo.form(`/payouts/${path}/cancel`, {}),
      await cleo.api('DELETE', `/api/payouts/${path}`),
    ]) {
      expect(response.status).toBe(404);
    }
    expect(await (await cleo.get('/payouts.csv')).text()).not.toContain(id);
    // The same key is another partner's own.
    const other = (await (await cleo.api('POST', '/api/payouts', { key: 'first' })).json()) as { id: string };
    expect(other.id).not.toBe(id);
    expect((await ada.api('DELETE', `/api/payouts/${path}`)).status).toBe(200);
  });

  it('is an operator’s on the pages of operators alone', async () => {
    const ada = await as('ada');
    for (const path of ['/operator', '/operator/sales', '/operator/payouts/x']) {
      expect((await ada.get(path)).status, path).toBe(404);
    }
    for (const path of [
      '/operator/process',
      '/operator/sales',
      '/operator/refunds',
      '/operator/payouts/x/approve',
    ]) {
      expect((await ada.form(path, {})).status, path).toBe(404);
    }
  });

  it('as a bank account is shown with its end alone, and stands in no payout and no event', async () => {
    const text = await (await (await as('ada')).get('/')).text();
    expect(text).toContain('DE•• •••• 51');
    expect(text).not.toContain('1203');
    for (const table of ['payout', 'attempt', 'notification', 'participant']) {
      const rows = JSON.stringify(await database.query(`SELECT t::text FROM partner_program.${table} t`));
      expect(rows, table).not.toContain('1203');
    }
  });
});

describe('wrong and hostile input', () => {
  it('is answered with a sentence and a code, keeps what was typed, and changes nothing', async () => {
    const olga = await as('olga');
    const before = await picture();
    for (const value of HOSTILE) {
      for (const [path, fields] of [
        ['/operator/sales', { id: value, partner: 'ada', kind: 'products', amount: '10' }],
        ['/operator/sales', { id: 'x', partner: value, kind: 'products', amount: '10' }],
        ['/operator/sales', { id: 'x', partner: 'ada', kind: value, amount: '10' }],
        ['/operator/sales', { id: 'x', partner: 'ada', kind: 'products', amount: value }],
        ['/operator/refunds', { id: 'r', sale: value, amount: '1' }],
        ['/operator/refunds', { id: 'r', sale: 'order-1', amount: value }],
        [`/operator/payouts/${encodeURIComponent(value)}/approve`, { digest: value }],
        ['/operator/payouts/payout%2Fx/reject', { reason: value }],
      ] as const) {
        // These are right: an id, a kind of sale.
        if (Object.values(fields).every((field) => field !== value)) continue;
        if (path === '/operator/sales' && fields.id === value && /^[A-Za-z0-9-]{1,60}$/.test(value)) continue;
        const response = await olga.form(path, fields);
        expect(response.status, `${path} ${JSON.stringify(value).slice(0, 40)}`).toBeGreaterThanOrEqual(400);
        expect(response.status, `${path} ${JSON.stringify(value).slice(0, 40)}`).toBeLessThan(500);
      }
    }
    expect(await picture()).toEqual(before);
  });

  it('to the API, too', async () => {
    const ada = await as('ada');
    const before = await picture();
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '{"key":7}',
      { key: '' },
      { key: 'k', amount: 5 },
      { key: 'k', amount: '-5' },
      { key: 'x'.repeat(999) },
    ]) {
      const response = await ada.api('POST', '/api/payouts', body);
      expect([400, 422], JSON.stringify(body).slice(0, 40)).toContain(response.status);
      expect(await response.json()).toMatchObject({
        error: { code: expect.any(String), message: expect.any(String) },
      });
    }
    expect((await ada.api('POST', '/api/payouts', { key: 'k' }, 'guessed')).status).toBe(403);
    expect((await ada.api('POST', '/api/payouts', { key: 'k', amount: '999999' })).status).toBe(409);
    expect((await ada.api('POST', '/api/payouts', { key: 'k', amount: '100' })).status).toBe(409);
    expect(await picture()).toEqual(before);
  });

  it('more refunded than was sold, or under an id that is taken, is refused', async () => {
    const olga = await as('olga');
    for (const fields of [
      { id: 'new', sale: 'order-1', amount: '418.01' },
      { id: 'new', sale: 'order-99', amount: '1' },
      { id: 'refund-1', sale: 'order-1', amount: '1' },
    ]) {
      expect((await olga.form('/operator/refunds', fields)).status).toBe(422);
    }
  });
});

describe('the same again', () => {
  it('is the same sale, the same refund and the same payout', async () => {
    const [olga, cleo] = [await as('olga'), await as('cleo')];
    const sale = { id: 'again', partner: 'ben', kind: 'services', amount: '10.00' };
    const refund = { id: 'again-back', sale: 'again', amount: '4.00' };
    for (const twice of [1, 2]) {
      expect((await olga.form('/operator/sales', sale)).status, `sale ${twice}`).toBe(303);
      expect((await olga.form('/operator/refunds', refund)).status, `refund ${twice}`).toBe(303);
    }
    const [row] = await database.query(`SELECT refunded::text, earning FROM sale WHERE id = 'again'`);
    expect(row?.['refunded']).toBe('400');
    const asked = [1, 2].map(() => cleo.api('POST', '/api/payouts', { key: 'first' }));
    const ids = await Promise.all(
      asked.map(async (one) => ((await (await one).json()) as { id: string }).id),
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('that was sent by one who asked for it is approved by another', async () => {
    const [cleo, olga] = [await as('cleo'), await as('olga')];
    const { payouts } = (await (await cleo.get('/api/payouts')).json()) as {
      payouts: { id: string; state: string }[];
    };
    const open = payouts.find(({ state }) => state === 'pending');
    const path = `/operator/payouts/${encodeURIComponent(open?.id ?? '')}`;
    const page = await (await olga.get(path)).text();
    const digest = /name="digest" value="([^"]+)"/.exec(page)?.[1] ?? '';
    expect((await olga.form(`${path}/approve`, { digest: 'another' })).status).toBe(409);
    expect((await olga.form(`${path}/approve`, { digest })).status).toBe(303);
    expect((await olga.form('/operator/process', {})).status).toBe(303);
    expect((await olga.form('/operator/process', {})).status).toBe(303);
    const rows = await database.query(`SELECT FROM demo_bank_payment WHERE destination = 'bank-of-cleo'`);
    expect(rows).toHaveLength(1);
  });
});
