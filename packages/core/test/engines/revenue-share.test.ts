import { describe, expect, it } from 'vitest';
import {
  currency,
  deliverNotifications,
  type Notification,
  type ParticipantCounts,
  parseMoney,
  PayoutError,
  planDigest,
  planLines,
  recordInteractions,
  verify,
} from '../../src/index.ts';
import { Crash, faultyStore } from './faulty-store.ts';
import {
  AFTER,
  endedStore,
  engineOn,
  equalInteractions,
  PEOPLE,
  PERIOD,
  REQUEST,
  RULES,
  seed,
  snapshot,
  SOL,
} from './world.ts';
import { memoryStore } from '../../src/index.ts';

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return PayoutError.is(error) ? error.code : `untyped: ${String(error)}`;
  }
}

async function closed() {
  const store = endedStore();
  await seed(store);
  const engine = engineOn(store);
  const plan = await engine.plan(REQUEST);
  const statement = await engine.commit(REQUEST, plan.digest);
  return { store, engine, plan, statement };
}

describe('the worked example', () => {
  it('shares 45.92 SOL among seven equal participants to the lamport, with 5% bonuses on top', async () => {
    const { store, plan, statement } = await closed();
    expect(plan.header.points).toBe('276.5');
    expect([...planLines(plan)].map(({ share }) => share)).toEqual(PEOPLE.map(() => 6_560_000_000n));
    expect(statement).toMatchObject({
      pool: 45_920_000_000n,
      shares: 45_920_000_000n,
      bonuses: 2n * 328_000_000n,
      left: 0n,
      balanced: true,
      step: 'done',
    });
    const [ann, funding] = await store.transact(REQUEST.program, (unit) =>
      unit.ledger.balances([
        { account: 'participant/ann/available', currency: 'SOL' },
        { account: 'funding', currency: 'SOL' },
      ]),
    );
    expect(ann).toBe(6_560_000_000n + 656_000_000n);
    expect(funding).toBe(-45_920_000_000n - 656_000_000n);
    expect(await verify(store, REQUEST.program)).toMatchObject({ ok: true, problems: [], earnings: 9 });
  });

  it('tells each participant once about the share with its breakdown, and a referrer once a bonus', async () => {
    const { store } = await closed();
    const told: Notification[] = [];
    const notifier = { deliver: async (batch: readonly Notification[]) => void told.push(...batch) };
    expect(await deliverNotifications(store, REQUEST.program, notifier)).toBe(9);
    expect(await deliverNotifications(store, REQUEST.program, notifier)).toBe(0);
    expect(told.filter(({ kind }) => kind === 'share').map(({ participant }) => participant)).toEqual(PEOPLE);
    expect(told.filter(({ kind }) => kind === 'referral_bonus')).toMatchObject([
      { participant: 'ann', referred: 'ben', amount: '328000000' },
      { participant: 'ann', referred: 'cy', amount: '328000000' },
    ]);
    expect(told[0]).toMatchObject({
      points: '39.5',
      breakdown: [
        { kind: 'comment', counted: 12, points: '12' },
        { kind: 'follow', counted: 8, points: '4' },
        { kind: 'like', counted: 34, points: '8.5' },
        { kind: 'post', counted: 5, points: '15' },
      ],
    });
  });

  it('takes a bonus that the pool funds out of the share of the referred participant', async () => {
    const store = endedStore();
    await seed(store);
    const engine = engineOn(store, {
      rules: { ...RULES, referrals: { rates: ['0.05'], fundedBy: 'pool' } },
    });
    const { digest } = await engine.plan(REQUEST);
    expect(await engine.commit(REQUEST, digest)).toMatchObject({ balanced: true, left: 0n });
    const balances = await store.transact(REQUEST.program, (unit) =>
      unit.ledger.balances([
        { account: 'participant/ben/available', currency: 'SOL' },
        { account: 'participant/ann/available', currency: 'SOL' },
        { account: 'funding', currency: 'SOL' },
      ]),
    );
    expect(balances).toEqual([
      6_560_000_000n - 328_000_000n,
      6_560_000_000n + 656_000_000n,
      -45_920_000_000n,
    ]);
  });
});

