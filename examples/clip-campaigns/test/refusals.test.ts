import { simulatedViews } from '@payout-engines/adapters-views';
import { verify } from '@payout-engines/core';
import { type Database, type KitApp, openDatabase } from '@payout-engines/example-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipCampaigns } from '../src/app.tsx';
import { enginesOn, PROGRAM } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';

const source = simulatedViews({ clock: () => new Date(), perHour: 0n });

let database: Database;
let app: KitApp;
beforeAll(async () => {
  database = await openDatabase('memory', 'clip_campaigns', TABLES);
  await seed(database, new Date());
  app = clipCampaigns(database, [source], { requestsPerMinute: 100_000 }).app;
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
    form: async (path: string, fields: Record<string, string>, sent = token): Promise<Response> =>
      app.request(path, {
        method: 'POST',
        headers: { cookie },
        body: new URLSearchParams({ token: sent, ...fields }),
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
    'campaign_page',
    'campaign_log',
    'payout_log',
    'submission',
    'payment_details',
    'tracking_run',
    'clip_campaigns.campaign',
    'clip_campaigns.clip',
    'clip_campaigns.observation',
    'clip_campaigns.payout',
    'clip_campaigns.movement',
    'clip_campaigns.transfer',
  ];
  return Promise.all(tables.map((name) => database.query(`SELECT t::text FROM ${name} t ORDER BY 1`)));
}

const KEY = '3f0e4b0a-6f0f-4f5e-9a59-0a6f0f4f5e9a';
const clipOf = async (participant: string, campaign: string): Promise<string> => {
  const [clip] = await enginesOn(database.store, []).campaigns.clips({
    program: PROGRAM,
    participant,
    campaign,
  });
  return clip?.id ?? '';
};
const payoutOf = async (participant: string): Promise<string> => {
  const { payouts } = await enginesOn(database.store, []).payouts.list({ program: PROGRAM, participant });
  return payouts[0]?.id ?? '';
};

/** Every route under a path, as it can be asked for. */
const routes = (under: RegExp): readonly { readonly method: string; readonly path: string }[] =>
  app.routes
    .filter(({ method, path }) => method !== 'ALL' && under.test(path))
    .map(({ method, path }) => ({ method, path: path.replaceAll(/:\w+/g, 'x') }));

describe('what belongs to somebody', () => {
  it('is not to be seen or touched by anybody else', async () => {
    const bo = await as('bo');
    const before = await picture();
    const clip = encodeURIComponent(await clipOf('ann', 'teaser'));
    const payout = encodeURIComponent(await payoutOf('ann'));
    const waiting = encodeURIComponent(await payoutOf('cem'));
    for (const response of [
      await bo.get(`/clips/${clip}`),
      await bo.get(`/clips/${clip}/readings.csv`),
      await bo.form(`/clips/${clip}/withdraw`, {}),
      await bo.get(`/payouts/${payout}`),
      await bo.form(`/payouts/${waiting}/cancel`, {}),
      await bo.api('DELETE', `/api/payouts/${waiting}`),
    ]) {
      expect(response.status).toBe(404);
    }
    for (const path of [
      '/clips.csv',
      '/payouts.csv',
      '/api/clips',
      '/api/payouts',
      '/campaigns/teaser',
      '/',
    ]) {
      const text = await (await bo.get(path)).text();
      expect(text, path).not.toMatch(/7398120475566120102|payout\/(ann|cem)/);
    }
    const ann = await as('ann');
    expect((await ann.get(`/clips/${clip}`)).status).toBe(200);
    expect((await ann.get(`/payouts/${payout}`)).status).toBe(200);
    expect(await picture()).toEqual(before);
  });

  it('is an operator’s on every page and in every action of operators, and the API’s tracking', async () => {
    const ann = await as('ann');
    const closed = [...routes(/^\/operator/), { method: 'POST', path: '/api/track' }];
    expect(closed.length).toBeGreaterThan(25);
    for (const { method, path } of closed) {
      const response =
        method !== 'POST'
          ? await ann.get(path)
          : path === '/api/track'
            ? await ann.api('POST', path)
            : await ann.form(path, {});
      expect(response.status, `${method} ${path} as a clipper`).toBe(404);
      const nobody = await app.request(path, { method, headers: { accept: 'application/json' } });
      expect(nobody.status, `${method} ${path} as nobody`).toBe(401);
    }
  });

  it('as payment details is masked, and stands in no payout, event, log or table of the library', async () => {
    const [ann, olga] = [await as('ann'), await as('olga')];
    const secrets = /02 ?1203|0000 ?2020|bo@example/;
    const payout = encodeURIComponent(await payoutOf('bo'));
    for (const response of [
      await ann.get('/'),
      await ann.get('/payment-details'),
      await ann.get('/payouts.csv'),
      await olga.get(`/operator/payouts/${payout}`),
      await olga.get('/operator/payouts.csv'),
    ]) {
      expect(await response.text()).not.toMatch(secrets);
    }
    expect(await (await ann.get('/')).text()).toContain('DE•• •••• 51');
    for (const table of ['payout', 'attempt', 'notification', 'participant', 'movement', 'transfer']) {
      const rows = JSON.stringify(await database.query(`SELECT t::text FROM clip_campaigns.${table} t`));
      expect(rows, table).not.toMatch(secrets);
    }
    for (const table of ['payout_log', 'campaign_log'])
      expect(JSON.stringify(await database.query(`SELECT t::text FROM ${table} t`)), table).not.toMatch(
        secrets,
      );
  });
});

const HOSTILE = [
  '',
  `'; DROP TABLE clipper; --`,
  '\u0000',
  'x'.repeat(10_000),
  '<script>alert(1)</script>',
  '-1',
  '99999999999999999999',
  'javascript:alert(1)',
];

describe('wrong and hostile input', () => {
  it('is answered with a sentence and a code, keeps what was typed, and changes nothing', async () => {
    const [olga, ann] = [await as('olga'), await as('ann')];
    const before = await picture();
    const waiting = encodeURIComponent(await clipOf('bo', 'summer-drop'));
    const payout = encodeURIComponent(await payoutOf('bo'));
    const fresh = { key: KEY, name: 'New', brief: 'b', rate: '2', days: '3', 'on-x': 'on' };
    const said = [
      `'; DROP TABLE clipper; --`,
      '<script>alert(1)</script>',
      '-1',
      'javascript:alert(1)',
      '99999999999999999999',
    ];
    const cases: {
      readonly by: typeof ann;
      readonly path: string;
      readonly fields: Record<string, string>;
    }[] = [];
    for (const value of HOSTILE) {
      cases.push(
        { by: olga, path: '/operator/campaigns', fields: { ...fresh, key: value } },
        { by: olga, path: '/operator/campaigns', fields: { ...fresh, rate: value } },
        { by: olga, path: '/operator/campaigns', fields: { ...fresh, days: value } },
        { by: olga, path: '/operator/campaigns/summer-drop/fund', fields: { key: KEY, amount: value } },
        { by: olga, path: '/operator/campaigns/summer-drop/fund', fields: { key: value, amount: '5' } },
        { by: olga, path: '/operator/campaigns/summer-drop/pause', fields: { key: value } },
        {
          by: olga,
          path: `/operator/campaigns/${encodeURIComponent(value) || 'x'}/pause`,
          fields: { key: KEY },
        },
        { by: olga, path: `/operator/clips/${encodeURIComponent(value) || 'x'}/approve`, fields: {} },
        {
          by: olga,
          path: `/operator/payouts/${encodeURIComponent(value) || 'x'}/approve`,
          fields: { digest: value },
        },
        { by: olga, path: `/operator/payouts/${payout}/approve`, fields: { digest: value } },
        { by: olga, path: `/operator/payouts/${payout}/complete`, fields: { transaction: value } },
        { by: olga, path: `/operator/payouts/${payout}/claim`, fields: {} },
        { by: olga, path: `/operator/payouts/${payout}/retry`, fields: {} },
        { by: olga, path: `/operator/payouts/${payout}/fail`, fields: { reason: value } },
        { by: ann, path: '/campaigns/summer-drop/clips', fields: { key: KEY, url: value } },
        {
          by: ann,
          path: '/campaigns/summer-drop/clips',
          fields: { key: value, url: 'https://youtu.be/Qm2xT9vLw8k' },
        },
        { by: ann, path: '/payouts', fields: { key: KEY, amount: value } },
        { by: ann, path: '/payouts', fields: { key: value, amount: '20' } },
        { by: ann, path: '/payment-details', fields: { address: value } },
      );
      // These take any text that somebody may want to say.
      if (said.includes(value)) continue;
      cases.push(
        { by: olga, path: '/operator/campaigns', fields: { ...fresh, name: value } },
        { by: olga, path: '/operator/campaigns', fields: { ...fresh, brief: value } },
        { by: olga, path: `/operator/clips/${waiting}/reject`, fields: { reason: value } },
        { by: olga, path: `/operator/payouts/${payout}/reject`, fields: { reason: value } },
      );
    }
    for (const { by, path, fields } of cases) {
      const response = await by.form(path, fields);
      const what = `${path} ${JSON.stringify(fields).slice(0, 120)}`;
      expect(response.status, what).toBeGreaterThanOrEqual(400);
      expect(response.status, what).toBeLessThan(500);
      expect(await response.text(), what).not.toContain('<script>alert');
    }
    expect(await picture()).toEqual(before);
  });

  it('is typed again for whoever has typed it', async () => {
    const [olga, ann] = [await as('olga'), await as('ann')];
    const campaign = await olga.form('/operator/campaigns', {
      key: KEY,
      name: 'Spring',
      brief: 'Flowers',
      rate: 'much',
      days: '9',
    });
    const text = await campaign.text();
    for (const kept of [
      'value="Spring"',
      'value="Flowers"',
      'value="much"',
      'value="9"',
      'Choose one at least.',
    ]) {
      expect(text).toContain(kept);
    }
    expect(await (await ann.form('/payouts', { key: KEY, amount: '5000' })).text()).toContain('value="5000"');
    const url = 'https://www.tiktok.com/@ann';
    const clip = await ann.form('/campaigns/summer-drop/clips', { key: KEY, url });
    expect([clip.status, await clip.text()]).toEqual([
      422,
      expect.stringMatching(/value="https:\/\/www.tiktok.com\/@ann"[^]*profile/),
    ]);
  });

  it('to the API, too', async () => {
    const ann = await as('ann');
    const before = await picture();
    for (const [path, bodies] of [
      [
        '/api/payouts',
        [
          '',
          '{',
          '[]',
          'null',
          '{"key":7}',
          { key: '' },
          { key: 'k', amount: 5 },
          { key: 'k', amount: '-5' },
        ],
      ],
      [
        '/api/clips',
        [
          '',
          'null',
          { key: 'k' },
          { key: 'k', campaign: 'teaser', url: 7 },
          { key: 'k', campaign: 'summer-drop', url: 'https://example.com' },
        ],
      ],
    ] as const) {
      for (const body of bodies) {
        const response = await ann.api('POST', path, body);
        expect([400, 422], `${path} ${JSON.stringify(body)}`).toContain(response.status);
        expect(await response.json()).toMatchObject({
          error: { code: expect.any(String), message: expect.any(String) },
        });
      }
    }
    const url = 'https://youtu.be/Qm2xT9vLw8k';
    expect((await ann.api('POST', '/api/clips', { key: 'k', campaign: 'nothing', url })).status).toBe(404);
    expect((await ann.api('POST', '/api/clips', { key: 'k', campaign: 'teaser', url })).status).toBe(409);
    expect((await ann.api('POST', '/api/payouts', { key: 'k' }, 'guessed')).status).toBe(403);
    expect((await ann.api('POST', '/api/payouts', { key: 'k', amount: '9999999' })).status).toBe(409);
    expect((await ann.api('POST', '/api/payouts', { key: 'k', amount: '1999' })).status).toBe(409);
    const large = await ann.api('POST', '/api/clips', {
      key: 'k',
      campaign: 'teaser',
      url: 'x'.repeat(70_000),
    });
    expect(large.status).toBe(413);
    expect(await picture()).toEqual(before);
  });

  it('from another site is refused: no form without the token of the session', async () => {
    const [olga, ann] = [await as('olga'), await as('ann')];
    const before = await picture();
    const posts = routes(/^\/(?!api|sign)/).filter(({ method }) => method === 'POST');
    expect(posts.length).toBeGreaterThan(18);
    for (const { path } of posts) {
      const response = await (path.startsWith('/operator') ? olga : ann).form(path, { key: KEY }, 'guessed');
      expect(response.status, path).toBe(403);
    }
    expect((await olga.api('POST', '/api/track', undefined, 'guessed')).status).toBe(403);
    expect(await picture()).toEqual(before);
  });
});

describe('a clip', () => {
  it('that somebody has submitted in another spelling is refused, to them and to everybody else, with the reason', async () => {
    const [ann, bo] = [await as('ann'), await as('bo')];
    const before = await picture();
    for (const url of [
      'https://m.youtube.com/watch?v=kR4vWn0sTiE&t=3',
      'youtube.com/shorts/kR4vWn0sTiE',
      'https://youtu.be/kR4vWn0sTiE?si=x',
    ]) {
      const again = await ann.form('/campaigns/summer-drop/clips', { key: KEY, url });
      expect([again.status, await again.text()]).toEqual([
        409,
        expect.stringContaining('You have submitted this clip already'),
      ]);
      const other = await bo.form('/campaigns/summer-drop/clips', { key: KEY, url });
      expect([other.status, await other.text()]).toEqual([
        409,
        expect.stringContaining('Somebody else has submitted this clip'),
      ]);
    }
    expect(await picture()).toEqual(before);
  });

  it('whose views cannot be read is not approved: nobody would know what it began with', async () => {
    const olga = await as('olga');
    const id = await clipOf('cem', 'launch-week');
    source.set({ platform: 'tiktok', content: '7431155209418803011' }, 'private');
    const before = await picture();
    const refused = await olga.form(`/operator/clips/${encodeURIComponent(id)}/approve`, {});
    expect([refused.status, await refused.text()]).toEqual([
      409,
      expect.stringContaining('The clip is private.'),
    ]);
    expect(await picture()).toEqual(before);
  });
});

describe('what is sent twice', () => {
  it('is done once: campaigns, deposits, clips, requests', async () => {
    const [olga, ann] = [await as('olga'), await as('ann')];
    const fresh = { key: KEY, name: 'Twice', brief: 'b', rate: '2', days: '3', 'on-youtube': 'on' };
    const post = (one: typeof olga, path: string, fields: Record<string, string>) =>
      Promise.all([one.form(path, fields), one.form(path, fields)]);
    const paths = async (responses: readonly Response[]): Promise<(string | null)[]> =>
      responses.map((response) => response.headers.get('location'));
    expect(await paths(await post(olga, '/operator/campaigns', fresh))).toEqual([
      '/operator/campaigns/twice',
      '/operator/campaigns/twice',
    ]);
    await post(olga, '/operator/campaigns/twice/fund', { key: crypto.randomUUID(), amount: '50' });
    const [row] = await database.query(
      `SELECT deposited::text FROM clip_campaigns.campaign WHERE id = 'twice'`,
    );
    expect(row?.['deposited']).toBe('5000');
    const clip = { key: KEY, url: 'https://youtu.be/Tw1ce0000aA' };
    const clips = await paths(await post(ann, '/campaigns/twice/clips', clip));
    expect(new Set(clips)).toEqual(new Set(['/clips/clip%2Ftwice%2Fyoutube%2FTw1ce0000aA']));
    const asked = await paths(await post(ann, '/payouts', { key: KEY, amount: '20' }));
    expect(new Set(asked).size).toBe(1);
    expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
  });
});

describe('new payment details', () => {
  it('are paid to only when they have waited: somebody else might have changed them', async () => {
    const [olga, cem] = [await as('olga'), await as('cem')];
    const path = `/operator/payouts/${encodeURIComponent(await payoutOf('cem'))}`;
    expect((await cem.form('/payment-details', { address: 'thief@example.com' })).status).toBe(303);
    // It was approved to the old ones: the claim finds out, and nothing is shown or paid.
    expect((await olga.form(`${path}/claim`, {})).status).toBe(409);
    const page = await (await olga.get(path)).text();
    expect(page).toContain('the payment details have changed');
    expect(page).not.toContain('thief@');
    const digest = /name="digest" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const refused = await olga.form(`${path}/approve`, { digest });
    expect(refused.status).toBe(409);
  });
});
