import { PayoutError } from '@payout-engines/core';

/**
 * Whose events an endpoint gets: those of the platform's own account, or those of the accounts connected to it. Stripe
 * signs each endpoint with a secret of its own.
 */
export type StripeEndpoint = 'platform' | 'connect';

/** The secret of an endpoint, with the time from when on it is not believed any more. */
export type StripeEndpointSecret = string | { readonly secret: string; readonly notAfter: Date };

/**
 * The signing secrets of the endpoints (`whsec_…`). While one is rolled, its endpoint has two: Stripe signs with both,
 * and the old one should have an end.
 */
export type StripeEndpointSecrets = Readonly<
  Partial<Record<StripeEndpoint, readonly StripeEndpointSecret[]>>
>;

/** A secret that can be signed with and not be looked at. */
export interface SigningKey {
  readonly endpoint: StripeEndpoint;
  readonly notAfter?: Date;
  /** The HMAC-SHA256 of the text's UTF-8. */
  readonly sign: (text: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
}

/**
 * Checks the secrets and makes keys of them, so that no secret stands in an object that could be logged.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, which says where a secret is wrong and never what it is
 */
export function signingKeys(secrets: StripeEndpointSecrets): readonly SigningKey[] {
  const issues: { readonly path: string; readonly reason: string }[] = [];
  const seen = new Set<string>();
  const keys: SigningKey[] = [];
  for (const [endpoint, given] of Object.entries(secrets)) {
    if (endpoint !== 'platform' && endpoint !== 'connect') {
      issues.push({ path: 'secrets', reason: 'an endpoint is either platform or connect' });
      continue;
    }
    for (const [index, one] of listOf(given).entries()) {
      const { secret, notAfter } =
        typeof one === 'string' ? { secret: one, notAfter: undefined } : partsOf(one);
      const problem = problemOf(secret, notAfter) ?? (seen.has(secret) ? 'it is given twice' : undefined);
      if (problem !== undefined) issues.push({ path: `secrets.${endpoint}.${index}`, reason: problem });
      else {
        seen.add(secret);
        keys.push({ endpoint, sign: signer(secret), ...(notAfter === undefined ? {} : { notAfter }) });
      }
    }
  }
  if (keys.length === 0 && issues.length === 0)
    issues.push({ path: 'secrets', reason: 'there must be one at least' });
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return keys;
}

/** Callers without TypeScript exist, and a configuration may have one secret where a list belongs. */
function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [given];
}

function partsOf(one: unknown): { readonly secret: string; readonly notAfter: Date | undefined } {
  if (typeof one !== 'object' || one === null) return { secret: '', notAfter: undefined };
  const secret = 'secret' in one && typeof one.secret === 'string' ? one.secret : '';
  if (!('notAfter' in one) || one.notAfter === undefined) return { secret, notAfter: undefined };
  return { secret, notAfter: one.notAfter instanceof Date ? new Date(one.notAfter) : NO_DATE };
}

const NO_DATE = new Date('none');

function problemOf(secret: string, notAfter: Date | undefined): string | undefined {
  // An API key in this place would be a mistake that nobody notices until events are refused.
  if (!/^whsec_[ -~]{8,}$/.test(secret))
    return 'it is not the signing secret of an endpoint, which begins with whsec_';
  if (notAfter !== undefined && Number.isNaN(notAfter.getTime())) return 'notAfter is not a date';
  return undefined;
}

/** WebCrypto, because it is there in Node, on edge runtimes and in workers alike. The key is the whole `whsec_…` text. */
function signer(secret: string): SigningKey['sign'] {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  let imported: ReturnType<typeof crypto.subtle.importKey> | undefined;
  return async (text) => {
    imported ??= crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', await imported, text));
  };
}