describe('planning', () => {
  it('writes nothing', async () => {
    const store = endedStore();
    await seed(store);
    const before = await snapshot(store);
    await engineOn(store).plan(REQUEST);
    expect(await snapshot(store)).toEqual(before);
  });

  it('gives a digest that anyone can compute from its text', async () => {
    const { plan } = await closed();
    expect(planDigest(plan.headerText, plan.pages)).toBe(plan.digest);
    expect(JSON.parse(plan.headerText)).toEqual(plan.header);
  });

  it('gives the same plan whatever the size of its pages is', async () => {
    const store = endedStore();
    await seed(store);
    const whole = await engineOn(store).plan(REQUEST);
    const paged = await engineOn(store, { pageSize: 3 }).plan(REQUEST);
    expect(paged.pages.length).toBe(3);
    expect([...planLines(paged)]).toEqual([...planLines(whole)]);
  });

  it('gives the same digest whatever the order is in which a source counts', async () => {
    const store = endedStore();
    await seed(store);
    const people = PEOPLE.map((participant) => ({
      participant,
      counts: ['post', 'like', 'comment'].map((kind, index) => ({ kind, count: index + 1 })),
    }));
    const given = (batches: readonly (readonly ParticipantCounts[])[]) =>
      engineOn(store, {
        interactions: {
          counts: async function* () {
            for (const batch of batches) yield await Promise.resolve(batch);
          },
        },
      }).plan(REQUEST);
    const turned = people.map(({ participant, counts }) => ({ participant, counts: counts.toReversed() }));
    expect((await given([turned.toReversed()])).digest).toBe(
      (await given(people.map((one) => [one]))).digest,
    );
  });

  it('leaves those out who are not active or not known, and says so', async () => {
    const store = endedStore();
    await seed(store, equalInteractions([...PEOPLE, 'idle', 'stranger']));
    const engine = engineOn(store);
    const plan = await engine.plan(REQUEST);
    const left = [...planLines(plan)].filter(({ share }) => share === 0n);
    expect(left.map(({ participant, state }) => [participant, state])).toEqual([
      ['idle', 'inactive'],
      ['stranger', 'unknown'],
    ]);
    await engine.commit(REQUEST, plan.digest);
    expect(await engine.whyNot(REQUEST, 'idle')).toMatchObject([{ reason: 'inactive' }]);
    expect(await engine.whyNot(REQUEST, 'stranger')).toMatchObject([{ reason: 'not_known' }]);
    expect(await engine.whyNot(REQUEST, 'nobody')).toEqual([{ reason: 'no_interactions' }]);
    expect(await engine.whyNot(REQUEST, 'ann')).toEqual([]);
  });

  it('returns the pool to funding when nobody scored', async () => {
    const store = endedStore();
    await seed(store, []);
    const engine = engineOn(store);
    const plan = await engine.plan(REQUEST);
    expect(plan.header).toMatchObject({ pool: '45920000000', returned: '45920000000', shares: '0' });
    expect(await engine.commit(REQUEST, plan.digest)).toMatchObject({ balanced: true, left: 0n });
    const [funding] = await store.transact(REQUEST.program, (unit) =>
      unit.ledger.balances([{ account: 'funding', currency: 'SOL' }]),
    );
    expect(funding).toBe(0n);
  });

  it('holds shares by days and by verification', async () => {
    const store = endedStore();
    await seed(store);
    await store.transact(REQUEST.program, (unit) =>
      unit.participants.put([{ id: 'gus', active: true, verified: false }]),
    );
    const engine = engineOn(store, { rules: { ...RULES, hold: { days: 7, untilVerified: true } } });
    const plan = await engine.plan(REQUEST);
    await engine.commit(REQUEST, plan.digest);
    const [ann, gus] = await store.transact(REQUEST.program, (unit) =>
      unit.earnings.find(['share/2026-10-01/r0/ann', 'share/2026-10-01/r0/gus']),
    );
    const until = new Date('2026-10-22T00:00:00Z');
    expect(ann).toMatchObject({ held: 6_560_000_000n, released: 0n, hold: { until } });
    expect(gus).toMatchObject({ held: 6_560_000_000n, hold: { until, condition: 'verified' } });
    expect(await engine.whyNot(REQUEST, 'gus')).toMatchObject([
      { reason: 'on_hold', until: until.toISOString() },
      { reason: 'not_verified' },
    ]);
    expect(await verify(store, REQUEST.program)).toMatchObject({ ok: true });
  });
});

