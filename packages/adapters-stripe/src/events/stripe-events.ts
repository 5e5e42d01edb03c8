import { type Clock, type Environment, PayoutError, type RawEvent, systemClock } from '@payout-engines/core';
import { signingKeys, type StripeEndpointSecrets } from './endpoint-secrets.ts';
import { signedBy } from './signature.ts';
import { readStripeEvent, type StripeEvent } from './stripe-event.ts';

/** How events are verified. */
export interface StripeEventsOptions {
  readonly secrets: StripeEndpointSecrets;
  /** Whether the program pays with test or with live money. */
  readonly environment: Environment;
  /** The id of the provider in errors. @defaultValue `'stripe'` */
  readonly provider?: string;
  /** @defaultValue the clock of the machine */
  readonly clock?: Clock;
  /** How far the time of a signature may be from now, in seconds, before or after. @defaultValue `300` */
  readonly toleranceSeconds?: number;
}

/** Verifies events. It holds the secrets and does not show them. */
export interface StripeEvents {
  readonly provider: string;
  readonly environment: Environment;
  /**
   * What an event says, once a secret of an endpoint has signed exactly these bytes, not long ago.
   *
   * @throws {@link PayoutError} with code `EVENT_REFUSED`
   */
  verify(raw: RawEvent): Promise<StripeEvent>;
}

/** Whoever tolerates a day will have old deliveries played back to them. */
const TOLERANCE_SECONDS_MAX = 3600;

/**
 * The events of a platform's endpoints. Several secrets can be right at once: of the platform's endpoint and of that for
 * connected accounts, and the old and the new one of each while it is rolled.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 *
 * @example
 * ```ts
 * import { PayoutError } from '@payout-engines/core';
 * import { stripeEvents } from '@payout-engines/adapters-stripe';
 *
 * const events = stripeEvents({
 *   environment: 'test',
 *   secrets: {
 *     platform: ['whsec_of_the_platform_endpoint'],
 *     connect: [
 *       'whsec_of_the_connect_endpoint',
 *       { secret: 'whsec_that_is_being_rolled', notAfter: new Date('2026-11-27T00:00:00Z') },
 *     ],
 *   },
 * });
 * const forged = { body: '{}', headers: { 'stripe-signature': `t=1795651200,v1=${'0'.repeat(64)}` } };
 * const refused: unknown = await events.verify(forged).catch((error: unknown) => error);
 * PayoutError.is(refused, 'EVENT_REFUSED') && refused.details.reason; // => 'its signature is not right'
 * ```
 */
export function stripeEvents(options: StripeEventsOptions): StripeEvents {
  const { environment, provider = 'stripe', clock = systemClock, toleranceSeconds = 300 } = options;
  const issues: { readonly path: string; readonly reason: string }[] = [];
  if (environment !== 'live' && environment !== 'test') {
    issues.push({ path: 'environment', reason: 'it is either live or test' });
  }
  if (
    !Number.isSafeInteger(toleranceSeconds) ||
    toleranceSeconds < 1 ||
    toleranceSeconds > TOLERANCE_SECONDS_MAX
  ) {
    issues.push({
      path: 'toleranceSeconds',
      reason: `it is a whole number from 1 to ${TOLERANCE_SECONDS_MAX}`,
    });
  }
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  const rules = {
    provider,
    keys: signingKeys(options.secrets),
    clock,
    toleranceSeconds: BigInt(toleranceSeconds),
  };
  return {
    provider,
    environment,
    verify: async (raw) => {
      const endpoint = await signedBy(rules, raw);
      const event = readStripeEvent(raw.body, endpoint);
      if (event === undefined) {
        throw new PayoutError('EVENT_REFUSED', { provider, reason: 'its body is malformed' });
      }
      return event;
    },
  };
}
