import type { TrueMovement } from '../../providers/simulated-movement.ts';
import type { Attempt } from '../../payouts/payout.ts';

/** What operators have really paid by hand. They look here before they pay, so that they pay nothing twice. */
export class HandPayments {
  readonly #made: TrueMovement[] = [];
  readonly #byPayout = new Map<string, TrueMovement>();

  truth(): readonly TrueMovement[] {
    return this.#made;
  }

  /** The transaction by which a payout was paid by hand, if it was. */
  of(program: string, payout: string): TrueMovement | undefined {
    return this.#byPayout.get(`${program}\n${payout}`);
  }

  /** An operator pays what an attempt says, outside of the library. */
  pay(program: string, attempt: Attempt, destination: string, at: Date): TrueMovement {
    const made: TrueMovement = {
      object: `hand-${this.#made.length + 1}`,
      key: attempt.key,
      reference: { program, payout: attempt.payout, attempt: attempt.number },
      participant: attempt.participant,
      account: attempt.account,
      environment: attempt.environment,
      destination,
      currency: attempt.currency,
      amount: attempt.net,
      at,
      status: 'moved',
      returned: 0n,
      frozen: attempt.request,
    };
    this.#made.push(made);
    this.#byPayout.set(`${program}\n${attempt.payout}`, made);
    return made;
  }
}
