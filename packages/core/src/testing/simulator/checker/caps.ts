import type { TrueMovement } from '../../../providers/simulated-movement.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';

const DAY_MS = 86_400_000;
const MARGIN_MS = 60_000;

/** I31: what leaves in any 24 hours is within the caps, counted from what really moved. */
export class CapWatch {
  readonly #watch: Watch;
  readonly #recent: { readonly movement: TrueMovement; readonly seenAt: number }[] = [];

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  moved(movement: TrueMovement, seenAt: number): void {
    const { rules, programs } = this.#watch.world;
    const { caps, marginMs = MARGIN_MS } = rules;
    const { program } = movement.reference;
    if (caps === undefined || !programs.includes(program) || this.#isUnknowable(movement)) return;
    // The clocks of store and provider may be apart by the margin.
    const from = seenAt - DAY_MS + marginMs;
    this.#recent.push({ movement, seenAt });
    while (this.#recent[0] !== undefined && this.#recent[0].seenAt <= from) this.#recent.shift();
    const { participant, currency } = movement;
    let [ofProgram, ofParticipant] = [0n, 0n];
    for (const { movement: other, seenAt: at } of this.#recent) {
      if (at <= from || other.status === 'failed') continue;
      if (other.reference.program !== program || other.currency !== currency || this.#isUnknowable(other))
        continue;
      ofProgram += other.amount;
      if (other.participant === participant) ofParticipant += other.amount;
    }
    this.#check(ofProgram, caps.program?.[currency], { program, currency });
    this.#check(ofParticipant, caps.participant?.[currency], { program, currency, participant });
  }

  /** What a person said had not moved, or the store has forgotten, cannot be counted by anybody. */
  #isUnknowable({ reference: { program, payout, attempt } }: TrueMovement): boolean {
    const { intents } = this.#watch;
    return intents.wasLost(program, payout) || intents.isDeclared(program, payout, attempt);
  }

  #check(moved: bigint, cap: bigint | undefined, where: Readonly<Record<string, string>>): void {
    if (cap === undefined || moved <= cap) return;
    throw new Violation('I31', 'more left in 24 hours than the cap', { ...where, moved, cap });
  }
}
