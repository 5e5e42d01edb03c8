import type { SimulatedProvider, Store, UnitOfWork } from '@payout-engines/core';

/** Everything that a run leaves behind, as sorted lines without what depends on when and in which order it was done. */
export async function endingOf(
  store: Store,
  program: string,
  provider: SimulatedProvider,
): Promise<readonly string[]> {
  const lines = await store.transact(program, linesOf);
  // A provider numbers its payments in the order of the sends, which an interruption may change.
  const names = new Map(
    provider.truth().map(({ object, participant }) => [object, `payment-to-${participant}`]),
  );
  return lines.map((line) => line.replace(/payment-\d+/g, (object) => names.get(object) ?? object)).sort();
}

async function linesOf(unit: UnitOfWork): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const payouts of unit.payouts.all()) {
    for (const { id, state, attempt, paid, returned, reason } of payouts)
      lines.push(`payout ${id} ${state} ${attempt} ${paid} ${returned} ${reason}`);
  }
  for await (const attempts of unit.attempts.all()) {
    for (const { payout, number, end, code } of attempts)
      lines.push(`attempt ${payout} ${number} ${end} ${code}`);
  }
  for await (const transfers of unit.ledger.transfers()) {
    for (const { id, debit, credit, moved } of transfers)
      lines.push(`transfer ${id} ${debit} ${credit} ${moved}`);
  }
  for await (const accounts of unit.ledger.accounts()) {
    for (const { account, balance } of accounts) lines.push(`balance ${account} ${balance}`);
  }
  const { stored } = await unit.outbox.counts();
  return [...lines, `notifications ${stored}`];
}
