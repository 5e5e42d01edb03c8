import type { IneligibleReason } from '../../payouts/eligibility.ts';
import type { Attempt, Movement, Payout } from '../../payouts/payout.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { FeeQuote } from '../../payouts/fees.ts';
import type { PayoutTotals } from '../../ports/store.ts';

/** What the payout engine answers. */

/** What a participant has in one currency. */
export interface ParticipantBalance {
  readonly currency: string;
  readonly held: bigint;
  /** The held parts by what they wait for, next first; the amounts add up to `held`. */
  readonly releases: readonly {
    readonly amount: bigint;
    readonly until?: Date;
    readonly condition?: string;
  }[];
  /** Free to be paid out; zero where there is a debt. */
  readonly available: bigint;
  readonly reserved: bigint;
  /** With providers, less what came back. */
  readonly paid: bigint;
  readonly debt: bigint;
  /** Everything earned, less what was reversed. */
  readonly lifetime: bigint;
}

/** What a release did. */
export interface ReleaseReport {
  readonly earnings: number;
  readonly amounts: readonly { readonly currency: string; readonly amount: bigint }[];
}

/** What a batch has come to: everything is derived from its payouts as they are now. */
export interface BatchReport {
  readonly key: string;
  readonly openedAt: Date;
  /** Whether every candidate has been gone through. */
  readonly complete: boolean;
  readonly totals: readonly PayoutTotals[];
  readonly leftOut: number;
}

/** Somebody with a balance whom a batch opened nothing for. */
export interface LeftOut {
  readonly participant: string;
  readonly currency: string;
  readonly available: bigint;
  readonly reasons: readonly IneligibleReason[];
}

/** What a run of `process` did. Payouts are counted once for each thing that was done about them. */
export interface ProcessReport {
  readonly approved: number;
  /** Sent back to approval because the destination changed. */
  readonly destinationChanged: number;
  readonly sent: number;
  readonly looked: number;
  readonly completed: number;
  /** Refused for now: another attempt comes later. */
  readonly postponed: number;
  readonly failed: number;
  readonly needsReview: number;
  /** Nothing known yet: looked at again later. */
  readonly unknown: number;
  /** Stops that kept payouts from being sent. */
  readonly halted: readonly {
    readonly provider: string;
    readonly currency: string;
    readonly reason: string;
  }[];
  /** Payouts that could not be handled, and the code of what was thrown. They are tried again later. */
  readonly errors: readonly { readonly payout: string; readonly code: string }[];
}

/** What came of a provider's event. */
export type Received =
  | { readonly kind: 'settled'; readonly program: string; readonly payout: string }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'ignored'; readonly why: 'not_about_a_payment' | 'unknown_payout' };

/** What does not agree between the books and a provider. */
export type Disagreement =
  /** Paid in our books, and not to be found there. */
  | {
      readonly kind: 'missing_there';
      readonly payout: string;
      readonly object: string;
      readonly amount: bigint;
    }
  /** There, carrying our program, and no such payout here. */
  | {
      readonly kind: 'missing_here';
      readonly payout: string;
      readonly object: string;
      readonly amount: bigint;
    }
  | {
      readonly kind: 'amount_differs';
      readonly payout: string;
      readonly object: string;
      readonly here: bigint;
      readonly there: bigint;
    };

/** What reconciling found and did. */
export interface ReconcileReport {
  readonly looked: number;
  /** Payouts whose books changed by what was found. */
  readonly settled: number;
  readonly disagreements: readonly Disagreement[];
  /** Payouts that could not be looked up. */
  readonly errors: readonly { readonly payout: string; readonly code: string }[];
}

/** Why nothing is paid out to a participant now; each with what happens next, and when where that is known. */
export type WhyNot = IneligibleReason & { readonly next: string };

/** Where an amount came from and went: everything needed to compute it again. */
export interface PayoutExplanation {
  readonly payout: Payout;
  /** The fee, by the rules as they are now; `agrees` says whether they give what the payout was opened with. */
  readonly quote: FeeQuote & { readonly agrees: boolean };
  /** What an approval would agree to now: pass it to `approve`. */
  readonly digest: string;
  /** Computed again from the payout as it is stored; `agrees` says whether it is what was approved. */
  readonly approval?: { readonly digest: string; readonly agrees: boolean };
  readonly attempts: readonly Attempt[];
  readonly movements: readonly Movement[];
  /** Every transfer that the payout gave rise to, in the order it may happen. */
  readonly transfers: readonly Transfer[];
  /** What happens next, and when it may. */
  readonly next: { readonly step: string; readonly at?: Date };
}

/** A page of payouts, newest first. */
export interface PayoutPage {
  readonly payouts: readonly Payout[];
  /** Where the next page begins; nothing after the last one. */
  readonly cursor?: string;
}
