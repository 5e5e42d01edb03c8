import { describe, expect, test } from 'vitest';
import { PLANT_SETS, readCaught } from '../plants/all.ts';
import { hunt, replay } from '../plants/hunt.ts';
import { patched, sourceOf } from '../plants/patched-core.ts';
import { MASKED, plantsNamed, PLANTS, setName } from '../plants/plants.ts';

const caught = readCaught();
/** How many are replayed, and by which of the first seeds they must be noticed to be among them. */
const SAMPLE = 24;
const FREQUENT = 3;
/** A change of the simulator or of the engine shifts what a seed is about: then the first ones are tried. */
const AGAIN = 15;
const sets = PLANT_SETS.filter((set) => caught[setName(set)] !== undefined);

/**
 * Bugs that many seeds notice are replayed by every run of the tests, some of each topic; PLANTS=all replays each. The
 * rare ones are for `npm run simulate -- --plant all`.
 */
const frequent = sets.filter((set) => (caught[setName(set)] ?? Infinity) <= FREQUENT);
const sample =
  process.env['PLANTS'] === 'all'
    ? sets
    : frequent.filter((_, index) => (index * SAMPLE) % frequent.length < SAMPLE);

describe('the planted bugs', () => {
  test('are at least forty, ten of them by somebody who did not write the engines', () => {
    expect(PLANTS.length).toBeGreaterThanOrEqual(40);
    expect(PLANTS.filter(({ own }) => own === true).length).toBeGreaterThanOrEqual(10);
  });

  test('have names of their own, in kebab-case', () => {
    expect(new Set(PLANTS.map(({ name }) => name)).size).toBe(PLANTS.length);
    for (const { name } of PLANTS) expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  });

  test('still match the source, each edit exactly once', async () => {
    for (const { edits } of PLANTS) {
      expect(edits.length).toBeGreaterThan(0);
      for (const file of new Set(edits.map((edit) => edit.file))) {
        const source = await sourceOf(file);
        const own = edits.filter((edit) => edit.file === file);
        expect(patched(source, own)).not.toBe(source);
      }
    }
  });

  test('leave the checker as it is', () => {
    for (const { edits } of PLANTS) {
      for (const { file } of edits) expect(file).not.toMatch(/^testing\//);
    }
  });

  test('that mask each other exist', () => {
    for (const set of MASKED) expect(plantsNamed(set)).toHaveLength(set.length);
  });

  test('have a recorded seed that noticed them, for forty at least; the full hunt demands all of them', () => {
    const noticed = new Set(sets.flat());
    expect(PLANTS.filter(({ name }) => noticed.has(name)).length).toBeGreaterThanOrEqual(40);
  });
});

describe('the seed that noticed it notices again, or else one of the first', () => {
  for (const set of sample) {
    const name = setName(set);
    test(name, async () => {
      const plants = plantsNamed(set);
      const { violation } = await replay(plants, caught[name] ?? 1, 100);
      if (violation === undefined) {
        const again = await hunt(plants, { from: 1, seeds: AGAIN, payouts: 100 });
        expect(again.caught).toBeDefined();
      } else {
        expect(violation.invariant).toMatch(/^I\d+$/);
      }
    });
  }
});
