import { Violation } from './violation.ts';

const DEPTH_MAX = 6;

/** I29: no text that was planted in an input is in what is told to others. */
export function checkCanaries(told: unknown, canaries: readonly string[], where: string): void {
  if (canaries.length === 0) return;
  for (const text of textsIn(told, DEPTH_MAX)) {
    for (const canary of canaries) {
      if (text.includes(canary)) throw new Violation('I29', 'an input was told to others', { where, text });
    }
  }
}

/** Every text in a value; of an error, its own fields, but for where in the code it arose. */
function* textsIn(value: unknown, depth: number): Generator<string> {
  if (typeof value === 'string') yield value;
  if (typeof value !== 'object' || value === null || depth === 0) return;
  if (value instanceof Error) yield value.message;
  for (const name of Object.keys(value)) {
    yield name;
    const item: unknown = Reflect.get(value, name);
    yield* textsIn(item, depth - 1);
  }
}
