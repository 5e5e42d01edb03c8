import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { upTo } from './rows.ts';

const event = (id: string, type = 'transfer.paid') => ({ id, type });

/** Events of providers: each has its effect once. */
export const eventCases = [
  storeCase({
    id: 'event-is-new-once',
    title: 'says of each event of a provider whether it is new, in the order given',
    check: async ({ transact }) => {
      const first = await transact((unit) => unit.events.add('bank', [event('a'), event('b'), event('a')]));
      assertEqual(first, [true, true, false], 'at first');
      const again = await transact((unit) =>
        unit.events.add('bank', [event('c'), event('b'), event('a', 'other')]),
      );
      assertEqual(again, [true, false, false], 'again');
      assertEqual(await transact((unit) => unit.events.add('bank', [])), [], 'none');
      assertEqual(
        await transact((unit) => unit.events.add('stripe', [event('a')])),
        [true],
        'of another provider',
      );
    },
  }),
  storeCase({
    id: 'event-ids-are-told-apart',
    title: 'tells events apart whose ids and providers look alike',
    check: async ({ transact }) => {
      const ids = ['evt', 'EVT', 'evt ', "evt'", 'evt/a', 'évt', 'e\u0301vt', '🎉', '%', '_'];
      const added = await transact((unit) =>
        unit.events.add(
          'a',
          ids.map((id) => event(id)),
        ),
      );
      assertEqual(
        added,
        ids.map(() => true),
        'the events',
      );
      assertEqual(
        await transact((unit) => unit.events.add('a/evt', [event('a')])),
        [true],
        'of a longer provider',
      );
      assertEqual(await transact((unit) => unit.events.add('A', [event('evt')])), [true], 'of another case');
    },
  }),
  storeCase({
    id: 'event-many',
    title: 'takes thousands of events at once and says of each whether it is new',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.events.add(
          'bank',
          upTo(3000).map((index) => event(`evt_${index}`)),
        ),
      );
      const added = await transact((unit) =>
        unit.events.add(
          'bank',
          upTo(6000).map((index) => event(`evt_${5999 - index}`)),
        ),
      );
      assertEqual(
        added.slice(0, 3000).every((isNew) => isNew),
        true,
        'the new ones',
      );
      assertEqual(
        added.slice(3000).some((isNew) => isNew),
        false,
        'the old ones',
      );
      assertEqual(added.length, 6000, 'how many');
    },
  }),
  storeCase({
    id: 'event-refuses-what-is-none',
    title: 'refuses an event that no store could keep, and stores none of its set',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await assertRefused(unit.events.add('', [event('a')]), 'INVALID_ID');
        await assertRefused(unit.events.add('bank', [event('a'), event('')]), 'INVALID_ID');
        await assertRefused(unit.events.add('bank', [event('a'), event('b', 'a\nb')]), 'INVALID_ID');
        assertEqual(await unit.events.add('bank', [event('a')]), [true], 'the first of them');
      });
    },
  }),
  storeCase({
    id: 'event-undone-with-its-effect',
    title: 'takes an event again when the transaction of its effect failed',
    check: async ({ transact }) => {
      await refusalOf(
        transact(async (unit) => {
          await unit.events.add('bank', [event('a')]);
          throw new Error('stop');
        }),
      );
      assertEqual(await transact((unit) => unit.events.add('bank', [event('a')])), [true], 'the event');
    },
  }),
  storeCase({
    id: 'event-is-of-one-program',
    title: 'takes an event in each of two programs once',
    check: async ({ transact, store, otherProgram }) => {
      assertEqual(await transact((unit) => unit.events.add('bank', [event('a')])), [true], 'in the first');
      for (const isNew of [true, false]) {
        const added = await store.transact(otherProgram, (unit) => unit.events.add('bank', [event('a')]));
        assertEqual(added, [isNew], 'in the second');
      }
    },
  }),
  storeCase({
    id: 'event-race',
    title: 'lets an event that arrives many times at once have its effect once',
    needs: ['concurrency'],
    check: async ({ transact }) => {
      const added = await Promise.all(
        upTo(8).map((index) =>
          transact(async (unit) => {
            const areNew = await unit.events.add('bank', [event('a'), event(`own ${index}`)]);
            await unit.now();
            return areNew;
          }),
        ),
      );
      assertEqual(added.filter(([isNew]) => isNew === true).length, 1, 'how often it was new');
      assertEqual(added.filter(([, isNew]) => isNew === true).length, 8, 'how many of the others were');
    },
  }),
];
