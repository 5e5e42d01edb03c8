import type { Campaign, CampaignStatistics, Observation, Platform } from '@payout-engines/core';
import {
  type ChartPoint,
  type Database,
  type Query,
  Refused,
  type Row,
  type Together,
} from '@payout-engines/example-kit';
import { type Engines, enginesOn, PROGRAM, TRACKING } from './program.ts';

/** A campaign as people know it: by a name, with what it asks for. */
export interface CampaignPage {
  readonly id: string;
  readonly name: string;
  readonly brief: string;
  readonly statistics: CampaignStatistics;
}

/** What an operator says of a new campaign. */
export interface NewCampaign {
  /** Of the form: sent twice, it is one campaign. */
  readonly key: string;
  readonly name: string;
  readonly brief: string;
  /** Minor units for 1,000 views. */
  readonly rate: bigint;
  readonly clipCap?: bigint;
  readonly platforms: readonly Platform[];
  readonly endsAt: Date;
  /** Whether what is earned can be asked for only when the campaign has ended. */
  readonly heldToEnd: boolean;
  readonly by: string;
}

/** Who did what when, in a campaign or with one of its clips. */
export interface LogEntry {
  readonly at: Date;
  readonly by: string;
  readonly what: string;
}

/**
 * Does something with a campaign and writes down who did it, both or neither. The same key again does nothing twice: the
 * engine and the log both know it.
 */
export async function withLog<Result>(
  database: Database,
  entry: {
    readonly key: string;
    readonly campaign: string;
    readonly clip?: string;
    readonly by: string;
    readonly what: string;
  },
  work: (engines: Engines) => Promise<Result>,
): Promise<Result> {
  return database.together(async (transaction) => {
    const result = await work(enginesOn(transaction.store, []));
    await log(transaction.query, entry);
    return result;
  });
}

/** Writes down who did what. */
export async function log(
  query: Query,
  {
    key,
    campaign,
    clip,
    by,
    what,
  }: { key: string; campaign: string; clip?: string; by: string; what: string },
): Promise<void> {
  await query(
    'INSERT INTO campaign_log (key, campaign, clip, by, what) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    [key, campaign, clip ?? null, by, what],
  );
}

/** What was written down of a campaign itself, newest first. */
export async function campaignLog({ query }: Database, campaign: string): Promise<readonly LogEntry[]> {
  const rows = await query(
    'SELECT at, by, what FROM campaign_log WHERE campaign = $1 AND clip IS NULL ORDER BY at DESC, key LIMIT 100',
    [campaign],
  );
  return rows.map(readEntry);
}

/** What was written down of a clip, newest first. */
export async function clipLog({ query }: Database, clip: string): Promise<readonly LogEntry[]> {
  const rows = await query(
    'SELECT at, by, what FROM campaign_log WHERE clip = $1 ORDER BY at DESC, key LIMIT 100',
    [clip],
  );
  return rows.map(readEntry);
}

function readEntry(row: Row): LogEntry {
  const at = row['at'];
  return {
    at: at instanceof Date ? at : new Date(String(at)),
    by: String(row['by']),
    what: String(row['what']),
  };
}

/** Makes a campaign and its page, both or neither. It has no money yet. */
export async function createCampaign(database: Database, asked: NewCampaign): Promise<string> {
  const { key, name, brief, rate, clipCap, platforms, endsAt, heldToEnd, by } = asked;
  const id = slugOf(name);
  return database.together(async ({ query, store }: Together) => {
    const [sent] = await query('SELECT id FROM campaign_page WHERE key = $1', [key]);
    if (sent !== undefined) return String(sent['id']);
    const made = await query(
      'INSERT INTO campaign_page (id, key, name, brief) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id',
      [id, key, name, brief],
    );
    if (made.length === 0)
      throw new Refused(
        409,
        'CAMPAIGN_EXISTS',
        'There is a campaign of this name already. Choose another name.',
      );
    await enginesOn(store, []).campaigns.create({
      program: PROGRAM,
      id,
      by,
      currency: 'USD',
      ratePerThousand: rate.toString(),
      ...(clipCap !== undefined && { clipCap }),
      platforms,
      endsAt,
      hold: { completion: heldToEnd, days: 0 },
      whenSpent: 'complete',
      tracking: TRACKING,
    });
    await log(query, { key, campaign: id, by, what: 'created it' });
    return id;
  });
}

