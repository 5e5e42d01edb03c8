import type { ClipState } from './clip-states.ts';
import type { Platform } from './platform.ts';
import type { PricedViews } from './priced-views.ts';

/** Views that came too fast to be paid without a look at them. */
export interface HeldViews {
  /** The highest count that was read. */
  readonly views: bigint;
  /** When a count was first too high. */
  readonly since: Date;
}

/** What is known of the views of a clip that was approved. */
export interface TrackedViews {
  /** The count at its approval: views up to here are never paid. */
  readonly baseline: bigint;
  /** The highest count that was believed. Never falls. */
  readonly highWater: bigint;
  /** When the highest count was read; at first, when the baseline was. */
  readonly raisedAt: Date;
  /** The views gained since the baseline, by rate. Their sum is at most `highWater − baseline`. */
  readonly priced: readonly PricedViews[];
  readonly held?: HeldViews;
}

/** One tracked piece of content in a campaign, as it is stored. Amounts are minor units of the campaign's currency. */
export interface Clip {
  readonly id: string;
  readonly campaign: string;
  readonly participant: string;
  readonly platform: Platform;
  /** The platform's own id of the content, in one spelling. */
  readonly content: string;
  /** An address that opens it. */
  readonly url: string;
  readonly submittedAt: Date;

  readonly state: ClipState;
  /** Nothing until it is approved. */
  readonly views?: TrackedViews;
  readonly approvedAt?: Date;
  /** How many transfers have paid it. */
  readonly steps: number;
  /** What they have paid. */
  readonly earned: bigint;
  /** What the budget did not cover and never will. */
  readonly forfeited: bigint;
  /** What was taken back. */
  readonly reversed: bigint;
  /** How many readings are recorded, and how many of them were below the highest count. */
  readonly observations: number;
  readonly falls: number;
  /** Fruitless readings, one after the other. */
  readonly tries: number;
  /** When it is to be read next, or to be decided on. */
  readonly dueAt: Date;
  /** Whether its last amounts are final: the campaign has ended, and what was held is released. */
  readonly settled: boolean;
  /** Why it is not tracked any more, as a code or what an operator said. */
  readonly reason?: string;
  /** Who decided on it. */
  readonly decidedBy?: string;
  readonly updatedAt: Date;
}
