import type { Referral } from '../referrals/referral.ts';

/** Who a participant is, as far as payouts need to know. */
export interface Participant {
  readonly id: string;
  /** Whether the participant takes part at all: a "pro", a member in good standing. */
  readonly active: boolean;
  readonly tier?: string;
  /** Whether the participant's identity has been verified. */
  readonly verified: boolean;
  readonly destination?: { readonly id: string; readonly version: number };
}

/** Looks participants up, a batch at a time. The default one reads the Store. */
export interface Directory {
  /** Participants by id, in the order asked; `undefined` for one that is not known. */
  participants(program: string, ids: readonly string[]): Promise<readonly (Participant | undefined)[]>;
  /** Who referred the participants, in the order asked. */
  referrals(program: string, referred: readonly string[]): Promise<readonly (Referral | undefined)[]>;
}
