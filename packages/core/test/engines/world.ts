import {
  currency,
  DEFAULT_SCORING_RULES,
  type Interaction,
  memoryStore,
  type Money,
  parseMoney,
  revenueShare,
  type RevenueShare,
  type RevenueShareRules,
  type RevenueSharePorts,
  type Store,
  storeDirectory,
  storeInteractions,
} from '../../src/index.ts';

/** A program with one ended period, people and interactions, for tests of the revenue share. */

export const SOL = currency('SOL');
export const REQUEST = { program: 'acme', period: '2026-10-01' };
export const PERIOD = {
  id: REQUEST.period,
  start: new Date('2026-10-01T00:00:00Z'),
  end: new Date('2026-10-15T00:00:00Z'),
};
export const AFTER = new Date('2026-10-15T00:00:00Z');

export const RULES: RevenueShareRules = {
  currency: SOL,
  revenue: [
    { source: 'ads', rate: '0.4' },
    { source: 'subscriptions', rate: '0.25' },
  ],
  scoring: DEFAULT_SCORING_RULES,
  referrals: { rates: ['0.05'], fundedBy: 'platform' },
};

/** 80.00 at 0.4 and 55.68 at 0.25 make a pool of 45.92. */
export const REVENUE: Readonly<Record<string, Money>> = {
  ads: parseMoney('80', SOL),
  subscriptions: parseMoney('55.68', SOL),
};

export const PEOPLE = ['ann', 'ben', 'cy', 'dee', 'eve', 'flo', 'gus'];

/** 39.5 points each: 5 posts, 12 comments, 34 likes, 8 follows. */
export function equalInteractions(people: readonly string[]): Interaction[] {
  const kinds = { post: 5, comment: 12, like: 34, follow: 8 };
  return people.flatMap((participant) =>
    Object.entries(kinds).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, index) => ({
        id: `${participant}-${kind}-${index}`,
        kind,
        participant,
        actor: kind === 'post' || kind === 'comment' ? participant : 'visitor',
        at: new Date(PERIOD.start.getTime() + index * 1000),
      })),
    ),
  );
}

export async function seed(store: Store, interactions = equalInteractions(PEOPLE)): Promise<void> {
  await store.transact(REQUEST.program, async (unit) => {
    await unit.periods.open([PERIOD]);
    await unit.participants.put([
      ...PEOPLE.map((id) => ({ id, active: true, verified: true })),
      { id: 'idle', active: false, verified: true },
    ]);
    await unit.referrals.add([
      { referrer: 'ann', referred: 'ben', since: new Date('2026-09-01T00:00:00Z') },
      { referrer: 'ann', referred: 'cy', since: new Date('2026-09-01T00:00:00Z') },
    ]);
    await unit.interactions.record(interactions);
  });
}

export function portsOn(store: Store, changes: Partial<RevenueSharePorts> = {}): RevenueSharePorts {
  return {
    store,
    rules: RULES,
    interactions: storeInteractions(store),
    directory: storeDirectory(store),
    revenue: {
      revenue: async (_program, _period, sources) => Promise.resolve(sources.map((s) => REVENUE[s])),
    },
    ...changes,
  };
}

export function engineOn(store: Store, changes: Partial<RevenueSharePorts> = {}): RevenueShare {
  return revenueShare(portsOn(store, changes));
}

export function endedStore(): Store {
  return memoryStore({ clock: () => AFTER });
}

/** Everything durable that a close may write, comparable: what was paid to whom, and who is told. */
export async function snapshot(store: Store, program = REQUEST.program): Promise<unknown> {
  return store.transact(program, async (unit) => {
    const transfers: unknown[] = [];
    const earnings: unknown[] = [];
    const balances: unknown[] = [];
    for await (const batch of unit.ledger.transfers()) transfers.push(...batch);
    for await (const batch of unit.earnings.all()) earnings.push(...batch);
    for await (const batch of unit.ledger.accounts()) balances.push(...batch);
    return {
      transfers: sorted(transfers),
      earnings: sorted(earnings),
      balances: sorted(balances),
      outbox: await unit.outbox.counts(),
      period: await unit.periods.find(REQUEST.period),
      plan: await unit.plans.find(REQUEST.period),
    };
  });
}

function sorted(rows: readonly unknown[]): readonly string[] {
  return rows
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    )
    .sort();
}
