/** What is answered to a request. */
export interface Answer {
  readonly status: number;
  /** JSON, or a text that is sent as it is. */
  readonly body: unknown;
  /** Whether the endpoint began to execute: then the answer is kept under the key. */
  readonly executed?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What an error says besides its status. */
export interface ErrorBody {
  readonly type?: string;
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
}

/** An error before anything was executed: not kept under the key. */
export function invalid(error: ErrorBody, status = 400): Answer {
  return { status, body: { error: { type: 'invalid_request_error', ...error } } };
}

/** An error of the execution: kept under the key. */
export function failed(error: ErrorBody, status = 400): Answer {
  return { ...invalid(error, status), executed: true };
}

export function done(body: unknown): Answer {
  return { status: 200, body, executed: true };
}

export function missing(what: string, id: string, param: string, status = 404): Answer {
  return invalid({ code: 'resource_missing', message: `No such ${what}: '${id}'`, param }, status);
}

export const RATE_LIMITED: Answer = {
  status: 429,
  headers: { 'stripe-rate-limited-reason': 'endpoint-rate' },
  body: {
    error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' },
  },
};

export const LOCK_TIMEOUT: Answer = {
  status: 429,
  headers: { 'stripe-should-retry': 'true' },
  body: {
    error: {
      type: 'invalid_request_error',
      code: 'lock_timeout',
      message: 'This object cannot be accessed right now because another API request is accessing it.',
    },
  },
};

export const KEY_IN_USE: Answer = {
  status: 409,
  body: {
    error: {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message:
        'There is currently another in-progress request using this Idempotent Key ' +
        '(that probably means you submitted twice, and the other request is still going through).',
    },
  },
};

export function keyMismatch(key: string): Answer {
  return {
    status: 400,
    body: {
      error: {
        type: 'idempotency_error',
        message:
          'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
          `Try using a key other than '${key}' if you meant to execute a different request.`,
      },
    },
  };
}

export function keyOfAnotherEndpoint(first: string, now: string): Answer {
  return {
    status: 400,
    body: {
      error: {
        type: 'idempotency_error',
        message:
          'Keys for idempotent requests can only be used for the same endpoint they were first used for ' +
          `('${now}' vs '${first}').`,
      },
    },
  };
}

export const INTERNAL_ERROR: Answer = {
  status: 500,
  body: { error: { type: 'api_error', message: 'An unknown error occurred' } },
  executed: true,
};
