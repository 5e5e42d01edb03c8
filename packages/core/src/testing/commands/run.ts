import { PayoutError } from '../../errors.ts';
import type { Store, UnitOfWork } from '../../ports/store.ts';
import { byCodeUnit, type Plain, plain } from '../plain.ts';
import { collect, content, participantContent, sortedCounts } from '../store/rows.ts';
import { readState } from '../store/state.ts';
import type { StoreCommand, StoreOperation } from './command.ts';

/** What a command did, comparable between stores. */
export interface CommandOutcome {
  readonly command: StoreCommand['kind'];
  /** What kind of success it was, or the code of the refusal. */
  readonly outcome: string;
  /** Its result, or the details of the refusal. */
  readonly value: Plain;
  /** What the operations of a transaction did, also of one that was undone. */
  readonly inner?: readonly CommandOutcome[];
}

const HOUR = 3_600_000;
const DONE = ['done', null] as const;

/** Runs commands one after the other, each in a transaction of its own: two right stores give equal outcomes. */
export async function runCommands(
  store: Store,
  program: string,
  commands: readonly StoreCommand[],
): Promise<readonly CommandOutcome[]> {
  const outcomes: CommandOutcome[] = [];
  for (const command of commands) outcomes.push(await runCommand(store, program, command));
  return outcomes;
}

async function runCommand(store: Store, program: string, command: StoreCommand): Promise<CommandOutcome> {
  if (command.kind !== 'transaction') {
    return refusable(command.kind, () => store.transact(program, (unit) => perform(unit, command)));
  }
  const undo = new Undo();
  try {
    const inner = await store.transact(program, async (unit) => {
      const done = await performAll(unit, command.operations);
      if (command.fails) throw undo.with(done);
      return done;
    });
    return { command: 'transaction', outcome: 'kept', value: null, inner };
  } catch (error) {
    if (error !== undo) throw error;
    return { command: 'transaction', outcome: 'undone', value: null, inner: undo.outcomes };
  }
}

/** Thrown to undo a transaction. Keeps what was done before. */
class Undo extends Error {
  outcomes: readonly CommandOutcome[] = [];

  with(outcomes: readonly CommandOutcome[]): this {
    this.outcomes = outcomes;
    return this;
  }
}

/** All operations in one transaction. A refused one is caught, as it must leave nothing and let the others go on. */
async function performAll(
  unit: UnitOfWork,
  operations: readonly StoreOperation[],
): Promise<readonly CommandOutcome[]> {
  const outcomes: CommandOutcome[] = [];
  for (const operation of operations) {
    outcomes.push(await refusable(operation.kind, () => perform(unit, operation)));
  }
  return outcomes;
}

async function refusable(
  command: StoreOperation['kind'],
  attempt: () => Promise<readonly [outcome: string, value: unknown]>,
): Promise<CommandOutcome> {
  try {
    const [outcome, value] = await attempt();
    return { command, outcome, value: plain(value) };
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    // How a store words a broken promise is its own.
    if (error.code === 'INVARIANT_BROKEN') return { command, outcome: error.code, value: null };
    return { command, outcome: error.code, value: plain(error.details) };
  }
}

