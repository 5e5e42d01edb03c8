/** The pure core of payout engines. Grouped in the order money takes. */

// errors and ids
export { PayoutError, type ErrorCode, type ErrorDetails } from './errors.ts';
export { assertId } from './id.ts';
export { assertInstant } from './instant.ts';

// money: what an amount is
export {
  add,
  applyRate,
  assertSameCurrency,
  compare,
  compareDecimals,
  currency,
  defineCurrency,
  divide,
  formatDecimal,
  formatMinor,
  formatMoney,
  fromProviderAmount,
  inRange,
  isKnownCurrency,
  knownCurrencyCodes,
  MAX_MINOR,
  MIN_MINOR,
  money,
  parseDecimal,
  parseMinor,
  parseMoney,
  parseRate,
  payablePart,
  ROUNDING_MODES,
  subtract,
  sum,
  toProviderAmount,
  type Currency,
  type DecimalInput,
  type ExactDecimal,
  type KnownCurrencyCode,
  type Money,
  type ProviderCurrency,
  type RoundingMode,
} from './money/index.ts';

// scoring: interactions to scores
export {
  assertInteraction,
  isSameInteraction,
  type Interaction,
  type KindCount,
  type ParticipantCounts,
} from './scoring/interaction.ts';
export { tally } from './scoring/tally.ts';
export {
  compileScoring,
  DEFAULT_SCORING_RULES,
  type ScoredKind,
  type Scoring,
  type ScoringRules,
} from './scoring/rules.ts';
export { score, type ParticipantScore } from './scoring/score.ts';
export { breakdown, type KindScore } from './scoring/breakdown.ts';

// referrals: who invited whom, and what it brings
export { type Referral, type ReferralGraph } from './referrals/referral.ts';
export { buildReferralGraph, isNewReferral, type ReferralLookup } from './referrals/graph.ts';
export { checkReferralRules, DEFAULT_REFERRAL_RULES, type ReferralRules } from './referrals/rules.ts';
export { isReferralRunning } from './referrals/running.ts';
export { referralBonuses, type ParticipantEarning, type ReferralBonus } from './referrals/bonuses.ts';

// commissions: sales and tiers to what who brought them earns
export {
  commissionLeft,
  commissions,
  type Commission,
  type CommissionPart,
  type Commissions,
  type Sale,
  type SoldBefore,
} from './commissions/commission.ts';
export {
  checkCommissionRules,
  type CheckedCommissionRule,
  type CheckedCommissionRules,
  type CheckedPay,
  type CheckedTier,
  type CommissionCondition,
  type CommissionPay,
  type CommissionRule,
  type CommissionRules,
  type CommissionTier,
  type CommissionTiers,
} from './commissions/rules.ts';

