import { verify } from '@payout-engines/core';
import { listen, type Listening } from '@payout-engines/example-kit';
import { browse, type Browsing, type Device, DEVICES, type Page } from '@payout-engines/example-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creatorBatches } from '../src/app.tsx';
import { paydayPeriod, PROGRAM } from '../src/program.ts';
import { type Opened, open } from './open.ts';

const CRON_SECRET = 'the secret of the cron job';

let now = new Date();
let opened: Opened;
let served: Listening;
let browsing: Browsing;
const defects: unknown[] = [];
beforeAll(async () => {
  opened = await open({ others: 4, clock: () => now });
  const onDefect = (error: unknown): void => void defects.push(error);
  served = await listen(creatorBatches(opened.services, { cronSecret: CRON_SECRET, onDefect }), 0);
  await opened.services.work(onDefect);
  browsing = await browse(served.url);
});
afterAll(async () => {
  await browsing.close();
  await served.close();
  await opened.close();
});

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('button', { name, exact: false }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

/** What Stripe has really moved to a creator. */
async function moved(creator: string): Promise<bigint[]> {
  const { database } = opened.services;
  const [participant] = await database.store.transact(PROGRAM, (unit) => unit.participants.find([creator]));
  const rows = await database.query(
    `SELECT amount::text FROM demo_stripe_done WHERE kind = 'transfer' AND destination = $1 ORDER BY number`,
    [participant?.destination?.id ?? ''],
  );
  return rows.map(({ amount }) => BigInt(String(amount)));
}

async function cron(): Promise<{ batch: string; opened: boolean }> {
  const answer = await fetch(`${served.url}/cron/payouts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CRON_SECRET}` },
  });
  expect(answer.status).toBe(202);
  return (await answer.json()) as { batch: string; opened: boolean };
}

/** Loads a page again until it says something. */
async function until(page: Page, path: string, text: string | RegExp): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.goto(path);
        return page.getByText(text).count();
      },
      { timeout: 20_000, interval: 300 },
    )
    .toBeGreaterThan(0);
}

const STORIES = [
  { creator: 'Pia', amount: '185.00', device: 'phone', javaScript: true, opens: 'operator' },
  { creator: 'Quin', amount: '40.00', device: 'desktop', javaScript: false, opens: 'cron' },
] as const;

