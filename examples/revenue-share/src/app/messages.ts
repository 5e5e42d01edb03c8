import { deliverNotifications, type Notification, type Notifier } from '@payout-engines/core';
import type { Database, Query } from '@payout-engines/example-kit';
import { PROGRAM } from './program.ts';

/**
 * Where notifications go: a table that stands for a mail service. A notification can come twice after a crash; its id
 * makes it one message.
 */
function messages(query: Query): Notifier {
  return {
    deliver: async (notifications) => {
      const column = (cell: (one: Notification) => string | null) => notifications.map(cell);
      await query(
        `INSERT INTO message (id, kind, creator, period, body)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) ON CONFLICT DO NOTHING`,
        [
          column(({ id }) => id),
          column(({ kind }) => kind),
          column(({ participant }) => participant ?? null),
          column((one) => ('period' in one ? one.period : null)),
          column((one) => JSON.stringify(one)),
        ],
      );
    },
  };
}

/** Sends what waits. */
export async function sendMessages({ store, query }: Database): Promise<void> {
  await deliverNotifications(store, PROGRAM, messages(query), { leaseMs: 10_000 });
}

/** A message that was sent. */
export interface Message {
  readonly at: Date;
  readonly notification: Notification;
}

/** The kinds of messages there are here. */
export const MESSAGE_KINDS = ['share', 'referral_bonus', 'payout', 'earning', 'operator'] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

/** What was sent, newest first: all, or one kind, or to one creator. */
export async function messagesSent(
  query: Query,
  { kind, limit = 100 }: { readonly kind?: MessageKind | undefined; readonly limit?: number } = {},
): Promise<readonly Message[]> {
  const rows = await query(
    'SELECT body, at FROM message WHERE $1::text IS NULL OR kind = $1 ORDER BY at DESC, id LIMIT $2',
    [kind ?? null, limit],
  );
  return rows.map((row) => ({
    at: row['at'] instanceof Date ? row['at'] : new Date(String(row['at'])),
    notification: JSON.parse(String(row['body'])) as Notification,
  }));
}

/** How many messages of each kind were sent, and how many wait. */
export async function messageCounts({ store, query }: Database): Promise<{
  readonly sent: ReadonlyMap<string, number>;
  readonly waiting: number;
}> {
  const rows = await query('SELECT kind, count(*)::int AS count FROM message GROUP BY kind');
  const { undelivered } = await store.transact(PROGRAM, (unit) => unit.outbox.counts());
  return {
    sent: new Map(rows.map((row) => [String(row['kind']), Number(row['count'])])),
    waiting: undelivered,
  };
}
