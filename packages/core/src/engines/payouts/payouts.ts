import type { Earning } from '../../ledger/earning.ts';
import type { FeeQuote } from '../../payouts/fees.ts';
import type { Payout } from '../../payouts/payout.ts';
import type { PaymentProvider, RawEvent } from '../../ports/provider.ts';
import type { Directory } from '../../ports/directory.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Controls, PayoutTotals, PayoutFilter, ReversalRecord, Store } from '../../ports/store.ts';
import type { Randomness, Timers } from '../../ports/timers.ts';
import { adjustBalance } from './adjust.ts';
import { batchReport, leftOutOf, openBatch } from './batch.ts';
import { claimByHand, completeByHand } from './by-hand.ts';
import { payoutContext } from './context.ts';
import { creditEarnings, gatheredCredits } from './credit.ts';
import { processPayouts } from './process.ts';
import {
  balanceOf,
  explainPayout,
  findPayout,
  listPayouts,
  quoteFee,
  summarize,
  whyNotPaid,
} from './read.ts';
import { receiveEvent } from './receive.ts';
import { reconcile } from './reconcile.ts';
import { fulfilCondition, releaseEarnings } from './release.ts';
import { gatheredRequests, requestPayout } from './request.ts';
import { reverseEarning } from './reverse.ts';
import { approvePayout, cancelPayout, declarePayoutFailed, rejectPayout, retryPayout } from './steps.ts';
import { raiseEpoch, readControls, resumeSends, stopSends } from './stops.ts';
import type {
  AdjustRequest,
  ApproveAction,
  BatchRequest,
  CreditRequest,
  EpochRequest,
  ListRequest,
  ManualCompletion,
  PayoutAction,
  PayoutRequest,
  ProcessOptions,
  ReverseRequest,
  StopRequest,
} from './requests.ts';
import type {
  BatchReport,
  LeftOut,
  ParticipantBalance,
  PayoutExplanation,
  PayoutPage,
  ProcessReport,
  Received,
  ReconcileReport,
  ReleaseReport,
  WhyNot,
} from './results.ts';
import type { PayoutEngineRules } from './rules.ts';

/** What the payout engine works with. */
export interface PayoutPorts {
  readonly store: Store;
  readonly rules: PayoutEngineRules;
  readonly directory: Directory;
  /** The first one pays where a destination names none. */
  readonly providers: readonly PaymentProvider[];
  readonly observe?: Observer;
  /** @defaultValue the timers of the machine */
  readonly timers?: Timers;
  /** @defaultValue the randomness of the machine */
  readonly random?: Randomness;
}

/**
 * Credits, holds, pays out, once. Commands throw typed errors and then have changed nothing, but for one: where `approve`,
 * `claim` or `completeManually` is refused because the destination has changed, the payout has taken the new one over.
 * All can be repeated.
 *
 * Requests, and credits of one earning, that are made at the same time share a transaction; each gets what it would have
 * got alone.
 */
export interface Payouts {
  // earnings
  credit(request: {
    readonly program: string;
    readonly credits: readonly CreditRequest[];
  }): Promise<readonly Earning[]>;
  /** Makes available what is due: its time is over and its condition, if it has one, is met. */
  release(request: { readonly program: string }): Promise<ReleaseReport>;
  /** Says that the condition of earnings is met; `release` then releases them once their time is over. */
  fulfil(request: {
    readonly program: string;
    readonly condition: string;
    readonly earnings: readonly string[];
  }): Promise<void>;
  reverse(request: ReverseRequest): Promise<ReversalRecord>;
  adjust(request: AdjustRequest): Promise<void>;
  /** By currency, in code-unit order. */
  balance(request: {
    readonly program: string;
    readonly participant: string;
  }): Promise<readonly ParticipantBalance[]>;

  // one payout
  quote(
    request: { readonly currency: string } & ({ readonly gross: bigint } | { readonly net: bigint }),
  ): FeeQuote;
  request(request: PayoutRequest): Promise<Payout>;
  /**
   * Agrees to exactly this amount to exactly this destination. Where the destination has changed, the payout takes the
   * new one over and the approval is refused: the one refusal that changes something.
   */
  approve(action: ApproveAction): Promise<Payout>;
  reject(action: PayoutAction & { readonly reason: string }): Promise<Payout>;
  cancel(action: PayoutAction): Promise<Payout>;
  /** Opens a new attempt of a payout that failed. */
  retry(action: PayoutAction): Promise<Payout>;
  /**
   * An operator has made sure that nothing moved: from `needs_review`, or what an operator claimed. The provider is looked
   * at first; what moved after all is booked, and the word of the operator refused with `WRONG_STATE`.
   */
  declareFailed(action: PayoutAction & { readonly reason: string }): Promise<Payout>;
  /** An operator is about to pay it by hand: nobody else can then. */
  claim(action: PayoutAction): Promise<Payout>;
  /**
   * An operator has paid it by hand, or found what paid it: also what had failed before, or what a restored store has
   * forgotten. There the money is taken from what is available, which may leave a debt.
   */
  completeManually(action: ManualCompletion): Promise<Payout>;
  payout(request: { readonly program: string; readonly payout: string }): Promise<Payout>;
  list(request: ListRequest): Promise<PayoutPage>;
  summary(request: PayoutFilter & { readonly program: string }): Promise<readonly PayoutTotals[]>;
  whyNot(request: {
    readonly program: string;
    readonly participant: string;
    readonly currency: string;
  }): Promise<readonly WhyNot[]>;
  explain(request: { readonly program: string; readonly payout: string }): Promise<PayoutExplanation>;

