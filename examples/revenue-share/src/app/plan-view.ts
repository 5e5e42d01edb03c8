import {
  countsInPool,
  formatDecimal,
  type LineState,
  ownShare,
  type PlanHeader,
  type PlanLine,
  planLines,
} from '@payout-engines/core';
import { type Database, Refused } from '@payout-engines/example-kit';
import { namesOf } from './people.ts';
import { wouldBe } from './points.ts';
import { PROGRAM } from './program.ts';

/** The text of a plan, be it a dry run or what is frozen. */
export interface PlanText {
  readonly digest: string;
  readonly header: PlanHeader;
  readonly pages: readonly string[];
}

/** What one creator gets by a plan. */
export interface Portion {
  readonly creator: string;
  readonly name: string;
  readonly points: string;
  readonly share: bigint;
  readonly bonus: bigint;
  readonly state: LineState;
}

/** Something that is not handed out, or not yet, and why. */
export interface NotHandedOut {
  readonly who: string;
  readonly what: string;
  /** Left out where there is no amount to name: points that do not count have no share. */
  readonly amount: bigint | undefined;
  readonly why: string;
  readonly next: string;
}

/** A plan as people look at it. */
export interface PlanView {
  readonly digest: string;
  readonly header: PlanHeader;
  /** Most points first. */
  readonly portions: readonly Portion[];
  readonly more: number;
  readonly notHandedOut: readonly NotHandedOut[];
}

const LISTED = 50;

/** The frozen plan of a period. */
export async function frozenPlan({ store }: Database, period: string): Promise<PlanText> {
  return store.transact(PROGRAM, async (unit) => {
    const record = await unit.plans.find(period);
    if (record === undefined) throw new Refused(404, 'PLAN_NOT_FOUND', 'There is no plan of it yet.');
    const pages: string[] = [];
    for (let page = 0; page < record.pages; page += 1) {
      pages.push(await unit.plans.page(period, record.revision, page));
    }
    return { digest: record.digest, header: JSON.parse(record.header) as PlanHeader, pages };
  });
}

/** What everybody gets by a plan, most points first. */
export function portionsOf(plan: PlanText): readonly Omit<Portion, 'name'>[] {
  const { header } = plan;
  const bonuses = new Map<string, { amount: bigint; state: LineState }>();
  for (const { bonuses: given } of planLines(plan)) {
    for (const { referrer, amount, state } of given) {
      if (!countsInPool(state)) continue;
      bonuses.set(referrer, { amount: (bonuses.get(referrer)?.amount ?? 0n) + amount, state });
    }
  }
  const lines: (Omit<Portion, 'name'> & { readonly order: bigint })[] = [];
  for (const line of planLines(plan)) {
    const { participant: creator, points, state } = line;
    const bonus = bonuses.get(creator)?.amount ?? 0n;
    bonuses.delete(creator);
    const text = formatDecimal({ coefficient: points, scale: header.scale });
    lines.push({ creator, points: text, order: points, share: ownShare(header, line), bonus, state });
  }
  // Who has invited somebody may have done nothing themselves.
  for (const [creator, { amount, state }] of bonuses) {
    lines.push({ creator, points: '0', order: 0n, share: 0n, bonus: amount, state });
  }
  lines.sort((left, right) =>
    left.order === right.order ? (left.creator < right.creator ? -1 : 1) : left.order > right.order ? -1 : 1,
  );
  return lines.map(({ creator, points, share, bonus, state }) => ({ creator, points, share, bonus, state }));
}

/** A plan with names, and with all that it does not hand out. */
export async function planView({ query }: Database, plan: PlanText): Promise<PlanView> {
  const all = portionsOf(plan).filter(({ points, bonus }) => points !== '0' || bonus > 0n);
  const portions = all.slice(0, LISTED);
  const left: PlanLine[] = [];
  for (const line of planLines(plan)) if (isOdd(line)) left.push(line);
  const listed = left.slice(0, LISTED);
  const ids = [
    ...portions.map(({ creator }) => creator),
    ...listed.flatMap(({ participant, bonuses }) => [
      participant,
      ...bonuses.map(({ referrer }) => referrer),
    ]),
  ];
  const names = await namesOf(query, ids);
  const name = (id: string): string => names.get(id) ?? id;
  return {
    digest: plan.digest,
    header: plan.header,
    portions: portions.map((portion) => ({ ...portion, name: name(portion.creator) })),
    more: all.length - portions.length,
    notHandedOut: [...returned(plan.header), ...listed.flatMap((line) => reasonsOf(line, plan.header, name))],
  };
}

function returned({ returned: amount }: PlanHeader): readonly NotHandedOut[] {
  if (amount === '0') return [];
  return [
    {
      who: 'The whole pool',
      what: 'goes back to the platform',
      amount: BigInt(amount),
      why: 'Nobody who takes part had a point.',
      next: 'Nothing to do.',
    },
  ];
}

function isOdd({ state, share, bonuses }: PlanLine): boolean {
  return state !== 'available' || share === 0n || bonuses.some((bonus) => bonus.state !== 'available');
}

function reasonsOf(
  line: PlanLine,
  header: PlanHeader,
  name: (id: string) => string,
): readonly NotHandedOut[] {
  const { participant, state, points, share, bonuses, counts } = line;
  const who = name(participant);
  const found: NotHandedOut[] = [];
  if (state === 'inactive' || state === 'unknown') {
    found.push({
      who,
      what: `${wouldBe({ participant, counts })} points do not count`,
      amount: undefined,
      why: state === 'inactive' ? 'Does not take part at the moment.' : 'Nobody has registered this account.',
      next: state === 'inactive' ? 'Can take part again from the next period on.' : 'Counts once registered.',
    });
  } else if (points === 0n) {
    found.push({
      who,
      what: 'no share',
      amount: 0n,
      why: 'No points: following or liking oneself does not count.',
      next: 'Nothing to do.',
    });
  } else if (share === 0n) {
    found.push({
      who,
      what: 'no share',
      amount: 0n,
      why: 'The share is below the smallest unit, or the pool is empty.',
      next: 'Nothing to do.',
    });
  } else if (state === 'held_until_verified') {
    found.push({
      who,
      what: 'share is held',
      amount: ownShare(header, line),
      why: 'Not verified yet.',
      next: 'Released when verified.',
    });
  }
  for (const { referrer, amount, state: of } of bonuses) {
    if (of === 'available') continue;
    const held = countsInPool(of);
    found.push({
      who: name(referrer),
      what: `bonus for inviting ${who} ${held ? 'is held' : 'is not given'}`,
      amount,
      why: held ? 'Not verified yet.' : 'Does not take part at the moment.',
      next: held ? 'Released when verified.' : 'It stays with the platform.',
    });
  }
  return found;
}
