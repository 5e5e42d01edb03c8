import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDecimal } from '../../src/money/index.ts';
import { breakdown } from '../../src/scoring/breakdown.ts';
import type { KindCount } from '../../src/scoring/interaction.ts';
import { compileScoring, DEFAULT_SCORING_RULES, type ScoringRules } from '../../src/scoring/rules.ts';
import { score } from '../../src/scoring/score.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';
import { scoringCase } from './counts.ts';

const Exact = Decimal.clone({ precision: 100, toExpPos: 100, toExpNeg: -100 });

/** What counts of one kind, written again from the rules' description. */
function countedOf(
  { kind, count, ownActs = 0 }: KindCount,
  { ownActsCount = {}, caps = {} }: ScoringRules,
): number {
  const ownDefault = kind !== 'follow' && kind !== 'like';
  const counted = (Object.hasOwn(ownActsCount, kind) ? ownActsCount[kind] : ownDefault)
    ? count
    : count - ownActs;
  return Object.hasOwn(caps, kind) ? Math.min(counted, caps[kind] ?? 0) : counted;
}

const pointsOf = (rules: ScoringRules, counts: readonly KindCount[]): string => {
  const scoring = compileScoring(rules);
  const { points } = score(scoring, { participant: 'alice', counts });
  return formatDecimal({ coefficient: points, scale: scoring.scale });
};

