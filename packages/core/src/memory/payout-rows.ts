import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { assertFence, assertPayout } from '../payouts/assert-payout.ts';
import type { Payout } from '../payouts/payout.ts';
import { isOpen, type PayoutState } from '../payouts/states.ts';
import type { DueCursor, ListCursor, PayoutFilter, PayoutRows, PayoutTotals } from '../ports/store.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';
import { byCodeUnit } from './by-code-unit.ts';
import { RowIndex } from './row-index.ts';
import { TimeLine } from './time-line.ts';

/** The payouts of one program, in memory. Ids of one time are ordered by code unit. */
export function memoryPayouts(journal: Journal): PayoutRows {
  const rows = new Table<string, Payout>(journal);
  const newest = new TimeLine(journal);
  const ofParticipants = new RowIndex(journal);
  const openOf = new RowIndex(journal);
  /** The payouts of each state by when they are due, so that asking for the open ones never looks at the others. */
  const dueIn = new Map<PayoutState, TimeLine>();

  const dueLine = (state: PayoutState): TimeLine => {
    let line = dueIn.get(state);
    if (line === undefined) dueIn.set(state, (line = new TimeLine(journal)));
    return line;
  };

  const stored = function* (ids: Iterable<string>): Generator<Payout> {
    for (const id of ids) {
      const row = rows.get(id);
      if (row !== undefined) yield row;
    }
  };

  const add = (payouts: readonly Payout[]): void => {
    for (const payout of payouts) assertPayout(payout);
    for (const payout of payouts) {
      const { id, participant, state } = payout;
      if (rows.get(id) !== undefined) throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'payout', id });
      rows.set(id, copyOf(payout));
      newest.add(payout.openedAt.getTime(), id);
      dueLine(state).add(payout.dueAt.getTime(), id);
      ofParticipants.add(participant, id);
      if (isOpen(state)) openOf.add(participant, id);
    }
  };

  const update = (payouts: readonly Payout[]): void => {
    for (const payout of payouts) assertPayout(payout);
    for (const payout of payouts) {
      const before = rows.get(payout.id);
      if (before === undefined) throw new PayoutError('PAYOUT_NOT_FOUND', { payout: payout.id });
      assertFence(before, payout);
      const after = joined(before, payout);
      rows.set(after.id, after);
      move(before, after);
    }
  };

  const move = (before: Payout, after: Payout): void => {
    const [dueBefore, dueAfter] = [before.dueAt.getTime(), after.dueAt.getTime()];
    if (before.state === after.state && dueBefore === dueAfter) return;
    dueLine(before.state).remove(dueBefore, after.id);
    dueLine(after.state).add(dueAfter, after.id);
    const [wasOpen, isStillOpen] = [isOpen(before.state), isOpen(after.state)];
    if (wasOpen && !isStillOpen) openOf.remove(after.participant, after.id);
    if (!wasOpen && isStillOpen) openOf.add(after.participant, after.id);
  };

  const due = ({ states, at, after, limit }: Parameters<PayoutRows['due']>[0]): readonly Payout[] => {
    assertInstant(at, 'at');
    assertCursor(after?.dueAt, after?.id);
    const found: Payout[] = [];
    for (const state of new Set(states)) {
      const ids = dueLine(state).after(after?.dueAt.getTime() ?? -Infinity, after?.id ?? '', at.getTime());
      found.push(...first(stored(ids), limit));
    }
    return found.sort(byDue).slice(0, limit).map(copyOf);
  };

  const newestFirst = function* (filter: PayoutFilter, before?: ListCursor): Generator<Payout> {
    const [at, id] = [before?.openedAt.getTime() ?? Infinity, before?.id ?? ''];
    if (filter.participant === undefined) {
      yield* stored(newest.before(at, id));
      return;
    }
    for (const row of [...stored(ofParticipants.of(filter.participant))].sort(byNewest)) {
      const openedAt = row.openedAt.getTime();
      if (openedAt < at || (openedAt === at && row.id < id)) yield row;
    }
  };

  return {
    add: async (payouts) => {
      journal.atomically(() => {
        add(payouts);
      });
    },
    find: async (ids) => {
      assertIds(ids, 'payout');
      return ids.map((id) => rows.get(id)).map((row) => row && copyOf(row));
    },
    update: async (payouts) => {
      journal.atomically(() => {
        update(payouts);
      });
    },
    due: async (query) => due(query),
    openOf: async (participants) => {
      assertIds(participants, 'participant');
      return [...stored(openOf.ofAll(participants))].sort(byNewest).map(copyOf);
    },
    list: async (filter, { before, limit }) => {
      assertFilter(filter);
      assertCursor(before?.openedAt, before?.id);
      const matching = filtered(newestFirst(filter, before), filter);
      return first(matching, limit).map(copyOf);
    },
    summary: async (filter) => {
      assertFilter(filter);
      const all =
        filter.participant === undefined ? rows.values() : stored(ofParticipants.of(filter.participant));
      return totals(filtered(all, filter));
    },
    all: () => rows.batches(copyOf),
  };
}

