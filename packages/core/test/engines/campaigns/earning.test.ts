import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipEarning, PayoutError, worthOf } from '../../../src/index.ts';
import { CampaignWorld, DAY, HOUR, P, START } from './world.ts';

const codeOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt;
    return 'accepted';
  } catch (error) {
    return PayoutError.is(error) ? error.code : `untyped: ${String(error)}`;
  }
};

describe('the worked example', () => {
  it('pays 40 of 100 dollars for 4,000 views and the last 10 of a budget that has no more, and nothing after', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 10_000n);
    const other = await world.clip('c', 'other', 0);
    expect(await world.read(other, 5_000)).toBe(5_000n);
    const clip = await world.clip('c', 'clip', 1_000);
    expect(await world.read(clip, 5_000)).toBe(4_000n);
    expect(await world.read(clip, 6_500)).toBe(1_000n);
    const { campaign, left } = await world.engine.statistics({ program: P, campaign: 'c' });
    expect([campaign.state, campaign.reason, left]).toEqual(['completed', 'spent', 0n]);
    expect(await world.read(clip, 100_000)).toBe(0n);
    expect(await world.clipOf(clip)).toMatchObject({ state: 'completed', earned: 5_000n, forfeited: 500n });
    expect(await world.balance('participant/ann/available')).toBe(10_000n);
    expect(await world.balance('participant/ann/held')).toBe(0n);
    expect(await world.engine.track({ program: P })).toMatchObject({ processed: 0, completed: [] });
    const { observations } = await world.engine.explain({ program: P, clip });
    expect(observations.map(({ finding, earned, cutByBudget }) => [finding, earned, cutByBudget])).toEqual([
      ['baseline', 0n, 0n],
      ['growth', 4_000n, 0n],
      ['growth', 1_000n, 500n],
      ['not_counted', 0n, 0n],
    ]);
    await world.assertBooks('c');
  });

  it('tells everyone once: 50, 90, 95 and 100 percent, the end, and each clip its final amount', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 1_000n);
    const clip = await world.clip('c', 'clip', 0);
    for (const views of [499, 500, 899, 949, 950, 2_000, 3_000]) await world.read(clip, views);
    await world.engine.complete({ program: P, campaign: 'c', by: 'olga' });
    await world.engine.track({ program: P });
    const told = await world.told();
    const about = told.map((one) =>
      one.kind === 'campaign'
        ? `${one.event} ${one.percent ?? one.reason}`
        : `${one.kind} ${one.kind === 'clip' ? one.event : ''}`,
    );
    expect(about).toEqual([
      'clip approved',
      'alert 50',
      'alert 90',
      'alert 95',
      'alert 100',
      'completed spent',
      'clip completed',
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
    expect(told.at(-1)).toMatchObject({
      kind: 'clip',
      event: 'completed',
      amount: '1000',
      participant: 'ann',
    });
  });
});

