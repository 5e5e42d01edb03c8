import type { Clock } from '../ports/clock.ts';
import type { Notification } from '../ports/notifier.ts';
import type { OutboxRows } from '../ports/store.ts';
import { assertNotification, notificationText, readNotification } from '../schemas/notification.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';

/** The outbox of one program, in memory. Notifications are kept as text, which takes half the memory of objects. */
export function memoryOutbox(journal: Journal, clock: Clock): OutboxRows {
  const texts = new Table<string, string>(journal);
  /** When the lease of each undelivered notification ends. */
  const leases = new Table<string, number>(journal);
  return {
    add: async (notifications) => {
      for (const notification of notifications) assertNotification(notification);
      for (const notification of notifications) {
        if (texts.get(notification.id) !== undefined) continue;
        texts.set(notification.id, flat(notificationText(notification)));
        leases.set(notification.id, 0);
      }
    },
    lease: async (limit, leaseMs) => {
      const now = clock().getTime();
      const leased: Notification[] = [];
      for (const [id, until] of leases.entries()) {
        if (leased.length >= limit) break;
        if (until > now) continue;
        leases.set(id, now + leaseMs);
        leased.push(readNotification(texts.get(id) ?? ''));
      }
      return leased;
    },
    delivered: async (ids) => {
      assertIds(ids, 'notification');
      for (const id of ids) leases.delete(id);
    },
    counts: async () => ({ stored: texts.size, undelivered: leases.size }),
  };
}

/** V8 leaves what JSON.stringify gives in a dozen pieces until a character of it is looked at. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
