import type { Destination } from '../payouts/payout.ts';
import type { Referral } from '../referrals/referral.ts';
import type { UnitOfWork } from './store.ts';

/** Who a participant is, as far as payouts need to know. */
export interface Participant {
  readonly id: string;
  /** Whether the participant takes part at all: a "pro", a member in good standing. */
  readonly active: boolean;
  readonly tier?: string;
  /** Whether the participant's identity has been verified. */
  readonly verified: boolean;
  readonly destination?: Destination;
}

/** Looks participants up, a batch at a time. The default one reads the Store. */
export interface Directory {
  /** Participants by id, in the order asked; `undefined` for one that is not known. */
  participants(program: string, ids: readonly string[]): Promise<readonly (Participant | undefined)[]>;
  /**
   * The same, seen from a transaction that decides about a payout. A directory that lives in the Store has it, so that a
   * destination cannot change between the look and the decision; others leave it out.
   */
  within?(unit: UnitOfWork, ids: readonly string[]): Promise<readonly (Participant | undefined)[]>;
  /** Who referred the participants, in the order asked. */
  referrals(program: string, referred: readonly string[]): Promise<readonly (Referral | undefined)[]>;
}