describe('a clip', () => {
  it('that two trackers read at 5,000 and 6,500 earns 55 once, in either order', async () => {
    for (const order of [
      [5_000, 6_500],
      [6_500, 5_000],
    ] as const) {
      const world = new CampaignWorld();
      await world.campaign('c', 100_000n);
      const clip = await world.clip('c', 'clip', 1_000);
      await Promise.all(order.map((views) => world.read(clip, views)));
      expect((await world.clipOf(clip)).earned).toBe(5_500n);
      await world.assertBooks('c');
    }
  });

  it('whose count falls to nothing and rises again is paid for the high-water growth once', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 100_000_000n);
    const clip = await world.clip('c', 'clip', 600_000);
    const paid: bigint[] = [];
    for (const views of [657_842, 0, 657_842, 657_841, 700_000]) paid.push(await world.read(clip, views));
    expect(paid).toEqual([57_842n, 0n, 0n, 0n, 42_158n]);
    const { clip: after, observations } = await world.engine.explain({ program: P, clip });
    expect([after.falls, after.views?.highWater]).toEqual([2, 700_000n]);
    expect(observations.map(({ finding }) => finding)).toEqual([
      'baseline',
      'growth',
      'fall',
      'no_growth',
      'fall',
      'growth',
    ]);
  });

  it('has its old views priced at the old rate when the rate changes, and the change recorded', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 1_000_000n);
    const clip = await world.clip('c', 'clip', 0);
    world.pass(HOUR);
    expect(await world.read(clip, 1_500)).toBe(1_500n);
    world.pass(HOUR);
    const changed = await world.engine.changeRate({
      program: P,
      campaign: 'c',
      ratePerThousand: '0.5',
      by: 'max',
    });
    expect(changed.rates).toMatchObject([
      { perThousand: '1000', by: 'olga' },
      { perThousand: '0.5', by: 'max' },
    ]);
    // Read before the change and booked after it.
    expect(await world.read(clip, 2_000, world.now - 1)).toBe(500n);
    expect(await world.read(clip, 3_999)).toBe(0n);
    expect(await world.read(clip, 4_000)).toBe(1n);
    const { priced, worth } = await world.engine.explain({ program: P, clip });
    expect([priced, worth]).toEqual([
      [
        { perThousand: '1000', views: 2_000n },
        { perThousand: '0.5', views: 2_000n },
      ],
      2_001n,
    ]);
  });

  it('earns nothing below the minimum of views, and for all of them from there on', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 1_000_000n, { minimumViews: 1_000n });
    const clip = await world.clip('c', 'clip', 50);
    expect(await world.read(clip, 1_049)).toBe(0n);
    expect(await world.engine.whyNot({ program: P, clip })).toMatchObject([{ code: 'below_minimum_views' }]);
    expect(await world.read(clip, 1_050)).toBe(1_000n);
  });

  it('never passes its cap, nor its participant theirs, however many read at once', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 1_000_000n, { clipCap: 700n, participantCap: 1_000n });
    const clips = await Promise.all(['a', 'b', 'd'].map((name) => world.clip('c', name, 0)));
    const others = await world.clip('c', 'e', 0, 'ben');
    const views = Array.from({ length: 50 }, (_, index) => 100 * (index + 1));
    await Promise.all(views.flatMap((count) => [...clips, others].map((clip) => world.read(clip, count))));
    const earned = await Promise.all(clips.map(async (clip) => (await world.clipOf(clip)).earned));
    expect(earned.reduce((sum, one) => sum + one, 0n)).toBe(1_000n);
    expect(earned.every((one) => one <= 700n)).toBe(true);
    expect((await world.clipOf(others)).earned).toBe(700n);
    expect(await world.engine.explain({ program: P, clip: others })).toMatchObject({
      worth: 5_000n,
      cutByCaps: 4_300n,
      due: 0n,
    });
    expect(await world.engine.whyNot({ program: P, clip: others })).toMatchObject([{ code: 'clip_cap' }]);
    await world.assertBooks('c');
  });

  it('whose views grow too fast waits for somebody, who accepts or excludes them', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 1_000_000n, { viewsPerHour: 1_000n });
    const [one, two] = [await world.clip('c', 'one', 0), await world.clip('c', 'two', 0)];
    world.pass(HOUR);
    expect([await world.read(one, 1_001), await world.read(two, 5_000), await world.read(two, 900)]).toEqual([
      0n,
      0n,
      0n,
    ]);
    expect(await world.engine.whyNot({ program: P, clip: one })).toMatchObject([
      { code: 'held_for_review' },
      { code: 'no_growth' },
    ]);
    expect((await world.told()).filter((told) => told.kind === 'clip' && told.event === 'held')).toHaveLength(
      2,
    );
    expect(
      (await world.engine.reviewViews({ program: P, clip: one, by: 'olga', verdict: 'accept' })).earned,
    ).toBe(1_001n);
    expect(
      (await world.engine.reviewViews({ program: P, clip: two, by: 'olga', verdict: 'exclude' })).earned,
    ).toBe(0n);
    world.pass(HOUR);
    expect(await world.read(two, 5_700)).toBe(700n);
    expect(
      (await world.engine.reviewViews({ program: P, clip: two, by: 'olga', verdict: 'accept' })).earned,
    ).toBe(700n);
  });
});

