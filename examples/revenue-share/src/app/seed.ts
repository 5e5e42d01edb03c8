import {
  type Interaction,
  openPeriods,
  type Period,
  PayoutError,
  periodAt,
  previousPeriod,
  putParticipants,
  recordInteractions,
} from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { claimsOn } from './engines.ts';
import { addCreator, setWallet, walletName } from './people.ts';
import { PROGRAM, SCHEDULE } from './program.ts';
import { sayRevenue } from './revenue.ts';
import type { Runs } from './runs.ts';

interface SeedCreator {
  readonly id: string;
  readonly name: string;
  readonly invitedBy?: string;
  readonly active?: boolean;
  readonly verified?: boolean;
  /** Who has none has not said yet where to be paid. */
  readonly wallet?: string;
}

export const PEOPLE: readonly SeedCreator[] = [
  { id: 'ana', name: 'Ana', wallet: '2b9FVhSBot8uqrPMqZWEjcUNt6diYTRS7YZKQMzjAcZu' },
  { id: 'jack', name: 'Jack', wallet: 'DwpFexMbU8KSkPbcMUv23S8hoYMpW5BLJrpVSPknmH8N' },
  { id: 'ben', name: 'Ben', invitedBy: 'ana', wallet: 'GiL7X45mhgnajfRBpW4xDzCaQcNnAc7q61KcNNhdpZ6x' },
  { id: 'cleo', name: 'Cleo', invitedBy: 'jack' },
  { id: 'dev', name: 'Dev', invitedBy: 'hugo', wallet: '8QhdDNPRyfqdtZzyaS1uGGCqUe74hoCYeiH8yN8CGB8C' },
  { id: 'eli', name: 'Eli', wallet: '5QuxaBpMjVpnapYCquQhAujXzVmnyExJyEB9pdEi41md' },
  { id: 'fay', name: 'Fay', wallet: 'D4JVNhdP6Lyk2zuuFj6aPWYAacBrTUAFP91CEW5GNspo' },
  { id: 'gus', name: 'Gus', verified: false, wallet: 'Cx2NXefx986vWAXCJA3EERQDouJZEofbtxvgL2Ejj33w' },
  { id: 'hugo', name: 'Hugo', active: false },
  { id: 'iris', name: 'Iris' },
];

/** What each of the seven did in one period: 39.5 points. */
const ACTS = { post: 5, comment: 12, like: 34, follow: 8 } as const;
const SEVEN = ['ana', 'ben', 'cleo', 'dev', 'eli', 'fay', 'gus'];
/** How much more or less than that, in tenths, in the periods where they differ. */
const TENTHS: Readonly<Record<string, number>> = {
  ana: 22,
  ben: 13,
  cleo: 9,
  dev: 16,
  eli: 6,
  fay: 11,
  gus: 4,
};

/**
 * Fills an empty database: five periods that have ended and one that goes on. In the oldest nobody did anything; two are
 * shared out, one can be, and of one the revenue of ads is not known yet. One that is not empty is left as it is.
 *
 * @param crowd so many creators more, so that sharing a period out takes a while
 */
export async function seed(database: Database, runs: Runs, now: Date, crowd = 0): Promise<void> {
  const periods = recentPeriods(now, 6);
  const [empty, second, third, ready, unknown, open] = periods;
  if (empty === undefined || second === undefined || third === undefined) return;
  if (ready === undefined || unknown === undefined || open === undefined) return;
  const before = await database.query('SELECT 1 FROM creator LIMIT 1');
  if (before.length > 0) return openPeriods(database.store, PROGRAM, [open]);

  await openPeriods(database.store, PROGRAM, periods);
  const since = new Date(empty.start.getTime() - 30 * 86_400_000);
  // Who invites comes before who is invited.
  const inOrder = [...PEOPLE].sort(
    (left, right) => Number(left.invitedBy !== undefined) - Number(right.invitedBy !== undefined),
  );
  for (const { id, name, invitedBy, active = true, verified = true, wallet } of inOrder) {
    await addCreator(database, { id, name, invitedBy }, { active, verified, since });
    if (wallet !== undefined && id !== CLOSED) await setWallet(database, id, wallet);
    if (wallet !== undefined && id === CLOSED) await setClosedWallet(database, id, wallet);
  }
  await addCrowd(database, crowd, [ready]);
  for (const [index, period] of [second, third, ready, unknown, open].entries()) {
    await recordInteractions(database.store, PROGRAM, actsIn(period, period === ready, index + 1, now));
  }
  const revenue: readonly (readonly [Period, Readonly<Record<string, bigint>>])[] = [
    [empty, { ads: 3_000_000_000n, subscriptions: 8_500_000_000n }],
    [second, { ads: 31_415_926_535n, subscriptions: 60_000_000_000n }],
    [third, { ads: 40_000_000_001n, subscriptions: 75_250_000_000n }],
    [ready, { ads: 45_920_000_000n, subscriptions: 91_840_000_000n }],
    [unknown, { subscriptions: 88_000_000_000n }],
  ];
  for (const [{ id }, amounts] of revenue) {
    await sayRevenue(database, id, new Map(Object.entries(amounts)), 'olga');
  }
  const claims = claimsOn(database.store, database.query);
  const claim = (participant: string, key: string) =>
    claims.request({ program: PROGRAM, key: `${participant}/${key}`, participant, currency: 'SOL' });
  for (const { id } of [empty, second]) await runs.begin({ period: id, by: 'cron' });
  await runs.idle();
  for (const creator of ['ana', 'dev', 'fay']) await claim(creator, 'seed-1');
  await claims.process({ program: PROGRAM });
  await runs.begin({ period: third.id, by: 'cron' });
  await runs.idle();
  await claim('eli', 'seed-2');
}

