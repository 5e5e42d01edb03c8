import { PayoutError } from '../errors.ts';
import { idProblem } from '../id.ts';
import { inRange } from '../money/range.ts';

/** How much may leave in any 24 hours, by currency, in minor units. What is left out is not capped. */
export interface VelocityCaps {
  /** To one participant. */
  readonly participant?: Readonly<Record<string, bigint>>;
  /** From the whole program. */
  readonly program?: Readonly<Record<string, bigint>>;
}

/** The window of the caps. */
export const VELOCITY_WINDOW_MS = 86_400_000;

/** What has left, or may have, within the window: see `AttemptRows.outflow`. */
export interface Outflow {
  readonly participant: string;
  readonly currency: string;
  readonly amount: bigint;
}

/** @throws {@link PayoutError} with code `INVALID_INPUT` */
export function checkVelocityCaps(caps: VelocityCaps): VelocityCaps {
  const issues: { readonly path: string; readonly reason: string }[] = [];
  for (const scope of ['participant', 'program'] as const) {
    for (const [position, [code, cap]] of Object.entries(caps[scope] ?? {}).entries()) {
      const problem =
        idProblem(code) ??
        (typeof cap === 'bigint' && cap >= 0n ? undefined : 'it must be a bigint, zero or more');
      if (problem !== undefined) issues.push({ path: `caps.${scope}[${position}]`, reason: problem });
      else inRange(cap);
    }
  }
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return caps;
}

/**
 * What is left of the caps in a window, as payouts are claimed one after the other. One of these lives for one
 * transaction, under the lock that all claims of the program take when it has caps.
 */
export class Velocity {
  readonly #caps: VelocityCaps;
  readonly #program = new Map<string, bigint>();
  readonly #participants = new Map<string, bigint>();

  constructor(caps: VelocityCaps, outflow: readonly Outflow[]) {
    this.#caps = caps;
    for (const { participant, currency, amount } of outflow) this.#add(participant, currency, amount);
  }

  /** Whether the amount fits under the caps; if so, it counts from now on. */
  admit(participant: string, currency: string, amount: bigint): boolean {
    const programCap = this.#caps.program?.[currency];
    const participantCap = this.#caps.participant?.[currency];
    if (programCap !== undefined && (this.#program.get(currency) ?? 0n) + amount > programCap) return false;
    const spent = this.#participants.get(keyOf(participant, currency)) ?? 0n;
    if (participantCap !== undefined && spent + amount > participantCap) return false;
    this.#add(participant, currency, amount);
    return true;
  }

  #add(participant: string, currency: string, amount: bigint): void {
    this.#program.set(currency, (this.#program.get(currency) ?? 0n) + amount);
    const key = keyOf(participant, currency);
    this.#participants.set(key, (this.#participants.get(key) ?? 0n) + amount);
  }
}

/** A line feed is in no id. */
function keyOf(participant: string, currency: string): string {
  return `${participant}\n${currency}`;
}
