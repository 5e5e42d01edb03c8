import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import { NO_DATE, collect, day, days, interaction, sortedCounts } from './rows.ts';

/** Interactions: each counted once, in exactly one period. */
export const interactionCases = [
  storeCase({
    id: 'interaction-counted-by-participant-and-kind',
    title: 'counts for each participant how often each kind was credited, acts on oneself apart',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8)]));
      const receipt = await transact((unit) =>
        unit.interactions.record([
          interaction('1', day(1), { participant: 'a', kind: 'like', actor: 'b' }),
          interaction('2', day(2), { participant: 'a', kind: 'like', actor: 'a' }),
          interaction('3', day(3), { participant: 'a', kind: 'like' }),
          interaction('4', day(4), { participant: 'a', kind: 'post', actor: 'a' }),
          interaction('5', day(5), { participant: 'b', kind: 'like', actor: 'a' }),
        ]),
      );
      assertEqual(receipt, { recorded: 5, duplicates: 0, late: 0 }, 'the receipt');
      await transact(async (unit) => {
        assertEqual(await unit.interactions.total('d1'), 5, 'the total');
        assertEqual(
          sortedCounts(await collect(unit.interactions.counts('d1'))),
          [
            {
              participant: 'a',
              counts: [
                { kind: 'like', count: 3, ownActs: 1 },
                { kind: 'post', count: 1, ownActs: 1 },
              ],
            },
            { participant: 'b', counts: [{ kind: 'like', count: 1, ownActs: 0 }] },
          ],
          'the counts',
        );
      });
    },
  }),
  storeCase({
    id: 'interaction-counted-once',
    title: 'counts an interaction once, within a batch and over batches',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8)]));
      const like = interaction('1', day(1), { actor: 'b' });
      const first = await transact((unit) =>
        unit.interactions.record([like, { ...like }, interaction('2', day(1))]),
      );
      assertEqual(first, { recorded: 2, duplicates: 1, late: 0 }, 'the first receipt');
      const second = await transact((unit) => unit.interactions.record([interaction('3', day(1)), like]));
      assertEqual(second, { recorded: 1, duplicates: 1, late: 0 }, 'the second receipt');
      assertEqual(await transact((unit) => unit.interactions.total('d1')), 3, 'the total');
    },
  }),
  storeCase({
    id: 'interaction-refuses-other-content',
    title: 'refuses an interaction that comes again as another, and counts nothing of its batch',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8), days(8, 15)]));
      const like = interaction('1', day(1), { actor: 'b' });
      await transact((unit) => unit.interactions.record([like]));
      const others = [
        { ...like, kind: 'post' },
        { ...like, participant: 'u2' },
        { ...like, actor: 'c' },
        interaction('1', day(1)),
        { ...like, at: day(1, 1) },
        { ...like, at: day(9) },
      ];
      for (const other of others) {
        await assertRefused(
          transact((unit) => unit.interactions.record([interaction('new', day(2)), other])),
          'IDEMPOTENCY_CONFLICT',
          { kind: 'interaction', id: '1' },
        );
      }
      await assertRefused(
        transact((unit) => unit.interactions.record([interaction('2', day(2)), interaction('2', day(3))])),
        'IDEMPOTENCY_CONFLICT',
        { kind: 'interaction', id: '2' },
      );
      await transact(async (unit) => {
        assertEqual(await unit.interactions.total('d1'), 1, 'the first period');
        assertEqual(await unit.interactions.total('d8'), 0, 'the second period');
      });
    },
  }),
  storeCase({
    id: 'interaction-belongs-to-one-period',
    title: 'counts what happens at the end of a period in the next one only',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(8, 15), days(1, 8)]));
      await transact((unit) =>
        unit.interactions.record([
          interaction('first', day(1)),
          interaction('last', new Date(day(8).getTime() - 1)),
          interaction('next', day(8)),
        ]),
      );
      await transact(async (unit) => {
        assertEqual(await unit.interactions.total('d1'), 2, 'the first period');
        assertEqual(await unit.interactions.total('d8'), 1, 'the second period');
        assertEqual(await unit.interactions.total('unknown'), 0, 'a period never opened');
        assertEqual(await collect(unit.interactions.counts('unknown')), [], 'its counts');
      });
    },
  }),
  storeCase({
    id: 'interaction-late-goes-to-the-first-open-period',
    title:
      'counts what came too late in the first period that is still open, gaps and closed ones passed over',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.periods.open([days(1, 5), days(5, 8), days(10, 12), days(12, 15), days(15, 20)]);
        await unit.interactions.record([interaction('in time', day(1))]);
        await unit.periods.setState('d1', 'closed');
        await unit.periods.setState('d5', 'closing');
        await unit.periods.setState('d10', 'closed');
      });
      const receipt = await transact((unit) =>
        unit.interactions.record([
          interaction('late 1', day(2)),
          interaction('late 2', day(6)),
          interaction('late 3', day(11)),
          interaction('not late', day(13)),
          interaction('nor this', day(16)),
          interaction('in time', day(1)),
        ]),
      );
      assertEqual(receipt, { recorded: 5, duplicates: 1, late: 3 }, 'the receipt');
      await transact(async (unit) => {
        const totals: number[] = [];
        for (const { id } of await unit.periods.all()) totals.push(await unit.interactions.total(id));
        assertEqual(totals, [1, 0, 0, 4, 1], 'the totals of the periods');
      });
    },
  }),
  storeCase({
    id: 'interaction-stays-where-it-was-counted',
    title: 'never moves an interaction to another period when it comes again after closing',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.periods.open([days(1, 8), days(8, 15)]);
        await unit.interactions.record([interaction('1', day(2))]);
        await unit.periods.setState('d1', 'closed');
      });
      const receipt = await transact((unit) => unit.interactions.record([interaction('1', day(2))]));
      assertEqual(receipt, { recorded: 0, duplicates: 1, late: 0 }, 'the receipt');
      assertEqual(await transact((unit) => unit.interactions.total('d8')), 0, 'the second period');
    },
  }),
  storeCase({
    id: 'interaction-outside-every-period',
    title: 'refuses a batch with an interaction outside every period, and counts nothing of it',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(5, 8), days(10, 15)]));
      const outside = [
        interaction('before', day(4)),
        interaction('between', day(8)),
        interaction('after', day(15)),
      ];
      for (const { id, at } of outside) {
        await assertRefused(
          transact((unit) => unit.interactions.record([interaction('good', day(6)), interaction(id, at)])),
          'OUTSIDE_EVERY_PERIOD',
          { interaction: id },
        );
      }
      assertEqual(await transact((unit) => unit.interactions.total('d5')), 0, 'counted');
    },
  }),
  storeCase({
    id: 'interaction-with-no-open-period-left',
    title: 'refuses what comes after the last period was closed, until a later one opens',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.periods.open([days(1, 5), days(5, 8)]);
        await unit.periods.setState('d5', 'closed');
      });
      await assertRefused(
        transact((unit) => unit.interactions.record([interaction('late', day(6))])),
        'OUTSIDE_EVERY_PERIOD',
        { interaction: 'late' },
      );
      await transact((unit) => unit.periods.open([days(20, 25)]));
      const receipt = await transact((unit) => unit.interactions.record([interaction('late', day(6))]));
      assertEqual(receipt, { recorded: 1, duplicates: 0, late: 1 }, 'the receipt');
      assertEqual(await transact((unit) => unit.interactions.total('d20')), 1, 'the later period');
    },
  }),
  storeCase({
    id: 'interaction-nothing',
    title: 'counts nothing for an empty batch',
    check: async ({ transact }) => {
      const receipt = await transact((unit) => unit.interactions.record([]));
      assertEqual(receipt, { recorded: 0, duplicates: 0, late: 0 }, 'the receipt');
    },
  }),
  storeCase({
    id: 'interaction-refuses-no-date',
    title: 'refuses an interaction that happened at no time',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8)]));
      await assertRefused(
        transact((unit) => unit.interactions.record([interaction('1', day(1)), interaction('2', NO_DATE)])),
        'INVALID_INSTANT',
      );
      assertEqual(await transact((unit) => unit.interactions.total('d1')), 0, 'counted');
    },
  }),
];