  // many
  openBatch(request: BatchRequest): Promise<BatchReport>;
  batch(request: { readonly program: string; readonly key: string }): Promise<BatchReport>;
  leftOut(request: { readonly program: string; readonly key: string }): AsyncIterable<readonly LeftOut[]>;
  process(options: ProcessOptions): Promise<ProcessReport>;

  // providers
  receive(event: { readonly provider: string; readonly raw: RawEvent }): Promise<Received>;
  /** Compares the books with the providers, both ways, and books what it finds. */
  reconcile(request: { readonly program: string; readonly since: Date }): Promise<ReconcileReport>;

  // operators
  /** Stops new sends; what is under way is still looked up and settled. */
  stop(request: StopRequest): Promise<Controls>;
  /** Ends the stops that the request matches exactly. */
  resume(request: StopRequest): Promise<Controls>;
  /** After a restore or failover: from now on even first sends are looked up before. */
  raiseEpoch(request: EpochRequest): Promise<Controls>;
  controls(request: { readonly program: string }): Promise<Controls>;
}

/**
 * The payout engine over its ports. Rules and providers are checked here, once.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `UNFIT_PROVIDER`
 *
 * @example
 * ```ts
 * import { currency, manualProvider, memoryStore, payouts, putParticipants, STRICT_PAYOUT_REQUIREMENTS, storeDirectory } from '@payout-engines/core';
 *
 * const store = memoryStore();
 * const inr = currency('INR');
 * const engine = payouts({
 *   store,
 *   directory: storeDirectory(store),
 *   providers: [manualProvider({ environment: 'live', currencies: { INR: { currency: inr, exponent: 2, step: 1n } } })],
 *   rules: {
 *     environment: 'live',
 *     thresholds: { currencies: { INR: { minimum: 50_000n } } },
 *     require: STRICT_PAYOUT_REQUIREMENTS,
 *     approval: { mode: 'manual', fourEyes: true },
 *     destinationHoldDays: 7,
 *   },
 * });
 * const program = 'bounties';
 * await putParticipants(store, program, [
 *   { id: 'ann', active: true, verified: true, destination: { id: 'ann@upi', version: 1 } },
 * ]);
 * await engine.credit({
 *   program,
 *   credits: [{ key: 'bounty/7', participant: 'ann', currency: 'INR', amount: 75_000n, kind: 'bounty', subject: 'bounty-7' }],
 * });
 * const { id } = await engine.request({ program, key: 'r1', participant: 'ann', currency: 'INR' });
 * await engine.approve({ program, payout: id, by: 'olga' });
 * const paid = await engine.completeManually({ program, payout: id, by: 'olga', transaction: 'UTR-1' });
 * [paid.state, paid.paid]; // => ['completed', 75000n]
 * ```
 */
export function payouts(ports: PayoutPorts): Payouts {
  const context = payoutContext(ports);
  const credits = gatheredCredits(context);
  const requests = gatheredRequests(context);
  return {
    credit: (request) => creditEarnings(context, credits, request),
    release: (request) => releaseEarnings(context, request),
    fulfil: (request) => fulfilCondition(context, request),
    reverse: (request) => reverseEarning(context, request),
    adjust: (request) => adjustBalance(context, request),
    balance: (request) => balanceOf(context, request),
    quote: (request) => quoteFee(context, request),
    request: (request) => requestPayout(context, requests, request),
    approve: (action) => approvePayout(context, action),
    reject: (action) => rejectPayout(context, action),
    cancel: (action) => cancelPayout(context, action),
    retry: (action) => retryPayout(context, action),
    declareFailed: (action) => declarePayoutFailed(context, action),
    claim: (action) => claimByHand(context, action),
    completeManually: (action) => completeByHand(context, action),
    payout: (request) => findPayout(context, request),
    list: (request) => listPayouts(context, request),
    summary: (request) => summarize(context, request),
    whyNot: (request) => whyNotPaid(context, request),
    explain: (request) => explainPayout(context, request),
    openBatch: (request) => openBatch(context, request),
    batch: (request) => batchReport(context, request),
    leftOut: (request) => leftOutOf(context, request),
    process: (options) => processPayouts(context, options),
    receive: (event) => receiveEvent(context, event),
    reconcile: (request) => reconcile(context, request),
    stop: (request) => stopSends(context, request),
    resume: (request) => resumeSends(context, request),
    raiseEpoch: (request) => raiseEpoch(context, request),
    controls: (request) => readControls(context, request),
  };
}
