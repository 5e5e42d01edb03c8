import type { Money } from '../money/money.ts';
import type { Period } from '../periods/period.ts';
import type { ParticipantCounts } from '../scoring/interaction.ts';
import type { UnitOfWork } from './store.ts';

/** Gives the counted interactions of a period, in batches. */
export interface InteractionSource {
  /** Each participant once. Read again when a plan is committed; other counts then refuse the plan. */
  counts(program: string, period: Period): AsyncIterable<readonly ParticipantCounts[]>;
  /**
   * How many interactions the period has, seen from the transaction that freezes the plan. A source whose facts live
   * in the Store has it, so that none can slip in between planning and closing; others leave it out.
   */
  recount?(unit: UnitOfWork, period: Period): Promise<number>;
}

/** Gives what each revenue source brought in during a period. */
export interface RevenueSource {
  /** The revenue of each source, in the order asked; `undefined` where it is not known yet. */
  revenue(
    program: string,
    period: Period,
    sources: readonly string[],
  ): Promise<readonly (Money | undefined)[]>;
}
