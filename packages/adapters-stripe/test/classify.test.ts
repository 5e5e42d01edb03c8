import type { SendOutcome } from '@payout-engines/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorBody } from '../src/testing/loopback/answer.ts';
import { classifyStripeFailure } from '../src/classify.ts';
import { readFailure } from '../src/failure.ts';
import { STRIPE_REFUSALS } from '../src/refusals.ts';
import { connectedStripe, type ConnectedStripe } from './connected-stripe.ts';
import type { LoopbackFault } from '../src/testing/loopback/faults.ts';

const opened: ConnectedStripe[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function connected(): Promise<ConnectedStripe> {
  const one = await connectedStripe({ timeoutMs: 400 });
  opened.push(one);
  return one;
}

/** An error of the service, with what its headers say of the key. */
function error(
  status: number,
  body: Partial<ErrorBody>,
  { stored = false, replayed = false } = {},
): LoopbackFault {
  return {
    name: 'answer',
    status,
    body: { error: { type: 'invalid_request_error', message: 'A sentence.', ...body } },
    executed: stored,
    headers: replayed ? { 'idempotent-replayed': 'true' } : {},
  };
}

function said(outcome: SendOutcome): string {
  if (outcome.kind === 'object') return outcome.object.status;
  const scope = 'scope' in outcome ? [outcome.scope] : [];
  const stored = 'stored' in outcome && outcome.stored === true ? ['stored'] : [];
  return [outcome.kind, ...scope, outcome.code, ...stored].join(' ');
}

/** What the service does, what it is taken for, and how many transfers there are then. */
const ROWS: readonly (readonly [string, readonly LoopbackFault[], string, number])[] = [
  ['a transfer as it was asked for', [], 'moved', 1],
  ['a connection that is closed before anything happened, and the hidden resend too', lost(2), 'unknown', 0],
  ['a connection that is closed once before anything happened', lost(1), 'moved', 1],
  [
    'answers that are lost, both of them',
    [{ name: 'response_lost' }, { name: 'response_lost' }],
    'unknown',
    1,
  ],
  ['no answer in time', [{ name: 'withheld' }], 'unknown', 1],
  ['an answer that is cut off', [{ name: 'truncated' }], 'unknown', 1],
  [
    'a 429 to the hidden resend of what has paid',
    [{ name: 'reset_then_429' }],
    'unknown error_after_resend',
    1,
  ],
  ['an error after execution', [{ name: 'error_500_executed' }], 'unknown status_500', 1],
  ['an error before execution', [{ name: 'error_500_stored' }], 'unknown status_500', 0],
  [
    'an error that is replayed',
    [error(500, { type: 'api_error' }, { replayed: true })],
    'unknown error_replayed',
    0,
  ],
  ['a service that is unavailable', [error(503, { type: 'api_error' })], 'unknown status_503', 0],
  ['a dependency that failed', [error(424, { type: 'api_error' })], 'unknown status_424', 0],
  ['a gateway after execution', [{ name: 'error_502', executed: true }], 'unknown', 1],
  ['a gateway before execution', [{ name: 'error_502', executed: false }], 'unknown', 0],
  [
    'a page that says 200',
    [{ name: 'answer', status: 200, body: '<html><body>Welcome</body></html>' }],
    'unknown',
    0,
  ],
  [
    'JSON that is no transfer, after one',
    [{ name: 'not_a_payment', executed: true }],
    'unknown not_a_transfer',
    1,
  ],
  ['JSON that is no transfer', [{ name: 'not_a_payment', executed: false }], 'unknown not_a_transfer', 0],
  ['a key that is in use', [{ name: 'key_in_use' }], 'not_executed key_in_use', 0],
  ['too many requests', [{ name: 'rate_limited' }], 'not_executed rate_limited', 0],
  ['a lock that was not had', [{ name: 'lock_timeout' }], 'not_executed lock_timeout', 0],
  ['a key of other parameters', [error(400, { type: 'idempotency_error' })], 'unknown key_reused', 0],
  [
    'no money',
    [error(400, { code: 'balance_insufficient' }, { stored: true })],
    'refused run balance_insufficient stored',
    0,
  ],
  [
    'a recipient without the capability',
    [error(400, { code: 'insufficient_capabilities_for_transfer' }, { stored: true })],
    'refused recipient insufficient_capabilities_for_transfer stored',
    0,
  ],
  [
    'a recipient of another region',
    [error(400, { code: 'transfers_not_allowed' }, { stored: true })],
    'refused recipient transfers_not_allowed stored',
    0,
  ],
  [
    'a recipient whose capability is not active',
    [error(400, { code: 'capability_not_active' }, { stored: true })],
    'refused recipient capability_not_active stored',
    0,
  ],
  [
    'a recipient that cannot be paid out',
    [error(400, { code: 'payouts_not_allowed' }, { stored: true })],
    'refused recipient payouts_not_allowed stored',
    0,
  ],
  ['an account of nobody', [error(403, { code: 'account_invalid' })], 'refused recipient account_invalid', 0],
  [
    'a destination that does not exist',
    [error(400, { code: 'resource_missing', param: 'destination' })],
    'refused recipient resource_missing',
    0,
  ],
  [
    'something else that does not exist',
    [error(400, { code: 'resource_missing', param: 'source_transaction' })],
    'unknown resource_missing',
    0,
  ],
  ['too little', [error(400, { code: 'amount_too_small' })], 'refused payout amount_too_small', 0],
  ['too much', [error(400, { code: 'amount_too_large' })], 'refused payout amount_too_large', 0],
  [
    'a parameter that is wrong',
    [error(400, { code: 'parameter_invalid_integer' })],
    'refused payout parameter_invalid_integer',
    0,
  ],
  ['a currency that is wrong', [error(400, { param: 'currency' })], 'refused payout status_400', 0],
  ['a key that is wrong', [error(401, {})], 'refused run status_401', 0],
  ['a key that has expired', [error(401, { code: 'api_key_expired' })], 'refused run api_key_expired', 0],
  ['a key that may not', [error(403, {})], 'refused run status_403', 0],
  [
    'a platform’s key that has expired',
    [error(401, { code: 'platform_api_key_expired' })],
    'refused run platform_api_key_expired',
    0,
  ],
  [
    'a key of the other world',
    [error(400, { code: 'livemode_mismatch' })],
    'refused run livemode_mismatch',
    0,
  ],
  ['a code that nobody knows', [error(400, { code: 'something_new' })], 'unknown something_new', 0],
  ['an error without a code', [error(400, {})], 'unknown status_400', 0],
  [
    'a card error, of all things',
    [error(402, { type: 'card_error', code: 'card_declined' })],
    'unknown card_declined',
    0,
  ],
];

function lost(times: number): readonly LoopbackFault[] {
  return Array.from({ length: times }, () => ({ name: 'request_lost' as const }));
}

describe('what an answer to a send means', () => {
  it.each(ROWS)('%s', async (_what, faults, meaning, transfers) => {
    const { loopback, provider, request } = await connected();
    loopback.nextWrite(...faults);
    const outcome = await provider.send(request(), new AbortController().signal);
    expect(said(outcome).startsWith(meaning), said(outcome)).toBe(true);
    expect(loopback.platform.transfers).toHaveLength(transfers);
  });

  it('is never definite after more than one request', () => {
    for (const code of Object.keys(STRIPE_REFUSALS)) {
      const failure = { status: 400, type: 'invalid_request_error', code, shouldRetry: false };
      expect(classifyStripeFailure({ ...failure, requests: 1 }).kind).toBe('refused');
      for (const requests of [0, 2, 3]) {
        expect(classifyStripeFailure({ ...failure, requests }).kind).toBe('unknown');
      }
    }
  });

  it('repeats no sentence of the service, and takes only codes for codes', () => {
    const failure = readFailure(
      { statusCode: 400, code: 'sk_live_secret with spaces', rawType: 'x'.repeat(81), message: 'sk_live_1' },
      1,
    );
    expect(failure).toEqual({ requests: 1, status: 400 });
    expect(readFailure(undefined, 1)).toEqual({ requests: 1 });
  });
});
