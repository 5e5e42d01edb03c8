import { type Platform, PLATFORMS, putParticipants, type Store } from '@payout-engines/core';
import type { Database, Query } from '@payout-engines/example-kit';
import { changeDetails } from './payment-details.ts';
import { enginesOn, PROGRAM, TRACKING } from './program.ts';
import { simulatedWorld, worldBegan } from './view-sources.ts';

/** People and campaigns that do not exist, with two weeks behind them: so that there is something to look at. */

export const CLIPPERS = [
  { id: 'ann', name: 'Ann', address: 'DE02 1203 0000 0000 2020 51' },
  { id: 'bo', name: 'Bo', address: 'bo@example.com' },
  { id: 'cem', name: 'Cem', address: 'NL91 ABNA 0417 1643 00' },
  // Has not said yet where to be paid.
  { id: 'dina', name: 'Dina', address: undefined },
] as const;

interface SeedCampaign {
  readonly id: string;
  readonly name: string;
  readonly brief: string;
  readonly cents: number;
  readonly budget?: bigint;
  readonly clipCap?: bigint;
  readonly platforms: readonly Platform[];
  readonly heldToEnd: boolean;
  /** Days ago that it was made, and days from now on that it ends. */
  readonly age: number;
  readonly ends: number;
}

const CAMPAIGNS: readonly SeedCampaign[] = [
  {
    id: 'summer-drop',
    name: 'Summer drop',
    brief: 'Show the summer collection in use, outside, in at least 15 seconds.',
    cents: 120,
    budget: 250_000n,
    clipCap: 30_000n,
    platforms: PLATFORMS,
    heldToEnd: false,
    age: 10,
    ends: 21,
  },
  {
    id: 'launch-week',
    name: 'Launch week',
    brief: 'Your honest first look at the new app. Say what you do not like, too.',
    cents: 250,
    budget: 150_000n,
    platforms: ['tiktok', 'youtube'],
    heldToEnd: true,
    age: 6,
    ends: 4,
  },
  {
    id: 'teaser',
    name: 'Teaser',
    brief: 'The teaser with your own sound.',
    cents: 400,
    budget: 20_000n,
    platforms: ['tiktok', 'instagram', 'x'],
    heldToEnd: false,
    age: 9,
    ends: 30,
  },
  {
    id: 'winter-looks',
    name: 'Winter looks',
    brief: 'Three winter looks in one clip.',
    cents: 180,
    platforms: PLATFORMS,
    heldToEnd: false,
    age: 0,
    ends: 60,
  },
];

/** Clips by when they were submitted and approved, in days ago. */
const CLIPS: readonly {
  readonly campaign: string;
  readonly clipper: string;
  readonly url: string;
  readonly submitted: number;
  readonly approved?: number;
  readonly rejected?: string;
}[] = [
  {
    campaign: 'summer-drop',
    clipper: 'ann',
    url: 'https://www.youtube.com/watch?v=kR4vWn0sTiE',
    submitted: 10,
    approved: 9.5,
  },
  {
    campaign: 'summer-drop',
    clipper: 'bo',
    url: 'https://www.tiktok.com/@bo/video/7412093348127755014',
    submitted: 9,
    approved: 8.5,
  },
  {
    campaign: 'summer-drop',
    clipper: 'cem',
    url: 'https://www.instagram.com/reel/C8xQm2vNaLk/',
    submitted: 8,
    approved: 7.5,
  },
  {
    campaign: 'summer-drop',
    clipper: 'ann',
    url: 'https://x.com/ann/status/1810402956113744012',
    submitted: 5,
    approved: 4.5,
  },
  {
    campaign: 'teaser',
    clipper: 'ann',
    url: 'https://www.tiktok.com/@ann/video/7398120475566120102',
    submitted: 9,
    approved: 8.5,
  },
  {
    campaign: 'teaser',
    clipper: 'cem',
    url: 'https://x.com/cem/status/1808211730448129304',
    submitted: 9,
    approved: 8.5,
  },
  {
    campaign: 'launch-week',
    clipper: 'ann',
    url: 'https://youtu.be/Qm2xT9vLw8k',
    submitted: 6,
    approved: 5.5,
  },
  {
    campaign: 'launch-week',
    clipper: 'dina',
    url: 'https://www.tiktok.com/@dina/video/7420981176340215003',
    submitted: 5,
    approved: 4.5,
  },
  {
    campaign: 'summer-drop',
    clipper: 'dina',
    url: 'https://www.tiktok.com/@dina/video/7411857730916240008',
    submitted: 4,
    rejected: 'It is shorter than 15 seconds.',
  },
  { campaign: 'summer-drop', clipper: 'bo', url: 'https://youtu.be/bV7dHs1pZ0A', submitted: 0.4 },
  {
    campaign: 'launch-week',
    clipper: 'cem',
    url: 'https://www.tiktok.com/@cem/video/7431155209418803011',
    submitted: 0.2,
  },
];

const DAY_MS = 86_400_000;
const STEP_MS = 8 * 3_600_000;

