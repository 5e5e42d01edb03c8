/** What goes wrong with one request. */
export type LoopbackFault =
  /** The connection is closed before anything is executed. */
  | { readonly name: 'request_lost' }
  /** It is executed, and the connection is closed without an answer. */
  | { readonly name: 'response_lost' }
  /** It is executed, and the connection is closed after half of the answer. */
  | { readonly name: 'truncated' }
  /** It is executed, and nobody ever answers. */
  | { readonly name: 'withheld' }
  /** The connection is closed, and so much later it is executed all the same. */
  | { readonly name: 'executed_late'; readonly afterMs: number }
  /** It is executed and the connection closed; the same request sent again, hidden by the client, gets a 429. */
  | { readonly name: 'reset_then_429' }
  /** An error that is kept under the key, with nothing executed. */
  | { readonly name: 'error_500_stored' }
  /** It is executed, and an error is kept under the key. */
  | { readonly name: 'error_500_executed' }
  /** A gateway that answers for the service, which has executed or not. */
  | { readonly name: 'error_502'; readonly executed: boolean }
  /** JSON without an `error` from something in between, which the client takes for a result. */
  | { readonly name: 'not_a_payment'; readonly executed: boolean }
  | { readonly name: 'rate_limited' }
  | { readonly name: 'lock_timeout' }
  | { readonly name: 'key_in_use' }
  | { readonly name: 'balance_insufficient' }
  | { readonly name: 'recipient_not_ready' }
  | { readonly name: 'refused_not_stored' }
  /** The key is forgotten before this request arrives. */
  | { readonly name: 'keys_pruned' }
  /** Any error at all, kept under the key or not. */
  | {
      readonly name: 'answer';
      readonly status: number;
      readonly body: unknown;
      readonly executed?: boolean;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A list without what was made in so many last milliseconds. */
  | { readonly name: 'lags'; readonly ms: number };

export const LOOPBACK_FAULTS = [
  'request_lost',
  'response_lost',
  'truncated',
  'withheld',
  'executed_late',
  'reset_then_429',
  'error_500_stored',
  'error_500_executed',
  'error_502',
  'not_a_payment',
  'rate_limited',
  'lock_timeout',
  'key_in_use',
  'balance_insufficient',
  'recipient_not_ready',
  'refused_not_stored',
  'keys_pruned',
  'answer',
  'lags',
] as const satisfies readonly LoopbackFault['name'][];
