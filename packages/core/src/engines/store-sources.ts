import type { Directory } from '../ports/directory.ts';
import type { InteractionSource } from '../ports/sources.ts';
import type { Store } from '../ports/store.ts';
import type { ParticipantCounts } from '../scoring/interaction.ts';

/** The interactions that the Store holds, as a source. None can slip in between planning and closing. */
export function storeInteractions(store: Store): InteractionSource {
  return {
    counts: (program, period) => storeCounts(store, program, period.id),
    recount: (unit, period) => unit.interactions.total(period.id),
  };
}

/**
 * The counts as one transaction saw them, handed out after it has ended: the caller may use the store in between. They
 * are kept in columns, a few numbers a count, because as objects a million participants would take half a gigabyte.
 */
async function* storeCounts(
  store: Store,
  program: string,
  period: string,
): AsyncGenerator<readonly ParticipantCounts[]> {
  const columns = await store.transact(program, async (unit) => {
    const collected = countColumns();
    for await (const batch of unit.interactions.counts(period)) appendCounts(collected, batch);
    return collected;
  });
  for (let start = 0; start < columns.participants.length; start += BATCH) {
    yield await Promise.resolve(readCounts(columns, start, start + BATCH));
  }
}

const BATCH = 10_000;

/** Counts in columns. The counts of participant `i` stand from `ends[i - 1]` up to `ends[i]`. */
interface CountColumns {
  readonly participants: string[];
  readonly ends: number[];
  readonly kinds: string[];
  readonly counts: number[];
  readonly ownActs: number[];
}

function countColumns(): CountColumns {
  return { participants: [], ends: [], kinds: [], counts: [], ownActs: [] };
}

function appendCounts(columns: CountColumns, batch: readonly ParticipantCounts[]): void {
  for (const { participant, counts } of batch) {
    columns.participants.push(participant);
    for (const { kind, count, ownActs } of counts) {
      columns.kinds.push(kind);
      columns.counts.push(count);
      columns.ownActs.push(ownActs ?? 0);
    }
    columns.ends.push(columns.kinds.length);
  }
}

function readCounts(columns: CountColumns, start: number, end: number): readonly ParticipantCounts[] {
  return columns.participants.slice(start, end).map((participant, offset) => {
    const index = start + offset;
    const from = columns.ends[index - 1] ?? 0;
    const to = columns.ends[index];
    const ownActs = columns.ownActs.slice(from, to);
    const counts = columns.counts.slice(from, to);
    return {
      participant,
      counts: columns.kinds
        .slice(from, to)
        .map((kind, at) => ({ kind, count: counts[at] ?? 0, ownActs: ownActs[at] ?? 0 })),
    };
  });
}

/** The participants and referrals that the Store holds: the default Directory. */
export function storeDirectory(store: Store): Directory {
  return {
    participants: (program, ids) => store.transact(program, (unit) => unit.participants.find(ids)),
    within: (unit, ids) => unit.participants.find(ids),
    referrals: (program, referred) => store.transact(program, (unit) => unit.referrals.find(referred)),
  };
}
