import {
  buildReferralGraph,
  checkPayoutRules,
  currency,
  DEFAULT_REFERRAL_RULES,
  DEFAULT_SCORING_RULES,
  type Interaction,
  type Money,
  parseMoney,
  type Participant,
  type RevenueShareRules,
} from '@payout-engines/core';
import { onePeriod } from './input/calendar.ts';
import { directoryOf } from './input/directory.ts';
import type { Event } from './input/events-file.ts';
import type { Job } from './job.ts';

/**
 * A period of a small community, the same every time: two sources of revenue that make a pool of exactly 45.92 SOL, and
 * seven people with equal points who get 6.56 SOL each. Beside them stand those who get nothing, or cannot use it yet.
 */

const SOL = currency('SOL');
const PERIOD = {
  id: '2025-10-01',
  start: new Date('2025-10-01T00:00:00Z'),
  end: new Date('2025-10-15T00:00:00Z'),
};

/** 27.552 SOL of subscriptions and 18.368 SOL of ads. */
const REVENUE: ReadonlyMap<string, Money> = new Map([
  ['ads', parseMoney('45.92', SOL)],
  ['subscriptions', parseMoney('91.84', SOL)],
]);
const RULES: RevenueShareRules = {
  currency: SOL,
  revenue: [
    { source: 'ads', rate: '0.4' },
    { source: 'subscriptions', rate: '0.3' },
  ],
  scoring: DEFAULT_SCORING_RULES,
  referrals: DEFAULT_REFERRAL_RULES,
  hold: { untilVerified: true },
};

/** What each of the seven did: 39.5 points. */
const EQUALS = ['ana', 'ben', 'cleo', 'dev', 'eli', 'fay', 'gus'];
const ACTS = { post: 5, comment: 12, like: 34, follow: 8 };

const PEOPLE: readonly Participant[] = [
  ...EQUALS.map((id) => ({ id, active: true, verified: id !== 'gus' })),
  { id: 'hugo', active: false, verified: true },
  { id: 'iris', active: true, verified: true },
  { id: 'jack', active: true, verified: true },
];

const SINCE = new Date('2025-06-01T00:00:00Z');
const REFERRALS = [
  { referrer: 'ana', referred: 'ben', since: SINCE },
  { referrer: 'jack', referred: 'cleo', since: SINCE },
  { referrer: 'hugo', referred: 'dev', since: SINCE },
];

/** Whose results show what there is to show: a share, a bonus, and four kinds of nothing. */
export const SAMPLE_EXPLAINED = ['ana', 'dev', 'hugo', 'iris', 'gus'];

/** The job of the sample. */
export function sampleJob(): Job {
  return {
    program: 'sample',
    currency: SOL,
    rules: RULES,
    revenue: {
      revenue: async (_program, _period, sources) =>
        Promise.resolve(sources.map((name) => REVENUE.get(name))),
    },
    directory: directoryOf(
      new Map(PEOPLE.map((person) => [person.id, person])),
      buildReferralGraph(REFERRALS),
    ),
    events: async function* () {
      yield await Promise.resolve(sampleEvents());
    },
    calendar: onePeriod(PERIOD),
    payoutRules: checkPayoutRules({
      thresholds: { currencies: { SOL: { minimum: parseMoney('5', SOL).minor } } },
      require: { active: true, verified: true, destination: false, noOpenPayout: false },
    }),
    pageSize: undefined,
  };
}

/** Events in the order of time, made from a seed. */
export function sampleEvents(): readonly Event[] {
  const random = generator(20251001);
  const events: Interaction[] = [];
  const add = (kind: string, participant: string, actor: string): void => {
    const at = new Date(PERIOD.start.getTime() + random(MINUTES) * 60_000);
    events.push({ id: `${kind}-${events.length + 1}`, kind, participant, actor, at });
  };
  const other = (than: string): string => {
    const others = PEOPLE.filter(({ id }) => id !== than);
    return others[random(others.length)]?.id ?? 'guest';
  };
  const give = (participant: string, kind: keyof typeof ACTS, times: number): void => {
    const own = kind === 'post' || kind === 'comment';
    for (let time = 0; time < times; time += 1)
      add(kind, participant, own ? participant : other(participant));
  };
  for (const id of EQUALS) {
    for (const kind of KINDS) give(id, kind, ACTS[kind]);
  }
  // Likes and follows of oneself do not count: ana's share stays that of the others, and iris has no points at all.
  for (let time = 0; time < 6; time += 1) add('like', 'ana', 'ana');
  for (let time = 0; time < 9; time += 1) add('follow', 'iris', 'iris');
  // More than anyone else, and no share: hugo is not active, and nobody knows who the visitor is.
  for (const kind of KINDS) give('hugo', kind, 2 * ACTS[kind]);
  give('visitor', 'comment', 3);
  events.sort((left, right) => left.at.getTime() - right.at.getTime());
  return events.map((interaction) => ({ place: `sample event ${interaction.id}`, interaction }));
}

const KINDS = ['post', 'comment', 'like', 'follow'] as const;
const MINUTES = 14 * 24 * 60;

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
