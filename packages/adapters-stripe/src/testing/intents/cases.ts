import { assertSame, type IntentStoreCase } from './harness.ts';

const [PROGRAM, ID] = ['program-1', 'clawback-1'];
const ROUND = 12;

/** What every intent store promises: each case takes stores without rows. */
export const intentStoreCases: readonly IntentStoreCase[] = [
  {
    id: 'absent-row',
    title: 'an intent that nobody made is not there, and cannot be replaced',
    run: async ({ one, other }) => {
      assertSame(await one.read(PROGRAM, ID), undefined, 'a row that was never made');
      assertSame(await one.replace(PROGRAM, ID, 1, 'first'), false, 'replacing what is not there');
      assertSame(await other.read(PROGRAM, ID), undefined, 'the row after that');
    },
  },
  {
    id: 'made-once',
    title: 'an intent is made once, and the other worker sees it at once',
    run: async ({ one, other }) => {
      assertSame(await one.replace(PROGRAM, ID, 0, 'first'), true, 'making it');
      assertSame(await other.replace(PROGRAM, ID, 0, 'second'), false, 'making it again');
      assertSame(await other.read(PROGRAM, ID), { version: 1, text: 'first' }, 'the row');
    },
  },
  {
    id: 'replaced-by-its-reader',
    title: 'whoever has read the latest version replaces it, and whoever has read an older one does not',
    run: async ({ one, other }) => {
      await one.replace(PROGRAM, ID, 0, 'first');
      assertSame(await other.replace(PROGRAM, ID, 1, 'second'), true, 'replacing version 1');
      assertSame(await one.replace(PROGRAM, ID, 1, 'late'), false, 'replacing version 1 again');
      assertSame(await one.replace(PROGRAM, ID, 3, 'early'), false, 'replacing a version that is not yet');
      assertSame(await one.read(PROGRAM, ID), { version: 2, text: 'second' }, 'the row');
    },
  },
  {
    id: 'one-of-many',
    title: 'of many workers at once, one makes the intent, and one replaces each of its versions',
    run: async ({ one, other }) => {
      for (let version = 0; version < 3; version += 1) {
        const tries = Array.from({ length: ROUND }, (_, index) =>
          (index & 1 ? one : other).replace(PROGRAM, ID, version, `${version}/${index}`),
        );
        const results = await Promise.all(tries);
        assertSame(results.filter(Boolean).length, 1, `how many replaced version ${version}`);
        const row = { version: version + 1, text: `${version}/${results.indexOf(true)}` };
        assertSame(await one.read(PROGRAM, ID), row, 'the row of the one who did');
      }
    },
  },
  {
    id: 'kept-apart',
    title: 'programs and ids are kept apart, however they are spelled',
    run: async ({ one, other }) => {
      const names = [
        ['a', 'bc'],
        ['ab', 'c'],
        ['A', 'bc'],
        ['a', 'BC'],
        ['a', "b'c"],
        ['a', 'b"c'],
        ['a/b', 'c'],
        ['a', 'b/c'],
      ] as const;
      for (const [program, id] of names)
        assertSame(await one.replace(program, id, 0, `${program} ${id}`), true, `making ${program} ${id}`);
      for (const [program, id] of names)
        assertSame(await other.read(program, id), { version: 1, text: `${program} ${id}` }, 'its row');
    },
  },
  {
    id: 'text-as-it-is',
    title: 'a text comes back character for character, whatever is in it and however long it is',
    run: async ({ one, other }) => {
      const texts = [
        '{"a":"b\\"c"}',
        ' spaces ',
        'line\nfeed\ttab',
        "it's $1 %s",
        'Ünïcode 🪙',
        'x'.repeat(100_000),
      ];
      for (const [index, text] of texts.entries()) {
        await one.replace(PROGRAM, `text-${index}`, 0, text);
        assertSame(await other.read(PROGRAM, `text-${index}`), { version: 1, text }, `text ${index}`);
      }
    },
  },
  {
    id: 'one-clock',
    title: 'the clock is one for all workers, and does not go back',
    run: async ({ one, other }) => {
      let last = 0;
      for (let round = 0; round < ROUND; round += 1) {
        for (const store of [one, other]) {
          const now = (await store.now()).getTime();
          assertSame(Number.isSafeInteger(now) && now >= last, true, 'that the clock goes on');
          last = now;
        }
      }
    },
  },
];
