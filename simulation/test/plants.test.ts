import { describe, expect, test } from 'vitest';
import { PLANT_SETS, readCaught } from '../plants/all.ts';
import { replay } from '../plants/hunt.ts';
import { patched, sourceOf } from '../plants/patched-core.ts';
import { MASKED, plantsNamed, PLANTS, setName } from '../plants/plants.ts';

const caught = readCaught();
const sets = PLANT_SETS.filter((set) => caught[setName(set)] !== undefined);

/** How many are replayed by every run of the tests; PLANTS=all replays each. Spread evenly, so that all topics are met. */
const SAMPLE = process.env['PLANTS'] === 'all' ? sets.length : 40;
const sample = sets.filter((_, index) => (index * SAMPLE) % sets.length < SAMPLE);

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

  test('were all noticed by some seed, by themselves or in a set', () => {
    const noticed = new Set(sets.flat());
    expect(PLANTS.map(({ name }) => name).filter((name) => !noticed.has(name))).toEqual([]);
    expect(MASKED.map(setName).filter((name) => caught[name] === undefined)).toEqual([]);
  });
});

describe('the seed that noticed it notices again', () => {
  for (const set of sample) {
    const name = setName(set);
    test(name, async () => {
      const { violation } = await replay(plantsNamed(set), caught[name] ?? 0, 100);
      expect(violation?.invariant).toMatch(/^I\d+$/);
    });
  }
});
