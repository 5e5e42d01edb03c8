import { simulatedViews } from '@payout-engines/adapters-views';
import { verify } from '@payout-engines/core';
import { type Database, listen, type Listening, openDatabase } from '@payout-engines/example-kit';
import { browse, type Browsing, type Device, DEVICES, type Page } from '@payout-engines/example-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clipCampaigns } from '../src/app.tsx';
import { clipRow, clipRows } from '../src/clips.ts';
import { clipPath } from '../src/pages/frame.ts';
import { type Engines, enginesOn, PROGRAM, TRACKING } from '../src/program.ts';
import { seed } from '../src/seed.ts';
import { TABLES } from '../src/tables.ts';
import type { Tracker } from '../src/tracking.ts';

/** Clips that nobody sets have no views: what was counted before has fallen, and nothing of it is taken back. */
const source = simulatedViews({ clock: () => new Date(), perHour: 0n });
const show = (content: string, views: bigint): void => {
  source.set({ platform: 'youtube', content }, views);
};

let database: Database;
let engines: Engines;
let tracker: Tracker;
let served: Listening;
let browsing: Browsing;
beforeAll(async () => {
  database = await openDatabase('memory', 'clip_campaigns', TABLES);
  await seed(database, new Date());
  engines = enginesOn(database.store, [source]);
  const campaigns = clipCampaigns(database, [source], { requestsPerMinute: 100_000 });
  tracker = campaigns.tracker;
  served = await listen(campaigns.app, 0);
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

function deviceOf(name: string): Device {
  const device = DEVICES.find((one) => one.name === name);
  if (device === undefined) throw new Error(`there is a ${name}`);
  return device;
}

/** What has left by hand, as the books have it: under which transaction, and how much. */
async function paidOut(payout: string): Promise<[string, bigint][]> {
  const { movements } = await engines.payouts.explain({ program: PROGRAM, payout });
  return movements.map(({ object, moved }) => [object, moved]);
}

const cents = (text: string): bigint => BigInt(text.replace('−', '-').replaceAll(/[^\d-]/g, ''));

async function addsUp(page: Page): Promise<bigint> {
  const lines = (await page.locator('.statement td.number .amount').allInnerTexts()).map(cents);
  const total = lines.pop();
  expect(total).toBe(lines.reduce((sum, line) => sum + line, 0n));
  return total ?? 0n;
}

const STORIES = [
  {
    clipper: 'Ann',
    device: 'phone',
    javaScript: true,
    content: 'Phone1aaaaA',
    campaign: 'Phone story',
    address: 'DE02120300000000202051',
    transaction: 'sepa phone 1',
    booked: 'SEPAPHONE1',
  },
  {
    clipper: 'Dina',
    device: 'desktop',
    javaScript: false,
    content: 'Desk1aaaaaA',
    campaign: 'Desk story',
    address: 'dina@example.com',
    transaction: 'PAYPAL-DESK-1',
    booked: 'PAYPAL-DESK-1',
  },
] as const;

describe('the whole story', () => {
  for (const { clipper, device, javaScript, content, campaign, address, transaction, booked } of STORIES) {
    it(`goes from a new campaign to the money, once, and statements that add up: on a ${device}${javaScript ? '' : ' without JavaScript'}`, async () => {
      const open = (): Promise<Page> => browsing.open(deviceOf(device), { javaScript });
      const twice = javaScript ? 'dblclick' : 'click';
      const [mine, olga] = [await open(), await open()];
      await signIn(olga, 'Olga');
      await signIn(mine, clipper);

      // A campaign, and money for it: put in once, however often the button is pressed.
      const made = olga.getByRole('form', { name: 'A new campaign' });
      await made.getByLabel('Name').fill(campaign);
      await made.getByLabel('What clippers').fill('Tell the story.');
      await made.getByLabel('USD for 1,000').fill('five');
      await made.getByRole('button').click();
      await olga.getByRole('alert').waitFor();
      expect(await made.getByLabel('Name').inputValue()).toBe(campaign);
      await made.getByLabel('USD for 1,000').fill('5');
      await made.getByRole('button')[twice]();
      await olga.getByRole('heading', { name: campaign, level: 1 }).waitFor();
      await olga.getByText('Put money into it …').click();
      await olga.getByLabel('Amount in USD').fill('30.00');
      await olga.getByRole('button', { name: 'Put money into it' })[twice]();
      await olga.getByText('Left 30.00 USD').waitFor();
      const ofCampaign = olga.url();

      // A clip, in whatever spelling; nobody else gets it again.
      await mine.goto('/campaigns');
      await mine.getByRole('link', { name: campaign }).click();
      await mine.getByLabel('Address of the clip').fill(`https://youtu.be/${content}?si=shared`);
      await mine.getByRole('button', { name: 'Submit' })[twice]();
      await mine.getByText('Waiting for approval').first().waitFor();
      const ofClip = mine.url();
      await mine.goto('/campaigns');
      await mine.getByRole('link', { name: campaign }).click();
      await mine.getByLabel('Address of the clip').fill(`https://m.youtube.com/watch?v=${content}`);
      await mine.getByRole('button', { name: 'Submit' }).click();
      await mine.getByText('You have submitted this clip already').waitFor();

      show(content, 1_000n);
      await olga.goto('/operator/clips');
      await olga.getByRole('link', { name: `YouTube ${content}` }).click();
      await olga.getByRole('button', { name: 'Approve' })[twice]();
      await olga.getByText('Counting').first().waitFor();

      // Views, and what they pay: 20.00 of the 30.00, and the rest is cut off by the budget.
      show(content, 5_000n);
      await olga.goto('/operator');
      await olga.getByRole('button', { name: 'Read all views now' })[twice]();
      await olga.getByText('20.00 USD').first().waitFor();
      await mine.goto(ofClip);
      expect(await addsUp(mine)).toBe(2_000n);
      if (javaScript) expect(await browsing.findings(mine)).toEqual([]);

      if (clipper === 'Dina') {
        await mine.goto('/');
        await mine.getByText('We do not know yet where to pay you.').waitFor();
        expect(await mine.getByRole('button', { name: 'Request payout' }).isDisabled()).toBe(true);
        await mine.getByRole('link', { name: 'Say where' }).click();
        await mine.getByLabel('IBAN').fill('DE00 0000');
        await mine.getByRole('button', { name: 'Save' }).click();
        await mine.getByRole('alert').waitFor();
        expect(await mine.getByLabel('IBAN').inputValue()).toBe('DE00 0000');
        await mine.getByLabel('IBAN').fill(address);
        await mine.getByRole('button', { name: 'Save' }).click();
        await mine.getByText('d•••@•••.com').first().waitFor();
      }

      // Exactly the least amount: for Dina, it is all that she has.
      await mine.goto('/');
      await mine.getByText('Request payout …').click();
      await mine.getByLabel('Amount in USD').fill('19.99');
      await mine.getByRole('button', { name: 'Request payout' }).click();
      await mine.getByText('less than the least payout').waitFor();
      expect(await mine.getByLabel('Amount in USD').inputValue()).toBe('19.99');
      await mine.getByLabel('Amount in USD').fill('20.00');
      await mine.getByRole('button', { name: 'Request payout' })[twice]();
      await mine.getByText('Waiting for approval').first().waitFor();
      const statement = mine.url();
      const payout = decodeURIComponent(statement.split('/').at(-1) ?? '');

      await olga.goto('/operator/payouts');
      const row = olga.getByRole('row', { name: clipper });
      await row.getByRole('link', { name: 'Statement' }).click();
      await olga.getByText('Approve …').click();
      await olga.getByText(`1 payout of 20.00 USD to ${clipper}`).first().waitFor();
      expect(await olga.content()).not.toContain(address);
      await olga.getByRole('button', { name: 'Approve' })[twice]();
      await olga.getByText('I am paying it now …').click();
      await olga.getByRole('button', { name: 'I am paying it now' })[twice]();
      await olga.getByText(address).waitFor();
      if (javaScript) expect(await browsing.findings(olga)).toEqual([]);

      // A transaction that has paid another payout pays no second one.
      await olga.getByText('It is paid …').click();
      await olga.getByLabel('Transaction id').fill('sepa-2041-7719');
      await olga.getByRole('button', { name: 'It is paid' }).click();
      await olga.getByRole('link', { name: 'another payout' }).waitFor();
      expect(await olga.getByLabel('Transaction id').inputValue()).toBe('sepa-2041-7719');
      await olga.getByLabel('Transaction id').fill(transaction);
      await olga.getByRole('button', { name: 'It is paid' })[twice]();
      await olga.getByText('wrote down that it was paid').waitFor();
      expect(await paidOut(payout)).toEqual([[booked, 2_000n]]);

      await mine.goto(statement);
      await mine.getByText(booked).first().waitFor();
      expect(await addsUp(mine)).toBe(2_000n);
      await mine.goto('/');
      await addsUp(mine);
      await olga.goto(ofCampaign);
      expect(await addsUp(olga)).toBe(1_000n);
      if (javaScript) expect(await browsing.findings(olga)).toEqual([]);

      // What is left over goes back to whoever paid for the campaign.
      await olga.getByText('End it …').click();
      await olga.getByText('10.00 USD are left over').waitFor();
      await olga.getByRole('button', { name: 'End it' })[twice]();
      await olga.getByText('Give back what is left …').click();
      await olga.getByRole('button', { name: 'Give back what is left' })[twice]();
      await olga.getByText('Nothing is left.').waitFor();

      expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
      expect(browsing.complaints.filter((one) => !/status of (409|422)/.test(one))).toEqual([]);
    });
  }
});

/** A running campaign with clips that were approved at 1,000 views each. */
async function running(
  id: string,
  rate: number,
  budget: bigint,
  contents: readonly string[],
): Promise<string[]> {
  const { campaigns } = engines;
  await campaigns.create({
    program: PROGRAM,
    id,
    by: 'olga',
    currency: 'USD',
    ratePerThousand: rate,
    platforms: ['youtube'],
    endsAt: new Date(Date.now() + 86_400_000),
    hold: { completion: false, days: 0 },
    tracking: TRACKING,
  });
  await campaigns.deposit({ program: PROGRAM, campaign: id, key: 'd', amount: budget, currency: 'USD' });
  const clips: string[] = [];
  for (const content of contents) {
    show(content, 1_000n);
    const url = `https://youtu.be/${content}`;
    const { id: clip } = await campaigns.submitClip({
      program: PROGRAM,
      campaign: id,
      participant: 'cem',
      url,
    });
    await campaigns.approveClip({ program: PROGRAM, clip, by: 'olga' });
    clips.push(clip);
  }
  return clips;
}

describe('a budget', () => {
  it('is spent to the last cent and no further, however many readings there are at once', async () => {
    const contents = ['Many1aaaaaA', 'Many2aaaaaA', 'Many3aaaaaA', 'Many4aaaaaA'];
    const clips = await running('many', 733, 9_999n, contents);
    let views = 1_000n;
    for (let round = 1; round <= 8; round += 1) {
      views += BigInt(197 * round);
      for (const [index, content] of contents.entries()) show(content, views + BigInt(index * round));
      await Promise.all([
        tracker.all('olga'),
        tracker.due('timer'),
        engines.campaigns.track({ program: PROGRAM }),
      ]);
      const { spent, budget, left } = await engines.campaigns.statistics({
        program: PROGRAM,
        campaign: 'many',
      });
      expect(spent <= budget && spent + left === budget, `round ${round}`).toBe(true);
    }
    const { campaign, spent } = await engines.campaigns.statistics({ program: PROGRAM, campaign: 'many' });
    expect([campaign.state, campaign.reason, spent]).toEqual(['completed', 'spent', 9_999n]);
    const rows = await clipRows(database, { campaign: 'many' });
    expect(rows.reduce((sum, { earned }) => sum + earned, 0n)).toBe(9_999n);
    const page = await browsing.open(deviceOf('desktop'));
    await signIn(page, 'Cem');
    for (const clip of clips.slice(0, 2)) {
      await page.goto(clipPath(clip));
      expect(await addsUp(page)).toBe(rows.find((row) => row.clip.id === clip)?.earned);
    }
    expect((await verify(database.store, PROGRAM)).problems).toEqual([]);
  });

  it('pays a count that falls and rises again once', async () => {
    const [clip = ''] = await running('falls', 1_000, 10_000n, ['Falls1aaaaA']);
    const earned: bigint[] = [];
    for (const views of [5_000n, 2_000n, 5_000n, 5_500n]) {
      show('Falls1aaaaA', views);
      await tracker.all('olga');
      earned.push((await clipRow(database, clip))?.earned ?? -1n);
    }
    expect(earned).toEqual([4_000n, 4_000n, 4_000n, 4_500n]);
    const page = await browsing.open(deviceOf('phone'));
    await signIn(page, 'Cem');
    await page.goto(clipPath(clip));
    await page.getByText('Fell: nothing is taken back').waitFor();
  });

  it('gets back what a disqualified clip had earned and nobody had been paid', async () => {
    const [clip = ''] = await running('cheat', 1_000, 10_000n, ['Cheat1aaaaA']);
    show('Cheat1aaaaA', 4_000n);
    await tracker.all('olga');
    const page = await browsing.open(deviceOf('desktop'));
    await signIn(page, 'Pete');
    await page.goto(clipPath(clip, '/operator'));
    await page.getByText('Disqualify …').click();
    await page.getByText('1 clip that has earned 30.00 USD').waitFor();
    await page.getByLabel('Why it is disqualified').fill('The views were bought.');
    await page.getByRole('button', { name: 'Disqualify' }).dblclick();
    await page.getByText('pete').first().waitFor();
    expect(await addsUp(page)).toBe(0n);
    const { left } = await engines.campaigns.statistics({ program: PROGRAM, campaign: 'cheat' });
    expect(left).toBe(10_000n);
    const cem = await browsing.open(deviceOf('phone'));
    await signIn(cem, 'Cem');
    await cem.goto(clipPath(clip));
    await cem.getByText('The views were bought.').first().waitFor();
  });
});

describe('what is complained about elsewhere', () => {
  it('a payout that is being paid is kept for the one who pays it, and a paid one is offered to nobody', async () => {
    const { payouts } = await engines.payouts.list({
      program: PROGRAM,
      participant: 'cem',
      states: ['approved'],
    });
    const payout = payouts[0]?.id ?? '';
    await engines.payouts.claim({ program: PROGRAM, payout, by: 'pete' });
    const page = await browsing.open(deviceOf('desktop'));
    await signIn(page, 'Olga');
    await page.goto(`/operator/payouts/${encodeURIComponent(payout)}`);
    await page.getByText('pete is paying it. Only they can say').waitFor();
    expect(await page.getByRole('button', { name: 'It is paid' }).isDisabled()).toBe(true);
    expect(await page.content()).not.toContain('NL91ABNA0417164300');
    await signIn(page, 'Pete');
    await page.goto(`/operator/payouts/${encodeURIComponent(payout)}`);
    await page.getByText('NL91ABNA0417164300').waitFor();
    await page.getByText('It could not be paid …').click();
    await page.getByLabel('Why, for the clipper to read').fill('The bank said no.');
    await page.getByRole('button', { name: 'It could not be paid' }).click();
    await page.getByText('The bank said no.').waitFor();
    await page.getByText('Try again …').click();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('I am paying it now …').click();
    await page.getByRole('button', { name: 'I am paying it now' }).click();
    await page.getByText('It is paid …').click();
    await page.getByLabel('Transaction id').fill('cem-1');
    await page.getByRole('button', { name: 'It is paid' }).click();
    await page.getByText('wrote down that it was paid').waitFor();
    expect(await page.locator('main form').count()).toBe(0);
    expect(await paidOut(payout)).toEqual([['CEM-1', 9_500n]]);
  });

  it('nothing is held or under way without a date, and a source that fails says what to do', async () => {
    const page = await browsing.open(deviceOf('phone'));
    await signIn(page, 'Bo');
    await page
      .getByText(/by \d+ \w+ \d{4}/)
      .first()
      .waitFor();
    source.set({ platform: 'tiktok', content: '7412093348127755014' }, 'hidden');
    await tracker.all('olga');
    await page.goto('/');
    await page.getByText('The clip hides its views.').waitFor();
    await page.getByText('Show them, so that they can be read. Read again from').waitFor();
    await signIn(page, 'Ann');
    const held = page.locator('.card', { hasText: 'Held' });
    expect(await held.innerText()).toMatch(/\d\d\.\d\d USD[^]*from \d+ \w+ \d{4}/);
  });

  it('all that is available can be asked for', async () => {
    const balance = async () =>
      (await engines.payouts.balance({ program: PROGRAM, participant: 'ann' })).find(
        ({ currency }) => currency === 'USD',
      );
    const before = await balance();
    const page = await browsing.open(deviceOf('desktop'), { javaScript: false });
    await signIn(page, 'Ann');
    await page.getByText('Request payout …').click();
    await page.getByRole('button', { name: 'Request payout' }).click();
    await page.getByText('Waiting for approval').first().waitFor();
    expect(await addsUp(page)).toBe(before?.available);
    expect([(await balance())?.available, (await balance())?.reserved]).toEqual([0n, before?.available]);
    // Shown as on its way, not as gone.
    await page.goto('/');
    expect(cents(await page.locator('.card', { hasText: 'On its way' }).locator('.amount').innerText())).toBe(
      before?.available,
    );
  });
});