async function perform(
  unit: UnitOfWork,
  operation: StoreOperation,
): Promise<readonly [outcome: string, value: unknown]> {
  switch (operation.kind) {
    case 'post': {
      const before = await countFound(unit.ledger, operation.requests);
      const results = await unit.ledger.post(operation.requests);
      const capped = results.some(({ asked, moved }) => moved < asked);
      return [capped ? 'capped' : added(results.length, before), results.map(content)];
    }
    case 'read balances':
      return ['done', await unit.ledger.balances(operation.accounts)];
    case 'find transfers': {
      const rows = await unit.ledger.find(operation.ids);
      return [found(rows), rows.map((row) => row && content(row))];
    }
    case 'add earnings': {
      const before = await countFound(unit.earnings, operation.earnings);
      await unit.earnings.add(operation.earnings);
      return [added(operation.earnings.length, before), null];
    }
    case 'find earnings': {
      const rows = await unit.earnings.find(operation.ids);
      return [found(rows), rows];
    }
    case 'open periods': {
      const before = (await unit.periods.all()).length;
      await unit.periods.open(operation.periods);
      const all = await unit.periods.all();
      return [grown(operation.periods.length, all.length - before), all];
    }
    case 'find period':
      return one(await unit.periods.find(operation.id));
    case 'lock period':
      return one(await unit.periods.lock(operation.id));
    case 'set state':
      await unit.periods.setState(operation.id, operation.state);
      return DONE;
    case 'record': {
      const receipt = await unit.interactions.record(operation.interactions);
      const late = receipt.late > 0;
      return [late ? 'late' : grown(operation.interactions.length, receipt.recorded), receipt];
    }
    case 'count': {
      const counts = sortedCounts(await collect(unit.interactions.counts(operation.period)));
      return [found(counts), [counts, await unit.interactions.total(operation.period)]];
    }
    case 'put participants': {
      const before = await countFound(unit.participants, operation.participants);
      await unit.participants.put(operation.participants);
      return [added(operation.participants.length, before), null];
    }
    case 'find participants': {
      const rows = await unit.participants.find(operation.ids);
      return [found(rows), rows.map((row) => row && participantContent(row))];
    }
    case 'add referrals': {
      const rows = operation.referrals.map(({ referred }) => ({ id: referred }));
      const before = await countFound(unit.referrals, rows);
      await unit.referrals.add(operation.referrals);
      return [added(rows.length, before), null];
    }
    case 'find referrals': {
      const rows = await unit.referrals.find(operation.referred);
      return [found(rows), rows];
    }
    case 'freeze':
      await unit.plans.freeze(operation.plan, operation.pages);
      return DONE;
    case 'advance': {
      const { period, revision, step, page } = operation;
      await unit.plans.advance(period, revision, step, page);
      return DONE;
    }
    case 'read page':
      return one(await unit.plans.page(operation.period, operation.revision, operation.page));
    case 'find plan':
      return one(await unit.plans.find(operation.period));
    case 'lock plan':
      return one(await unit.plans.lock(operation.period));
    case 'notify': {
      const before = (await unit.outbox.counts()).stored;
      await unit.outbox.add(operation.notifications);
      const after = await unit.outbox.counts();
      return [grown(operation.notifications.length, after.stored - before), after];
    }
    case 'lease': {
      const leased = await lease(unit, operation.limit, operation.drain);
      return [leased.length > 0 ? 'found' : 'missing', operation.drain ? leased : leased.length];
    }
    case 'deliver': {
      const before = (await unit.outbox.counts()).undelivered;
      await unit.outbox.delivered(operation.ids);
      const after = await unit.outbox.counts();
      return [grown(operation.ids.length, before - after.undelivered), after];
    }
    case 'change earnings':
      await unit.earnings.update(operation.earnings);
      return changed(operation.earnings);
    case 'due earnings':
      return all(await unit.earnings.due(operation));
    case 'held earnings': {
      const totals: unknown[] = [];
      const held = await unit.earnings.heldOf(operation.participants);
      for (const participant of operation.participants) {
        totals.push(inOneOrder(await unit.earnings.totalsOf(participant)));
      }
      return [found(held), [held, totals]];
    }
    case 'bonuses':
      return all(await unit.earnings.bonusesOf(operation.earnings));
    case 'open payouts':
      await unit.payouts.add(operation.payouts);
      return changed(operation.payouts);
    case 'change payouts':
      await unit.payouts.update(operation.payouts);
      return changed(operation.payouts);
    case 'find payouts':
      return all(await unit.payouts.find(operation.ids));
    case 'due payouts':
      return all(await unit.payouts.due(operation));
    case 'payouts of':
      return all(await unit.payouts.openOf(operation.participants));
    case 'list payouts': {
      const rows = await unit.payouts.list(operation.filter, operation);
      return [found(rows), [rows, await unit.payouts.summary(operation.filter)]];
    }
    case 'put attempts': {
      const attempts = await ofStoredPayouts(unit, operation.attempts);
      await unit.attempts.put(attempts);
      return changed(attempts);
    }
    case 'find attempts': {
      const outflow = inOneOrder(await unit.attempts.outflow(operation.since));
      const rows = await unit.attempts.of(operation.payouts);
      return [found(rows), [rows, outflow]];
    }
    case 'add movements': {
      const movements = await ofStoredPayouts(unit, operation.movements);
      await unit.movements.add(movements);
      return changed(movements);
    }
    case 'change movements':
      await unit.movements.update(operation.movements);
      return changed(operation.movements);
    case 'find movements':
      return all(await unit.movements.of(operation.payouts));
    case 'freeze batch':
      await unit.batches.freeze(operation.batch, operation.pages);
      return DONE;
    case 'advance batch':
      await unit.batches.advance(operation.key, operation.page, operation.leftOut);
      return ['done', await unit.batches.leftOut(operation.key, operation.page)];
    case 'find batch':
      return one(await unit.batches.lock(operation.key));
    case 'put reversals': {
      await unit.reversals.put(operation.reversals);
      const [outcome] = changed(operation.reversals);
      return [outcome, await unit.reversals.find(operation.reversals.map(({ key }) => key))];
    }
    case 'waiting reversals':
      return all(await unit.reversals.waiting(operation.earnings));
    case 'add events': {
      const events = operation.ids.map((id) => ({ id, type: 'paid' }));
      const areNew = await unit.events.add(operation.provider, events);
      return [grown(events.length, areNew.filter((isNew) => isNew).length), areNew];
    }
    case 'put controls':
      await unit.controls.put(operation.controls);
      return ['done', await unit.controls.lock()];
    case 'block': {
      const before = await unit.participants.areBlocked(operation.destinations);
      await unit.participants.block(operation.destinations);
      const by = before.filter((isBlocked) => !isBlocked).length;
      return [grown(before.length, by), await unit.participants.areBlocked(operation.destinations)];
    }
    case 'take locks':
      await unit.locks.take(operation.names);
      return ['done', [...(await unit.locks.tryTake(operation.names))].sort(byCodeUnit)];
    case 'read state':
      return ['done', await readState(unit, operation.ids)];
  }
}

