import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../src/memory/journal.ts';
import { TimeLine } from '../../src/memory/time-line.ts';

const place = fc.record({
  at: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(-Infinity)),
  id: fc.nat(60).map(String),
});
type Place = { readonly at: number; readonly id: string };

function inOrder(left: Place, right: Place): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

/** Adds a place that is not there, removes one that is. */
function toggle(line: TimeLine, places: Map<string, Place>, { at, id }: Place): void {
  const key = `${at}/${id}`;
  if (places.delete(key)) line.remove(at, id);
  else {
    places.set(key, { at, id });
    line.add(at, id);
  }
}

function expectSame(line: TimeLine, places: Map<string, Place>, from: Place, until: number): void {
  const sorted = [...places.values()].sort(inOrder);
  expect([...line.after(from.at, from.id, until)]).toEqual(
    sorted.filter((one) => inOrder(one, from) > 0 && one.at <= until).map(({ id }) => id),
  );
  expect([...line.before(from.at, from.id)]).toEqual(
    sorted
      .filter((one) => inOrder(one, from) < 0)
      .map(({ id }) => id)
      .reverse(),
  );
}

describe('a time line', () => {
  it('gives the ids after and before any place in order, also after changes and when they are undone', () => {
    const runs = fc.array(place, { maxLength: 1500, size: 'max' });
    fc.assert(
      fc.property(runs, runs, place, fc.integer({ min: 0, max: 40 }), (kept, undone, from, until) => {
        const journal = new Journal();
        const line = new TimeLine(journal);
        const places = new Map<string, Place>();
        for (const one of kept) toggle(line, places, one);
        expectSame(line, places, from, until);
        journal.commit();
        const after = new Map(places);
        for (const one of undone) toggle(line, after, one);
        expectSame(line, after, from, until);
        journal.rollback();
        expectSame(line, places, from, until);
      }),
      { numRuns: 30 },
    );
  });
});
