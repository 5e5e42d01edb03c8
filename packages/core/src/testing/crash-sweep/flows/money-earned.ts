import { creditedEarningId, requestedPayoutId } from '../../../payouts/keys.ts';
import type { CreditRequest } from '../../../engines/payouts/requests.ts';
import type { SweepWorker } from '../worker.ts';
import { PROGRAM, START } from '../world.ts';

/** What flows begin with. */

/** An earning of a participant, known by the participant's name. */
export function earned(
  participant: string,
  amount: bigint,
  more: Partial<CreditRequest> = {},
): CreditRequest {
  return {
    key: participant,
    participant,
    currency: 'USD',
    amount,
    kind: 'sale',
    subject: `sale-of-${participant}`,
    ...more,
  };
}

/** An earning that is held for so many days. */
export function earnedAndHeld(participant: string, amount: bigint, days: number): CreditRequest {
  return earned(participant, amount, { earnedAt: START, hold: { days } });
}

export async function credit({ engine }: SweepWorker, credits: readonly CreditRequest[]): Promise<void> {
  await engine.credit({ program: PROGRAM, credits });
}

/** The id of the earning of {@link earned}. */
export function earningOf(participant: string): string {
  return creditedEarningId(participant);
}

/** Asks for all that a participant has. */
export async function request({ engine }: SweepWorker, participant: string): Promise<void> {
  await engine.request({ program: PROGRAM, key: participant, participant, currency: 'USD' });
}

/** The id of the payout of {@link request}. */
export function payoutOf(participant: string): string {
  return requestedPayoutId(participant);
}

/** Three participants with a payout each. */
export async function threePayouts(worker: SweepWorker): Promise<void> {
  await credit(worker, [earned('ann', 10_000n), earned('ben', 20_000n), earned('cat', 30_000n)]);
  for (const participant of ['ann', 'ben', 'cat']) await request(worker, participant);
}

/** Rules under which an operator approves. */
export const MANUAL_APPROVAL = { approval: { mode: 'manual', fourEyes: true } } as const;
