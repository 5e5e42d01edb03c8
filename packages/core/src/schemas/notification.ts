import * as z from 'zod';
import { assertInvariant } from '../errors.ts';
import { assertId } from '../id.ts';
import { PAYOUT_STATES } from '../payouts/states.ts';
import type { Notification } from '../ports/notifier.ts';

const text = z.string();
const told = {
  id: text,
  participant: text,
  currency: text,
  amount: text,
};
const credited = { ...told, period: text, state: z.enum(['held', 'available']) };

const notificationSchema: z.ZodType<Notification> = z.discriminatedUnion('kind', [
  z.strictObject({
    ...credited,
    kind: z.literal('share'),
    points: text,
    breakdown: z.array(z.strictObject({ kind: text, counted: z.int(), points: text })),
  }),
  z.strictObject({ ...credited, kind: z.literal('referral_bonus'), referred: text, level: z.int() }),
  z.strictObject({
    ...told,
    kind: z.literal('payout'),
    payout: text,
    state: z.enum(PAYOUT_STATES),
    fee: text,
    returned: text,
    reason: text.exactOptional(),
    note: text.exactOptional(),
  }),
  z.strictObject({
    ...told,
    kind: z.literal('earning'),
    earning: text,
    event: z.enum(['credited', 'released', 'reversed', 'adjusted']),
    state: z.enum(['held', 'available']),
    reason: text.exactOptional(),
  }),
  z.strictObject({
    id: text,
    kind: z.literal('campaign'),
    campaign: text,
    event: z.enum(['alert', 'completed']),
    currency: text,
    budget: text,
    spent: text,
    percent: z.int().exactOptional(),
    reason: z.enum(['spent', 'ended', 'idle', 'operator']).exactOptional(),
  }),
  z.strictObject({
    ...told,
    kind: z.literal('clip'),
    campaign: text,
    clip: text,
    event: z.enum(['approved', 'rejected', 'disqualified', 'completed', 'held']),
    reason: text.exactOptional(),
  }),
  z.strictObject({
    id: text,
    kind: z.literal('operator'),
    event: text,
    payout: text.exactOptional(),
    participant: text.exactOptional(),
    by: text.exactOptional(),
    reason: text.exactOptional(),
    note: text.exactOptional(),
  }),
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
  switch (notification.kind) {
    case 'share':
      assertId(notification.participant, 'participant');
      assertId(notification.period, 'period');
      for (const { kind } of notification.breakdown) assertId(kind, 'kind');
      return;
    case 'referral_bonus':
      assertId(notification.participant, 'participant');
      assertId(notification.period, 'period');
      assertId(notification.referred, 'referred');
      return;
    case 'payout':
      assertId(notification.participant, 'participant');
      assertId(notification.payout, 'payout');
      return;
    case 'earning':
      assertId(notification.participant, 'participant');
      assertId(notification.earning, 'earning');
      return;
    case 'campaign':
      assertId(notification.campaign, 'campaign');
      return;
    case 'clip':
      assertId(notification.participant, 'participant');
      assertId(notification.campaign, 'campaign');
      assertId(notification.clip, 'clip');
      if (notification.reason !== undefined) assertId(notification.reason, 'reason');
      return;
    case 'operator':
      assertId(notification.event, 'event');
      if (notification.participant !== undefined) assertId(notification.participant, 'participant');
      if (notification.payout !== undefined) assertId(notification.payout, 'payout');
  }
}
