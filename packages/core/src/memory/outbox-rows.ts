import { assertId } from '../id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Notification } from '../ports/notifier.ts';
import type { OutboxRows } from '../ports/store.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';

interface Entry {
  readonly notification: Notification;
  readonly leasedUntil: number;
  readonly delivered: boolean;
}

/** The outbox of one program, in memory. */
export function memoryOutbox(journal: Journal, clock: Clock): OutboxRows {
  const rows = new Table<string, Entry>(journal);
  return {
    add: async (notifications) => {
      for (const notification of notifications) assertNotification(notification);
      for (const notification of notifications) {
        if (rows.get(notification.id) === undefined) {
          rows.set(notification.id, { notification: copyOf(notification), leasedUntil: 0, delivered: false });
        }
      }
      return Promise.resolve();
    },
    lease: async (limit, leaseMs) => {
      const now = clock().getTime();
      const leased: Notification[] = [];
      for (const [id, entry] of rows.entries()) {
        if (leased.length >= limit) break;
        if (entry.delivered || entry.leasedUntil > now) continue;
        rows.set(id, { ...entry, leasedUntil: now + leaseMs });
        leased.push(entry.notification);
      }
      return Promise.resolve(leased);
    },
    delivered: async (ids) => {
      assertIds(ids, 'notification');
      for (const id of ids) {
        const entry = rows.get(id);
        if (entry !== undefined) rows.set(id, { ...entry, delivered: true });
      }
      return Promise.resolve();
    },
    counts: async () => {
      let undelivered = 0;
      for (const entry of rows.values()) if (!entry.delivered) undelivered += 1;
      return Promise.resolve({ stored: rows.size, undelivered });
    },
  };
}

function assertNotification(notification: Notification): void {
  assertId(notification.id, 'notification');
  assertId(notification.participant, 'participant');
  assertId(notification.period, 'period');
  if (notification.kind === 'referral_bonus') assertId(notification.referred, 'referred');
  else
    assertIds(
      notification.breakdown.map(({ kind }) => kind),
      'kind',
    );
}

function copyOf(notification: Notification): Notification {
  if (notification.kind === 'referral_bonus') return { ...notification };
  return { ...notification, breakdown: notification.breakdown.map((line) => ({ ...line })) };
}
