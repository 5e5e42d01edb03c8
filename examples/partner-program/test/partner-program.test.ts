import { verify } from '@payout-engines/core';
import { type Database, listen, type Listening, openDatabase } from '@payout-engines/example-kit';
import { browse, type Browsing, type Device, DEVICES, type Page } from '@payout-engines/example-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partnerProgram } from '../src/app.tsx';
import { PROGRAM } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';

const NOW = new Date();
const DESKTOP: Device = { name: 'desktop', width: 1280, height: 900 };

let database: Database;
let served: Listening;
let browsing: Browsing;
beforeAll(async () => {
  database = await openDatabase('memory', 'partner_program', TABLES);
  await seed(database, NOW);
  served = await listen(partnerProgram(database), 0);
  browsing = await browse(served.url);
});
afterAll(async () => {
  await browsing.close();
  await served.close();
  await database.close();
});

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('button', { name, exact: false }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}

async function bankPaid(partner: string): Promise<bigint[]> {
  const rows = await database.query(
    'SELECT amount::text FROM demo_bank_payment WHERE destination = $1 ORDER BY id',
    [`bank-of-${partner}`],
  );
  return rows.map(({ amount }) => BigInt(String(amount)));
}

const STORIES = [
  { partner: 'Ada', amount: '62.40', device: 'phone', javaScript: true },
  { partner: 'Cleo', amount: '2,550.00', device: 'desktop', javaScript: false },
] as const;

describe('the whole story', () => {
  for (const { partner, amount, device: name, javaScript } of STORIES) {
    it(`ends with the money, once, and a statement that adds up: on a ${name}${javaScript ? '' : ' without JavaScript'}`, async () => {
      const device = DEVICES.find((one) => one.name === name) ?? DEVICES[0];
      if (device === undefined) throw new Error('there are devices');
      const open = (): Promise<Page> => browsing.open(device, { javaScript });
      const twice = javaScript ? 'dblclick' : 'click';
      const [mine, olga] = [await open(), await open()];
      await signIn(mine, partner);
      await mine.getByText('Request payout …').click();
      await mine.getByText(`1 payout of ${amount} USD`).waitFor();
      await mine.getByRole('button', { name: 'Request payout' })[twice]();
      await mine.getByText('Waiting for approval').first().waitFor();
      if (javaScript) expect(await browsing.findings(mine)).toEqual([]);
      const statement = mine.url();

      await signIn(olga, 'Olga');
      await olga.getByRole('link', { name: 'Statement' }).first().click();
      await olga.getByText('Approve …').click();
      await olga.getByText(`1 payout of ${amount} USD to ${partner.toLowerCase()}`).first().waitFor();
      await olga.getByRole('button', { name: 'Approve' }).click();
      await olga.getByText('Approved').first().waitFor();
      await olga.goto('/operator?tab=processing');
      if (javaScript) expect(await browsing.findings(olga)).toEqual([]);
      await olga.getByText('Send what is approved …').click();
      await olga.getByText(`1 payout, ${amount} USD in all.`).waitFor();
      await olga.getByRole('button', { name: 'Send what is approved' })[twice]();
      await olga.getByText('Paid').first().waitFor();

      const cents = BigInt(amount.replaceAll(/\D/g, ''));
      expect(await bankPaid(partner.toLowerCase())).toEqual([cents]);
      await mine.goto(statement);
      await mine.getByText('confirmed payment-').waitFor();
      expect(await mine.locator('.statement tfoot .amount').innerText()).toBe(`${amount} USD`);
      await mine.goto('/');
      const lines = (await mine.locator('.statement .amount').allInnerTexts()).map((line) =>
        BigInt(line.replace('−', '-').replaceAll(/[^\d-]/g, '')),
      );
      expect(lines.pop()).toBe(lines.reduce((sum, line) => sum + line, 0n));
      for (const page of ['/', '/sales', '/years']) {
        await mine.goto(page);
        expect(await mine.locator('h1').count()).toBe(1);
        if (!javaScript) continue;
        expect(await browsing.findings(mine)).toEqual([]);
        expect(await mine.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      }
      expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
      expect(browsing.complaints).toEqual([]);
    });
  }

  it('begins with a sale, and a refund takes back what it earned, in proportion', async () => {
    const page = await browsing.open(DESKTOP);
    await signIn(page, 'Olga');
    await page.goto('/operator/sales');
    const sale = page.getByRole('form', { name: 'Record a sale' });
    const fill = async (amount: string): Promise<void> => {
      await sale.getByLabel('Sale').fill('consulting-1');
      await sale.getByLabel('Partner').fill('ben');
      await sale.getByLabel('Kind').fill('services');
      await sale.getByLabel('Amount').fill(amount);
      await sale.getByRole('button').click();
    };
    await fill('two hundred');
    await page.getByRole('alert').waitFor();
    expect(await sale.getByLabel('Amount').inputValue()).toBe('two hundred');
    await fill('200.00');
    await page.getByRole('cell', { name: 'consulting-1' }).waitFor();
    const refund = page.getByRole('form', { name: 'Record a refund' });
    await refund.getByLabel('Refund', { exact: false }).first().fill('back-1');
    await refund.getByLabel('Sale that').fill('consulting-1');
    await refund.getByLabel('Amount').fill('50.00');
    await refund.getByRole('button').click();
    await page.getByRole('cell', { name: '−50.00 USD' }).waitFor();
    expect(await browsing.findings(page)).toEqual([]);
    expect(browsing.complaints.filter((one) => !one.includes('422'))).toEqual([]);
    const [row] = await database.query(`SELECT earning FROM sale WHERE id = 'consulting-1'`);
    const [earning] = await database.store.transact(PROGRAM, (unit) =>
      unit.earnings.find([String(row?.['earning'])]),
    );
    expect([earning?.amount, earning?.reversed]).toEqual([1_000n, 250n]);
  });
});

describe('what is complained about elsewhere', () => {
  it('a button that cannot be pressed says why, and from when on it can', async () => {
    const page = await browsing.open(DESKTOP);
    await signIn(page, 'Dev');
    await page.getByText('We do not know yet where to pay you.').waitFor();
    expect(await page.getByRole('button', { name: 'Request payout' }).isDisabled()).toBe(true);
    await signIn(page, 'Ben');
    await page.getByText('10.00 USD are missing').first().waitFor();
  });

  it('money that is held has a date, and nothing is pending without an explanation', async () => {
    const page = await browsing.open(DESKTOP);
    await signIn(page, 'Ben');
    const held = page.locator('.card', { hasText: 'Held' });
    expect(await held.innerText()).toMatch(/\d\d\.\d\d USD[^]*on \d+ \w+ \d{4}/);
    expect(await held.innerText()).toContain('30 days from the sale');
  });
});
