import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interaction } from '../../src/scoring/interaction.ts';
import { compileScoring } from '../../src/scoring/rules.ts';
import { score } from '../../src/scoring/score.ts';
import { tally } from '../../src/scoring/tally.ts';
import { needsData } from '../data-folder.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const at = new Date('2026-10-01T12:00:00Z');

const people = fc.constantFrom('alice', 'bob', 'Zoë', '__proto__', 'constructor');
const interaction: fc.Arbitrary<Interaction> = fc
  .record({
    id: fc.uuid(),
    kind: fc.constantFrom('post', 'like', '__proto__'),
    participant: people,
    actor: fc.option(people, { nil: undefined }),
    at: fc.constant(at),
  })
  .map(({ actor, ...rest }) => (actor === undefined ? rest : { ...rest, actor }));
const interactions = fc.uniqueArray(interaction, { selector: ({ id }) => id, maxLength: 40 });

describe('a tally', () => {
  it('counts what a plain filter counts, acts on oneself apart', () => {
    fc.assert(
      fc.property(interactions, (events) => {
        const tallies = tally(events);
        for (const { participant, counts } of tallies) {
          for (const { kind, count, ownActs } of counts) {
            const matching = events.filter(
              (event) => event.participant === participant && event.kind === kind,
            );
            expect(count).toBe(matching.length);
            expect(ownActs).toBe(matching.filter((event) => event.actor === participant).length);
          }
        }
        const total = tallies.flatMap(({ counts }) => counts).reduce((sum, { count }) => sum + count, 0);
        expect(total).toBe(events.length);
      }),
      runs(200),
    );
  });

  it('counts each event once, however often and in whatever order it comes', () => {
    fc.assert(
      fc.property(
        interactions.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
          ),
        ),
        ([events, shuffled]) => {
          expect(tally(shuffled.map((event) => ({ ...event, at: new Date(event.at) })))).toEqual(
            tally(events),
          );
        },
      ),
      runs(200),
    );
  });

  it.each([
    { kind: 'post' },
    { participant: 'bob' },
    { actor: 'alice' },
    { actor: undefined },
    { at: new Date(at.getTime() + 1) },
  ])('refuses an event that comes again with another %j', (change) => {
    const event = { id: 'e1', kind: 'like', participant: 'alice', actor: 'bob', at };
    // @ts-expect-error callers without a type checker
    const error = refusal(() => tally([event, { ...event, ...change }]));
    expect(error.code).toBe('IDEMPOTENCY_CONFLICT');
    expect(error.details).toEqual({ kind: 'interaction', id: 'e1' });
  });

  it('notices other content even when a source fills one object again and again', () => {
    const reused = { id: 'e1', kind: 'like', participant: 'alice', at: new Date(at) };
    function* source(): Generator<Interaction> {
      yield reused;
      reused.at.setTime(0);
      yield reused;
    }
    expect(refusal(() => tally(source())).code).toBe('IDEMPOTENCY_CONFLICT');
  });

  it.each([
    [{ id: '' }, 'INVALID_ID'],
    [{ kind: '' }, 'INVALID_ID'],
    [{ participant: 5 }, 'INVALID_ID'],
    [{ actor: '' }, 'INVALID_ID'],
    [{ at: new Date(NaN) }, 'INVALID_INSTANT'],
    [{ at: '2026-10-01' }, 'INVALID_INSTANT'],
  ])('refuses an event with %j', (change, code) => {
    const event = { id: 'e1', kind: 'like', participant: 'alice', actor: 'bob', at };
    // @ts-expect-error callers without a type checker
    expect(refusal(() => tally([{ ...event, ...change }])).code).toBe(code);
  });

  it('of nothing is empty', () => {
    expect(tally([])).toEqual([]);
  });

  it('scores a real community, two weeks at a time, as the independent oracle does', (ctx) => {
    const folder = needsData(ctx, 'se-bicycles-meta');
    const rows = (file: string): readonly (readonly string[])[] =>
      readFileSync(`${folder}/${file}`, 'utf8')
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(','));
    const start = Date.parse('2010-08-23T00:00:00Z');
    const scoring = compileScoring({
      weights: { question: '3.0', answer: '3.0', comment: '1.0', accept: '0.5', upvote: '0.25', downvote: 0 },
    });

    const periods = new Map<number, Interaction[]>();
    for (const [id = '', kind = '', participant = '', actor = '', when = ''] of rows('events.csv')) {
      const period = Math.floor((Date.parse(when) - start) / (14 * 86_400_000));
      const events = periods.get(period) ?? [];
      periods.set(period, events);
      events.push({ id, kind, participant, at: new Date(when), ...(actor !== '' && { actor }) });
    }
    const scored = [...periods].flatMap(([period, events]) =>
      tally(events)
        .map((participant) => score(scoring, participant))
        .filter(({ points }) => points > 0n)
        .map(({ participant, points }) => `${period},${participant},${points / 25n}`),
    );

    const expected = rows('oracle_biweekly_quarter_points.csv').map(
      ([period, , user, quarterPoints]) => `${period},${user},${quarterPoints}`,
    );
    expect(scoring.scale).toBe(2);
    expect(scored.sort()).toEqual(expected.filter((row) => !row.endsWith(',0')).sort());
    expect(expected.length).toBeGreaterThan(309);
  });
});