// campaigns: view counts to budget-capped earnings
export { clipContent, clipUrl, isContentId, readClipUrl, type ClipUrl } from './campaigns/clip-url.ts';
export { type ClipUrlProblem } from './campaigns/platform-addresses.ts';
export { PLATFORMS, type ClipContent, type Platform } from './campaigns/platform.ts';
export { ALERT_PERCENTS, alertsBetween, percentSpent, type AlertPercent } from './campaigns/alerts.ts';
export {
  assertCampaign,
  assertCampaignTerms,
  assertClip,
  assertObservation,
  RATES_MAX,
} from './campaigns/assert-campaign.ts';
export {
  budgetLeft,
  type ApprovalWindow,
  type Campaign,
  type CampaignHold,
  type CampaignRate,
  type CampaignTerms,
  type CompletionReason,
  type WhenSpent,
} from './campaigns/campaign.ts';
export {
  CAMPAIGN_EDGES,
  CAMPAIGN_STATES,
  campaignTransition,
  nextCampaignState,
  type CampaignEvent,
  type CampaignState,
} from './campaigns/campaign-states.ts';
export { clipEarning, type ClipEarning, type ClipEarningInput } from './campaigns/clip-earning.ts';
export {
  CLIP_EDGES,
  CLIP_STATES,
  clipTransition,
  nextClipState,
  type ClipEvent,
  type ClipState,
} from './campaigns/clip-states.ts';
export type { Clip, HeldViews, TrackedViews } from './campaigns/clip.ts';
export { FINDINGS, type Finding, type Observation } from './campaigns/observation.ts';
export { pricedViews, withPriced, worthOf, type PricedViews } from './campaigns/priced-views.ts';
export { dayOf, forecastSpend, withSpend, type DailySpend, type Forecast } from './campaigns/spending.ts';
export {
  baselineOf,
  judgeHeld,
  rateAt,
  takeReading,
  type HeldVerdict,
  type ReadingResult,
  type ReadingRules,
  type ViewReading,
} from './campaigns/take-reading.ts';
export {
  assertTracking,
  DEFAULT_TRACKING,
  nextReadingAt,
  type TrackingPolicy,
} from './campaigns/tracking.ts';
export { viewEarning, type ViewEarning, type ViewEarningInput } from './campaigns/view-earning.ts';
export { approveViews, observeViews, type ClipViews, type ViewObservation } from './campaigns/views.ts';

// periods: schedules, periods, time zones
export { assertSchedule } from './periods/assert-schedule.ts';
export { boundaryOnOrAfter, type Boundary } from './periods/boundary-on-or-after.ts';
export { placeInteraction, type Placement, type PlacingPeriod } from './periods/membership.ts';
export { nextPeriod, previousPeriod } from './periods/neighbours.ts';
export { assertPeriod, overlaps } from './periods/overlap.ts';
export { periodAt } from './periods/period-at.ts';
export { type Period } from './periods/period.ts';
export { periodsBetween } from './periods/periods-between.ts';
export type {
  BiweeklySchedule,
  CustomSchedule,
  DailySchedule,
  DateSchedule,
  HourlySchedule,
  LastWeekdaySchedule,
  MonthlySchedule,
  QuarterlySchedule,
  RecurringSchedule,
  Schedule,
  SemimonthlySchedule,
  Weekday,
  WeeklySchedule,
} from './periods/schedule.ts';

// ledger: double entry
export {
  assertAccount,
  campaignAccount,
  isAccount,
  mayGoNegative,
  feesAccount,
  paidAccount,
  participantAccount,
  participantOfAvailable,
  poolAccount,
  type Account,
  type ParticipantAccount,
  type ParticipantAccountName,
  type ProgramAccount,
} from './ledger/account.ts';
export { Balances } from './ledger/balances.ts';
export {
  assertBlock,
  blockAfter,
  BlockHasher,
  NO_BLOCK,
  transferDigest,
  type Block,
  type BlockEntry,
  type BlockHead,
} from './ledger/block.ts';
export { derivedId } from './ledger/derived-id.ts';
export {
  assertEarning,
  EARNING_KINDS,
  isSameEarning,
  type BonusOf,
  type Conversion,
  type Earning,
  type EarningKind,
  type Hold,
} from './ledger/earning.ts';
export { debitedAccounts, decidePosting, type LedgerState, type Posting } from './ledger/posting.ts';
export {
  assertTransferRequest,
  hasSameContent,
  type AccountBalance,
  type Transfer,
  type TransferKind,
  type TransferRequest,
} from './ledger/transfer.ts';

// payouts: who is paid out, and when
export {
  eligibility,
  type Eligibility,
  type HeldAmount,
  type IneligibleReason,
  type PayoutCandidate,
  type PayoutHold,
} from './payouts/eligibility.ts';
export { assertHoldRule, isReleased, releaseAt, type HoldRule } from './payouts/hold.ts';
export {
  checkPayoutRules,
  STRICT_PAYOUT_REQUIREMENTS,
  type CheckedPayoutRules,
  type PayoutRequirements,
  type PayoutRules,
} from './payouts/rules.ts';
export {
  checkThresholds,
  thresholdOf,
  type Threshold,
  type ThresholdRules,
  type Thresholds,
} from './payouts/threshold.ts';

