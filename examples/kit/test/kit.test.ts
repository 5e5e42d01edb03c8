import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amountText, csvLines, listen, type Listening } from '../src/index.ts';
import { browse, type Browsing, DEVICES } from '../src/testing/index.ts';
import { currency } from '@payout-engines/core';
import { demo, type Demo } from './demo.tsx';

/** A client that keeps its cookie, as a browser does. */
function visitor(app: Demo['app']) {
  let cookie = '';
  const visit = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await app.request(path, { ...init, headers: { cookie, ...init.headers } });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';')[0] ?? '';
    return response;
  };
  const send = (path: string, fields: Record<string, string>): Promise<Response> =>
    visit(path, { method: 'POST', body: new URLSearchParams(fields) });
  return {
    visit,
    send,
    signIn: (person: string) => send('/sign-in', { person }),
    token: async (path = '/') =>
      /name="token" value="([^"]+)"/.exec(await (await visit(path)).text())?.[1] ?? '',
    cookie: () => cookie,
  };
}

describe('a session', () => {
  it('is needed for everything but the sign-in', async () => {
    const { visit } = visitor(demo().app);
    const page = await visit('/');
    expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in']);
    const api = await visit('/api/amount');
    expect([api.status, await api.json()]).toEqual([
      401,
      { error: { code: 'SIGNED_OUT', message: 'Sign in first.' } },
    ]);
  });

  it('opens no page of operators to others, and does not tell them which there are', async () => {
    const { app } = demo();
    const ann = visitor(app);
    await ann.signIn('ann');
    expect((await ann.visit('/operator')).status).toBe(404);
    expect((await ann.visit('/operator/anything')).status).toBe(404);
    const olga = visitor(app);
    await olga.signIn('olga');
    expect((await olga.visit('/operator')).status).toBe(200);
  });

  it('is worth nothing once a letter of it is changed, or somebody else has signed it', async () => {
    const { app } = demo({ secret: 'one' });
    const ann = visitor(app);
    await ann.signIn('ann');
    const forged = ann.cookie().replace('ann', 'olga');
    expect(forged).not.toBe(ann.cookie());
    for (const cookie of [forged, 'session=', 'session=%5B%22olga%22%5D.x']) {
      const response = await app.request('/operator', { headers: { cookie } });
      expect(response.headers.get('location')).toBe('/sign-in');
    }
    const other = await demo({ secret: 'two' }).app.request('/', { headers: { cookie: ann.cookie() } });
    expect(other.headers.get('location')).toBe('/sign-in');
  });

  it('ends when its person signs out', async () => {
    const ann = visitor(demo().app);
    await ann.signIn('ann');
    await ann.send('/sign-out', { token: await ann.token() });
    expect((await ann.visit('/')).headers.get('location')).toBe('/sign-in');
  });

  it('cannot be begun as nobody', async () => {
    const { app } = demo();
    for (const body of [{}, { person: '' }, { person: 'nobody' }, { person: 'x'.repeat(9_999) }]) {
      expect((await visitor(app).send('/sign-in', body)).status).toBe(422);
    }
  });
});

describe('a form', () => {
  it('is refused without the token of its session', async () => {
    const one = demo();
    const [ann, again] = [visitor(one.app), visitor(one.app)];
    await ann.signIn('ann');
    await again.signIn('ann');
    for (const token of ['', 'guessed', await again.token()]) {
      const response = await ann.send('/ask', { key: 'k', amount: '1', token });
      expect(response.status).toBe(403);
    }
    expect(one.asked.size).toBe(0);
    expect((await ann.send('/ask', { key: 'k', amount: '1', token: await ann.token() })).status).toBe(303);
    expect([...one.asked]).toEqual([['k', '1']]);
  });

  it('keeps what was typed, and says beside the field what is wrong with it', async () => {
    const one = demo();
    const ann = visitor(one.app);
    await ann.signIn('ann');
    const typed = '<b>ten</b>" onfocus="x';
    const response = await ann.send('/ask', { key: 'k', amount: typed, token: await ann.token() });
    const text = await response.text();
    expect(response.status).toBe(422);
    expect(text).toContain('Digits only, please.');
    expect(text).toContain('value="&lt;b&gt;ten&lt;/b&gt;&quot; onfocus=&quot;x"');
    expect(one.asked.size).toBe(0);
  });

  it('that is too large, or none, is refused with a code', async () => {
    const ann = visitor(demo().app);
    await ann.signIn('ann');
    const token = await ann.token();
    expect((await ann.send('/ask', { key: 'k', amount: '1'.repeat(70_000), token })).status).toBe(413);
    const broken = await ann.visit('/ask', {
      method: 'POST',
      body: 'no form',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    });
    expect(broken.status).toBeGreaterThanOrEqual(400);
    expect(broken.status).toBeLessThan(500);
  });
});

