import type { TrueMovement } from '../../../providers/simulated-movement.ts';
import { payoutName } from './intents.ts';

/** A true movement, and when the checker first saw it. */
export interface SeenMovement {
  readonly provider: string;
  readonly movement: TrueMovement;
  /** The store's clock, in milliseconds. */
  readonly seenAt: number;
}

/** What the providers really did, found by payout and by object. Rows are the providers' own, and kept up to date by them. */
export class Truth {
  readonly #byPayout = new Map<string, SeenMovement[]>();
  readonly #byObject = new Map<string, SeenMovement>();

  add(seen: SeenMovement): void {
    const { provider, movement } = seen;
    const { program, payout } = movement.reference;
    const name = payoutName(program, payout);
    const others = this.#byPayout.get(name);
    if (others === undefined) this.#byPayout.set(name, [seen]);
    else others.push(seen);
    this.#byObject.set(`${provider}\n${movement.object}`, seen);
  }

  object(provider: string, object: string): TrueMovement | undefined {
    return this.#byObject.get(`${provider}\n${object}`)?.movement;
  }

  /** The object of that name that carries the payout, whoever moved it: a provider, or the hand of an operator. */
  objectOf(program: string, payout: string, object: string): TrueMovement | undefined {
    const seen = this.#byPayout.get(payoutName(program, payout));
    return seen?.find(({ movement }) => movement.object === object)?.movement;
  }

  /** What moved, or still may, for a payout. */
  of(program: string, payout: string): readonly TrueMovement[] {
    const seen = this.#byPayout.get(payoutName(program, payout));
    if (seen === undefined) return [];
    return seen.flatMap(({ movement }) => (movement.status === 'failed' ? [] : [movement]));
  }

  *all(): Generator<SeenMovement> {
    yield* this.#byObject.values();
  }
}
