import { participantAccount } from '../../ledger/account.ts';
import type { Destination } from '../../payouts/payout.ts';
import type { Participant } from '../../ports/directory.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import type { PayoutContext } from './context.ts';

/** Somebody who may get a payout in one currency. */
export interface Candidate {
  readonly id: string;
  readonly participant: string;
  readonly currency: string;
  /** Gross; left out, all that is available and payable. */
  readonly amount?: bigint;
  readonly requestedBy: string;
  readonly batch?: string;
}

/** Everything that the decision about one candidate depends on. */
export interface CandidateStanding {
  readonly person: Participant | undefined;
  readonly provider: string;
  readonly destination: Destination | undefined;
  readonly blocked: boolean;
  readonly available: bigint;
  readonly held: readonly { readonly amount: bigint; readonly until?: Date }[];
  readonly openPayout: string | undefined;
}

/** Reads what decides about candidates, as sets, in their order. */
export async function standingsOf(
  context: PayoutContext,
  unit: UnitOfWork,
  people: ReadonlyMap<string, Participant>,
  candidates: readonly Pick<Candidate, 'participant' | 'currency'>[],
): Promise<readonly CandidateStanding[]> {
  const participants = [...new Set(candidates.map(({ participant }) => participant))];
  const balances = await unit.ledger.balances(
    candidates.map(({ participant, currency }) => ({
      account: participantAccount(participant, 'available'),
      currency,
    })),
  );
  const open = new Map<string, string>();
  for (const { id, participant, currency } of await unit.payouts.openOf(participants)) {
    open.set(keyOf(participant, currency), id);
  }
  const held = new Map<string, { readonly amount: bigint; readonly until?: Date }[]>();
  for (const { participant, currency, held: amount, hold, fulfilled } of await unit.earnings.heldOf(
    participants,
  )) {
    const waits = hold?.condition !== undefined && fulfilled !== true;
    const until = waits ? undefined : hold?.until;
    const key = keyOf(participant, currency);
    held.set(key, [...(held.get(key) ?? []), { amount, ...(until === undefined ? {} : { until }) }]);
  }
  const destinations = candidates.map(({ participant }) => people.get(participant)?.destination);
  const providers = destinations.map((destination) => destination?.provider ?? context.defaultProvider);
  const named = destinations.flatMap((destination, index) =>
    destination === undefined
      ? []
      : [{ provider: providers[index] ?? '', id: destination.id, version: destination.version }],
  );
  const blocked = named.length === 0 ? [] : [...(await unit.participants.areBlocked(named))];
  return candidates.map(({ participant, currency }, index) => {
    const destination = destinations[index];
    const key = keyOf(participant, currency);
    return {
      person: people.get(participant),
      provider: providers[index] ?? '',
      destination,
      blocked: destination !== undefined && blocked.shift() === true,
      available: balances[index] ?? 0n,
      held: held.get(key) ?? [],
      openPayout: open.get(key),
    };
  });
}

/** A line feed is in no id. */
export function keyOf(participant: string, currency: string): string {
  return `${participant}\n${currency}`;
}
