import { type Notification, type OutboxRows, PayoutError } from '@payout-engines/core';
import { assertNotification, notificationText, readNotification } from '@payout-engines/core/schemas';
import { assertIds } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { instant, list, listed } from '../session/params.ts';
import { keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText, CLOCK, milliseconds } from '../session/statement.ts';
import { writeRows } from '../session/write-rows.ts';

const NOTIFICATIONS = new RowSet<Notification>('notification', {
  id: keyColumn(({ id }) => id),
  body: textColumn(notificationText),
});

const STORED = (s: string): string => `
  SELECT ${anyText('k.id')} FROM unnest(${listed('$2')}) AS k (id)
  CROSS JOIN LATERAL (SELECT FROM ${s}.notification WHERE program = $1 AND id = k.id OFFSET 0) AS n`;

/** An id that another transaction has added meanwhile makes everything run again. */
const ADD = (s: string): string => NOTIFICATIONS.insert(s);

/** Claimed by their state, never by a position: rows that commit late are not passed over. */
const WAITING = (s: string): string => `
  WITH clock AS MATERIALIZED (SELECT ${CLOCK} AS now)
  SELECT ${milliseconds('(SELECT now FROM clock)')}, ${anyText('id')}, body FROM ${s}.notification
  WHERE program = $1 AND delivered_at IS NULL AND leased_until <= (SELECT now FROM clock)
  ORDER BY leased_until LIMIT $2::int8
  FOR UPDATE SKIP LOCKED`;

const LEASE = (s: string): string => `
  UPDATE ${s}.notification SET leased_until = $3::timestamptz WHERE program = $1 AND id = ANY (${listed('$2')})`;

const DELIVERED = (s: string): string => `
  UPDATE ${s}.notification SET delivered_at = ${CLOCK}
  WHERE program = $1 AND id = ANY (${listed('$2')}) AND delivered_at IS NULL`;

const COUNTS = (s: string): string => `
  SELECT count(*), count(*) FILTER (WHERE delivered_at IS NULL) FROM ${s}.notification WHERE program = $1`;

/** The outbox of one program. */
export function outboxRows(session: Session): OutboxRows {
  return {
    add: (notifications) => session.operation(() => add(session, notifications)),
    lease: (limit, leaseMs) =>
      session.operation(async () => {
        assertWhole(limit, 'limit');
        assertWhole(leaseMs, 'leaseMs');
        if (limit === 0) return [];
        return lease(session, limit, leaseMs);
      }),
    delivered: (ids) =>
      session.operation(async () => {
        assertIds(ids, 'notification');
        if (ids.length > 0) await session.query(DELIVERED, list(ids));
      }),
    counts: () =>
      session.operation(async () => {
        const columns = new Columns((await session.query(COUNTS))[0]);
        return { stored: columns.integer(), undelivered: columns.integer() };
      }),
  };
}

async function lease(session: Session, limit: number, leaseMs: number): Promise<readonly Notification[]> {
  const waiting = (await session.query(WAITING, limit.toString())).map((row) => {
    const columns = new Columns(row);
    return { now: columns.instant(), id: columns.text(), notification: readNotification(columns.text()) };
  });
  const [first] = waiting;
  if (first === undefined) return [];
  const until = new Date(first.now.getTime() + leaseMs);
  await session.query(LEASE, list(waiting.map(({ id }) => id)), instant(until));
  return waiting.map(({ notification }) => notification);
}

async function add(session: Session, notifications: readonly Notification[]): Promise<void> {
  const first = new Map<string, Notification>();
  for (const notification of notifications) {
    assertNotification(notification);
    if (!first.has(notification.id)) first.set(notification.id, notification);
  }
  if (first.size === 0) return;
  if (!session.hopeful(first.size)) {
    for (const row of await session.query(STORED, list([...first.keys()]))) {
      first.delete(new Columns(row).text());
    }
  }
  if (first.size === 0) return;
  await writeRows(
    session,
    ADD,
    NOTIFICATIONS,
    inOrder([...first.values()], ({ id }) => id),
  );
}

/** A century: leases are minutes. */
const MOST = 3_155_760_000_000;

function assertWhole(value: number, path: string): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= MOST) return;
  const reason = 'it must be a whole number, 0 or more';
  throw new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
