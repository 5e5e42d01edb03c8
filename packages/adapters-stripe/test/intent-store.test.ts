import { describe, expect, it } from 'vitest';
import { type IntentStore, memoryIntents } from '../src/intents/intent.ts';
import { intentStoreCases, registerIntentStoreCases } from '../src/testing/index.ts';

describe('the intent store in memory', () => {
  registerIntentStoreCases(it, intentStoreCases, async () => {
    const store = memoryIntents(() => new Date());
    return { one: store, other: store };
  });
});

/** Stores that break one promise each, and the case that says so. */
const BROKEN: readonly (readonly [string, string, (right: IntentStore) => Partial<IntentStore>])[] = [
  [
    'makes rows when asked to replace them',
    'absent-row',
    (right) => ({
      replace: async (program, id, version, text) =>
        right.replace(program, id, (await right.read(program, id)) === undefined ? 0 : version, text),
    }),
  ],
  [
    'makes a row again',
    'made-once',
    (right) => ({
      replace: async (program, id, version, text) =>
        right.replace(
          program,
          id,
          version === 0 ? ((await right.read(program, id))?.version ?? 0) : version,
          text,
        ),
    }),
  ],
  [
    'lets the last one win',
    'replaced-by-its-reader',
    (right) => ({
      replace: async (program, id, version, text) => {
        const had = (await right.read(program, id))?.version ?? 0;
        return right.replace(program, id, version > 0 && had > 0 ? had : version, text);
      },
    }),
  ],
  [
    'looks first and writes later',
    'one-of-many',
    (right) => ({
      replace: async (program, id, version, text) => {
        const had = (await right.read(program, id))?.version ?? 0;
        if (had !== version) return false;
        await new Promise((resolve) => setTimeout(resolve, 5));
        await right.replace(program, id, (await right.read(program, id))?.version ?? 0, text);
        return true;
      },
    }),
  ],
  [
    'puts program and id together',
    'kept-apart',
    (right) => ({
      read: (program, id) => right.read('all', program + id),
      replace: (program, id, version, text) => right.replace('all', program + id, version, text),
    }),
  ],
  [
    'trims texts',
    'text-as-it-is',
    (right) => ({
      replace: (program, id, version, text) => right.replace(program, id, version, text.trim()),
    }),
  ],
  [
    'has a clock that goes back',
    'one-clock',
    () => {
      let now = 1_000_000;
      return { now: async () => new Date((now -= 1)) };
    },
  ],
];

describe('the contract of intent stores notices one that', () => {
  it.each(BROKEN)('%s', async (_how, id, broken) => {
    const failed: string[] = [];
    for (const one of intentStoreCases) {
      const fresh = memoryIntents(() => new Date());
      const wrong = { ...fresh, ...broken(fresh) };
      await one.run({ one: wrong, other: wrong }).catch(() => failed.push(one.id));
    }
    expect(failed).toContain(id);
  });
});
