import {
  type Campaigns,
  campaigns,
  type Clip,
  type Notification,
  type Store,
  verify,
  type ViewSource,
} from '@payout-engines/core';

export const P = 'clips';
const CAMPAIGNS = 20;
const CLIPS = 50;

/** Counts of no memory: anything up to the most that a clip ever shows, at times less than before, at times none. */
export function erraticViews(random: () => number): ViewSource {
  return {
    id: 'erratic',
    platforms: ['youtube'],
    batchSize: 20,
    views: async (queries) =>
      queries.map(({ content }) =>
        random() < 0.05
          ? { kind: 'unknown', reason: 'hidden' }
          : { kind: 'counted', views: BigInt(Math.floor(random() * (mostOf(content) + 1))) },
      ),
  };
}

/** The most that every clip ever shows. */
export const mostViews: ViewSource = {
  id: 'most',
  platforms: ['youtube'],
  batchSize: 1000,
  views: async (queries) =>
    queries.map(({ content }) => ({ kind: 'counted', views: BigInt(mostOf(content)) })),
};

/** From 100 to 399 views, by the digits in the content's id. */
function mostOf(content: string): number {
  return 100 + ((Number(content.slice(1, 10)) * 7919) % 300);
}

/** Twenty campaigns with a thousand clips that nobody has approved yet. Every second budget is too small. */
export async function openCampaigns(store: Store): Promise<void> {
  const engine = campaigns({ store, sources: [mostViews] });
  for (let number = 0; number < CAMPAIGNS; number += 1) {
    const campaign = `c${number}`;
    await engine.create({
      program: P,
      id: campaign,
      by: 'olga',
      currency: 'USD',
      ratePerThousand: 1000,
      platforms: ['youtube'],
      idleDays: 30,
      participantCap: 900n,
      approval: { hours: 0, outcome: 'approve' },
      tracking: { everyMs: 1, slowAfterMs: 2_000_000_000, longestMs: 1 },
    });
    const amount = (number & 1) === 0 ? 1_501n : 1_000_000n;
    await engine.deposit({ program: P, campaign, key: 'd1', amount, currency: 'USD' });
    await Promise.all(
      Array.from({ length: CLIPS }, (_, place) => {
        const video = `v${(number * CLIPS + place).toString().padStart(9, '0')}A`;
        return engine.submitClip({
          program: P,
          campaign,
          participant: `u${place % 20}`,
          url: `https://youtu.be/${video}`,
        });
      }),
    );
  }
}

/** Reads every clip once more, at the most that it shows, and ends what still runs. */
export async function finish(store: Store): Promise<void> {
  const engine = campaigns({ store, sources: [mostViews] });
  await engine.track({ program: P, limit: 1000, chunk: 100 });
  await engine.track({ program: P, limit: 1000, chunk: 100 });
  for (let number = 0; number < CAMPAIGNS; number += 1) {
    const campaign = `c${number}`;
    const all = await clipsOf(engine, campaign);
    const tracked = all.filter(({ state }) => state === 'approved');
    const at = new Date();
    const readings = tracked.map(({ id: clip, content }) => ({ clip, views: BigInt(mostOf(content)), at }));
    if (readings.length > 0) await engine.record({ program: P, readings });
    await engine.complete({ program: P, campaign, by: 'olga' });
  }
}

/** What does not hold, in words. */
export async function problemsIn(store: Store): Promise<readonly string[]> {
  const engine = campaigns({ store, sources: [mostViews] });
  const problems: string[] = [];
  const told = await toldIn(store);
  const seen = new Set<string>();
  for (const { id } of told) {
    if (seen.has(id)) problems.push(`${id} is told twice`);
    seen.add(id);
  }
  let paid = 0n;
  for (let number = 0; number < CAMPAIGNS; number += 1) {
    const id = `c${number}`;
    const { campaign, spent, left, budget } = await engine.statistics({ program: P, campaign: id });
    const clips = await clipsOf(engine, id);
    const earned = clips.reduce((sum, clip) => sum + clip.earned, 0n);
    const byCap = new Map<string, bigint>();
    for (const clip of clips) {
      // One that nobody could read before its campaign ended was never taken on.
      const most = BigInt(mostOf(clip.content));
      const worth = most - (clip.views?.baseline ?? most);
      byCap.set(clip.participant, (byCap.get(clip.participant) ?? 0n) + worth);
      if (clip.earned > worth) problems.push(`${clip.id} has earned ${clip.earned} for ${worth} views`);
      if (!clip.settled) problems.push(`${clip.id} is not settled`);
    }
    const demand = [...byCap.values()].reduce((sum, worth) => sum + (worth < 900n ? worth : 900n), 0n);
    const due = demand < budget ? demand : budget;
    if (spent !== due || earned !== due)
      problems.push(`${id} has spent ${spent} and its clips earned ${earned} of ${due}`);
    if (spent + left !== budget) problems.push(`${id} has spent ${spent}, ${left} left of ${budget}`);
    if (campaign.state !== 'completed') problems.push(`${id} is ${campaign.state}`);
    const [account] = await store.transact(P, (unit) =>
      unit.ledger.balances([{ account: `campaign/${id}`, currency: 'USD' }]),
    );
    if (account !== left) problems.push(`the account of ${id} has ${account}, not ${left}`);
    const ends = told.filter(
      (one) => one.kind === 'campaign' && one.campaign === id && one.event === 'completed',
    );
    if (ends.length !== 1) problems.push(`the end of ${id} is told ${ends.length} times`);
    for (const [event, state] of [
      ['completed', 'completed'],
      ['rejected', 'rejected'],
    ] as const) {
      const finals = told.filter((one) => one.kind === 'clip' && one.campaign === id && one.event === event);
      const expected = clips.filter((clip) => clip.state === state).length;
      if (finals.length !== expected)
        problems.push(`${finals.length} of ${expected} clips of ${id} are told ${event}`);
    }
    const settled = clips.filter(({ state }) => state === 'completed' || state === 'rejected').length;
    if (settled !== CLIPS) problems.push(`${settled} clips of ${id} have an end`);
    paid += earned;
  }
  let available = 0n;
  for (let user = 0; user < 20; user += 1) {
    const [held, free] = await store.transact(P, (unit) =>
      unit.ledger.balances(
        (['held', 'available'] as const).map((name) => ({
          account: `participant/u${user}/${name}` as const,
          currency: 'USD',
        })),
      ),
    );
    if (held !== 0n) problems.push(`u${user} has ${held} held for ever`);
    available += free ?? 0n;
  }
  if (available !== paid) problems.push(`${available} is available of ${paid}`);
  const verification = await verify(store, P);
  for (const problem of verification.problems) problems.push(problem.problem);
  return problems;
}

async function toldIn(store: Store): Promise<readonly Notification[]> {
  return store.transact(P, (unit) => unit.outbox.lease(1_000_000, 1));
}

async function clipsOf(engine: Campaigns, campaign: string): Promise<readonly Clip[]> {
  return engine.clips({ program: P, campaign, limit: 10_000 });
}
