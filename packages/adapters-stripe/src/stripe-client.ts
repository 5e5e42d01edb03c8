/**
 * What this adapter uses of the `stripe` package, versions 20 to 23. Answers are `unknown` on purpose: the client hands
 * on any JSON without an `error`, whatever its status, so that each is read with care.
 */
export interface StripeClient {
  readonly transfers: {
    create(params: TransferParams, options: KeyedOptions): Promise<unknown>;
    retrieve(id: string, params: NoParams, options: StripeRequestOptions): Promise<unknown>;
    list(params: TransferListParams, options: StripeRequestOptions): PromiseLike<unknown>;
    createReversal(id: string, params: ReversalParams, options: KeyedOptions): Promise<unknown>;
    listReversals(id: string, params: PageParams, options: StripeRequestOptions): PromiseLike<unknown>;
  };
  readonly payouts: {
    create(params: BankPayoutParams, options: KeyedOptions): Promise<unknown>;
    list(params: BankPayoutListParams, options: StripeRequestOptions): PromiseLike<unknown>;
  };
  readonly balance: {
    retrieve(params: NoParams, options: StripeRequestOptions): Promise<unknown>;
  };
  readonly accounts: {
    retrieve(id: string, params: NoParams, options: StripeRequestOptions): Promise<unknown>;
    retrieveCurrent(params: NoParams, options: StripeRequestOptions): Promise<unknown>;
  };
  on(event: 'request', handler: (request: StripeRequest) => void): unknown;
  off(event: 'request', handler: (request: StripeRequest) => void): unknown;
}

/** A request that the client has sent: one for each time that it went out, also where the client hides that. */
export interface StripeRequest {
  readonly idempotency_key?: string;
}

type NoParams = Readonly<Record<never, never>>;

/** How a request is made. */
export interface StripeRequestOptions {
  /** The client's own resends are never asked for: it still makes one on a connection that was closed. */
  readonly maxNetworkRetries: 0;
  readonly timeout: number;
  /** The connected account that it is made as. */
  readonly stripeAccount?: string;
}

/** A request that may move money has a key, without exception: the client would make one up, and another each time. */
export interface KeyedOptions extends StripeRequestOptions {
  readonly idempotencyKey: string;
}

/** `POST /v1/transfers`. */
export interface TransferParams {
  readonly amount: number;
  readonly currency: string;
  readonly destination: string;
  readonly transfer_group: string;
  readonly metadata: Record<string, string>;
}

/** `POST /v1/transfers/:id/reversals`. */
export interface ReversalParams {
  readonly amount: number;
  readonly metadata: Record<string, string>;
}

/** `POST /v1/payouts`, as a connected account. */
export interface BankPayoutParams {
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Record<string, string>;
}

/** Which page of a list. */
export interface PageParams {
  readonly limit: number;
  readonly starting_after?: string;
}

/** `GET /v1/transfers`. There is no search, and no other filter that would help. */
export interface TransferListParams extends PageParams {
  readonly transfer_group?: string;
  readonly created?: { readonly gte: number };
}

/** `GET /v1/payouts`. */
export interface BankPayoutListParams extends PageParams {
  readonly created?: { readonly gte: number };
}