describe('committing', () => {
  it('does exactly what a plan says that was made before and closes the period', async () => {
    const { store } = await closed();
    const period = await store.transact(REQUEST.program, (unit) => unit.periods.find(REQUEST.period));
    expect(period?.state).toBe('closed');
  });

  it('changes nothing when it is called again', async () => {
    const { store, engine, plan, statement } = await closed();
    const before = await snapshot(store);
    expect(await engine.commit(REQUEST, plan.digest)).toEqual(statement);
    expect(await snapshot(store)).toEqual(before);
  });

  it('refuses a digest when an interaction came in since', async () => {
    const store = endedStore();
    await seed(store);
    const engine = engineOn(store);
    const { digest } = await engine.plan(REQUEST);
    await recordInteractions(store, REQUEST.program, [
      { id: 'late-like', kind: 'like', participant: 'ann', actor: 'ben', at: PERIOD.start },
    ]);
    const before = await snapshot(store);
    expect(await codeOf(engine.commit(REQUEST, digest))).toBe('PLAN_CHANGED');
    expect(await snapshot(store)).toEqual(before);
  });

  it('refuses a digest when the revenue, a rule, a participant or a referral changed', async () => {
    const changes: readonly ((
      store: ReturnType<typeof endedStore>,
    ) => Promise<Parameters<typeof engineOn>[1]>)[] = [
      async () =>
        Promise.resolve({
          revenue: {
            revenue: async () => Promise.resolve([parseMoney('80', SOL), parseMoney('55.69', SOL)]),
          },
        }),
      async () => Promise.resolve({ rules: { ...RULES, hold: { days: 1 } } }),
      async (store) => {
        await store.transact(REQUEST.program, (unit) =>
          unit.participants.put([{ id: 'gus', active: false, verified: true }]),
        );
        return {};
      },
      async (store) => {
        await store.transact(REQUEST.program, (unit) =>
          unit.referrals.add([{ referrer: 'ann', referred: 'dee', since: PERIOD.start }]),
        );
        return {};
      },
    ];
    for (const change of changes) {
      const store = endedStore();
      await seed(store);
      const { digest } = await engineOn(store).plan(REQUEST);
      const changed = engineOn(store, await change(store));
      expect(await codeOf(changed.commit(REQUEST, digest))).toBe('PLAN_CHANGED');
    }
  });

  it('sees an interaction that slips in between planning and freezing', async () => {
    const store = endedStore();
    await seed(store);
    const { digest } = await engineOn(store).plan(REQUEST);
    let slipped = false;
    const slipping = engineOn(store, {
      observe: ({ kind }) => {
        if (kind !== 'plan_made' || slipped) return;
        slipped = true;
        // Queued now, so that it runs before the transaction that freezes.
        void recordInteractions(store, REQUEST.program, [
          { id: 'slip', kind: 'post', participant: 'ann', at: PERIOD.start },
        ]);
      },
    });
    expect(await codeOf(slipping.commit(REQUEST, digest))).toBe('PLAN_CHANGED');
    expect(slipped).toBe(true);
  });

  it('puts a late interaction into the first open period once its own is closed', async () => {
    const { store } = await closed();
    const late = { id: 'late', kind: 'post', participant: 'ann', at: PERIOD.start };
    expect(await codeOf(recordInteractions(store, REQUEST.program, [late]))).toBe('OUTSIDE_EVERY_PERIOD');
    await store.transact(REQUEST.program, (unit) =>
      unit.periods.open([{ id: '2026-10-15', start: PERIOD.end, end: new Date('2026-11-01T00:00:00Z') }]),
    );
    expect(await recordInteractions(store, REQUEST.program, [late])).toEqual({
      recorded: 1,
      duplicates: 0,
      late: 1,
    });
    expect(await store.transact(REQUEST.program, (unit) => unit.interactions.total('2026-10-15'))).toBe(1);
  });

  it('pays once when two runs commit at once', async () => {
    const store = endedStore();
    await seed(store);
    const engine = engineOn(store, { pageSize: 2 });
    const { digest } = await engine.plan(REQUEST);
    const [first, second] = await Promise.all([
      engine.commit(REQUEST, digest),
      engine.commit(REQUEST, digest),
    ]);
    expect(first).toEqual(second);
    expect(await verify(store, REQUEST.program)).toMatchObject({ ok: true, earnings: 9 });
    const { outbox } = Object(await snapshot(store));
    expect(outbox).toEqual({ stored: 9, undelivered: 9 });
  });

  it('gives the same result when it is interrupted at any step and run again', async () => {
    const pages = { pageSize: 3 };
    const whole = endedStore();
    await seed(whole);
    const { digest } = await engineOn(whole, pages).plan(REQUEST);
    await engineOn(whole, pages).commit(REQUEST, digest);
    const expected = await snapshot(whole);

    let crashes = 0;
    for (let crashAt = 1; ; crashAt += 1) {
      const store = endedStore();
      await seed(store);
      const faulty = faultyStore(store, crashAt);
      const interrupted = await engineOn(faulty.store, pages)
        .commit(REQUEST, digest)
        .catch((error: unknown) => error);
      if (!(interrupted instanceof Crash)) break;
      crashes += 1;
      await engineOn(store, pages).commit(REQUEST, digest);
      expect(await snapshot(store), `crash at step ${crashAt}`).toEqual(expected);
    }
    expect(crashes).toBeGreaterThan(80);
  });

  it('goes on after an interruption from the frozen plan, although the inputs have changed', async () => {
    const store = endedStore();
    await seed(store);
    const { digest } = await engineOn(store).plan(REQUEST);
    const stopped = { aborted: false };
    const options = {
      signal: stopped,
      onProgress: ({ step }: { readonly step: string }) => {
        if (step === 'shares') stopped.aborted = true;
      },
    };
    expect(await codeOf(engineOn(store).commit(REQUEST, digest, options))).toBe('ABORTED');
    const changed = engineOn(store, { rules: { ...RULES, hold: { days: 30 } } });
    expect(await changed.commit(REQUEST, digest)).toMatchObject({ balanced: true, step: 'done' });
    const [earning] = await store.transact(REQUEST.program, (unit) =>
      unit.earnings.find(['share/2026-10-01/r0/ann']),
    );
    expect(earning).toMatchObject({ held: 0n, released: 6_560_000_000n });
  });

  it('tells how far it is in six steps', async () => {
    const store = endedStore();
    await seed(store);
    const engine = engineOn(store);
    const steps: string[] = [];
    const onProgress = ({ step }: { readonly step: string }) => {
      if (steps.at(-1) !== step) steps.push(step);
    };
    const { digest } = await engine.plan(REQUEST, { onProgress });
    expect(steps).toEqual(['validate', 'scores', 'pool']);
    steps.length = 0;
    await engine.commit(REQUEST, digest, { onProgress });
    expect(steps).toEqual(['validate', 'scores', 'pool', 'shares', 'bonuses', 'notifications']);
  });
});