describe('every answer', () => {
  it('lets a page load nothing from elsewhere and run nothing that is not ours', async () => {
    const { headers } = await demo().app.request('/sign-in');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`default-src 'none'`);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('says of a defect no more than its reference', async () => {
    const told: unknown[] = [];
    const { app } = demo({ onDefect: (error, reference) => told.push([error, reference]) });
    const response = await app.request('/broken', { headers: { accept: 'application/json' } });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('secret');
    expect(told).toHaveLength(1);
    const refused = await app.request('/refused', { headers: { accept: 'application/json' } });
    expect([refused.status, await refused.json()]).toEqual([
      409,
      { error: { code: 'TAKEN', message: 'It is taken.' } },
    ]);
  });

  it('is a refusal to whoever asks too often', async () => {
    const { app } = demo({ requestsPerMinute: 3 });
    const statuses = [];
    for (let count = 0; count < 5; count += 1) statuses.push((await app.request('/sign-in')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });
});

describe('a table that is downloaded', () => {
  it('quotes what must be quoted, and lets no cell be run as a formula', async () => {
    const rows = [
      ['plain', 5n, new Date(0)],
      ['=1+1', -5, undefined],
      ['a "b", c', 0, undefined],
      ['two\nlines', 0, undefined],
    ];
    const lines: string[] = [];
    for await (const line of csvLines(['name', 'amount', 'at'], rows)) lines.push(line);
    expect(lines).toEqual([
      'name,amount,at\r\n',
      'plain,5,1970-01-01T00:00:00.000Z\r\n',
      `'=1+1,-5,\r\n`,
      '"a ""b"", c",0,\r\n',
      '"two\nlines",0,\r\n',
    ]);
  });
});

describe('an amount', () => {
  it('has its currency, all its places, and its thousands apart', () => {
    const usd = currency('USD');
    expect([0n, 5n, -123_456_789n, 10n ** 18n].map((minor) => amountText(minor, usd))).toEqual([
      '0.00 USD',
      '0.05 USD',
      '−1,234,567.89 USD',
      '10,000,000,000,000,000.00 USD',
    ]);
    expect(amountText(1_234n, currency('JPY'))).toBe('1,234 JPY');
  });
});

describe('in a browser', () => {
  let one: Demo;
  let served: Listening;
  let browsing: Browsing;
  beforeAll(async () => {
    one = demo();
    served = await listen(one.app, 0);
    browsing = await browse(served.url);
  });
  afterAll(async () => {
    await browsing.close();
    await served.close();
  });

  for (const device of DEVICES) {
    it(`is usable on a ${device.name}, without serious findings and without anything from elsewhere`, async () => {
      const page = await browsing.open(device);
      await page.goto('/sign-in');
      await page.getByRole('button', { name: 'Ann' }).click();
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(await browsing.findings(page)).toEqual([]);
      // Nothing is wider than the window.
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      expect(await page.locator('td time').innerText()).toBe('1 Oct 2026, 14:00');
      expect(await page.locator('td time').getAttribute('title')).toBe('2026-10-01 12:00 UTC');
      expect(browsing.complaints).toEqual([]);
    });
  }

  it('sends a form once that is pressed twice', async () => {
    const page = await browsing.open({ name: 'desktop', width: 1280, height: 900 });
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Ann' }).click();
    await page.getByLabel('Amount').fill('77');
    const before = one.arrived();
    await page.getByRole('button', { name: 'Ask' }).dblclick();
    await page.waitForURL('**/');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(one.arrived() - before).toBe(1);
  });

  it('works without JavaScript', async () => {
    const page = await browsing.open({ name: 'phone', width: 390, height: 844 }, { javaScript: false });
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Ann' }).click();
    expect(await page.locator('td time').innerText()).toBe('2026-10-01 12:00 UTC');
    expect(await page.getByRole('button', { name: 'Copy' }).count()).toBe(0);
    await page.getByText('Pay everybody …').click();
    await page.getByText('3 payouts, 30.00 USD').waitFor();
    await page.getByRole('button', { name: 'Pay everybody' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(one.asked.get('all')).toBe('3000');
  });
});
