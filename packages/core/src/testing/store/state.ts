import type { PlanRecord, Store, UnitOfWork } from '../../ports/store.ts';
import { byCodeUnit, type Plain, plain } from '../plain.ts';
import { collect, content, participantContent, sortedCounts } from './rows.ts';

/** Ids that a state is looked up by, where the port has no stream of them. */
export interface StateIds {
  readonly participants: readonly string[];
  readonly periods: readonly string[];
}

/**
 * Everything that a program has stored and the port can tell, in plain form and in one order: equal for two stores that
 * hold the same. Times that a store chose, accounts that hold nothing and leases are left out.
 */
export function stateOf(store: Store, program: string, ids: StateIds): Promise<Plain> {
  return store.transact(program, (unit) => readState(unit, ids));
}

/** The same, from inside a transaction. */
export async function readState(unit: UnitOfWork, ids: StateIds): Promise<Plain> {
  const transfers = await collect(unit.ledger.transfers());
  const accounts = await collect(unit.ledger.accounts());
  const earnings = await collect(unit.earnings.all());
  const payouts = await collect(unit.payouts.all());
  const attempts = await collect(unit.attempts.all());
  const movements = await collect(unit.movements.all());
  const participants = await unit.participants.find(ids.participants);
  const counts: unknown[] = [];
  const plans: unknown[] = [];
  for (const period of ids.periods) {
    counts.push([
      period,
      await unit.interactions.total(period),
      sortedCounts(await collect(unit.interactions.counts(period))),
    ]);
    const latest = await unit.plans.find(period);
    plans.push([period, latest, latest === undefined ? [] : await pagesOf(unit, latest)]);
  }
  return plain({
    transfers: transfers.map(content).map(plain).sort(byText),
    accounts: accounts
      .filter(({ balance }) => balance !== 0n)
      .map(plain)
      .sort(byText),
    earnings: earnings.map(plain).sort(byText),
    periods: await unit.periods.all(),
    counts,
    participants: participants.map((row) => row && participantContent(row)),
    referrals: await unit.referrals.find(ids.participants),
    plans,
    outbox: await unit.outbox.counts(),
    payouts: payouts.map(plain).sort(byText),
    attempts: attempts.map(plain).sort(byText),
    movements: movements.map(plain).sort(byText),
    controls: await unit.controls.read(),
  });
}

/** The pages of every revision up to the latest. */
async function pagesOf(unit: UnitOfWork, { period, revision, pages }: PlanRecord): Promise<unknown[]> {
  const texts: unknown[] = [];
  for (let page = 0; page < pages; page += 1) texts.push(await unit.plans.page(period, revision, page));
  return texts;
}

function byText(left: Plain, right: Plain): number {
  return byCodeUnit(JSON.stringify(left), JSON.stringify(right));
}
