/** Who invited whom. A participant has at most one referrer, for ever. */
export interface Referral {
  readonly referrer: string;
  readonly referred: string;
  /** When it began: it earns from then on, and a limit in months counts from here. */
  readonly since: Date;
}

/** All referrals of a program, without self-referrals and cycles: {@link buildReferralGraph} makes it. */
export interface ReferralGraph {
  /** The referral that brought a participant, by the participant's id. */
  readonly byReferred: ReadonlyMap<string, Referral>;
}
