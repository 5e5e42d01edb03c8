import type { Store } from '@payout-engines/core';
import { inLanes } from './in-lanes.ts';
import type { Race } from './races.ts';

/** How many connections all races are played over. */
export const CONNECTIONS = 50;

/** What all rounds of a race came to. */
export interface Played {
  readonly rounds: number;
  readonly winners: number;
  readonly violations: readonly string[];
}

/**
 * Plays a race round by round. Where fewer call at once than there are connections, so many rounds are played side by side
 * that all connections are busy.
 */
export async function playRace(
  race: Race,
  store: Store,
  rounds: number,
  onRound: (round: number) => void = () => undefined,
): Promise<Played> {
  let winners = 0;
  const violations: string[] = [];
  await inLanes(rounds, Math.floor(CONNECTIONS / race.contenders), async (round) => {
    const outcome = await race.play({ store, program: `${race.name}/${round}` });
    winners += outcome.winners;
    violations.push(...outcome.violations.map((violation) => `round ${round}: ${violation}`));
    onRound(round + 1);
  });
  return { rounds, winners, violations };
}