export { approvalDigest, type ApprovedContent } from './payouts/approval.ts';
export {
  assertAttempt,
  assertFence,
  assertMovement,
  assertOneLiveAttempt,
  assertPayout,
  assertSameAttempt,
} from './payouts/assert-payout.ts';
export {
  assertBatchRecord,
  assertControls,
  assertDestinationVersion,
  assertReversalRecord,
} from './payouts/assert-record.ts';
export { assertText } from './payouts/assert-text.ts';
export {
  checkFeeRule,
  grossFor,
  quote,
  type CheckedFeeRule,
  type FeeBearer,
  type FeeQuote,
  type FeeRule,
} from './payouts/fees.ts';
export { frozenRequest, readFrozenRequest, type RequestContent } from './payouts/frozen-request.ts';
export {
  attemptKey,
  batchPayoutId,
  creditedEarningId,
  requestedPayoutId,
  transferIds,
} from './payouts/keys.ts';
export type {
  Approval,
  Attempt,
  AttemptEnd,
  Destination,
  Environment,
  Movement,
  Payout,
} from './payouts/payout.ts';
export type { KeyPromise, LookupPromise, ProviderPromises } from './payouts/promises.ts';
export { backoffMs, checkRetryPolicy, DEFAULT_RETRY_POLICY, type RetryPolicy } from './payouts/retry.ts';
export {
  isOpen,
  nextState,
  OPEN_STATES,
  PAYOUT_EDGES,
  PAYOUT_STATES,
  transition,
  type PayoutEvent,
  type PayoutState,
} from './payouts/states.ts';
export {
  checkVelocityCaps,
  Velocity,
  VELOCITY_WINDOW_MS,
  type Outflow,
  type VelocityCaps,
} from './payouts/velocity.ts';
export {
  possiblyExecuted,
  verdict,
  type Answer,
  type Circumstances,
  type RefusalScope,
  type Restored,
  type Verdict,
} from './payouts/verdict.ts';

// ports: what the outside provides
export { systemClock, type Clock } from './ports/clock.ts';
export type { Directory, Participant } from './ports/directory.ts';
export type {
  BonusNotification,
  CampaignNotification,
  ClipNotification,
  EarningNotification,
  Notification,
  Notifier,
  OperatorNotification,
  PayoutNotification,
  ShareNotification,
} from './ports/notifier.ts';
export type { EngineEvent, Observer } from './ports/observer.ts';
export type {
  PayableCurrency,
  PaymentLookup,
  PaymentObject,
  PaymentProvider,
  PaymentReference,
  PaymentRequest,
  ProviderAccount,
  ProviderCapabilities,
  ProviderEvent,
  RawEvent,
  SendOutcome,
  StopSignal,
} from './ports/provider.ts';
export {
  VIEW_FAILURES,
  type UnknownViews,
  type ViewCount,
  type ViewFailure,
  type ViewQuery,
  type ViewSource,
} from './ports/view-source.ts';
export type {
  CampaignRows,
  ClipFilter,
  ClipRows,
  ClipTotals,
  ObservationRows,
  ParticipantSpend,
} from './ports/campaign-rows.ts';
export { systemRandomness, systemTimers, type Randomness, type Timers } from './ports/timers.ts';
export type { InteractionSource, RevenueSource } from './ports/sources.ts';
export type {
  AttemptRows,
  BatchRecord,
  BatchRows,
  BlockedDestination,
  BlockRows,
  CommitStep,
  ControlRows,
  Controls,
  DueCursor,
  EarningRows,
  EventRows,
  Halt,
  InteractionReceipt,
  InteractionRows,
  LedgerRows,
  ListCursor,
  LockRows,
  MovementRows,
  OutboxRows,
  ParticipantRows,
  PayoutFilter,
  PayoutRows,
  PayoutTotals,
  PeriodRecord,
  PeriodRows,
  PeriodState,
  PlanRecord,
  PlanRows,
  ReferralRows,
  ReversalRecord,
  ReversalRows,
  SealedTransfer,
  Store,
  UnitOfWork,
} from './ports/store.ts';