describe('a disqualification', () => {
  it('gives unpaid earnings back to the budget by linked reversals, once, and frees the cap', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 10_000n, { participantCap: 5_000n });
    const [bad, good] = [await world.clip('c', 'bad', 0), await world.clip('c', 'good', 0)];
    await world.read(bad, 3_000);
    await world.read(bad, 5_000);
    expect(await world.read(good, 1_000)).toBe(0n);
    const action = { program: P, clip: bad, by: 'olga', reason: 'bots' };
    const results = await Promise.all([1, 2, 3].map(() => world.engine.disqualifyClip(action)));
    expect(results.map(({ reversed }) => reversed)).toEqual([5_000n, 0n, 0n]);
    expect(await world.assertBooks('c')).toEqual({ spent: 0n, left: 10_000n });
    expect(await world.balance('participant/ann/held')).toBe(0n);
    expect(await world.read(good, 1_000)).toBe(1_000n);
    expect(await world.read(bad, 9_000)).toBe(0n);
  });

  it('after the end gives back to the funder, once, and takes nothing that was paid out', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 10_000n);
    const clip = await world.clip('c', 'clip', 0);
    await world.read(clip, 4_000);
    await world.engine.complete({ program: P, campaign: 'c', by: 'olga' });
    await world.engine.refund({ program: P, campaign: 'c', key: 'rest' });
    expect(await world.balance('funding')).toBe(-4_000n);
    // 1,500 of it is paid out meanwhile.
    await world.store.transact(P, (unit) =>
      unit.ledger.post([
        {
          id: 'out',
          debit: 'participant/ann/available',
          credit: 'participant/ann/paid/bank',
          currency: 'USD',
          asked: 1_500n,
          kind: 'adjustment',
          subject: 'x',
        },
      ]),
    );
    const action = { program: P, clip, by: 'olga', reason: 'bots' };
    expect(await world.engine.disqualifyClip(action)).toMatchObject({ reversed: 2_500n, paidOut: 1_500n });
    expect(await world.engine.disqualifyClip(action)).toMatchObject({ reversed: 0n, paidOut: 1_500n });
    expect(await world.balance('funding')).toBe(-1_500n);
    expect(await world.balance('participant/ann/available')).toBe(0n);
    expect(await world.engine.campaign({ program: P, campaign: 'c' })).toMatchObject({
      spent: 1_500n,
      refunded: 8_500n,
    });
    await world.assertBooks('c');
  });
});