describe('the whole story', () => {
  for (const { creator, amount, device: name, javaScript, opens } of STORIES) {
    it(`from a creator nobody knows to the money at Stripe, once: on a ${name}${javaScript ? '' : ' without JavaScript'}`, async () => {
      const device: Device = DEVICES.find((one) => one.name === name) ?? { name, width: 1280, height: 900 };
      const window = (): Promise<Page> => browsing.open(device, { javaScript });
      const twice = javaScript ? 'dblclick' : 'click';
      const [mine, olga] = [await window(), await window()];

      await signIn(mine, creator);
      await mine.getByText('Stripe has not verified you yet').waitFor();
      await mine.getByRole('link', { name: 'What is missing' }).click();
      await mine.getByRole('button', { name: 'Go on at Stripe' }).click();
      await mine.getByRole('link', { name: 'Go on at Stripe' }).click();
      await mine.getByRole('button', { name: 'Finish' }).click();
      await until(mine, '/verification', 'Stripe has verified you.');

      await signIn(olga, 'Olga');
      if (opens === 'operator') {
        await olga.getByText('Open the due batch now …').click();
        await olga.getByText(/\d+ payouts, [\d,.]+ USD in all/).waitFor();
        if (javaScript) expect(await browsing.findings(olga)).toEqual([]);
        await olga.getByRole('button', { name: 'Open the due batch now' })[twice]();
        await olga.getByText('Being looked into').first().waitFor();
        // The page follows the batch by itself.
        await olga.getByText(/(\d+) of \1 done/).waitFor();
        if (javaScript) expect(await browsing.findings(olga)).toEqual([]);
      } else {
        now = paydayPeriod(now).end;
        const day = now.toISOString().slice(0, 10);
        expect([await cron(), await cron()]).toMatchObject([
          { batch: day, opened: true },
          { batch: day, opened: false },
        ]);
        await until(olga, `/operator/batches/${day}`, /(\d+) of \1 done/);
      }

      const cents = BigInt(amount.replaceAll(/\D/g, ''));
      expect(await moved(creator.toLowerCase())).toEqual([cents]);
      await mine.goto('/');
      const lines = (await mine.locator('.statement .amount').allInnerTexts()).map((line) =>
        BigInt(line.replace('−', '-').replaceAll(/[^\d-]/g, '')),
      );
      expect(lines.pop()).toBe(lines.reduce((sum, line) => sum + line, 0n));
      await mine.getByRole('link', { name: 'Statement' }).first().click();
      await mine.getByText('confirmed').first().waitFor();
      expect(await mine.locator('.statement tfoot .amount').innerText()).toBe(`${amount} USD`);
      if (javaScript) {
        expect(await browsing.findings(mine)).toEqual([]);
        expect(await mine.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      }
      expect((await verify(opened.services.database.store, PROGRAM)).problems).toEqual([]);
      expect([browsing.complaints, defects]).toEqual([[], []]);
    });
  }

  it('goes on a day later where Stripe would not pay, once it does', async () => {
    const { database, engine, connect } = opened.services;
    const page = await browsing.open({ name: 'desktop', width: 1280, height: 900 });
    await signIn(page, 'Otis');
    await page.getByText('Tried again later').first().waitFor();
    await page.getByText('Stripe does not let this account receive transfers').first().waitFor();
    const [payout] = (await engine.list({ program: PROGRAM, participant: 'otis' })).payouts;
    expect([payout?.state, payout?.attempt, await moved('otis')]).toEqual(['approved', 2, []]);
    // The cron job of the same day finds nothing to do.
    await cron();
    await connect.demo?.finishOnboarding(payout?.destination?.id ?? '');
    // Stripe tells of it by an event.
    await until(page, '/verification', 'Stripe has verified you.');
    // A day passes.
    await database.query(`UPDATE creator_batches.payout SET due_at = now() WHERE id = $1`, [payout?.id]);
    await cron();
    const paid = async (): Promise<unknown> => {
      const { payouts } = await engine.list({ program: PROGRAM, participant: 'otis', states: ['completed'] });
      return payouts.map(({ id, attempt }) => [id, attempt]);
    };
    await expect.poll(paid, { timeout: 15_000 }).toEqual([[payout?.id, 2]]);
    expect(await moved('otis')).toEqual([9_300n]);
  });

  it('each event of Stripe was taken, by its signature, and nobody was paid twice', async () => {
    const { database } = opened.services;
    const left = (): Promise<unknown> =>
      database.query('SELECT number, kind FROM demo_stripe_done WHERE NOT delivered');
    await expect.poll(left, { timeout: 15_000 }).toEqual([]);
    const rows = await database.query(
      `SELECT (SELECT count(*) FROM demo_stripe_done WHERE kind = 'transfer')::int AS made,
              (SELECT count(*) FROM creator_batches.payout WHERE state = 'completed')::int AS completed,
              (SELECT sum(amount) FROM demo_stripe_done WHERE kind = 'transfer')::text AS moved,
              (SELECT sum(paid) FROM creator_batches.payout)::text AS paid`,
    );
    const [row] = rows;
    expect(row?.['made']).toBe(row?.['completed']);
    expect(row?.['moved']).toBe(row?.['paid']);
  });
});

describe('what is complained about elsewhere', () => {
  it('a debt has a name and says what becomes of it', async () => {
    const page = await browsing.open({ name: 'desktop', width: 1280, height: 900 });
    await signIn(page, 'Rae');
    await page.getByText('The next ones go against it first.').waitFor();
    await page.getByRole('rowheader', { name: 'What you owe' }).waitFor();
  });

  it('a batch that was opened is not offered again, and says when the next one is', async () => {
    const page = await browsing.open({ name: 'desktop', width: 1280, height: 900 });
    await signIn(page, 'Olga');
    expect(await page.getByRole('button', { name: 'Open the due batch now' }).isDisabled()).toBe(true);
    await page.getByText('The batch of the latest payday is open already.').waitFor();
  });

  it('money that is held has a date, and what is missing to the least payout is said', async () => {
    const page = await browsing.open({ name: 'desktop', width: 1280, height: 900 });
    await signIn(page, 'Noor');
    expect(await page.locator('.card', { hasText: 'Held' }).innerText()).toMatch(/\d\d USD on \d+ \w+ \d{4}/);
    await page.getByText('Held, by the day it is free').waitFor();
  });
});
