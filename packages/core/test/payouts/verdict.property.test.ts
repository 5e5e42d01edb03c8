import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../money/property-runs.ts';
import { type Draw, playAttempt, type Setting } from './verdict-world.ts';

const ms = (max: number) => fc.integer({ min: 0, max });

const keys = fc.record({
  windowMs: fc.integer({ min: 150, max: 900 }),
  lengthMax: fc.constant(255),
  replaysFirstAnswer: fc.boolean(),
});

const lookup = fc.record(
  { delayMs: ms(80), authoritative: fc.boolean(), backMs: fc.integer({ min: 200, max: 2000 }) },
  { requiredKeys: ['delayMs', 'authoritative'] },
);

const setting = (forgets: fc.Arbitrary<Setting['forgets']>): fc.Arbitrary<Setting> =>
  fc.record({
    promises: fc
      .record({
        keys: fc.option(keys, { nil: undefined }),
        lookup: fc.option(lookup, { nil: undefined }),
        inFlightMs: ms(200),
      })
      .map(({ keys, lookup, inFlightMs }) => ({
        ...(keys === undefined ? {} : { keys }),
        ...(lookup === undefined ? {} : { lookup }),
        inFlightMs,
      })),
    retry: fc.record({
      firstMs: fc.integer({ min: 1, max: 60 }),
      longestMs: fc.integer({ min: 60, max: 300 }),
      triesMax: fc.integer({ min: 1, max: 8 }),
      refusedMs: fc.constant(1),
      attemptsMax: fc.constant(1),
    }),
    marginMs: fc.integer({ min: 0, max: 10 }),
    leaseMs: fc.integer({ min: 20, max: 60 }),
    claimedAfterMs: fc.oneof(ms(20), ms(1500)),
    forgets,
  });

/** Plays many histories, drawn from a stream so that a failing one shrinks, and says what was met in them. */
function playMany(forgets: fc.Arbitrary<Setting['forgets']>): ReadonlySet<string> {
  const met = new Set<string>();
  fc.assert(
    fc.property(setting(forgets), fc.infiniteStream(fc.nat({ max: 4_294_967_295 })), (setting, stream) => {
      const draw: Draw = (least, most) => least + (stream.next().value % (most - least + 1));
      const { end, movements, verdicts } = playAttempt(setting, draw);
      expect(movements).toBeLessThanOrEqual(end.kind === 'closed' ? 0 : 1);
      for (const kind of verdicts) met.add(kind);
      met.add('end' in end ? end.end : 'code' in end ? end.code : end.kind);
    }),
    // One seed, so that what it meets does not change from run to run.
    { ...runs(20_000), seed: 20261126 },
  );
  return met;
}

const VERDICTS = ['wait', 'send', 'closed', 'review'];
const CLOSED = ['refused', 'absent', 'not_sent'];
const UNDECIDED = ['too_many_tries', 'no_lookup', 'absent_not_proven'];

describe('a verdict', () => {
  it('says that nothing moved only where nothing did and nothing will, and has nothing pay twice (I1, I3)', () => {
    const met = playMany(fc.constant(undefined));
    // A run that never came to an end would prove nothing about it.
    expect([...met].sort()).toEqual([...VERDICTS, ...CLOSED, ...UNDECIDED, 'found'].sort());
  });

  const forgets = (what: 'attempt' | 'steps') =>
    playMany(fc.record({ afterSteps: fc.integer({ min: 0, max: 6 }), what: fc.constant(what) }));

  it('does so too where a restored store has forgotten the whole attempt (C16)', () => {
    expect([...forgets('attempt')].sort()).toEqual(
      [...VERDICTS, ...CLOSED, ...UNDECIDED, 'restored_and_not_proven', 'found'].sort(),
    );
  });

  it('does so too where a restored store has forgotten the latest sends of an attempt', () => {
    expect([...forgets('steps')].sort()).toEqual([...VERDICTS, ...CLOSED, ...UNDECIDED, 'found'].sort());
  });
});
