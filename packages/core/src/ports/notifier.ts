/** Something to tell one participant. Amounts are decimal strings; bodies hold nothing but what is told. */
export type Notification = ShareNotification | BonusNotification;

/** What a participant earned in a period, with the breakdown of the score. */
export interface ShareNotification {
  /** Also the dedupe key: a notifier may see a notification more than once. */
  readonly id: string;
  readonly kind: 'share';
  readonly participant: string;
  readonly period: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount: string;
  readonly state: 'held' | 'available';
  readonly points: string;
  readonly breakdown: readonly { readonly kind: string; readonly counted: number; readonly points: string }[];
}

/** A bonus that a referrer earned from one referred participant. */
export interface BonusNotification {
  readonly id: string;
  readonly kind: 'referral_bonus';
  /** The referrer. */
  readonly participant: string;
  readonly period: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount: string;
  readonly state: 'held' | 'available';
  readonly referred: string;
  readonly level: number;
}

/** Delivers notifications, at least once each. Resolves when all of the batch are delivered. */
export interface Notifier {
  deliver(notifications: readonly Notification[]): Promise<void>;
}
