/**
 * Every error this library throws: a stable code, a sentence to act on, and details that carry ids and
 * reasons only. An input that was refused is never repeated in an error, because nobody can know what is in it.
 */

/** What each error code carries. Ids, positions and reasons; never secrets, personal data or raw input. */
export interface ErrorDetails {
  // money
  INVALID_AMOUNT: { readonly reason: string };
  AMOUNT_OUT_OF_RANGE: { readonly reason: string };
  INVALID_DECIMAL: { readonly reason: string };
  RATE_OUT_OF_RANGE: { readonly minimum: string; readonly maximum: string };
  INVALID_CURRENCY: { readonly reason: string };
  UNKNOWN_CURRENCY: Readonly<Record<never, never>>;
  CURRENCY_MISMATCH: { readonly left: string; readonly right: string };
  INEXACT_CONVERSION: { readonly currency: string; readonly exponent: number; readonly step: bigint };
  // participants and weights
  INVALID_ID: { readonly field: string; readonly reason: string };
  INVALID_WEIGHT: { readonly position: number; readonly reason: string };
  DUPLICATE_PARTICIPANT: { readonly participant: string };
  UNKNOWN_INTERACTION_KIND: { readonly position: number };
  INVALID_COUNT: { readonly participant: string; readonly reason: string };
  // referrals
  SELF_REFERRAL: { readonly participant: string };
  REFERRAL_CYCLE: { readonly participants: readonly string[] };
  REFERRER_ALREADY_SET: { readonly participant: string };
  // campaigns
  CLIP_URL_REFUSED: { readonly problem: string; readonly advice: string };
  CAMPAIGN_NOT_FOUND: { readonly campaign: string };
  CLIP_NOT_FOUND: { readonly clip: string };
  WRONG_CAMPAIGN_STATE: { readonly campaign: string; readonly state: string; readonly action: string };
  WRONG_CLIP_STATE: { readonly clip: string; readonly state: string; readonly action: string };
  CLIP_REFUSED: { readonly campaign: string; readonly reason: ClipRefusal };
  BASELINE_UNKNOWN: { readonly clip: string; readonly reason: string };
  // periods
  INVALID_SCHEDULE: { readonly reason: string };
  UNKNOWN_TIME_ZONE: Readonly<Record<never, never>>;
  INVALID_INSTANT: { readonly reason: string };
  PERIOD_NOT_FOUND: { readonly period: string };
  PERIOD_OVERLAP: { readonly period: string; readonly overlaps: string };
  PERIOD_MISMATCH: { readonly start: string };
  PERIOD_NOT_ENDED: { readonly period: string; readonly end: string };
  PERIOD_CLOSED: { readonly period: string };
  OUTSIDE_EVERY_PERIOD: { readonly interaction: string };
  // ledger
  INVALID_TRANSFER: { readonly transfer: string; readonly reason: string };
  IDEMPOTENCY_CONFLICT: { readonly kind: string; readonly id: string };
  INSUFFICIENT_FUNDS: { readonly transfer: string; readonly account: string };
  REVERSAL_EXCEEDS: { readonly transfer: string; readonly reverses: string };
  TRANSFER_NOT_FOUND: { readonly transfer: string };
  // payouts
  NO_THRESHOLD: { readonly currency: string };
  PAYOUT_NOT_FOUND: { readonly payout: string };
  PARTICIPANT_NOT_FOUND: { readonly participant: string };
  EARNING_NOT_FOUND: { readonly earning: string };
  BATCH_NOT_FOUND: { readonly batch: string };
  WRONG_STATE: { readonly payout: string; readonly state: string; readonly action: string };
  NOT_ELIGIBLE: { readonly participant: string; readonly reasons: readonly IneligibleCode[] };
  APPROVAL_REFUSED: { readonly payout: string; readonly reason: string };
  TRANSACTION_USED: { readonly payout: string; readonly usedBy: string };
  NOT_CLAIMED_BY: { readonly payout: string; readonly by: string };
  UNKNOWN_PROVIDER: { readonly provider: string };
  UNFIT_PROVIDER: { readonly provider: string; readonly reason: string };
  WRONG_ENVIRONMENT: { readonly provider: string; readonly expected: string; readonly actual: string };
  EVENT_REFUSED: { readonly provider: string; readonly reason: string };
  PROVIDER_UNAVAILABLE: { readonly reason: string };
  HALTED: { readonly provider: string; readonly currency: string; readonly reason: string };
  // engines
  INVALID_INPUT: { readonly issues: readonly { readonly path: string; readonly reason: string }[] };
  UNKNOWN_REVENUE: { readonly period: string; readonly source: string };
  PLAN_CHANGED: { readonly period: string; readonly expected: string; readonly actual: string };
  PLAN_NOT_FOUND: { readonly period: string };
  ABORTED: { readonly period: string };
  INVALID_CURSOR: Readonly<Record<never, never>>;
  // stores
  STORE_UNAVAILABLE: { readonly reason: string };
  SCHEMA_NOT_READY: { readonly reason: string };
  UNFIT_TRANSACTION: { readonly reason: string };
  TRANSACTION_CONFLICT: { readonly reason: string };
  // a promise of this library that does not hold
  INVARIANT_BROKEN: { readonly invariant: string };
}

