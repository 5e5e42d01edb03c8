import { hmac } from '@noble/hashes/hmac';
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';
import * as z from 'zod';
import { PayoutError } from '../errors.ts';
import { divide } from '../money/rounding.ts';
import type { Environment } from '../payouts/payout.ts';
import type { PaymentReference, ProviderEvent, RawEvent } from '../ports/provider.ts';

/** The header that carries the signature: `t=<unix seconds>,v1=<HMAC-SHA256 in hex>` over `<unix seconds>.<body>`. */
export const SIMULATED_SIGNATURE_HEADER = 'x-simulated-signature';

/** How far the time of a signature may be from now, in seconds, either way. */
const TOLERANCE_SECONDS = 300n;

/** What an event says. It names the payment and no amount: an event is a hint to look, not a thing to believe. */
export interface SimulatedEventBody {
  readonly id: string;
  readonly type: string;
  readonly account: string;
  readonly environment: Environment;
  readonly payment?: { readonly object: string; readonly reference: PaymentReference };
}

const EVENT_BODY = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  account: z.string().min(1),
  environment: z.enum(['live', 'test']),
  payment: z
    .object({
      object: z.string().min(1),
      reference: z.object({
        program: z.string().min(1),
        payout: z.string().min(1),
        attempt: z.int().min(0),
      }),
    })
    .optional(),
});

/** Signs a body as the provider does. Tests sign others with it: of another account, of another time, of no sense. */
export function signSimulatedEvent(body: string, secret: string, at: Date): RawEvent {
  const seconds = unixSeconds(at).toString();
  const signature = signatureOf(`${seconds}.${body}`, secret);
  return { body, headers: { [SIMULATED_SIGNATURE_HEADER]: `t=${seconds},v1=${signature}` } };
}

/**
 * What a raw event says, once its signature and time are right. Nothing in the body is read before.
 *
 * @throws {@link PayoutError} with code `EVENT_REFUSED`
 */
export function readSimulatedEvent(
  provider: string,
  raw: RawEvent,
  secret: string,
  now: Date,
): ProviderEvent {
  const refuse = (reason: string) => new PayoutError('EVENT_REFUSED', { provider, reason });
  const header = raw.headers[SIMULATED_SIGNATURE_HEADER];
  const [, seconds, signature] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (seconds === undefined || signature === undefined)
    throw refuse('its signature header is missing or malformed');
  if (!sameText(signature, signatureOf(`${seconds}.${raw.body}`, secret)))
    throw refuse('its signature is not right');
  const age = unixSeconds(now) - BigInt(seconds);
  if (age > TOLERANCE_SECONDS || age < -TOLERANCE_SECONDS) throw refuse('its time is too far from now');
  const event = EVENT_BODY.safeParse(parsed(raw.body));
  if (!event.success) throw refuse('its body is malformed');
  const { payment, ...rest } = event.data;
  return payment === undefined ? rest : { ...rest, payment };
}

function unixSeconds(at: Date): bigint {
  return divide(BigInt(at.getTime()), 1000n, 'floor');
}

function signatureOf(text: string, secret: string): string {
  return bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(text)));
}

/** Whether two texts of equal length are the same, in a time that does not tell where they differ. */
function sameText(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < right.length; index += 1) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  }
  return difference === 0;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