describe('a budget', () => {
  it('that waits for a deposit pays later what it could not, or never, as its terms say', async () => {
    for (const [whenSpent, later] of [
      ['owe', 5_000n],
      ['forfeit', 0n],
    ] as const) {
      const world = new CampaignWorld();
      await world.campaign('c', 1_000n, { whenSpent });
      const clip = await world.clip('c', 'clip', 0);
      expect(await world.read(clip, 6_000)).toBe(1_000n);
      await world.engine.deposit({ program: P, campaign: 'c', key: 'd2', amount: 9_000n, currency: 'USD' });
      expect(await world.read(clip, 6_000)).toBe(later);
      expect(await world.read(clip, 7_000)).toBe(1_000n);
      await world.assertBooks('c');
    }
  });

  it('is what is spent and what is left after any commands, no paid view falls, and nothing is paid beyond what views are worth', async () => {
    const command = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ do: fc.constant('read' as const), clip: fc.nat(3), views: fc.nat(9_000) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constant('deposit' as const),
          amount: fc.integer({ min: 1, max: 3_000 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('rate' as const), rate: fc.integer({ min: 1, max: 4_000 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constantFrom('disqualify' as const, 'withdraw' as const),
          clip: fc.nat(3),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constantFrom('pause' as const, 'resume' as const, 'refund' as const, 'track' as const),
        }),
      },
    );
    const terms = fc.record({
      whenSpent: fc.constantFrom('complete' as const, 'forfeit' as const, 'owe' as const),
      hold: fc.constantFrom(
        { completion: true, days: 0 },
        { completion: false, days: 0 },
        { completion: true, days: 2 },
      ),
      minimumViews: fc.constantFrom(0n, 500n),
      clipCap: fc.constantFrom(2_000n, 1_000_000n),
      participantCap: fc.constantFrom(3_000n, 1_000_000n),
    });
    await fc.assert(
      fc.asyncProperty(terms, fc.array(command, { maxLength: 40 }), async (terms, commands) => {
        const world = new CampaignWorld();
        await world.campaign('c', 5_000n, terms);
        const clips = await Promise.all(
          ['a', 'b', 'd', 'e'].map((name, index) => world.clip('c', name, 100, `u${index & 1}`)),
        );
        const step = async (one: (typeof commands)[number], index: number): Promise<unknown> => {
          const [program, campaign, by] = [P, 'c', 'olga'];
          switch (one.do) {
            case 'read':
              return world.read(clips[one.clip] ?? '', one.views);
            case 'deposit':
              return world.engine.deposit({
                program,
                campaign,
                key: `k${index}`,
                amount: BigInt(one.amount),
                currency: 'USD',
              });
            case 'rate':
              return world.engine.changeRate({ program, campaign, by, ratePerThousand: one.rate });
            case 'disqualify':
              return world.engine.disqualifyClip({
                program,
                clip: clips[one.clip] ?? '',
                by,
                reason: 'bots',
              });
            case 'withdraw':
              return world.engine.withdrawClip({ program, clip: clips[one.clip] ?? '', by });
            case 'track':
              return world.engine.track({ program });
            case 'refund':
              return world.engine.refund({ program, campaign, key: `r${index}` });
            default:
              return world.engine[one.do]({ program, campaign, by });
          }
        };
        let before = await Promise.all(clips.map((clip) => world.clipOf(clip)));
        for (const [index, one] of commands.entries()) {
          world.pass(60_000);
          const code = await codeOf(step(one, index));
          expect(['accepted', 'WRONG_CAMPAIGN_STATE', 'WRONG_CLIP_STATE', 'INSUFFICIENT_FUNDS']).toContain(
            code,
          );
          await world.assertBooks('c');
          const after = await Promise.all(clips.map((clip) => world.clipOf(clip)));
          for (const [place, clip] of after.entries()) {
            const { priced, worth, campaign } = await world.engine.explain({ program: P, clip: clip.id });
            expect(clip.earned >= (before[place]?.earned ?? 0n)).toBe(true);
            expect(clip.earned + clip.forfeited <= worth).toBe(true);
            expect(clip.earned <= (campaign.terms.clipCap ?? 0n)).toBe(true);
            const gained = priced.reduce((sum, { views }) => sum + views, 0n);
            expect(gained <= (clip.views?.highWater ?? 0n) - 100n).toBe(true);
          }
          for (const user of ['u0', 'u1']) {
            const net = after
              .filter(({ participant }) => participant === user)
              .reduce((sum, { earned, reversed }) => sum + earned - reversed, 0n);
            expect(net <= terms.participantCap).toBe(true);
          }
          before = after;
        }
      }),
      { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 60) },
    );
  });

  it('is explained so that anybody can compute each step again', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 3_333n, { ratePerThousand: '333.3', clipCap: 3_000n });
    const clip = await world.clip('c', 'clip', 7);
    for (const views of [1_000, 500, 2_500, 4_999, 11_111, 30_000]) await world.read(clip, views);
    const { observations, campaign } = await world.engine.explain({ program: P, clip });
    let [gained, earned, left] = [0n, 0n, 3_333n];
    for (const one of observations) {
      gained += one.growth;
      const step = clipEarning({
        worth: worthOf(gained === 0n ? [] : [{ rate: 0, views: gained }], campaign.rates),
        earned,
        forfeited: 0n,
        clipCap: 3_000n,
        budgetLeft: left,
      });
      expect(one).toMatchObject({
        earned: step.earned,
        cutByClip: step.cutByClip,
        cutByBudget: step.cutByBudget,
      });
      earned += step.earned;
      left -= step.earned;
    }
    expect((await world.clipOf(clip)).earned).toBe(earned);
  });

  it('is forecast from the last week: burn per day and days of runway', async () => {
    const world = new CampaignWorld();
    await world.campaign('c', 100_000n);
    const clip = await world.clip('c', 'clip', 0);
    for (let day = 1; day <= 10; day += 1) {
      world.pass(DAY);
      await world.read(clip, 1_000 * day);
    }
    expect(await world.engine.forecast({ program: P, campaign: 'c' })).toEqual({
      perDay: 1_166n,
      left: 90_000n,
      days: 77n,
    });
    world.pass(20 * DAY);
    expect(await world.engine.forecast({ program: P, campaign: 'c' })).toEqual({ perDay: 0n, left: 90_000n });
    expect(START < world.now).toBe(true);
  });
});
