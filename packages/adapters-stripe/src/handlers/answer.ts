import { type ErrorCode, PayoutError } from '@payout-engines/core';
import type { StripeWebhook } from '../events/webhook.ts';
import { STRIPE_SIGNATURE_HEADER } from '../events/signature.ts';
import { BODY_BYTES_MAX, bodyText } from './body-text.ts';

/** What a delivery is answered: Stripe takes any 2xx as received, and delivers again after anything else. */
export interface DeliveryAnswer {
  readonly status: number;
  /** JSON: what became of it, as a code. Whoever sent it learns nothing else. */
  readonly body: string;
}

/** A delivery as it arrived over HTTP. */
export interface Delivery {
  readonly method: string;
  /** The raw bytes of the body; nothing where a parser has been there before. */
  readonly body: Uint8Array | 'too_large' | undefined;
  /** The header `stripe-signature`. */
  readonly signature: string | undefined;
}

/**
 * Receives a delivery, and answers once what follows from it is stored: never before, because Stripe forgets what it has
 * been thanked for.
 */
export async function answerDelivery(webhook: StripeWebhook, delivery: Delivery): Promise<DeliveryAnswer> {
  const { method, body, signature } = delivery;
  if (method !== 'POST') return refusal(405, 'METHOD_NOT_ALLOWED');
  if (body === 'too_large') return refusal(413, 'BODY_TOO_LARGE');
  if (body === undefined) return refusal(500, 'BODY_ALREADY_PARSED');
  if (body.length > BODY_BYTES_MAX) return refusal(413, 'BODY_TOO_LARGE');
  const text = bodyText(body);
  if (text === undefined) return refusal(400, 'EVENT_REFUSED');
  const headers = signature === undefined ? {} : { [STRIPE_SIGNATURE_HEADER]: signature };
  try {
    const { kind } = await webhook.receive({ body: text, headers });
    return { status: 200, body: JSON.stringify({ received: kind }) };
  } catch (error) {
    if (!PayoutError.is(error)) return refusal(500, 'FAILED');
    return refusal(STATUS[error.code] ?? 500, error.code);
  }
}

/** Everything else is a matter of ours, and is worth another delivery. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  EVENT_REFUSED: 400,
  PROVIDER_UNAVAILABLE: 503,
  STORE_UNAVAILABLE: 503,
  TRANSACTION_CONFLICT: 503,
};

function refusal(status: number, code: string): DeliveryAnswer {
  return { status, body: JSON.stringify({ code }) };
}