/** Fills an empty database; of one that is not empty, nothing is changed. */
export async function seed(database: Database, now: Date): Promise<void> {
  const [some] = await database.query('SELECT FROM clipper');
  if (some !== undefined) return;
  const since = await worldBegan(database.query, now);
  for (const { id, name, address } of CLIPPERS) {
    await database.query('INSERT INTO clipper (id, name) VALUES ($1, $2)', [id, name]);
    await putParticipants(database.store, PROGRAM, [{ id, active: true, verified: true }]);
    if (address !== undefined) await changeDetails(database, id, address, now);
  }

  // What has happened before anybody looked: the same engines over a store that shows the time of then.
  let then = since;
  const clock = (): Date => then;
  const world = simulatedWorld(since, clock);
  const engines = enginesOn(storeShowing(database.store, clock), [world]);
  const { campaigns, payouts } = engines;
  const ago = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const write = (entry: LogLine): Promise<void> => writeLog(database.query, entry);

  const events: { readonly at: Date; readonly work: () => Promise<unknown> }[] = [];
  const plan = (days: number, work: () => Promise<unknown>) => events.push({ at: ago(days), work });

  for (const one of CAMPAIGNS) {
    plan(one.age, async () => {
      const { id, name, brief, cents, budget, clipCap, platforms, heldToEnd, ends } = one;
      await database.query('INSERT INTO campaign_page (id, key, name, brief) VALUES ($1, $1, $2, $3)', [
        id,
        name,
        brief,
      ]);
      await campaigns.create({
        program: PROGRAM,
        id,
        by: 'olga',
        currency: 'USD',
        ratePerThousand: cents,
        ...(clipCap !== undefined && { clipCap }),
        platforms,
        endsAt: ago(-ends),
        hold: { completion: heldToEnd, days: 0 },
        whenSpent: 'complete',
        tracking: TRACKING,
      });
      await write({ key: `${id}/created`, campaign: id, at: then, what: 'created it' });
      if (budget === undefined) return;
      await campaigns.deposit({
        program: PROGRAM,
        campaign: id,
        key: 'first',
        amount: budget,
        currency: 'USD',
      });
      const what = `put ${budget / 100n}.00 USD into it`;
      await write({ key: `${id}/first`, campaign: id, at: then, what });
    });
  }

  for (const { campaign, clipper, url, submitted, approved, rejected } of CLIPS) {
    let clip = '';
    plan(submitted, async () => {
      clip = (await campaigns.submitClip({ program: PROGRAM, campaign, participant: clipper, url })).id;
      await database.query('INSERT INTO submission (clip, key, clipper) VALUES ($1, $1, $2)', [
        clip,
        clipper,
      ]);
    });
    if (approved !== undefined)
      plan(approved, async () => {
        await approveSoon(
          () => campaigns.approveClip({ program: PROGRAM, clip, by: 'olga' }),
          () => {
            then = new Date(then.getTime() + 3_600_000);
          },
        );
        await write({ key: `${clip}/approve`, campaign, clip, at: then, what: 'approved it' });
      });
    if (rejected !== undefined)
      plan(submitted - 0.5, async () => {
        await campaigns.rejectClip({ program: PROGRAM, clip, by: 'olga', reason: rejected });
        await write({ key: `${clip}/reject`, campaign, clip, at: then, what: `rejected it: ${rejected}` });
      });
  }

  const ask = async (participant: string, amount?: bigint): Promise<string> => {
    const request = { program: PROGRAM, key: `${participant}/seed`, participant, currency: 'USD' } as const;
    return (await payouts.request({ ...request, ...(amount !== undefined && { amount }) })).id;
  };
  let ofAnn = '';
  plan(4, async () => {
    ofAnn = await ask('ann', 12_000n);
  });
  plan(3.5, () => payouts.approve({ program: PROGRAM, payout: ofAnn, by: 'pete' }));
  plan(3.4, () => payouts.claim({ program: PROGRAM, payout: ofAnn, by: 'pete' }));
  plan(3.39, () =>
    payouts.completeManually({ program: PROGRAM, payout: ofAnn, by: 'pete', transaction: 'SEPA-2041-7719' }),
  );
  let ofCem = '';
  plan(1.2, async () => {
    ofCem = await ask('cem', 9_500n);
  });
  plan(0.8, () => payouts.approve({ program: PROGRAM, payout: ofCem, by: 'olga' }));
  plan(0.3, () => ask('bo'));

  // Somebody has hidden a clip since: the last reading cannot count it.
  plan(0.3, async () => {
    world.set({ platform: 'x', content: '1810402956113744012' }, 'private');
  });

  for (let at = ago(10).getTime() + STEP_MS; at <= now.getTime(); at += STEP_MS) {
    plan((now.getTime() - at) / DAY_MS, async () => {
      const report = await campaigns.track({ program: PROGRAM, limit: 1_000 });
      if (report.processed === 0) return;
      const earned = report.earned[0]?.amount ?? 0n;
      await database.query(
        `INSERT INTO tracking_run (at, by, looked, failed, earned, ended) VALUES ($1, 'timer', $2, $3, $4, $5)`,
        [then.toISOString(), report.processed, report.failed, earned.toString(), report.completed.length],
      );
    });
  }

  for (const { at, work } of events.sort((left, right) => left.at.getTime() - right.at.getTime())) {
    then = at;
    await work();
  }
}

/** What cannot be read at the moment is approved an hour later: as people do. */
async function approveSoon(approve: () => Promise<unknown>, wait: () => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await approve();
      return;
    } catch (error) {
      if (tries === 5) throw error;
      wait();
    }
  }
}

/** A store whose clock shows another time. */
function storeShowing(store: Store, clock: () => Date): Store {
  return {
    transact: (program, work) =>
      store.transact(program, (unit) => work({ ...unit, now: () => Promise.resolve(clock()) })),
  };
}

interface LogLine {
  readonly key: string;
  readonly campaign: string;
  readonly clip?: string;
  readonly at: Date;
  readonly what: string;
}

async function writeLog(query: Query, { key, campaign, clip, at, what }: LogLine): Promise<void> {
  await query(
    `INSERT INTO campaign_log (key, campaign, clip, at, by, what) VALUES ($1, $2, $3, $4, 'olga', $5)`,
    [key, campaign, clip ?? null, at.toISOString(), what],
  );
}
