import { type Clock, PayoutError, type RawEvent } from '@payout-engines/core';
import type { SigningKey, StripeEndpoint } from './endpoint-secrets.ts';

/** The header that carries the signature, in lower case. */
export const STRIPE_SIGNATURE_HEADER = 'stripe-signature';

/** No header of Stripe's is longer, and nobody makes us compare thousands of signatures. */
const HEADER_LENGTH_MAX = 2048;

/** What a signature is checked with. */
export interface SignatureRules {
  /** Named in errors. */
  readonly provider: string;
  readonly keys: readonly SigningKey[];
  readonly clock: Clock;
  /** How far the time of a signature may be from now, in seconds, either way. */
  readonly toleranceSeconds: bigint;
}

/**
 * Which endpoint's secret has signed exactly these bytes, at about this time. Nothing in the body is read before.
 *
 * @throws {@link PayoutError} with code `EVENT_REFUSED`
 */
export async function signedBy(rules: SignatureRules, raw: RawEvent): Promise<StripeEndpoint> {
  const refuse = (reason: string) => new PayoutError('EVENT_REFUSED', { provider: rules.provider, reason });
  const header = readHeader(raw.headers[STRIPE_SIGNATURE_HEADER]);
  if (header === undefined) throw refuse('its signature header is missing or malformed');
  // Half a surrogate pair would be signed as if it were another character.
  if (typeof raw.body !== 'string' || /\p{Surrogate}/u.test(raw.body)) throw refuse('its body is not a text');

  const now = rules.clock().getTime();
  const text = new TextEncoder().encode(`${header.seconds}.${raw.body}`);
  let endpoint: StripeEndpoint | undefined;
  for (const key of rules.keys) {
    const right = await key.sign(text);
    const isBelieved = key.notAfter === undefined || now < key.notAfter.getTime();
    // All are compared, so that the time tells nothing of which secret or signature came near.
    for (const signature of header.signatures) {
      if (sameBytes(signature, right) && isBelieved) endpoint ??= key.endpoint;
    }
  }
  if (endpoint === undefined) throw refuse('its signature is not right');

  const agoMs = BigInt(now) - BigInt(header.seconds) * 1000n;
  const toleranceMs = rules.toleranceSeconds * 1000n;
  if (agoMs > toleranceMs || agoMs < -toleranceMs) throw refuse('its time is too far from now');
  return endpoint;
}

interface SignatureHeader {
  /** As it was signed: as text. */
  readonly seconds: string;
  readonly signatures: readonly Uint8Array[];
}

/** `t=<unix seconds>,v1=<hex>[,v1=<hex>][,v0=<hex>]`. Schemes other than v1 count for nothing, so that none can be weaker. */
function readHeader(header: string | undefined): SignatureHeader | undefined {
  if (typeof header !== 'string' || header.length > HEADER_LENGTH_MAX) return undefined;
  const times: string[] = [];
  const signatures: Uint8Array[] = [];
  for (const part of header.split(',')) {
    const [, name, value] = /^([a-z0-9]+)=([!-~]+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    if (name === 't') times.push(value);
    if (name === 'v1') {
      const bytes = bytesOf(value);
      if (bytes === undefined) return undefined;
      signatures.push(bytes);
    }
  }
  const [seconds, ...others] = times;
  if (seconds === undefined || others.length > 0 || !/^\d{1,12}$/.test(seconds)) return undefined;
  return signatures.length === 0 ? undefined : { seconds, signatures };
}

/** The 32 bytes of a SHA-256 in hexadecimal digits. */
function bytesOf(hex: string): Uint8Array | undefined {
  if (!/^[0-9a-f]{64}$/.test(hex)) return undefined;
  return Uint8Array.from({ length: 32 }, (_, index) => {
    return (DIGITS.indexOf(hex.charAt(index * 2)) << 4) | DIGITS.indexOf(hex.charAt(index * 2 + 1));
  });
}

const DIGITS = '0123456789abcdef';

/** Whether bytes are the same, in a time that does not tell where they differ. */
function sameBytes(given: Uint8Array, right: Uint8Array): boolean {
  let difference = given.length ^ right.length;
  for (const [index, byte] of right.entries()) difference |= (given[index] ?? 0) ^ byte;
  return difference === 0;
}
