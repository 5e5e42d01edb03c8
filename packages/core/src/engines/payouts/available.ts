import { participantAccount } from '../../ledger/account.ts';
import type { Payout } from '../../payouts/payout.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { keyOf } from './candidates.ts';

/** What is available to a payout's participant in its currency, below zero where they owe something. */
export type Available = (payout: Payout) => bigint;

/** Reads what is available to the participants of payouts, as one set. */
export async function availableOf(unit: UnitOfWork, payouts: readonly Payout[]): Promise<Available> {
  const balances = await unit.ledger.balances(
    payouts.map(({ participant, currency }) => ({
      account: participantAccount(participant, 'available'),
      currency,
    })),
  );
  const available = new Map(
    payouts.map(({ participant, currency }, index) => [keyOf(participant, currency), balances[index] ?? 0n]),
  );
  return ({ participant, currency }) => available.get(keyOf(participant, currency)) ?? 0n;
}
