import * as z from 'zod';
import { assertInvariant } from '../errors.ts';
import { assertId } from '../id.ts';
import type { Notification } from '../ports/notifier.ts';

const text = z.string();
const told = {
  id: text,
  participant: text,
  period: text,
  currency: text,
  amount: text,
  state: z.enum(['held', 'available']),
};

const notificationSchema: z.ZodType<Notification> = z.discriminatedUnion('kind', [
  z.strictObject({
    ...told,
    kind: z.literal('share'),
    points: text,
    breakdown: z.array(z.strictObject({ kind: text, counted: z.int(), points: text })),
  }),
  z.strictObject({ ...told, kind: z.literal('referral_bonus'), referred: text, level: z.int() }),
]);

/** A notification as a store keeps it. */
export function notificationText(notification: Notification): string {
  return JSON.stringify(notification);
}

/** Reads a notification that {@link notificationText} wrote. */
export function readNotification(stored: string): Notification {
  const notification = notificationSchema.safeParse(JSON.parse(stored));
  assertInvariant(notification.success, 'a stored notification can be read');
  return notification.data;
}

/** Throws `INVALID_ID` unless every store can keep the notification's ids as they are. */
export function assertNotification(notification: Notification): void {
  assertId(notification.id, 'notification');
  assertId(notification.participant, 'participant');
  assertId(notification.period, 'period');
  if (notification.kind === 'referral_bonus') assertId(notification.referred, 'referred');
  else for (const { kind } of notification.breakdown) assertId(kind, 'kind');
}
