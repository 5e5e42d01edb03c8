import { jsonObject } from './events/json-object.ts';

/** What an error of the client says, as far as it is used. Nothing of it that could be a secret. */
export interface StripeFailure {
  /** How many requests went out for it. */
  readonly requests: number;
  /** Left out where there was no answer, or none that could be read. */
  readonly status?: number;
  /** Stripe's type, such as `invalid_request_error`. */
  readonly type?: string;
  readonly code?: string;
  /** The parameter that it is about. */
  readonly param?: string;
  /** `Stripe-Should-Retry`: `false` says of a POST that it was executed and its answer is kept under the key. */
  readonly shouldRetry?: boolean;
  /** `Idempotent-Replayed`: the answer is the one that was kept. */
  readonly replayed?: boolean;
}

/** Reads an error that the client has thrown, whichever version it is of. */
export function readFailure(error: unknown, requests: number): StripeFailure {
  const thrown = jsonObject(error);
  const headers = jsonObject(thrown?.['headers']);
  const shouldRetry = headers?.['stripe-should-retry'];
  const status = thrown?.['statusCode'];
  const [type, code, param] = [word(thrown?.['rawType']), word(thrown?.['code']), word(thrown?.['param'])];
  return {
    requests,
    ...(typeof status === 'number' && { status }),
    ...(type !== undefined && { type }),
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
    ...((shouldRetry === 'true' || shouldRetry === 'false') && { shouldRetry: shouldRetry === 'true' }),
    ...(headers?.['idempotent-replayed'] === 'true' && { replayed: true }),
  };
}

/** A code, never a sentence: sentences may repeat what was asked. */
function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z0-9_.[\]]{1,80}$/.test(value) ? value : undefined;
}