/** The ids leased, in one order. */
async function lease(unit: UnitOfWork, limit: number, drain: boolean): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const leased = await unit.outbox.lease(limit, drain ? HOUR : 0);
    for (const { id } of leased) ids.push(id);
    if (!drain || leased.length === 0) return ids.sort(byCodeUnit);
  }
}

/** How many of the rows are stored; an id that no store takes is left to the operation itself to refuse. */
async function countFound(
  rows: { find(ids: readonly string[]): Promise<readonly unknown[]> },
  wanted: readonly { readonly id: string }[],
): Promise<number> {
  try {
    const stored = await rows.find(wanted.map(({ id }) => id));
    return stored.filter((row) => row !== undefined).length;
  } catch (error) {
    if (PayoutError.is(error, 'INVALID_ID')) return 0;
    throw error;
  }
}

function added(wanted: number, before: number): string {
  return grown(wanted, wanted - before);
}

function grown(wanted: number, by: number): string {
  return wanted === 0 ? 'nothing' : by > 0 ? 'done' : 'repeated';
}

/** Those of the rows whose payout is stored: a store may, but need not, refuse the others. */
async function ofStoredPayouts<Row extends { readonly payout: string }>(
  unit: UnitOfWork,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const payouts = await unit.payouts.find(rows.map(({ payout }) => payout));
  return rows.filter((_row, index) => payouts[index] !== undefined);
}

/** Sums have no promised order. */
function inOneOrder(rows: readonly unknown[]): readonly Plain[] {
  return rows.map(plain).sort((left, right) => byCodeUnit(JSON.stringify(left), JSON.stringify(right)));
}

function changed(rows: readonly unknown[]): readonly [outcome: string, value: unknown] {
  return [rows.length === 0 ? 'nothing' : 'done', null];
}

function all(rows: readonly unknown[]): readonly [outcome: string, value: unknown] {
  return [found(rows), rows];
}

function one(row: unknown): readonly [outcome: string, value: unknown] {
  return [found([row]), row];
}

function found(rows: readonly unknown[]): string {
  return rows.some((row) => row !== undefined) ? 'found' : 'missing';
}