describe('bad input', () => {
  it('is refused with a typed error, and nothing is written', async () => {
    const early = memoryStore({ clock: () => new Date(AFTER.getTime() - 1) });
    await seed(early);
    expect(await codeOf(engineOn(early).plan(REQUEST))).toBe('PERIOD_NOT_ENDED');

    const store = endedStore();
    await seed(store, [
      ...equalInteractions(PEOPLE),
      { id: 'odd', kind: 'dance', participant: 'ann', at: PERIOD.start },
    ]);
    const before = await snapshot(store);
    const declared = {
      ...RULES,
      scoring: { weights: { post: 3, comment: 1, follow: '0.5', like: '0.25', dance: 0 } },
    };
    const usd = currency('USD');
    const attempts: readonly (readonly [string, Promise<unknown>])[] = [
      ['UNKNOWN_INTERACTION_KIND', engineOn(store).plan(REQUEST)],
      ['PERIOD_NOT_FOUND', engineOn(store).plan({ program: 'acme', period: 'never' })],
      ['PERIOD_NOT_FOUND', engineOn(store).plan({ program: 'other', period: REQUEST.period })],
      [
        'UNKNOWN_REVENUE',
        engineOn(store, { rules: declared, revenue: { revenue: async () => Promise.resolve([]) } }).plan(
          REQUEST,
        ),
      ],
      [
        'CURRENCY_MISMATCH',
        engineOn(store, {
          rules: declared,
          revenue: { revenue: async () => Promise.resolve([parseMoney('80', SOL), parseMoney('1', usd)]) },
        }).plan(REQUEST),
      ],
      [
        'INVALID_AMOUNT',
        engineOn(store, {
          rules: declared,
          revenue: { revenue: async () => Promise.resolve([parseMoney('80', SOL), parseMoney('-1', SOL)]) },
        }).plan(REQUEST),
      ],
      [
        'RATE_OUT_OF_RANGE',
        engineOn(store, { rules: { ...declared, revenue: [{ source: 'ads', rate: '1.01' }] } }).plan(REQUEST),
      ],
      [
        'INVALID_DECIMAL',
        engineOn(store, { rules: { ...declared, revenue: [{ source: 'ads', rate: '1e-1' }] } }).plan(REQUEST),
      ],
      [
        'INVALID_INPUT',
        engineOn(store, { rules: { ...declared, revenue: [{ source: 'ads', rate: 0.5 }] } }).plan(REQUEST),
      ],
      [
        'INVALID_INPUT',
        engineOn(store, {
          rules: { ...declared, revenue: [...RULES.revenue, { source: 'ads', rate: '0.1' }] },
        }).plan(REQUEST),
      ],
      [
        'INVALID_INPUT',
        engineOn(store, { rules: { ...declared, scoring: { weights: { post: -1 } } } }).plan(REQUEST),
      ],
      [
        'INVALID_INPUT',
        engineOn(store, { rules: Object.assign({ surprise: true }, declared) }).plan(REQUEST),
      ],
      ['INVALID_INPUT', engineOn(store, { rules: declared }).commit(REQUEST, 'not a digest')],
      ['PLAN_CHANGED', engineOn(store, { rules: declared }).commit(REQUEST, '0'.repeat(64))],
      ['PLAN_NOT_FOUND', engineOn(store).statement(REQUEST)],
      ['PLAN_NOT_FOUND', engineOn(store).explain(REQUEST, 'ann')],
      [
        'DUPLICATE_PARTICIPANT',
        engineOn(store, {
          interactions: {
            counts: async function* () {
              yield await Promise.resolve([
                { participant: 'ann', counts: [] },
                { participant: 'ben', counts: [] },
                { participant: 'ann', counts: [] },
              ]);
            },
          },
        }).plan(REQUEST),
      ],
      [
        'INVALID_COUNT',
        engineOn(store, {
          interactions: {
            counts: async function* () {
              yield await Promise.resolve([
                { participant: 'ann', counts: [{ kind: 'post', count: Number.NaN }] },
              ]);
            },
          },
        }).plan(REQUEST),
      ],
    ];
    for (const [index, [code, attempt]] of attempts.entries())
      expect([index, await codeOf(attempt)]).toEqual([index, code]);
    expect(await snapshot(store)).toEqual(before);
  });

  it('is refused when interactions have unknown fields, bad ids or bad dates', async () => {
    const store = endedStore();
    await seed(store, []);
    const good = { id: 'e', kind: 'post', participant: 'ann', at: PERIOD.start };
    for (const bad of [
      { ...good, extra: 1 },
      { ...good, id: '' },
      { ...good, id: 'a\u0000b' },
      { ...good, participant: 'x'.repeat(256) },
      { ...good, at: new Date(Number.NaN) },
    ]) {
      expect(await codeOf(recordInteractions(store, REQUEST.program, [good, bad]))).toBe('INVALID_INPUT');
    }
    expect(await store.transact(REQUEST.program, (unit) => unit.interactions.total(REQUEST.period))).toBe(0);
  });
});

describe('explaining', () => {
  it('gives a tree from which the share can be computed again', async () => {
    const { engine, plan } = await closed();
    const explanation = await engine.explain(REQUEST, 'ben');
    expect(explanation).toMatchObject({
      amount: '6560000000',
      currency: 'SOL',
      share: { points: '39.5', ofPoints: '276.5', pool: '45920000000' },
      digest: plan.digest,
      bonuses: [{ referrer: 'ann', level: 1, amount: 328_000_000n }],
    });
    expect(explanation?.points.map(({ points }) => points)).toEqual(['12', '4', '8.5', '15']);
  });
});