describe('a score', () => {
  it('is the sum of count times weight that decimal.js finds', () => {
    fc.assert(
      fc.property(scoringCase, ({ rules, participant }) => {
        const expected = participant.counts.reduce(
          (sum, entry) => sum.add(new Exact(String(rules.weights[entry.kind])).mul(countedOf(entry, rules))),
          new Exact(0),
        );
        expect(pointsOf(rules, participant.counts)).toBe(expected.toFixed());
      }),
      runs(500),
    );
  });

  it('does not depend on the order of the counts or of the rules', () => {
    fc.assert(
      fc.property(scoringCase, ({ rules, participant }) => {
        const reversed = Object.fromEntries(Object.entries(rules.weights).reverse());
        expect(pointsOf({ ...rules, weights: reversed }, participant.counts.toReversed())).toBe(
          pointsOf(rules, participant.counts),
        );
      }),
      runs(200),
    );
  });

  it('is the sum of its breakdown, in which nothing counts beyond its count or cap', () => {
    fc.assert(
      fc.property(scoringCase, ({ rules, participant }) => {
        const parts = breakdown(compileScoring(rules), participant);
        const total = parts.reduce((sum, { points }) => sum.add(points), new Exact(0));
        expect(total.toFixed()).toBe(pointsOf(rules, participant.counts));
        expect(parts.map(({ kind, count }) => [kind, count])).toEqual(
          participant.counts.map(({ kind, count }) => [kind, count]),
        );
        for (const [index, { kind, count, counted, weight, points }] of parts.entries()) {
          expect(counted).toBe(countedOf(participant.counts[index] ?? { kind, count }, rules));
          expect(new Exact(weight).eq(String(rules.weights[kind]))).toBe(true);
          expect(points).toBe(new Exact(weight).mul(counted).toFixed());
        }
      }),
      runs(300),
    );
  });

  it('never falls when one more interaction counts', () => {
    fc.assert(
      fc.property(scoringCase, fc.nat(), ({ rules, participant }, pick) => {
        const { counts } = participant;
        fc.pre(counts.length > 0);
        const more = counts.map((entry, index) =>
          index === pick % counts.length && entry.count < Number.MAX_SAFE_INTEGER
            ? { ...entry, count: entry.count + 1 }
            : entry,
        );
        expect(new Exact(pointsOf(rules, more)).gte(pointsOf(rules, counts))).toBe(true);
      }),
      runs(200),
    );
  });

  it('of 5 posts, 12 comments, 34 likes and 8 follows is 39.5', () => {
    const counts = [
      { kind: 'post', count: 5 },
      { kind: 'comment', count: 12 },
      { kind: 'like', count: 34 },
      { kind: 'follow', count: 8 },
    ];
    expect(pointsOf(DEFAULT_SCORING_RULES, counts)).toBe('39.5');
    expect(score(compileScoring(DEFAULT_SCORING_RULES), { participant: 'alice', counts })).toEqual({
      participant: 'alice',
      points: 3950n,
    });
  });

  it('of no counts is zero', () => {
    expect(pointsOf(DEFAULT_SCORING_RULES, [])).toBe('0');
  });

  it('leaves out likes and follows of oneself, and keeps posts and comments', () => {
    const all = (kind: string): readonly KindCount[] => [{ kind, count: 4, ownActs: 4 }];
    expect(
      ['post', 'comment', 'like', 'follow'].map((kind) => pointsOf(DEFAULT_SCORING_RULES, all(kind))),
    ).toEqual([...['12', '4', '0', '0']]);
    expect(pointsOf({ weights: { like: 1 } }, all('like'))).toBe('0');
    expect(pointsOf({ weights: { like: 1 }, ownActsCount: { like: true } }, all('like'))).toBe('4');
  });

  it('caps what counts after acts on oneself are left out', () => {
    const rules = { weights: { like: '0.25' }, caps: { like: 10 } };
    expect(pointsOf(rules, [{ kind: 'like', count: 30, ownActs: 25 }])).toBe('1.25');
    expect(pointsOf(rules, [{ kind: 'like', count: 30, ownActs: 5 }])).toBe('2.5');
  });

  it('stays exact where a JS number would not', () => {
    const counts = [{ kind: 'post', count: Number.MAX_SAFE_INTEGER }];
    expect(pointsOf({ weights: { post: '3.0000000000000000000001' } }, counts)).toBe(
      new Exact('3.0000000000000000000001').mul(Number.MAX_SAFE_INTEGER).toFixed(),
    );
  });

  it('knows a kind with weight zero, and refuses one without a weight, with its position only', () => {
    const scoring = compileScoring({ weights: { post: '3', downvote: 0 } });
    expect(score(scoring, { participant: 'alice', counts: [{ kind: 'downvote', count: 7 }] }).points).toBe(
      0n,
    );
    const error = refusal(() =>
      score(scoring, { participant: 'alice', counts: [{ kind: 'secret', count: 1 }] }, 41),
    );
    expect(error.code).toBe('UNKNOWN_INTERACTION_KIND');
    expect(error.details).toEqual({ position: 41 });
    expect(error.message).not.toContain('secret');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', ''])(
    'does not take %j for a kind',
    (kind) => {
      const scoring = compileScoring(DEFAULT_SCORING_RULES);
      const participant = { participant: 'alice', counts: [{ kind, count: 1 }] };
      expect(refusal(() => score(scoring, participant)).code).toBe('UNKNOWN_INTERACTION_KIND');
      expect(refusal(() => breakdown(scoring, participant)).code).toBe('UNKNOWN_INTERACTION_KIND');
    },
  );

  it('refuses a kind that occurs twice, even as the very same entry', () => {
    const scoring = compileScoring(DEFAULT_SCORING_RULES);
    const like = { kind: 'like', count: 1 };
    for (const counts of [
      [like, like],
      [like, { kind: 'post', count: 1 }, { kind: 'like', count: 2 }],
    ]) {
      expect(refusal(() => score(scoring, { participant: 'alice', counts })).code).toBe('INVALID_COUNT');
    }
  });

  it.each([
    ...[
      { count: -1 },
      { count: 0.5 },
      { count: NaN },
      { count: Infinity },
      { count: 2 ** 53 },
      { count: '5' },
      { count: 5n },
      {},
    ],
    ...[
      { count: 5, ownActs: 6 },
      { count: 5, ownActs: -1 },
      { count: 5, ownActs: 0.5 },
      { count: 5, ownActs: NaN },
    ],
    { count: 5, ownActs: '1' },
  ])('refuses the count %#', (entry) => {
    const scoring = compileScoring(DEFAULT_SCORING_RULES);
    const counts = [{ kind: 'like', ...entry }];
    // @ts-expect-error callers without a type checker
    const call = (): unknown => score(scoring, { participant: 'alice', counts });
    expect(refusal(call).code).toBe('INVALID_COUNT');
    expect(refusal(call).details).toMatchObject({ participant: 'alice' });
  });

  it.each([undefined, null, 'post', [null], [undefined], ['post'], [5]])(
    'refuses counts that are %j',
    (counts) => {
      const scoring = compileScoring(DEFAULT_SCORING_RULES);
      // @ts-expect-error callers without a type checker
      const call = (): unknown => score(scoring, { participant: 'alice', counts });
      expect(refusal(call).code).toBe('INVALID_COUNT');
    },
  );

  it('refuses a participant without an id', () => {
    expect(
      refusal(() => score(compileScoring(DEFAULT_SCORING_RULES), { participant: '', counts: [] })).code,
    ).toBe('INVALID_ID');
  });

  it('takes a million participants', () => {
    const scoring = compileScoring(DEFAULT_SCORING_RULES);
    const counts = DEFAULT_KINDS.map((kind) => ({ kind, count: 10, ownActs: 1 }));
    let total = 0n;
    for (let index = 0; index < 1_000_000; index++) {
      total += score(scoring, { participant: `participant-${index}`, counts }, index).points;
    }
    expect(total).toBe(1_000_000n * (3000n + 1000n + 450n + 225n));
  });
});

const DEFAULT_KINDS = ['post', 'comment', 'follow', 'like'];

describe('scoring rules', () => {
  it('bring all weights to one scale', () => {
    const scoring = compileScoring({ weights: { a: '1', b: '0.5', c: '0.125' } });
    expect(scoring.scale).toBe(3);
    expect([...scoring.kinds].map(([kind, { weight }]) => [kind, weight])).toEqual([
      ['a', 1000n],
      ['b', 500n],
      ['c', 125n],
    ]);
  });

  it.each([
    [{ weights: { post: '-1' } }, ['weights.post']],
    [{ weights: { post: -1 } }, ['weights.post']],
    [{ weights: { post: 0.5 } }, ['weights.post']],
    [{ weights: { post: 'NaN', like: '1e3', comment: '1' } }, ['weights.post', 'weights.like']],
    [{ weights: { 'a\nb': '1' } }, ['weights[0]']],
    [{ weights: { '': '1' } }, ['weights[0]']],
    [{ weights: { post: '3' }, caps: { post: -1 } }, ['caps.post']],
    [{ weights: { post: '3' }, caps: { post: 1.5 } }, ['caps.post']],
    [{ weights: { post: '3' }, caps: { post: NaN } }, ['caps.post']],
    [{ weights: { post: '3' }, caps: { post: '5' } }, ['caps.post']],
    [{ weights: { post: '3' }, caps: { posts: 5 } }, ['caps[0]']],
    [{ weights: { post: '3' }, caps: { constructor: 5 } }, ['caps[0]']],
    [{ weights: { post: '3' }, ownActsCount: { post: 'no' } }, ['ownActsCount.post']],
    [{ weights: { post: '3' }, ownActsCount: { posts: false } }, ['ownActsCount[0]']],
    [{ weights: { post: '3' }, ownActsCount: true, caps: 5 }, ['ownActsCount', 'caps']],
    [{ weights: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`k${i}`, 1])) }, ['weights']],
    [{ weights: null }, ['weights']],
    [{ weights: ['3'] }, ['weights']],
    [{}, ['weights']],
    [null, ['weights']],
    [undefined, ['weights']],
  ])('are refused with the path of each problem: %#', (rules, paths) => {
    // @ts-expect-error callers without a type checker
    const error = refusal(() => compileScoring(rules));
    expect(error.code).toBe('INVALID_INPUT');
    expect(error.details).toMatchObject({ issues: paths.map((path) => ({ path })) });
  });
});