/** `Summer drop!` is `summer-drop`: what stands in addresses. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** All campaigns, newest first. */
export async function campaignPages(
  { store, query }: Database,
  engines: Engines,
  states?: readonly Campaign['state'][],
): Promise<readonly CampaignPage[]> {
  const found = await store.transact(PROGRAM, (unit) =>
    unit.campaigns.list({ limit: 200, ...(states !== undefined && { states }) }),
  );
  const names = new Map(
    (await query('SELECT id, name, brief FROM campaign_page')).map((row) => [String(row['id']), row]),
  );
  const pages: CampaignPage[] = [];
  for (const { id } of [...found].sort(
    (left, right) => right.createdAt.getTime() - left.createdAt.getTime(),
  )) {
    pages.push(
      pageOf(id, names.get(id), await engines.campaigns.statistics({ program: PROGRAM, campaign: id })),
    );
  }
  return pages;
}

/** One of them. */
export async function campaignPage({ query }: Database, engines: Engines, id: string): Promise<CampaignPage> {
  const statistics = await engines.campaigns.statistics({ program: PROGRAM, campaign: id });
  const [row] = await query('SELECT id, name, brief FROM campaign_page WHERE id = $1', [id]);
  return pageOf(id, row, statistics);
}

/** The names of campaigns, by their ids. */
export async function campaignNames(query: Query): Promise<ReadonlyMap<string, string>> {
  const rows = await query('SELECT id, name FROM campaign_page');
  return new Map(rows.map((row) => [String(row['id']), String(row['name'])]));
}

function pageOf(id: string, row: Row | undefined, statistics: CampaignStatistics): CampaignPage {
  return {
    id,
    name: row === undefined ? id : String(row['name']),
    brief: row === undefined ? '' : String(row['brief']),
    statistics,
  };
}

/** What of the budget nobody can ask for yet: all that is spent, where it is held until the campaign ends. */
export function heldToEnd({ terms, state, spent }: Campaign): bigint {
  return terms.hold.completion && state !== 'completed' ? spent : 0n;
}

/** How a campaign went: paid views and money spent, after each time that its clips were read. */
export interface CampaignHistory {
  readonly views: readonly ChartPoint[];
  readonly spent: readonly ChartPoint[];
}

const CLIPS_OF_HISTORY = 200;
const READINGS_OF_CLIP = 500;
const MINUTE_MS = 60_000;

/** The sum of what each reading has added, by the minute. */
export async function historyOf({ store }: Database, campaign: string): Promise<CampaignHistory> {
  const readings = await store.transact(PROGRAM, async (unit) => {
    const all: Observation[] = [];
    for (const { id } of await unit.clips.list({ campaign }, { limit: CLIPS_OF_HISTORY })) {
      for (const one of await unit.observations.of(id, { limit: READINGS_OF_CLIP })) all.push(one);
    }
    return all;
  });
  readings.sort((left, right) => left.at.getTime() - right.at.getTime());
  const views = new Map<number, bigint>();
  const spent = new Map<number, bigint>();
  let [sumOfViews, sumOfMoney] = [0n, 0n];
  for (const { at, growth, earned } of readings) {
    const minute = at.getTime() - (at.getTime() % MINUTE_MS);
    sumOfViews += growth;
    sumOfMoney += earned;
    views.set(minute, sumOfViews);
    spent.set(minute, sumOfMoney);
  }
  return { views: pointsOf(views), spent: pointsOf(spent) };
}

function pointsOf(sums: ReadonlyMap<number, bigint>): readonly ChartPoint[] {
  return [...sums].map(([minute, value]) => ({ at: new Date(minute), value }));
}
