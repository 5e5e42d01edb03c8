import type { Attempt, Payout } from '../../../payouts/payout.ts';

/** An attempt as it was committed: what may be sent, and what should then have moved. */
export interface Intent {
  readonly program: string;
  readonly payout: string;
  readonly number: number;
  readonly provider: string;
  readonly account: string;
  readonly participant: string;
  readonly currency: string;
  readonly net: bigint;
  readonly destination?: string;
  readonly environment: Attempt['environment'];
  /** The bytes of every send; of an attempt that was lost and committed again, also the earlier ones. */
  readonly frozen: ReadonlySet<string>;
  /** Whether the store has lost it since. */
  lost: boolean;
  /** Virtual time of the last commit that claimed its payout. */
  claimedAt: number;
}

/** What the checker remembers of attempts through everything, losses of the store included. */
export class Intents {
  readonly #byKey = new Map<string, Intent>();
  readonly #keys = new Map<string, string>();
  readonly #declared = new Map<string, Set<number>>();
  readonly #lostPayouts = new Set<string>();

  /** The attempt that a key stands for. */
  of(key: string): Intent | undefined {
    return this.#byKey.get(key);
  }

  /** The one key that an attempt ever had. */
  keyOf(program: string, payout: string, number: number): string | undefined {
    return this.#keys.get(attemptName(program, payout, number));
  }

  add(program: string, attempt: Attempt, payout: Payout, claimedAt: number): void {
    const { key, number, provider, account, participant, currency, net, environment } = attempt;
    const earlier = this.#byKey.get(key);
    this.#keys.set(attemptName(program, payout.id, number), key);
    this.#byKey.set(key, {
      program,
      payout: payout.id,
      number,
      provider,
      account,
      participant,
      currency,
      net,
      ...(payout.destination && { destination: payout.destination.id }),
      environment,
      frozen: new Set([...(earlier?.frozen ?? []), attempt.request]),
      lost: false,
      claimedAt,
    });
  }

  /** A person said that an attempt had moved nothing. */
  declare(program: string, payout: string, number: number): void {
    const key = payoutName(program, payout);
    const numbers = this.#declared.get(key);
    if (numbers === undefined) this.#declared.set(key, new Set([number]));
    else numbers.add(number);
  }

  /** How many attempts of a payout a person said that of. */
  declared(program: string, payout: string): number {
    return this.#declared.get(payoutName(program, payout))?.size ?? 0;
  }

  isDeclared(program: string, payout: string, number: number): boolean {
    return this.#declared.get(payoutName(program, payout))?.has(number) ?? false;
  }

  lose(program: string, payout: string): void {
    this.#lostPayouts.add(payoutName(program, payout));
  }

  /** Whether the store ever lost something about the payout: what it then decided, it decided without knowing. */
  wasLost(program: string, payout: string): boolean {
    return this.#lostPayouts.has(payoutName(program, payout));
  }
}

/** One text for a payout of a program; a line feed is in no id. */
export function payoutName(program: string, payout: string): string {
  return `${program}\n${payout}`;
}

function attemptName(program: string, payout: string, number: number): string {
  return `${program}\n${payout}\n${number}`;
}
