import type { Notification } from '../../ports/notifier.ts';
import { assertEqual, assertThat } from '../assert.ts';
import { byCodeUnit } from '../plain.ts';
import { storeCase } from './case.ts';
import { notification, upTo } from './rows.ts';

const HOUR = 3_600_000;

function ids(notifications: readonly Notification[]): readonly string[] {
  return notifications.map(({ id }) => id).sort(byCodeUnit);
}

/** Notifications: stored once, leased to one at a time, never delivered again. */
export const outboxCases = [
  storeCase({
    id: 'outbox-keeps-what-it-tells',
    title: 'keeps what a notification tells about an amount, to the last digit',
    check: async ({ transact }) => {
      const bonus: Notification = {
        id: 'n2',
        kind: 'referral_bonus',
        participant: 'u2',
        period: '2026-01-01',
        currency: 'KWD',
        amount: '-9223372036854775808',
        state: 'available',
        referred: "o'neil 🎉",
        level: 2,
      };
      await transact((unit) => unit.outbox.add([notification('n1'), bonus]));
      const leased = await transact((unit) => unit.outbox.lease(10, HOUR));
      const byId = leased.toSorted((left, right) => byCodeUnit(left.id, right.id));
      assertEqual(byId, [notification('n1'), bonus], 'the notifications');
    },
  }),
  storeCase({
    id: 'outbox-stores-once-by-id',
    title: 'stores a notification once, within a batch and over batches, and keeps the first',
    check: async ({ transact }) => {
      await transact((unit) => unit.outbox.add([notification('n1', 'u1'), notification('n1', 'u2')]));
      await transact((unit) => unit.outbox.add([notification('n1', 'u3'), notification('n2')]));
      assertEqual(
        await transact((unit) => unit.outbox.counts()),
        { stored: 2, undelivered: 2 },
        'the counts',
      );
      const leased = await transact((unit) => unit.outbox.lease(10, HOUR));
      assertEqual(ids(leased), ['n1', 'n2'], 'leased');
      assertEqual(leased.find(({ id }) => id === 'n1')?.participant, 'u1', 'the first content');
    },
  }),
  storeCase({
    id: 'outbox-lease-respects-its-limit',
    title: 'leases no more notifications than asked for, and each once',
    check: async ({ transact }) => {
      const all = upTo(25).map((index) => notification(`n${index}`));
      await transact((unit) => unit.outbox.add(all));
      assertEqual(await transact((unit) => unit.outbox.lease(0, HOUR)), [], 'leased none');
      const leased: Notification[] = [];
      for (const expected of [10, 10, 5, 0]) {
        const batch = await transact((unit) => unit.outbox.lease(10, HOUR));
        assertEqual(batch.length, expected, 'leased at once');
        leased.push(...batch);
      }
      assertEqual(ids(leased), ids(all), 'leased in all');
      assertEqual(
        await transact((unit) => unit.outbox.counts()),
        { stored: 25, undelivered: 25 },
        'the counts',
      );
    },
  }),
  storeCase({
    id: 'outbox-lease-within-one-transaction',
    title: 'leases nothing twice within one transaction',
    check: async ({ transact }) => {
      await transact((unit) => unit.outbox.add([notification('n1'), notification('n2')]));
      const [first, second] = await transact(
        async (unit) => [await unit.outbox.lease(1, HOUR), await unit.outbox.lease(10, HOUR)] as const,
      );
      assertEqual(ids([...first, ...second]), ['n1', 'n2'], 'leased');
    },
  }),
  storeCase({
    id: 'outbox-lease-that-has-run-out',
    title: 'leases again at once what was leased for no time',
    check: async ({ transact }) => {
      await transact((unit) => unit.outbox.add([notification('n1')]));
      assertEqual(ids(await transact((unit) => unit.outbox.lease(1, 0))), ['n1'], 'leased for no time');
      assertEqual(ids(await transact((unit) => unit.outbox.lease(1, HOUR))), ['n1'], 'leased again');
    },
  }),
  storeCase({
    id: 'outbox-lease-ends',
    title: 'leases again what was not delivered in its time, and nothing before it',
    needs: ['time'],
    check: async ({ transact, passTime }) => {
      await transact((unit) => unit.outbox.add([notification('n1'), notification('n2')]));
      const leased = await transact((unit) => unit.outbox.lease(2, 1_500));
      assertEqual(ids(leased), ['n1', 'n2'], 'leased');
      await transact((unit) => unit.outbox.delivered(['n2']));
      assertEqual(await transact((unit) => unit.outbox.lease(2, HOUR)), [], 'leased too early');
      await passTime(1_501);
      assertEqual(ids(await transact((unit) => unit.outbox.lease(2, HOUR))), ['n1'], 'leased in time');
    },
  }),
  storeCase({
    id: 'outbox-delivered-stays-delivered',
    title: 'never leases what was delivered, even when it is added again or its lease has run out',
    check: async ({ transact }) => {
      await transact((unit) => unit.outbox.add([notification('n1'), notification('n2'), notification('n3')]));
      await transact((unit) => unit.outbox.lease(10, 0));
      await transact((unit) => unit.outbox.delivered(['n1', 'n3', 'n1']));
      await transact((unit) => unit.outbox.add([notification('n1')]));
      assertEqual(ids(await transact((unit) => unit.outbox.lease(10, HOUR))), ['n2'], 'leased');
      assertEqual(
        await transact((unit) => unit.outbox.counts()),
        { stored: 3, undelivered: 1 },
        'the counts',
      );
    },
  }),
  storeCase({
    id: 'outbox-delivered-without-a-lease',
    title: 'takes as delivered what someone delivered after its lease, and ignores what it does not know',
    check: async ({ transact }) => {
      await transact((unit) => unit.outbox.add([notification('n1')]));
      await transact((unit) => unit.outbox.delivered(['unknown', 'n1']));
      await transact((unit) => unit.outbox.delivered([]));
      assertEqual(
        await transact((unit) => unit.outbox.counts()),
        { stored: 1, undelivered: 0 },
        'the counts',
      );
    },
  }),
  storeCase({
    id: 'outbox-many',
    title: 'leases and delivers 5,000 notifications once each',
    check: async ({ transact }) => {
      await transact((unit) => unit.outbox.add(upTo(5_000).map((index) => notification(`n${index}`))));
      const seen = new Set<string>();
      for (;;) {
        const batch = await transact((unit) => unit.outbox.lease(700, HOUR));
        if (batch.length === 0) break;
        for (const { id } of batch) {
          assertThat(!seen.has(id), `${id} is leased once`);
          seen.add(id);
        }
        await transact((unit) => unit.outbox.delivered(batch.map(({ id }) => id)));
      }
      assertEqual(seen.size, 5_000, 'leased');
      assertEqual(
        await transact((unit) => unit.outbox.counts()),
        { stored: 5_000, undelivered: 0 },
        'the counts',
      );
    },
  }),
  storeCase({
    id: 'outbox-empty',
    title: 'has nothing to deliver when nothing was added',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.outbox.add([]);
        assertEqual(await unit.outbox.lease(10, HOUR), [], 'leased');
        assertEqual(await unit.outbox.counts(), { stored: 0, undelivered: 0 }, 'the counts');
      });
    },
  }),
];
