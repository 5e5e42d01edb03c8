import { createHmac } from 'node:crypto';
import { secondsOf } from './seconds.ts';

/** An event that a platform's endpoints would get. */
export interface LoopbackEvent {
  readonly id: string;
  readonly type: string;
  readonly livemode: boolean;
  readonly account?: string;
  readonly object: Record<string, unknown>;
  readonly created: number;
}

/** An event as Stripe shows it. */
export function shownEvent({ id, type, livemode, account, object, created }: LoopbackEvent): {
  readonly id: string;
  readonly [name: string]: unknown;
} {
  return {
    id,
    object: 'event',
    ...(account !== undefined && { account }),
    api_version: '2026-10-28.loopback',
    created,
    data: { object },
    livemode,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
}

/** The body of an event, as Stripe writes it. */
export function eventBody(event: LoopbackEvent): string {
  return JSON.stringify(shownEvent(event), null, 2);
}

/** The `Stripe-Signature` header of a body. */
export function signatureHeader(body: string, secrets: readonly string[], at: Date): string {
  const seconds = secondsOf(at.getTime());
  const signed = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex')}`,
  );
  return [`t=${seconds}`, ...signed].join(',');
}

/** An event as it is delivered: its raw body and headers. */
export function signedDelivery(
  event: LoopbackEvent,
  secrets: readonly string[],
  at: Date,
): { readonly body: string; readonly headers: { readonly 'stripe-signature': string } } {
  const body = eventBody(event);
  return { body, headers: { 'stripe-signature': signatureHeader(body, secrets, at) } };
}
