import {
  currency,
  DEFAULT_REFERRAL_RULES,
  DEFAULT_RETRY_POLICY,
  DEFAULT_SCORING_RULES,
  type PayoutEngineRules,
  type RevenueShareRules,
  type Schedule,
} from '@payout-engines/core';

/** The rules of the program: when a period ends, what fills its pool, what counts, and from when on it is paid out. */

export const PROGRAM = 'creators';
export const SOL = currency('SOL');

/** Every two weeks, from Monday to Monday. */
export const SCHEDULE: Schedule = { kind: 'biweekly', anchor: '2026-01-05', timeZone: 'UTC' };

/** Where the revenue comes from, and what part of each source is the creators'. */
export const SOURCES = [
  { source: 'ads', name: 'Ads', rate: '0.4' },
  { source: 'subscriptions', name: 'Subscriptions', rate: '0.3' },
] as const;

/** What counts, in the order in which it is shown. */
export const KINDS = [
  { kind: 'post', name: 'Posts' },
  { kind: 'comment', name: 'Comments' },
  { kind: 'follow', name: 'New followers' },
  { kind: 'like', name: 'Likes' },
] as const;

export const RULES: RevenueShareRules = {
  currency: SOL,
  revenue: SOURCES.map(({ source, rate }) => ({ source, rate })),
  scoring: DEFAULT_SCORING_RULES,
  // Who invited somebody gets 5 % of that one's share on top, paid by the platform.
  referrals: DEFAULT_REFERRAL_RULES,
  hold: { untilVerified: true },
};

/** The least that is sent to a wallet. */
export const CLAIM_MINIMUM = 1_000_000_000n;

/** For so many days nothing is sent to a wallet that has replaced another one. */
export const WALLET_HOLD_DAYS = 7;

/** So many creators are credited in one transaction. */
export const PAGE_SIZE = 100;

/** Who can claim, and how it is carried out. */
export const CLAIM_RULES: PayoutEngineRules = {
  environment: 'test',
  thresholds: { currencies: { SOL: { minimum: CLAIM_MINIMUM } } },
  require: { active: true, verified: true, destination: true, noOpenPayout: true },
  approval: { mode: 'automatic' },
  destinationHoldDays: WALLET_HOLD_DAYS,
  // A wallet that was refused once will be refused again: its creator is told at once.
  retry: { ...DEFAULT_RETRY_POLICY, attemptsMax: 1 },
};
