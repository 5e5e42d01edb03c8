import { verify } from '@payout-engines/core';
import { type Database, listen, type Listening, openDatabase } from '@payout-engines/example-kit';
import { browse, type Browsing, DEVICES, type Page } from '@payout-engines/example-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revenueShareApp } from '../src/app/app.tsx';
import { sharesOn } from '../src/app/engines.ts';
import { PROGRAM } from '../src/app/program.ts';
import { type Runs, runsOn } from '../src/app/runs.ts';
import { recentPeriods, seed } from '../src/app/seed.ts';
import { sayRevenue } from '../src/app/revenue.ts';
import { TABLES } from '../src/app/tables.ts';

const NOW = new Date();
const [, , , READY = '', UNKNOWN = ''] = recentPeriods(NOW, 6).map(({ id }) => id);

let database: Database;
let runs: Runs;
let served: Listening;
let browsing: Browsing;
beforeAll(async () => {
  database = await openDatabase('memory', 'revenue_share', TABLES);
  // Small pages make many transactions, so that there is something to watch.
  runs = runsOn(database, { pageSize: 2 });
  await seed(database, runs, NOW);
  served = await listen(revenueShareApp(database, { runs, requestsPerMinute: 10_000 }), 0);
  browsing = await browse(served.url);
});
afterAll(async () => {
  await browsing.close();
  await served.close();
  await runs.stop();
  await database.close();
});

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('button', { name, exact: false }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

async function bankPaid(creator: string): Promise<bigint[]> {
  const rows = await database.query(
    'SELECT amount::text FROM demo_bank_payment WHERE destination = $1 ORDER BY id',
    [`wallet-of-${creator}`],
  );
  return rows.map(({ amount }) => BigInt(String(amount)));
}

/** Lines of a statement as numbers; the last one is the total. */
async function lines(page: Page, nth = 0): Promise<bigint[]> {
  const texts = await page.locator('.statement').nth(nth).locator('.amount').allInnerTexts();
  return texts
    .filter((text) => /\d\.\d{9} /.test(text))
    .map((text) => BigInt(text.replace('−', '-').replaceAll(/[^\d-]/g, '')));
}

async function expectAddsUp(page: Page, nth = 0): Promise<bigint> {
  const all = await lines(page, nth);
  const total = all.pop() ?? 0n;
  expect(total).toBe(all.reduce((sum, line) => sum + line, 0n));
  return total;
}

/** One act that is missing: it is counted before the period is shared out, and never afterwards. */
async function recordPost(olga: Page, creator: string, period: string): Promise<void> {
  await olga.goto('/admin/facts');
  await olga.getByRole('textbox', { name: 'Interaction' }).fill(`late-post-of-${creator}`);
  await olga.getByLabel('Creator who gets the points').fill(creator);
  await olga.getByLabel('When, in UTC').fill(`${period} 12:00`);
  await olga.getByRole('button', { name: 'Record' }).click();
  await olga.getByText('Recorded.').waitFor();
}

const STORIES = [
  // 45.92 SOL among seven equals with 39.5 points, one of whom has one post more.
  { creator: 'Ana', period: READY, device: 'phone', javaScript: true, ads: undefined },
  { creator: 'Ben', period: UNKNOWN, device: 'desktop', javaScript: false, ads: '52.5' },
] as const;

describe('the whole story', () => {
  for (const { creator, period, device: name, javaScript, ads } of STORIES) {
    it(`ends with the money, once, and statements that add up: on a ${name}${javaScript ? '' : ' without JavaScript'}`, async () => {
      const device = DEVICES.find((one) => one.name === name) ?? DEVICES[0];
      if (device === undefined) throw new Error('there are devices');
      const open = (): Promise<Page> => browsing.open(device, { javaScript });
      const twice = javaScript ? 'dblclick' : 'click';
      const id = creator.toLowerCase();
      const [mine, olga] = [await open(), await open()];
      const before = await bankPaid(id);
      await signIn(mine, creator);
      await signIn(olga, 'Olga');

      await recordPost(olga, id, period);
      await olga.goto(`/admin/periods/${period}`);
      if (ads !== undefined) {
        await olga.getByText('The revenue of ads is not known yet.').waitFor();
        expect(await olga.getByRole('button', { name: 'Dry run' }).isDisabled()).toBe(true);
        await olga.getByLabel('Ads, in SOL').fill('a lot');
        await olga.getByRole('button', { name: 'Save revenue' }).click();
        await olga.getByRole('alert').waitFor();
        expect(await olga.getByLabel('Ads, in SOL').inputValue()).toBe('a lot');
        await olga.getByLabel('Ads, in SOL').fill(ads);
        await olga.getByRole('button', { name: 'Save revenue' }).click();
      }
      await olga.getByRole('button', { name: 'Dry run: see what would be' }).click();
      await olga.getByText('Nothing is written yet').waitFor();
      expect(await plansOf(period)).toBe(false);
      await expectAddsUp(olga, 0);
      expect(await expectAddsUp(olga, 1)).toBe(0n);
      if (javaScript) expect(await browsing.findings(olga)).toEqual([]);
      await olga.getByText('Share it out …').click();
      await olga.getByText(/7 shares and 2 bonuses, \d+\.\d{9} SOL in all/).waitFor();
      await olga.getByRole('button', { name: 'Share it out' })[twice]();
      // The page follows the run by itself, with htmx or by loading itself again.
      await olga.getByText('It balances:').waitFor({ timeout: 60_000 });
      await olga.getByText('0.000000000 SOL left in the account of the pool').waitFor();

      await mine.goto(`/periods/${period}`);
      await mine.getByText('Claimable').first().waitFor();
      const explained = await sharesOn(database.store, database.query).explain(
        { program: PROGRAM, period },
        id,
      );
      const share = BigInt(explained?.amount ?? 0);
      expect((await lines(mine))[0]).toBe(share);
      await expectAddsUp(mine);
      if (period === READY) {
        // 42.5 of 279.5 points of a pool of 45.92 SOL.
        await mine.getByText('42.5 of 279.5 = 15.2057 %').first().waitFor();
        expect(share).toBe((45_920_000_000n * 425n) / 2795n);
      }
      await mine.goto('/');
      const claimable = await expectAddsUp(mine);
      await mine.getByText('Claim …').click();
      await mine.getByRole('button', { name: 'Claim' })[twice]();
      await mine.getByText('Approved').first().waitFor();
      const statement = mine.url();

      await olga.goto('/admin/claims');
      await olga.getByText('Send claims …').click();
      await olga.getByText(/claims?, \d+\.\d{9} SOL\s+in all/).waitFor();
      await olga.getByRole('button', { name: 'Send claims' })[twice]();
      await olga.getByText('Paid').first().waitFor();
      expect(await bankPaid(id)).toEqual([...before, claimable]);

      await mine.goto(statement);
      await mine.getByText('confirmed payment-').waitFor();
      expect(await expectAddsUp(mine)).toBe(claimable);
      await mine.goto(`/periods/${period}`);
      await mine.getByText('Claimed', { exact: true }).waitFor();
      await mine.goto('/');
      expect(await expectAddsUp(mine)).toBe(0n);
      if (javaScript) {
        expect(await browsing.findings(mine)).toEqual([]);
        expect(await mine.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      }
      expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
      expect(browsing.complaints.filter((one) => !one.includes('422'))).toEqual([]);
      await mine.context().close();
      await olga.context().close();
    });
  }
});

async function plansOf(period: string): Promise<boolean> {
  return (await database.store.transact(PROGRAM, (unit) => unit.plans.find(period))) !== undefined;
}

describe('what is complained about elsewhere', () => {
  let other: Database;
  let otherRuns: Runs;
  beforeAll(async () => {
    other = await openDatabase('memory', 'revenue_share', TABLES);
    otherRuns = runsOn(other);
    await seed(other, otherRuns, NOW);
  });
  afterAll(() => other.close());

  it('a button that cannot be pressed says why, and what can be done about it', async () => {
    const page = await browsing.open({ name: 'desktop', width: 1280, height: 900 });
    for (const [name, why] of [
      ['Cleo', 'We do not know yet where to send it.'],
      ['Gus', 'You are not verified yet.'],
      ['Jack', 'are missing to the least claim'],
      ['Hugo', 'You do not take part at the moment.'],
    ] as const) {
      await signIn(page, name);
      await page.getByText(why).first().waitFor();
      expect(await page.getByRole('button', { name: 'Claim', exact: true }).isDisabled()).toBe(true);
    }
    await page.context().close();
  });

  it('what is held says until when, and is free as soon as that has come', async () => {
    const page = await browsing.open({ name: 'desktop', width: 1280, height: 900 });
    await signIn(page, 'Olga');
    await page.goto('/admin/creators');
    await page.getByText('Verify Gus …').click();
    await page.getByText('are released').waitFor();
    await page.getByRole('button', { name: 'Verify Gus' }).click();
    await page.getByText('Not verified').waitFor({ state: 'detached' });
    await signIn(page, 'Gus');
    await page.getByText('Claim …').waitFor();
    expect(await page.locator('.card', { hasText: 'Held' }).locator('.amount').innerText()).toBe(
      '0.0000 SOL',
    );
    await page.context().close();
  });

  it('a balance only grows while a period is being shared out, and the page says that it is', async () => {
    const half = runsOn(other, {
      pageSize: 3,
      onProgress: ({ step, done }) => {
        if (step === 'shares' && done === 1) void half.stop();
      },
    });
    const app = revenueShareApp(other, { runs: otherRuns });
    const signedIn = await app.request('/sign-in', {
      method: 'POST',
      body: new URLSearchParams({ person: 'ana' }),
    });
    const headers = { cookie: signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    const available = async (): Promise<bigint> => {
      const answer = await app.request('/api/balance', { headers });
      const { balance } = (await answer.json()) as { balance: { available: string } };
      return BigInt(balance.available);
    };
    const before = await available();
    expect(before).toBeGreaterThan(0n);
    await half.begin({ period: READY, by: 'cron' });
    await half.idle();
    const text = async (path: string): Promise<string> => (await app.request(path, { headers })).text();
    expect(await text('/')).toContain('Calculating:');
    expect(await text('/')).toContain('The period is being shared out. Claim when that is done.');
    expect(await text(`/periods/${READY}`)).toMatch(/Credit the shares[^]*2 of 10 creators/);
    expect(await available()).toBeGreaterThanOrEqual(before);
    const { token } = JSON.parse(await text('/api/token')) as { token: string };
    const refused = await app.request('/api/claims', {
      method: 'POST',
      headers: { ...headers, 'x-token': token, 'content-type': 'application/json' },
      body: JSON.stringify({ key: 'now' }),
    });
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'CALCULATING' } }]);
    await otherRuns.resume();
    await otherRuns.idle();
    expect(await available()).toBe(before + 6_888_000_000n);
    expect(await text('/')).not.toContain('Calculating:');
    expect((await verify(other.store, PROGRAM)).problems).toEqual([]);
  });

  it('what was reviewed is what is done: a change until then is refused, and can be looked at again', async () => {
    await sayRevenue(other, UNKNOWN, new Map([['ads', 7n]]), 'olga');
    const { digest } = await otherRuns.plan(UNKNOWN);
    await other.query("UPDATE revenue SET amount = amount + 1 WHERE period = $1 AND source = 'ads'", [
      UNKNOWN,
    ]);
    await otherRuns.begin({ period: UNKNOWN, by: 'olga', reviewed: digest });
    await otherRuns.idle();
    const [row] = await other.query('SELECT failed FROM period_run WHERE period = $1', [UNKNOWN]);
    expect(row?.['failed']).toContain('PLAN_CHANGED');
    const credited = await other.query(`SELECT 1 FROM revenue_share.transfer WHERE subject = $1`, [UNKNOWN]);
    expect(credited).toEqual([]);
    // Without the old digest it goes on by what is true now.
    expect(await otherRuns.begin({ period: UNKNOWN, by: 'olga' })).toBe('begun');
    await otherRuns.idle();
    expect(await otherRuns.begin({ period: UNKNOWN, by: 'olga' })).toBe('done_before');
    expect((await verify(other.store, PROGRAM)).problems).toEqual([]);
  });
});
