import type { Payout } from '../../../payouts/payout.ts';
import { Violation } from './violation.ts';

/**
 * I20: one payout for each request key, and for each batch, participant and currency. Ids are derived from their cause,
 * so this holds through a loss too: the same cause then gives the same payout again.
 */
export class Unique {
  readonly #byCause = new Map<string, string>();
  readonly #byPayout = new Map<string, string>();

  /** A payout that a commit added. */
  added(program: string, { id, batch, participant, currency }: Payout): void {
    if (batch !== undefined) this.#claim(program, id, `batch\n${batch}\n${participant}\n${currency}`);
  }

  /** A payout that a request key opened, or was answered with. */
  requested(program: string, key: string, payout: string): void {
    this.#claim(program, payout, `request\n${key}`);
  }

  #claim(program: string, payout: string, cause: string): void {
    const first = this.#byCause.get(`${program}\n${cause}`);
    if (first !== undefined && first !== payout) {
      throw new Violation('I20', 'one cause opened two payouts', {
        program,
        payout,
        first,
        cause: printed(cause),
      });
    }
    const other = this.#byPayout.get(`${program}\n${payout}`);
    if (other !== undefined && other !== cause) {
      throw new Violation('I20', 'two causes opened one payout', {
        program,
        payout,
        cause: printed(cause),
        other: printed(other),
      });
    }
    this.#byCause.set(`${program}\n${cause}`, payout);
    this.#byPayout.set(`${program}\n${payout}`, cause);
  }
}

function printed(cause: string): string {
  return cause.replaceAll('\n', ' ');
}