/** Why a campaign does not take a clip, as a code. */
export type ClipRefusal =
  'duplicate' | 'platform_not_allowed' | 'not_running' | 'not_started' | 'ended' | 'no_source';

/** Why nobody can be paid out now, as codes; the engine's `whyNot` has the amounts, dates and next steps. */
export type IneligibleCode =
  | 'debt'
  | 'below_threshold'
  | 'insufficient_available'
  | 'on_hold'
  | 'inactive'
  | 'not_verified'
  | 'no_destination'
  | 'destination_blocked'
  | 'payout_open'
  | 'not_payable'
  | 'not_known'
  | 'outside_rules';

/** A stable error code. */
export type ErrorCode = keyof ErrorDetails;

const SENTENCES: { readonly [C in ErrorCode]: (details: ErrorDetails[C]) => string } = {
  INVALID_AMOUNT: (d) => `The amount is not valid: ${d.reason}.`,
  AMOUNT_OUT_OF_RANGE: (d) => `The amount does not fit a signed 64-bit integer: ${d.reason}.`,
  INVALID_DECIMAL: (d) => `The decimal is not valid: ${d.reason}.`,
  RATE_OUT_OF_RANGE: (d) => `The rate must be from ${d.minimum} to ${d.maximum}.`,
  INVALID_CURRENCY: (d) => `The currency is not valid: ${d.reason}.`,
  UNKNOWN_CURRENCY: () =>
    'The currency is not known; pass one of the known codes or define it with defineCurrency.',
  CURRENCY_MISMATCH: (d) =>
    `Amounts of ${d.left} and ${d.right} cannot meet in one calculation; convert one first.`,
  INEXACT_CONVERSION: (d) =>
    `The ${d.currency} amount is not a whole number of provider steps (exponent ${d.exponent}, step ${d.step}); ` +
    'round it down to the step and keep the rest on the balance.',
  INVALID_ID: (d) => `${d.field} is not a valid id: ${d.reason}.`,
  INVALID_WEIGHT: (d) => `The weight at position ${d.position} is not valid: ${d.reason}.`,
  DUPLICATE_PARTICIPANT: (d) => `Participant ${d.participant} occurs twice; merge the entries first.`,
  UNKNOWN_INTERACTION_KIND: (d) =>
    `The interaction at position ${d.position} has a kind without a declared weight; declare it, with weight 0 if it must not count.`,
  INVALID_COUNT: (d) => `A count of participant ${d.participant} is not valid: ${d.reason}.`,
  SELF_REFERRAL: (d) => `Participant ${d.participant} cannot refer themselves.`,
  REFERRAL_CYCLE: (d) =>
    `The referrals of ${d.participants.length} participants form a cycle: ${d.participants.slice(0, 10).join(' → ')}` +
    `${d.participants.length > 10 ? ' → …' : ''}.`,
  REFERRER_ALREADY_SET: (d) => `Participant ${d.participant} already has another referrer.`,
  CLIP_URL_REFUSED: (d) => `The address of the clip was refused (${d.problem}): ${d.advice}.`,
  CAMPAIGN_NOT_FOUND: (d) => `Campaign ${d.campaign} does not exist in this program.`,
  CLIP_NOT_FOUND: (d) => `Clip ${d.clip} does not exist in this program.`,
  WRONG_CAMPAIGN_STATE: (d) =>
    `Campaign ${d.campaign} is ${d.state}; it cannot take the step ${d.action} from there.`,
  WRONG_CLIP_STATE: (d) => `Clip ${d.clip} is ${d.state}; it cannot take the step ${d.action} from there.`,
  CLIP_REFUSED: (d) => `Campaign ${d.campaign} does not take the clip: ${d.reason}.`,
  BASELINE_UNKNOWN: (d) =>
    `The views of clip ${d.clip} could not be read (${d.reason}), so that nobody knows what it began with; approve it later.`,
  INVALID_SCHEDULE: (d) => `The schedule is not valid: ${d.reason}.`,
  UNKNOWN_TIME_ZONE: () => 'The time zone is not a known IANA name, such as Europe/Berlin.',
  INVALID_INSTANT: (d) => `The instant is not valid: ${d.reason}.`,
  PERIOD_NOT_FOUND: (d) => `Period ${d.period} does not exist; open it first.`,
  PERIOD_OVERLAP: (d) => `Period ${d.period} overlaps period ${d.overlaps}.`,
  PERIOD_MISMATCH: (d) =>
    `The period that starts at ${d.start} is not one of this schedule; use the schedule that made it, and look for changed time zone rules.`,
  PERIOD_NOT_ENDED: (d) => `Period ${d.period} ends at ${d.end}; it can be closed from then on.`,
  PERIOD_CLOSED: (d) => `Period ${d.period} is closed or being closed; its inputs can no longer change.`,
  OUTSIDE_EVERY_PERIOD: (d) =>
    `Interaction ${d.interaction} lies outside every open period; open its period, or leave the interaction out.`,
  INVALID_TRANSFER: (d) => `Transfer ${d.transfer} is not valid: ${d.reason}.`,
  IDEMPOTENCY_CONFLICT: (d) =>
    `The ${d.kind} ${d.id} is stored already with other content; use a new id for new content.`,
  INSUFFICIENT_FUNDS: (d) => `Transfer ${d.transfer} would take account ${d.account} below zero.`,
  REVERSAL_EXCEEDS: (d) => `Transfer ${d.transfer} would reverse more of ${d.reverses} than is left of it.`,
  TRANSFER_NOT_FOUND: (d) => `Transfer ${d.transfer} does not exist.`,
  NO_THRESHOLD: (d) =>
    `No payout threshold is declared for ${d.currency}; declare one, zero if every amount may be paid.`,
  PAYOUT_NOT_FOUND: (d) => `Payout ${d.payout} does not exist in this program.`,
  PARTICIPANT_NOT_FOUND: (d) => `Participant ${d.participant} is not known to the directory.`,
  EARNING_NOT_FOUND: (d) => `Earning ${d.earning} does not exist in this program.`,
  BATCH_NOT_FOUND: (d) => `Batch ${d.batch} was never opened.`,
  WRONG_STATE: (d) => `Payout ${d.payout} is ${d.state}; it cannot take the step ${d.action} from there.`,
  NOT_ELIGIBLE: (d) =>
    `Participant ${d.participant} cannot be paid out now: ${d.reasons.join(', ')}. Ask whyNot for the next steps.`,
  APPROVAL_REFUSED: (d) => `Payout ${d.payout} cannot be approved: ${d.reason}.`,
  TRANSACTION_USED: (d) =>
    `The transaction id given for payout ${d.payout} is that of payout ${d.usedBy}; look at the provider which one it is.`,
  NOT_CLAIMED_BY: (d) =>
    `Payout ${d.payout} is being paid by another operator than ${d.by}; ask them, or let them say that they have not paid.`,
  UNKNOWN_PROVIDER: (d) => `No provider ${d.provider} is configured.`,
  UNFIT_PROVIDER: (d) => `Provider ${d.provider} cannot be used: ${d.reason}.`,
  WRONG_ENVIRONMENT: (d) =>
    `Provider ${d.provider} has ${d.actual} credentials where ${d.expected} ones are expected; nothing was sent.`,
  PROVIDER_UNAVAILABLE: (d) =>
    `The provider did not answer: ${d.reason}; the same call can be repeated safely.`,
  HALTED: (d) =>
    `Sends of ${d.currency} at ${d.provider} are stopped (${d.reason}); end the stop with resume once its cause is gone.`,
  EVENT_REFUSED: (d) => `The event of provider ${d.provider} was refused: ${d.reason}.`,
  INVALID_INPUT: (d) =>
    `The input is not valid: ${d.issues.map((i) => `${i.path}: ${i.reason}`).join('; ')}.`,
  UNKNOWN_REVENUE: (d) => `The revenue of source ${d.source} for period ${d.period} is not known yet.`,
  PLAN_CHANGED: (d) =>
    `The plan of period ${d.period} has digest ${d.actual}, not ${d.expected}: its inputs changed; plan again and review.`,
  PLAN_NOT_FOUND: (d) => `Period ${d.period} has no committed plan.`,
  ABORTED: (d) => `The run for period ${d.period} was stopped; the same call goes on where it ended.`,
  INVALID_CURSOR: () => 'The cursor is not one of a page of this list; begin again without one.',
  STORE_UNAVAILABLE: (d) => `The store did not answer: ${d.reason}; the same call can be repeated safely.`,
  SCHEMA_NOT_READY: (d) => `The store's schema is not ready: ${d.reason}.`,
  UNFIT_TRANSACTION: (d) => `The transaction cannot be used for this: ${d.reason}.`,
  TRANSACTION_CONFLICT: (d) =>
    `The transaction collided with another one (${d.reason}); roll it back, and run all of it again.`,
  INVARIANT_BROKEN: (d) =>
    `A promise of the library does not hold (${d.invariant}); nothing was written. Please report it.`,
};

