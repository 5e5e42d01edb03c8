import type { FeeBearer } from './fees.ts';
import type { PayoutState } from './states.ts';

/** Where money goes at a provider, and which version of it: a change of either is a change of destination. */
export interface Destination {
  readonly id: string;
  readonly version: number;
  /** The provider that pays there. Left out, it is the engine's first one. */
  readonly provider?: string;
  /** From when on it replaced another one. Left out for a participant's first destination. */
  readonly since?: Date;
}

/** What an approval signed: see `approvalDigest`. */
export interface Approval {
  readonly by: string;
  readonly at: Date;
  readonly digest: string;
}

/** One intent to move one amount to one destination. Amounts are minor units of its currency. */
export interface Payout {
  // said when it is opened, and never changed
  readonly id: string;
  readonly participant: string;
  readonly currency: string;
  /** What leaves the balance. */
  readonly amount: bigint;
  readonly fee: bigint;
  readonly feeBearer: FeeBearer;
  /** The batch that opened it. */
  readonly batch?: string;
  /** Who asked for it: a participant, an operator, a batch. */
  readonly requestedBy: string;
  readonly openedAt: Date;

  // changes
  readonly state: PayoutState;
  readonly provider: string;
  readonly destination?: { readonly id: string; readonly version: number };
  readonly approval?: Approval;
  /** The latest attempt. While the payout is open, its money is reserved under this number. */
  readonly attempt: number;
  /** Raised by each claim; a negative conclusion with an older one changes nothing. */
  readonly fence: number;
  /** When a worker may take it next: to approve, to send, to look, or because whoever had it has been silent for too long. */
  readonly dueAt: Date;
  /** The store's epoch when this attempt was reserved. Under a later one, even a first send is looked up before. */
  readonly epoch: number;
  /** Why it is in this state, as a code. */
  readonly reason?: string;
  /** What an operator said, for the participant to read. */
  readonly note?: string;
  /** What providers have moved, and what of it came back. */
  readonly paid: bigint;
  readonly returned: bigint;
  readonly updatedAt: Date;
}

/** How an attempt ended. */
export type AttemptEnd = 'paid' | 'refused' | 'absent' | 'not_sent' | 'declared_failed';

/** Whose money a provider moves: test money never meets a live key. */
export type Environment = 'live' | 'test';

/** One numbered try at carrying out a payout, with its own key and a request that never changes. */
export interface Attempt {
  readonly payout: string;
  readonly number: number;
  readonly participant: string;
  readonly currency: string;
  /** What the provider is asked to move. */
  readonly net: bigint;
  readonly provider: string;
  /** The provider account and environment it is sent from; recovery looks nowhere else. */
  readonly account: string;
  readonly environment: Environment;
  /** The idempotency key: a function of program, payout and number alone. */
  readonly key: string;
  /** The frozen request, as text: every send carries these bytes. */
  readonly request: string;
  /** The operator who pays it by hand. */
  readonly by?: string;
  readonly openedAt: Date;
  /** Of the first send, by the store's clock; of the intent, where nothing was sent yet. */
  readonly firstSentAt: Date;
  readonly lastSentAt: Date;
  /** How many sends were begun. */
  readonly sends: number;
  /** Of those, how many are known not to have been executed. */
  readonly notExecuted: number;
  /** Sends and looks without a result, since the last one that had one: what the backoff counts. */
  readonly tries: number;
  /** When a look first found nothing after the last send's quiet period had passed. */
  readonly absentAt?: Date;
  /** A provider object that exists and has not come to its end. */
  readonly pendingObject?: string;
  readonly end?: AttemptEnd;
  readonly code?: string;
  readonly endedAt?: Date;
}

/** Money that a provider has moved: one object of the provider, booked once. */
export interface Movement {
  readonly provider: string;
  /** The provider's object: a transfer id, a signature, the transaction id that an operator entered. */
  readonly object: string;
  readonly payout: string;
  readonly attempt: number;
  readonly moved: bigint;
  /** How much of it is known to be back in the platform's balance. */
  readonly returned: bigint;
  readonly bookedAt: Date;
}
