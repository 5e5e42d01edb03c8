import { verify } from '@payout-engines/core';
import { type Database, type Listening, openDatabase } from '@payout-engines/example-kit';
import { browse, type Browsing, type Device, DEVICES, type Page } from '@payout-engines/example-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../src/app.ts';
import { completeOrder, findOrder, placeOrder, refundOrder } from '../src/orders.ts';
import { engineOn, PROGRAM } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';

const DESKTOP: Device = { name: 'desktop', width: 1280, height: 900 };

let database: Database;
let served: Listening;
let browsing: Browsing;
beforeAll(async () => {
  database = await openDatabase('memory', 'marketplace', TABLES);
  await seed(database, new Date());
  served = await serve(database, 0, { requestsPerMinute: 100_000 });
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

/** What the bank has really paid, oldest first. */
async function bankPaid(member: string): Promise<bigint[]> {
  const rows = await database.query(
    'SELECT amount::text FROM demo_bank_payment WHERE destination = $1 ORDER BY id',
    [`bank-of-${member}`],
  );
  return rows.map(({ amount }) => BigInt(String(amount)));
}

const linesOf = async (page: Page): Promise<bigint[]> =>
  (await page.locator('.statement .amount').allInnerTexts()).map((line) =>
    BigInt(line.replace('−', '-').replaceAll(/[^\d-]/g, '')),
  );

/** The lines of the page's statement add up to its last one, which is this. */
async function expectSum(page: Page, total: bigint): Promise<void> {
  const lines = await linesOf(page);
  expect(lines.pop()).toBe(total);
  expect(lines.reduce((sum, line) => sum + line, 0n)).toBe(total);
}

/** What is sold on each device: the price, what the seller gets of it, and what the refund before takes off. */
const STORIES = [
  {
    order: 'story-1',
    price: '1000.00',
    gets: '900.00',
    back: '100.00',
    paid: [90_000n, 81_000n],
    device: 'phone',
  },
  {
    order: 'story-2',
    price: '333.33',
    gets: '300.00',
    back: '33.33',
    paid: [30_000n, 27_000n],
    device: 'desktop',
  },
] as const;

describe('the whole story', () => {
  for (const { order, price, gets, back, paid, device: name } of STORIES) {
    const javaScript = name === 'phone';
    it(`goes from the order to the money, once, and a refund is a line of the next payout: on a ${name}${javaScript ? '' : ' without JavaScript'}`, async () => {
      const device = DEVICES.find((one) => one.name === name) ?? DESKTOP;
      const twice = javaScript ? 'dblclick' : 'click';
      const before = (await bankPaid('asha')).length;
      const [olga, asha] = [
        await browsing.open(device, { javaScript }),
        await browsing.open(device, { javaScript }),
      ];
      await signIn(olga, 'Olga');
      // What was open before is sent, so that what follows is alone.
      await sendAll(olga);
      const settled = (await bankPaid('asha')).length;
      expect(settled).toBeGreaterThanOrEqual(before);

      const record = async (id: string): Promise<void> => {
        await olga.goto('/operator/orders');
        const form = olga.getByRole('form', { name: 'Record an order' });
        await form.getByLabel('Order').fill(id);
        await form.getByLabel('Seller').fill('asha');
        await form.getByLabel('Item').fill('Silk stole');
        await form.getByLabel('Price').fill(price);
        await form.getByRole('button').click();
        const row = olga.locator('tr', { hasText: id });
        await row.getByText('Complete …').click();
        await row.getByText(`1 payout of ${gets} INR to asha`).waitFor();
        await row.getByRole('button', { name: 'Complete' })[twice]();
        await olga.getByText('It is sent with the next hourly run.').first().waitFor();
      };
      await record(order);
      await olga.getByText('Send now …').click();
      await olga.getByText(`1 payout of ${gets} INR to asha.`).first().waitFor();
      if (javaScript) expect(await browsing.findings(olga)).toEqual([]);
      await olga.getByRole('button', { name: 'Send now' })[twice]();
      await olga.getByText('confirmed payment-').waitFor();
      expect((await bankPaid('asha')).slice(settled)).toEqual(paid.slice(0, 1));

      // The buyer sends part of it back after the seller was paid.
      await olga.goto('/operator/orders');
      const refund = olga.getByRole('form', { name: 'Record a refund' });
      await refund.getByLabel('Refund', { exact: false }).first().fill(`back-${order}`);
      await refund.getByLabel('Order that').fill(order);
      await refund.getByLabel('Amount').fill(back);
      await refund.getByRole('button').click();
      await olga.locator('tr', { hasText: order }).getByText(`−${back} INR`).waitFor();

      await signIn(asha, 'Asha');
      // Below zero it has a name: nobody is shown a negative balance that says nothing.
      await asha.getByText('What you earn next goes against it first.').first().waitFor();
      await record(`${order}-next`);
      await olga.goto('/operator');
      await olga.getByText('Send all now …').click();
      await olga.getByText(/1 payout, [\d.]+ INR in all/).waitFor();
      await olga.getByRole('button', { name: 'Send all now' })[twice]();
      await olga.getByRole('link', { name: 'Paid' }).waitFor();
      expect((await bankPaid('asha')).slice(settled)).toEqual(paid);

      await asha.goto('/');
      await asha.getByRole('link', { name: 'Statement' }).first().click();
      await asha.getByText('confirmed payment-').waitFor();
      await asha.getByText(`Refunded to the buyer of ${order}`).waitFor();
      expect((await linesOf(asha)).some((line) => line === -BigInt(back.replace('.', '')))).toBe(true);
      await expectSum(asha, paid[1]);
      for (const page of ['/', '/earned', '/bank-account']) {
        await asha.goto(page);
        expect(await asha.locator('h1').count()).toBe(1);
      }
      await asha.goto('/');
      await expectSum(asha, 0n);
      expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
      expect(browsing.complaints).toEqual([]);
    });
  }

  it('pays a scout who asks, once', async () => {
    const page = await browsing.open(DESKTOP);
    await signIn(page, 'Sana');
    const available = await page
      .locator('.card', { hasText: 'On the balance' })
      .locator('.amount')
      .innerText();
    await page.getByText('Request payout …').click();
    // All of it: an amount that is equal to the balance is no reason to refuse.
    await page.getByText(`1 payout of ${available}`).waitFor();
    await page.getByRole('button', { name: 'Request payout' }).dblclick();
    await page.getByText('To be sent').first().waitFor();
    const paise = BigInt(available.replaceAll(/\D/g, ''));
    await expectSum(page, paise);
    await page.goto('/');
    // While it is under way, the money is named and not merely gone.
    expect(await page.locator('.card', { hasText: 'Pending' }).innerText()).toContain(available);
    await page.getByText('500.00 INR are missing to the least payout').waitFor();
    expect(await page.getByRole('button', { name: 'Request payout' }).isDisabled()).toBe(true);
    const olga = await browsing.open(DESKTOP);
    await signIn(olga, 'Olga');
    await sendAll(olga);
    expect(await bankPaid('sana')).toEqual([paise]);
    expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
  });

  it('pays a seller who had no bank account when the order was completed', async () => {
    const page = await browsing.open(DESKTOP);
    await signIn(page, 'Chitra');
    await page.getByText('We do not know yet where to pay you.').waitFor();
    await page.getByRole('link', { name: 'Add a bank account' }).click();
    const form = page.getByRole('form', { name: 'Change the bank account' });
    await form.getByLabel('IFSC').fill('hdfc1');
    await form.getByLabel('Account number').fill('1234 5678 9012');
    await form.getByRole('button').click();
    await page.getByRole('alert').waitFor();
    expect(await form.getByLabel('Account number').inputValue()).toBe('1234 5678 9012');
    await form.getByLabel('IFSC').fill('hdfc0001234');
    await form.getByRole('button').click();
    await page.getByText('HDFC •••• 12').waitFor();
    const olga = await browsing.open(DESKTOP);
    await signIn(olga, 'Olga');
    await fetchAs(olga, 'POST', '/payouts/process');
    expect(await paidTo('chitra')).toEqual([143_910n]);
    expect(browsing.complaints.filter((one) => !one.includes('422'))).toEqual([]);
  });

  it('says why a payout has failed, and an operator tries it again', async () => {
    const bilal = await browsing.open(DESKTOP);
    await signIn(bilal, 'Bilal');
    await bilal.getByText('The bank says that this account is closed.').first().waitFor();
    await bilal.getByRole('link', { name: 'Statement' }).first().click();
    await bilal.getByText('Give another bank account').waitFor();
    const olga = await browsing.open(DESKTOP);
    await signIn(olga, 'Olga');
    await olga.goto('/operator?tab=failed');
    await olga.getByRole('link', { name: 'Statement' }).click();
    await olga.getByText('Try again …').click();
    await olga.getByRole('button', { name: 'Try again' }).dblclick();
    await olga.getByText('attempt 2: it was refused').waitFor();
    await olga.getByText('asked for another attempt').waitFor();
    expect(await paidTo('bilal')).toEqual([]);
    expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
  });

  it('is described by a page of its own, and tried out there under the same strict policy', async () => {
    const page = await browsing.open(DESKTOP);
    await signIn(page, 'Asha');
    const answer = await page.goto('/openapi');
    expect(answer?.headers()['content-security-policy']).toContain("style-src 'self';");
    await page.getByText('/payouts/my-payouts').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('"currency"').first().waitFor();
    expect(browsing.complaints.filter((one) => !one.includes('422'))).toEqual([]);
  });
});

async function sendAll(olga: Page): Promise<void> {
  await olga.goto('/operator');
  if (await olga.getByText('Nothing waits to be sent.').isVisible()) return;
  await olga.getByText('Send all now …').click();
  await olga.getByRole('button', { name: 'Send all now' }).click();
  await olga.getByRole('link', { name: 'Paid' }).waitFor();
}

async function fetchAs(page: Page, method: string, path: string): Promise<void> {
  const { token } = (await (await page.request.get('/api/token')).json()) as { token: string };
  const answer = await page.request.fetch(path, { method, headers: { 'x-token': token } });
  expect(answer.status()).toBe(200);
}

/** What any account of a member was paid. */
async function paidTo(member: string): Promise<bigint[]> {
  const rows = await database.query(
    `SELECT b.amount::text FROM demo_bank_payment b WHERE b.destination LIKE $1 ORDER BY b.id`,
    [`bank-of-${member}%`],
  );
  return rows.map(({ amount }) => BigInt(String(amount)));
}

describe('an order and its payout', () => {
  const order = (id: string, price: bigint) =>
    placeOrder(database.query, {
      id,
      seller: 'asha',
      scout: 'sana',
      item: 'Lamp',
      price,
      placedAt: new Date(),
    });

  it('are completed and opened together, or not at all', async () => {
    await order('torn', 50_000n);
    const torn: Database = {
      ...database,
      together: (work) =>
        database.together((transaction) =>
          work({
            ...transaction,
            // The last thing that is written: everything else was done by then.
            query: async (sql, params) => {
              if (sql.startsWith('INSERT INTO payout_entry')) throw new Error('killed');
              return transaction.query(sql, params);
            },
          }),
        ),
    };
    await expect(completeOrder(torn, { id: 'torn', by: 'olga' })).rejects.toThrow('killed');
    expect((await findOrder(database.query, 'torn'))?.completedAt).toBeUndefined();
    await expect(
      engineOn(database.store, database.query).payout({ program: PROGRAM, payout: 'payout/order%2Ftorn' }),
    ).rejects.toThrow('does not exist');
    const done = await completeOrder(database, { id: 'torn', by: 'olga' });
    expect([done.payout?.id, done.payout?.amount]).toEqual(['payout/order%2Ftorn', 45_000n]);
    expect((await completeOrder(database, { id: 'torn', by: 'olga' })).payout?.id).toBe(done.payout?.id);
  });

  it('that is refunded before it was sent is cancelled, and what is left is paid by another', async () => {
    const engine = engineOn(database.store, database.query);
    await order('early', 20_000n);
    const { payout } = await completeOrder(database, { id: 'early', by: 'olga' });
    const refund = { id: 'early-back', order: 'early', amount: 5_000n, by: 'olga' };
    await refundOrder(database, refund);
    await refundOrder(database, refund);
    const first = await engine.payout({ program: PROGRAM, payout: payout?.id ?? '' });
    expect([first.state, first.reason]).toEqual(['cancelled', 'earning_reversed']);
    const rest = await engine.payout({ program: PROGRAM, payout: 'payout/refund%2Fearly-back' });
    expect([rest.state, rest.amount]).toEqual(['pending', 13_500n]);
    expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
  });

  it('has lines that add up to it, whatever became of those before', async () => {
    const rows = await database.query(
      `SELECT p.id FROM marketplace.payout p WHERE p.amount <> (
         SELECT coalesce(sum(e.amount), 0) FROM payout_entry l JOIN entry e ON e.id = l.entry WHERE l.payout = p.id)`,
    );
    expect(rows).toEqual([]);
    expect(await database.query(`SELECT FROM entry WHERE kind = 'carried'`)).toEqual([]);
  });
});