const BRAND = Symbol.for('payout-engines/error');

/**
 * The one error class of the library.
 *
 * `code` is stable and meant for programs, `message` for people, `details` for both. Two copies of the library
 * (ESM and CommonJS) can meet in one process, so detect errors with {@link PayoutError.is}, not `instanceof`.
 *
 * @example
 * ```ts
 * import { parseMinor, PayoutError } from '@payout-engines/core';
 *
 * try {
 *   parseMinor('1e3');
 * } catch (error) {
 *   PayoutError.is(error) && error.code; // => 'INVALID_AMOUNT'
 * }
 * ```
 */
export class PayoutError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'PayoutError';
  readonly code: C;
  readonly details: ErrorDetails[C];

  constructor(code: C, details: ErrorDetails[C], options?: ErrorOptions) {
    super(SENTENCES[code](details), options);
    this.code = code;
    this.details = details;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Whether a value is a PayoutError of any copy of this library, of the given code if one is given. */
  static is<C extends ErrorCode = ErrorCode>(value: unknown, code?: C): value is PayoutError<C> {
    return (
      value instanceof Error &&
      BRAND in value &&
      (code === undefined || ('code' in value && value.code === code))
    );
  }
}

/** Throws `INVARIANT_BROKEN` unless the condition holds: for promises of this library, not for input. */
export function assertInvariant(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new PayoutError('INVARIANT_BROKEN', { invariant });
}
