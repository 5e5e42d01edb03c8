import {
  type Currency,
  type Eligibility,
  eligibility,
  type HeldAmount,
  type Participant,
  participantAccount,
  type Store,
  type UnitOfWork,
} from '@payout-engines/core';
import type { Job } from '../job.ts';

/** How many participants one transaction asks about. */
const BATCH = 5_000;

/** Whether a participant would be paid out what the ledger holds for them, and everything that stands in the way. */
export interface Payable {
  readonly available: bigint;
  readonly held: bigint;
  readonly eligibility: Eligibility;
}

/** The payout rules, asked about participants by id. */
export async function payableOf(
  store: Store,
  job: Job,
  ids: Iterable<string>,
  at: Date,
): Promise<ReadonlyMap<string, Payable>> {
  const heldParts = await store.transact(job.program, (unit) => heldAmounts(unit, job.currency));
  const payable = new Map<string, Payable>();
  for (const batch of batchesOf(ids)) {
    const participants = await job.directory.participants(job.program, batch);
    const balances = await store.transact(job.program, (unit) =>
      unit.ledger.balances(
        batch.flatMap((id) => [
          { account: participantAccount(id, 'available'), currency: job.currency.code },
          { account: participantAccount(id, 'held'), currency: job.currency.code },
        ]),
      ),
    );
    for (const [index, id] of batch.entries()) {
      const available = balances[2 * index] ?? 0n;
      const held = balances[2 * index + 1] ?? 0n;
      const candidate = candidateOf(participants[index], job.currency, available, heldParts.get(id) ?? []);
      payable.set(id, { available, held, eligibility: eligibility(candidate, job.payoutRules, at) });
    }
  }
  return payable;
}

function candidateOf(
  participant: Participant | undefined,
  currency: Currency,
  available: bigint,
  held: readonly HeldAmount[],
) {
  const { active = false, verified = false, tier } = participant ?? {};
  return {
    currency: currency.code,
    active,
    verified,
    ...(tier === undefined ? {} : { tier }),
    available,
    held,
  };
}

/** What is held for whom, and until when. Nothing without holds, which is the common case. */
async function heldAmounts(
  unit: UnitOfWork,
  currency: Currency,
): Promise<ReadonlyMap<string, readonly HeldAmount[]>> {
  const amounts = new Map<string, HeldAmount[]>();
  for await (const batch of unit.earnings.all()) {
    for (const { participant, currency: code, held, hold } of batch) {
      if (held === 0n || code !== currency.code) continue;
      // A condition has no date: what waits for one can come at any time, or never.
      const dated = hold?.until !== undefined && hold.condition === undefined ? { until: hold.until } : {};
      const of = amounts.get(participant) ?? [];
      of.push({ amount: held, ...dated });
      amounts.set(participant, of);
    }
  }
  return amounts;
}

function* batchesOf(ids: Iterable<string>): Generator<readonly string[]> {
  let batch: string[] = [];
  for (const id of ids) {
    batch.push(id);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
