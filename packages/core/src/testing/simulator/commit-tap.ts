import type { Earning } from '../../ledger/earning.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { Attempt, Movement, Payout } from '../../payouts/payout.ts';
import type { Participant } from '../../ports/directory.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { Controls, UnitOfWork } from '../../ports/store.ts';

/** What a transaction has written so far, as the store was asked and answered. */
export interface Written {
  readonly transfers: Transfer[];
  readonly payouts: Payout[];
  readonly attempts: Attempt[];
  readonly movements: Movement[];
  readonly earnings: Earning[];
  readonly notifications: Notification[];
  participants?: Participant[];
  controls?: Controls;
  /** Whether anything was written at all, of any kind. */
  any: boolean;
}

export function nothingWritten(): Written {
  return {
    transfers: [],
    payouts: [],
    attempts: [],
    movements: [],
    earnings: [],
    notifications: [],
    any: false,
  };
}

/** What is between the work and its unit: what each operation waits for before it is carried out; nothing, mostly. */
export type Step = () => Promise<void> | undefined;

/** What a tapped unit writes to and stops at. It is another one for each transaction, where the unit is the same. */
export interface Tap {
  written: Written;
  step: Step;
}

/**
 * A unit of work that notes what is written through it, and stops before each operation where it is told to. Of what
 * payouts need every operation is noted; what they do not need is handed through.
 */
export function tappedUnit(inner: UnitOfWork, tap: Tap): UnitOfWork {
  const { ledger, earnings, participants, outbox, locks, payouts, attempts, movements } = inner;
  const { batches, reversals, events, controls } = inner;

  const read = <T>(operation: () => Promise<T>): Promise<T> => {
    const stopped = tap.step();
    return stopped === undefined ? operation() : stopped.then(operation);
  };
  const write = async <T>(operation: () => Promise<T>, note?: (result: T) => void): Promise<T> => {
    const stopped = tap.step();
    if (stopped !== undefined) await stopped;
    const result = await operation();
    tap.written.any = true;
    note?.(result);
    return result;
  };

  return {
    program: inner.program,
    now: () => read(() => inner.now()),
    periods: inner.periods,
    interactions: inner.interactions,
    referrals: inner.referrals,
    plans: inner.plans,
    blocks: inner.blocks,
    campaigns: inner.campaigns,
    clips: inner.clips,
    observations: inner.observations,
    ledger: {
      post: (requests) =>
        write(
          () => ledger.post(requests),
          (transfers) => tap.written.transfers.push(...transfers),
        ),
      balances: (accounts) => read(() => ledger.balances(accounts)),
      find: (ids) => read(() => ledger.find(ids)),
      transfers: () => ledger.transfers(),
      accounts: () => ledger.accounts(),
    },
    earnings: {
      add: (rows) =>
        write(async () => {
          await earnings.add(rows);
          // One that was there already has stayed as it was.
          tap.written.earnings.push(...present(await earnings.find(rows.map(({ id }) => id))));
        }),
      update: (rows) =>
        write(
          () => earnings.update(rows),
          () => tap.written.earnings.push(...rows),
        ),
      find: (ids) => read(() => earnings.find(ids)),
      due: (query) => read(() => earnings.due(query)),
      heldOf: (ids) => read(() => earnings.heldOf(ids)),
      bonusesOf: (ids) => read(() => earnings.bonusesOf(ids)),
      totalsOf: (id) => read(() => earnings.totalsOf(id)),
      all: () => earnings.all(),
    },
    participants: {
      put: (rows) =>
        write(async () => {
          await participants.put(rows);
          // The store says from when on a destination is the one.
          const stored = await participants.find(rows.map(({ id }) => id));
          (tap.written.participants ??= []).push(...present(stored));
        }),
      find: (ids) => read(() => participants.find(ids)),
      block: (rows) => write(() => participants.block(rows)),
      areBlocked: (rows) => read(() => participants.areBlocked(rows)),
    },
    outbox: {
      add: (rows) =>
        write(
          () => outbox.add(rows),
          () => tap.written.notifications.push(...rows),
        ),
      lease: (limit, leaseMs) => write(() => outbox.lease(limit, leaseMs)),
      delivered: (ids) => write(() => outbox.delivered(ids)),
      counts: () => read(() => outbox.counts()),
    },
    locks: {
      take: (names) => read(() => locks.take(names)),
      tryTake: (names) => read(() => locks.tryTake(names)),
    },
    payouts: {
      add: (rows) =>
        write(
          () => payouts.add(rows),
          () => tap.written.payouts.push(...rows),
        ),
      update: (rows) =>
        write(
          () => payouts.update(rows),
          () => tap.written.payouts.push(...rows),
        ),
      find: (ids) => read(() => payouts.find(ids)),
      due: (query) => read(() => payouts.due(query)),
      openOf: (ids) => read(() => payouts.openOf(ids)),
      list: (filter, page) => read(() => payouts.list(filter, page)),
      summary: (filter) => read(() => payouts.summary(filter)),
      all: () => payouts.all(),
    },
    attempts: {
      put: (rows) =>
        write(
          () => attempts.put(rows),
          () => tap.written.attempts.push(...rows),
        ),
      of: (ids) => read(() => attempts.of(ids)),
      outflow: (since) => read(() => attempts.outflow(since)),
      all: () => attempts.all(),
    },
    movements: {
      add: (rows) =>
        write(
          () => movements.add(rows),
          () => tap.written.movements.push(...rows),
        ),
      update: (rows) =>
        write(
          () => movements.update(rows),
          () => tap.written.movements.push(...rows),
        ),
      find: (provider, objects) => read(() => movements.find(provider, objects)),
      of: (ids) => read(() => movements.of(ids)),
      all: () => movements.all(),
    },
    batches: {
      freeze: (batch, pages) => write(() => batches.freeze(batch, pages)),
      find: (key) => read(() => batches.find(key)),
      lock: (key) => read(() => batches.lock(key)),
      page: (key, page) => read(() => batches.page(key, page)),
      advance: (key, page, leftOut) => write(() => batches.advance(key, page, leftOut)),
      leftOut: (key, page) => read(() => batches.leftOut(key, page)),
    },
    reversals: {
      put: (rows) => write(() => reversals.put(rows)),
      find: (keys) => read(() => reversals.find(keys)),
      waiting: (ids) => read(() => reversals.waiting(ids)),
    },
    events: { add: (provider, rows) => write(() => events.add(provider, rows)) },
    controls: {
      read: () => read(() => controls.read()),
      lock: () => read(() => controls.lock()),
      put: (row) =>
        write(
          () => controls.put(row),
          () => {
            tap.written.controls = row;
          },
        ),
    },
  };
}

function present<Row>(rows: readonly (Row | undefined)[]): readonly Row[] {
  return rows.filter((row) => row !== undefined);
}
