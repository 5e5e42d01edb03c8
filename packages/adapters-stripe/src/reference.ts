import { attemptKey, type PaymentReference } from '@payout-engines/core';
import { type JsonObject, jsonObject } from './events/json-object.ts';
import { numberOf } from './whole-number.ts';

/** What our objects carry at Stripe, so that it can be told whose they are. */
export const STRIPE_METADATA = {
  program: 'payout_engines_program',
  payout: 'payout_engines_payout',
  attempt: 'payout_engines_attempt',
  participant: 'payout_engines_participant',
} as const;

/**
 * The `transfer_group` of a payout: its own, because that is the only filter by which its transfers can be found again.
 * A hash, for ids are longer than labels may be; of attempt 0, which no payout has.
 */
export function transferGroup({ program, payout }: Omit<PaymentReference, 'attempt'>): string {
  return `payout_${attemptKey(program, payout, 0)}`;
}

/** The metadata of an object that is made for an attempt. */
export function metadataOf(reference: PaymentReference, participant: string): Record<string, string> {
  return {
    [STRIPE_METADATA.program]: reference.program,
    [STRIPE_METADATA.payout]: reference.payout,
    [STRIPE_METADATA.attempt]: reference.attempt.toString(),
    [STRIPE_METADATA.participant]: participant,
  };
}

/** What the metadata of an object says of whose it is; nothing where it is none of ours. */
export function metadataReference(object: JsonObject): PaymentReference | undefined {
  const metadata = jsonObject(object['metadata']);
  const program = metadata?.[STRIPE_METADATA.program];
  const payout = metadata?.[STRIPE_METADATA.payout];
  const attempt = metadata?.[STRIPE_METADATA.attempt];
  if (typeof program !== 'string' || typeof payout !== 'string' || typeof attempt !== 'string')
    return undefined;
  if (program === '' || payout === '' || !/^[1-9][0-9]{0,8}$/.test(attempt)) return undefined;
  const number = numberOf(BigInt(attempt));
  return number === undefined ? undefined : { program, payout, attempt: number };
}

/**
 * Whose transfer it is. Metadata can be written by whoever has the dashboard; the group cannot be changed, so that both
 * must agree.
 */
export function transferReference(transfer: JsonObject): PaymentReference | undefined {
  const reference = metadataReference(transfer);
  return reference !== undefined && transfer['transfer_group'] === transferGroup(reference)
    ? reference
    : undefined;
}