// providers: the ones that need no service
export { manualProvider, type ManualProviderOptions } from './providers/manual-provider.ts';
export {
  simulatedProvider,
  type SimulatedProvider,
  type SimulatedProviderOptions,
} from './providers/simulated-provider.ts';

// memory: the reference Store
export { memoryStore, type MemoryStore, type MemoryStoreOptions } from './memory/memory-store.ts';

// engines: the use cases
export { deliverNotifications, type DeliverOptions } from './engines/deliver.ts';
export { postings, type Postings, type PostingsOptions } from './engines/postings.ts';
export { addReferrals, openPeriods, putParticipants, recordInteractions } from './engines/record.ts';
export { storeDirectory, storeInteractions } from './engines/store-sources.ts';
export { seal, type SealOptions, type SealReport } from './engines/seal.ts';
export { verify, type Verification, type VerificationProblem, type VerifyOptions } from './engines/verify.ts';
export type { BlockProblem } from './engines/verify-blocks.ts';
export type { PeriodStep, Progress, RunOptions } from './engines/run-options.ts';
export { revenueShare, type RevenueShare } from './engines/revenue-share/revenue-share.ts';
export type { PeriodRequest, RevenueSharePorts } from './engines/revenue-share/ports.ts';
export type { CanonicalRules, HoldRules, RevenueShareRules } from './engines/revenue-share/rules.ts';
export { planLines, type RevenueSharePlan } from './engines/revenue-share/plan.ts';
export {
  planDigest,
  type LineState,
  type PlanBonus,
  type PlanHeader,
  type PlanLine,
} from './engines/revenue-share/plan-text.ts';
export { ownShare } from './engines/revenue-share/commit-steps.ts';
export { countsInPool } from './engines/revenue-share/scores.ts';
export type { ShareExplanation, WhyNotReason } from './engines/revenue-share/explain.ts';
export type { RevenueShareStatement } from './engines/revenue-share/statement.ts';
export { campaigns, type Campaigns } from './engines/campaigns/campaigns.ts';
export type { CampaignPorts } from './engines/campaigns/context.ts';
export type {
  CampaignAction,
  CampaignRequest,
  ChangeRateRequest,
  ClipAction,
  ClipActionWithReason,
  CreateCampaignRequest,
  DepositRequest,
  ListClipsRequest,
  RecordReadingsRequest,
  RefundRequest,
  ReviewRequest,
  SubmitClipRequest,
  TrackOptions,
  TrackProgress,
} from './engines/campaigns/requests.ts';
export type {
  CampaignStatistics,
  ClipExplanation,
  ClipWhyNot,
  Disqualification,
  RecordedReading,
  TrackReport,
} from './engines/campaigns/results.ts';
export { payouts, type PayoutPorts, type Payouts } from './engines/payouts/payouts.ts';
export type { PayoutEngineRules } from './engines/payouts/rules.ts';
export type {
  AdjustRequest,
  ApproveAction,
  BatchRequest,
  ConvertedAmount,
  CreditRequest,
  EpochRequest,
  ListRequest,
  ManualCompletion,
  PayoutAction,
  PayoutRequest,
  ProcessOptions,
  ReverseRequest,
  StopRequest,
} from './engines/payouts/requests.ts';
export type {
  BatchReport,
  Disagreement,
  LeftOut,
  ParticipantBalance,
  PayoutExplanation,
  PayoutPage,
  ProcessReport,
  Received,
  ReconcileReport,
  ReleaseReport,
  WhyNot,
} from './engines/payouts/results.ts';