function assertCursor(at: Date | undefined, id: string | undefined): void {
  if (at !== undefined) assertInstant(at, 'the cursor');
  if (id !== undefined) assertId(id, 'payout');
}

function assertFilter({ participant, batch, currency, provider }: PayoutFilter): void {
  if (participant !== undefined) assertId(participant, 'participant');
  if (batch !== undefined) assertId(batch, 'batch');
  if (currency !== undefined) assertId(currency, 'currency');
  if (provider !== undefined) assertId(provider, 'provider');
}

function* filtered(payouts: Iterable<Payout>, filter: PayoutFilter): Generator<Payout> {
  const { participant, batch, currency, provider } = filter;
  const states = filter.states && new Set(filter.states);
  for (const payout of payouts) {
    if (states?.has(payout.state) === false) continue;
    if (participant !== undefined && payout.participant !== participant) continue;
    if (batch !== undefined && payout.batch !== batch) continue;
    if (currency !== undefined && payout.currency !== currency) continue;
    if (provider !== undefined && payout.provider !== provider) continue;
    yield payout;
  }
}

/** The first of the rows, looking at no more of them than that. */
function first(rows: Iterable<Payout>, limit: number): Payout[] {
  const found: Payout[] = [];
  if (limit <= 0) return found;
  for (const row of rows) {
    found.push(row);
    if (found.length >= limit) break;
  }
  return found;
}

function totals(payouts: Iterable<Payout>): readonly PayoutTotals[] {
  const groups = new Map<string, PayoutTotals>();
  for (const { state, currency, provider, amount, paid, returned } of payouts) {
    // A line feed is in no id.
    const key = `${state}\n${currency}\n${provider}`;
    const group = groups.get(key) ?? {
      state,
      currency,
      provider,
      count: 0,
      amount: 0n,
      paid: 0n,
      returned: 0n,
    };
    groups.set(key, {
      ...group,
      count: group.count + 1,
      amount: group.amount + amount,
      paid: group.paid + paid,
      returned: group.returned + returned,
    });
  }
  return [...groups.values()].sort(
    (left, right) =>
      byCodeUnit(left.state, right.state) ||
      byCodeUnit(left.currency, right.currency) ||
      byCodeUnit(left.provider, right.provider),
  );
}

function byDue(left: DueCursor, right: DueCursor): number {
  return left.dueAt.getTime() - right.dueAt.getTime() || byCodeUnit(left.id, right.id);
}

function byNewest(left: ListCursor, right: ListCursor): number {
  return right.openedAt.getTime() - left.openedAt.getTime() || byCodeUnit(right.id, left.id);
}

/** A Date can be changed by whoever holds it. */
function copyOf(payout: Payout): Payout {
  return joined(payout, payout);
}

/**
 * What was said when a payout was opened, with what changes of it. Field by field: a spread gives every object a shape
 * of its own.
 */
function joined(opened: Payout, changes: Payout): Payout {
  const payout: { -readonly [Field in keyof Payout]: Payout[Field] } = {
    id: opened.id,
    participant: opened.participant,
    currency: opened.currency,
    amount: opened.amount,
    fee: opened.fee,
    feeBearer: opened.feeBearer,
    requestedBy: opened.requestedBy,
    openedAt: new Date(opened.openedAt),
    state: changes.state,
    provider: changes.provider,
    attempt: changes.attempt,
    fence: changes.fence,
    dueAt: new Date(changes.dueAt),
    epoch: changes.epoch,
    paid: changes.paid,
    returned: changes.returned,
    updatedAt: new Date(changes.updatedAt),
  };
  if (opened.batch !== undefined) payout.batch = opened.batch;
  if (changes.destination !== undefined) {
    const { id, version } = changes.destination;
    payout.destination = { id, version };
  }
  if (changes.approval !== undefined) {
    const { by, at, digest } = changes.approval;
    payout.approval = { by, at: new Date(at), digest };
  }
  if (changes.reason !== undefined) payout.reason = changes.reason;
  if (changes.note !== undefined) payout.note = changes.note;
  return payout;
}
