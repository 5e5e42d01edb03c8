import { PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertInstant } from '../instant.ts';
import { assertEarning, type Earning, isSameEarning } from '../ledger/earning.ts';
import type { EarningRows } from '../ports/store.ts';
import { byCodeUnit } from './by-code-unit.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';
import { RowIndex } from './row-index.ts';
import { TimeLine } from './time-line.ts';

/** What a participant has earned in one currency. */
type EarningTotals = Awaited<ReturnType<EarningRows['totalsOf']>>[number];

/** The earnings of one program, in memory. Ids are ordered by code unit. */
export function memoryEarnings(journal: Journal): EarningRows {
  const rows = new Table<string, Earning>(journal);
  const ofParticipants = new RowIndex(journal);
  const bonuses = new RowIndex(journal);
  /** Those that have a held part, by when their time is over. */
  const held = new TimeLine(journal);

  const add = (earnings: readonly Earning[]): void => {
    for (const earning of earnings) assertEarning(earning);
    for (const earning of earnings) {
      const stored = rows.get(earning.id);
      if (stored === undefined) insert(copyOf(earning));
      else if (!isSameEarning(stored, earning)) {
        throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'earning', id: earning.id });
      }
    }
  };

  const insert = (earning: Earning): void => {
    rows.set(earning.id, earning);
    ofParticipants.add(earning.participant, earning.id);
    if (earning.bonusOf !== undefined) bonuses.add(earning.bonusOf.earning, earning.id);
    if (earning.held > 0n) held.add(heldUntil(earning), earning.id);
  };

  const update = (earnings: readonly Earning[]): void => {
    for (const earning of earnings) assertEarning(earning);
    for (const earning of earnings) {
      const before = rows.get(earning.id);
      if (before === undefined) throw new PayoutError('EARNING_NOT_FOUND', { earning: earning.id });
      const after = joined(before, earning);
      assertEarning(after);
      rows.set(after.id, after);
      if (before.held > 0n && after.held === 0n) held.remove(heldUntil(after), after.id);
      if (before.held === 0n && after.held > 0n) held.add(heldUntil(after), after.id);
    }
  };

  const found = (ids: Iterable<string>): Earning[] => {
    const earnings: Earning[] = [];
    for (const id of ids) {
      const row = rows.get(id);
      if (row !== undefined) earnings.push(row);
    }
    return earnings;
  };

  const due = ({ at, after, limit }: Parameters<EarningRows['due']>[0]): readonly Earning[] => {
    assertInstant(at, 'at');
    if (after?.until !== undefined) assertInstant(after.until, 'the cursor');
    if (after !== undefined) assertId(after.id, 'earning');
    const ids: string[] = [];
    for (const id of held.after(after?.until?.getTime() ?? -Infinity, after?.id ?? '', at.getTime())) {
      if (ids.length >= limit) break;
      ids.push(id);
    }
    return found(ids).map(copyOf);
  };

  const totalsOf = (participant: string): readonly EarningTotals[] => {
    const totals = new Map<string, EarningTotals>();
    for (const { currency, amount, reversed } of found(ofParticipants.of(participant))) {
      const before = totals.get(currency);
      totals.set(currency, {
        currency,
        amount: (before?.amount ?? 0n) + amount,
        reversed: (before?.reversed ?? 0n) + reversed,
      });
    }
    return [...totals.values()].sort((left, right) => byCodeUnit(left.currency, right.currency));
  };

  return {
    add: async (earnings) => {
      journal.atomically(() => {
        add(earnings);
      });
    },
    find: async (ids) => {
      assertIds(ids, 'earning');
      return ids.map((id) => rows.get(id)).map((row) => row && copyOf(row));
    },
    all: () => rows.batches(copyOf),
    update: async (earnings) => {
      journal.atomically(() => {
        update(earnings);
      });
    },
    due: async (query) => due(query),
    heldOf: async (participants) => {
      assertIds(participants, 'participant');
      const earnings = found(ofParticipants.ofAll(participants)).filter((earning) => earning.held > 0n);
      return earnings.sort(byId).map(copyOf);
    },
    bonusesOf: async (earnings) => {
      assertIds(earnings, 'earning');
      return found(bonuses.ofAll(earnings)).sort(byId).map(copyOf);
    },
    totalsOf: async (participant) => {
      assertId(participant, 'participant');
      return totalsOf(participant);
    },
  };
}

/** None comes before every time. */
function heldUntil({ hold }: Earning): number {
  return hold?.until?.getTime() ?? -Infinity;
}

function byId(left: Earning, right: Earning): number {
  return byCodeUnit(left.id, right.id);
}

/** A Date can be changed by whoever holds it. */
function copyOf(earning: Earning): Earning {
  return joined(earning, earning);
}

/**
 * What an earning was credited for, with what changes of it. Field by field: a rest or a spread gives every object a
 * shape of its own.
 */
function joined(credited: Earning, changes: Earning): Earning {
  const earning: { -readonly [Field in keyof Earning]: Earning[Field] } = {
    id: credited.id,
    participant: credited.participant,
    currency: credited.currency,
    amount: credited.amount,
    kind: credited.kind,
    subject: credited.subject,
    held: changes.held,
    released: changes.released,
    reversed: changes.reversed,
  };
  const { hold, bonusOf, conversion } = credited;
  if (hold !== undefined)
    earning.hold = hold.until === undefined ? { ...hold } : { ...hold, until: new Date(hold.until) };
  if (changes.fulfilled !== undefined) earning.fulfilled = changes.fulfilled;
  if (bonusOf !== undefined) earning.bonusOf = { ...bonusOf };
  if (conversion !== undefined) earning.conversion = { ...conversion };
  return earning;
}