/** Whose first wallet takes nothing, so that there is a claim that fails to look at. */
const CLOSED = 'fay';

/** The demo bank refuses a name that ends so. */
async function setClosedWallet(database: Database, id: string, address: string): Promise<void> {
  await database.query('INSERT INTO creator_wallet (creator, address, version) VALUES ($1, $2, 1)', [
    id,
    address,
  ]);
  const destination = { id: `${walletName(id)}-closed`, version: 1 };
  await putParticipants(database.store, PROGRAM, [{ id, active: true, verified: true, destination }]);
}

/** The last periods, oldest first, the one that goes on now at the end. */
export function recentPeriods(now: Date, count: number): readonly Period[] {
  const periods: Period[] = [];
  let period = periodAt(SCHEDULE, now);
  while (periods.length < count) {
    if (period === undefined)
      throw new PayoutError('INVARIANT_BROKEN', { invariant: 'a schedule has periods' });
    periods.unshift(period);
    period = previousPeriod(SCHEDULE, period);
  }
  return periods;
}

/** What happened in a period, up to now: the same each time. */
function actsIn(period: Period, equals: boolean, seed: number, now: Date): readonly Interaction[] {
  const random = generator(seed);
  const length = Math.min(period.end.getTime(), now.getTime()) - period.start.getTime();
  const acts: Interaction[] = [];
  const add = (kind: string, participant: string, actor: string): void => {
    const at = new Date(period.start.getTime() + random(Math.max(1, length)));
    acts.push({ id: `${period.id}-${kind}-${acts.length + 1}`, kind, participant, actor, at });
  };
  const other = (than: string): string => {
    const others = PEOPLE.filter(({ id }) => id !== than);
    return others[random(others.length)]?.id ?? 'guest';
  };
  const give = (creator: string, tenths: number): void => {
    for (const [kind, times] of Object.entries(ACTS)) {
      const own = kind === 'post' || kind === 'comment';
      for (let time = 0; time < Math.floor((times * tenths) / 10); time += 1)
        add(kind, creator, own ? creator : other(creator));
    }
  };
  for (const creator of SEVEN) give(creator, equals ? 10 : (TENTHS[creator] ?? 10));
  // Likes and follows of oneself do not count: iris has no points at all.
  for (let time = 0; time < 6; time += 1) add('like', 'ana', 'ana');
  for (let time = 0; time < 9; time += 1) add('follow', 'iris', 'iris');
  // Does not take part, and is not registered: more than some others, and no share.
  give('hugo', 20);
  for (let time = 0; time < 3; time += 1) add('comment', 'visitor', 'visitor');
  return acts;
}

const BATCH = 1000;

/** Many more people, each with one post or comment in each of the periods. */
async function addCrowd(database: Database, count: number, periods: readonly Period[]): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const ids = Array.from(
      { length: Math.min(BATCH, count - from) },
      (_, at) => `fan-${String(from + at).padStart(6, '0')}`,
    );
    await database.query(
      'INSERT INTO creator (id, name) SELECT id, id FROM unnest($1::text[]) AS id ON CONFLICT DO NOTHING',
      [ids],
    );
    await putParticipants(
      database.store,
      PROGRAM,
      ids.map((id) => ({ id, active: true, verified: true })),
    );
    for (const { id: period, start } of periods) {
      await recordInteractions(
        database.store,
        PROGRAM,
        ids.map((id, at) => ({
          id: `${period}-${id}`,
          kind: at % 3 === 0 ? 'post' : 'comment',
          participant: id,
          actor: id,
          at: new Date(start.getTime() + at),
        })),
      );
    }
  }
}

/** Whole numbers from zero to below a bound (mulberry32): the same seed gives the same ones everywhere. */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
