import { assertInstant } from '../instant.ts';
import { assertAttempt, assertOneLiveAttempt, assertSameAttempt } from '../payouts/assert-payout.ts';
import type { Attempt } from '../payouts/payout.ts';
import type { Outflow } from '../payouts/velocity.ts';
import type { AttemptRows } from '../ports/store.ts';
import { byCodeUnit } from './by-code-unit.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';
import { RowIndex } from './row-index.ts';
import { TimeLine } from './time-line.ts';

/** All open attempts stand under one key of their index. */
const OPEN = 'open';

/** The attempts of one program, in memory. */
export function memoryAttempts(journal: Journal): AttemptRows {
  const rows = new Table<string, Attempt>(journal);
  const ofPayouts = new RowIndex(journal);
  const open = new RowIndex(journal);
  /** Those that ended with money moved, by when they ended. */
  const paid = new TimeLine(journal);

  const put = (attempts: readonly Attempt[]): void => {
    for (const attempt of attempts) assertAttempt(attempt);
    for (const attempt of attempts) {
      const key = keyOf(attempt.payout, attempt.number);
      const before = rows.get(key);
      if (before !== undefined) assertSameAttempt(before, attempt);
      const after = joined(before ?? attempt, attempt);
      rows.set(key, after);
      if (before === undefined) ofPayouts.add(after.payout, key);
      moveOpen(key, before, after);
      movePaid(key, before, after);
    }
    // Only after the whole set, which may end one attempt and open the next in any order.
    for (const { payout, end } of attempts) {
      if (end === undefined) assertOneLiveAttempt(found(ofPayouts.of(payout)));
    }
  };

  const moveOpen = (key: string, before: Attempt | undefined, after: Attempt): void => {
    const wasOpen = before !== undefined && before.end === undefined;
    const isOpen = after.end === undefined;
    if (wasOpen && !isOpen) open.remove(OPEN, key);
    if (!wasOpen && isOpen) open.add(OPEN, key);
  };

  const movePaid = (key: string, before: Attempt | undefined, after: Attempt): void => {
    const [was, is] = [before && paidAt(before), paidAt(after)];
    if (was === is) return;
    if (was !== undefined) paid.remove(was, key);
    if (is !== undefined) paid.add(is, key);
  };

  const found = (keys: Iterable<string>): Attempt[] => {
    const attempts: Attempt[] = [];
    for (const key of keys) {
      const row = rows.get(key);
      if (row !== undefined) attempts.push(row);
    }
    return attempts;
  };

  const outflow = (since: Date): readonly Outflow[] => {
    assertInstant(since, 'since');
    const totals = new Map<string, Outflow>();
    // One millisecond later is after it, as times are whole milliseconds.
    const ended = paid.after(since.getTime() + 1, '', Infinity);
    for (const { participant, currency, net } of [...found(open.of(OPEN)), ...found(ended)]) {
      // A line feed is in no id.
      const key = `${participant}\n${currency}`;
      totals.set(key, { participant, currency, amount: (totals.get(key)?.amount ?? 0n) + net });
    }
    return [...totals.values()].sort(
      (left, right) =>
        byCodeUnit(left.participant, right.participant) || byCodeUnit(left.currency, right.currency),
    );
  };

  return {
    put: async (attempts) => {
      journal.atomically(() => {
        put(attempts);
      });
    },
    of: async (payouts) => {
      assertIds(payouts, 'payout');
      const attempts = payouts.flatMap((payout) => found(ofPayouts.of(payout)).sort(byNumber));
      return attempts.map(copyOf);
    },
    outflow: async (since) => outflow(since),
    all: () => rows.batches(copyOf),
  };
}

/** A line feed is in no id. */
function keyOf(payout: string, number: number): string {
  return `${payout}\n${number}`;
}

function byNumber(left: Attempt, right: Attempt): number {
  return left.number - right.number;
}

function paidAt({ end, endedAt }: Attempt): number | undefined {
  return end === 'paid' ? endedAt?.getTime() : undefined;
}

/** A Date can be changed by whoever holds it. */
function copyOf(attempt: Attempt): Attempt {
  return joined(attempt, attempt);
}

/**
 * What was frozen when an attempt was opened, with what changes of it. Field by field: a spread gives every object a
 * shape of its own.
 */
function joined(opened: Attempt, changes: Attempt): Attempt {
  const attempt: { -readonly [Field in keyof Attempt]: Attempt[Field] } = {
    payout: opened.payout,
    number: opened.number,
    participant: opened.participant,
    currency: opened.currency,
    net: opened.net,
    provider: opened.provider,
    account: opened.account,
    environment: opened.environment,
    key: opened.key,
    request: opened.request,
    openedAt: new Date(opened.openedAt),
    firstSentAt: new Date(changes.firstSentAt),
    lastSentAt: new Date(changes.lastSentAt),
    sends: changes.sends,
    notExecuted: changes.notExecuted,
    tries: changes.tries,
  };
  if (changes.by !== undefined) attempt.by = changes.by;
  if (changes.absentAt !== undefined) attempt.absentAt = new Date(changes.absentAt);
  if (changes.pendingObject !== undefined) attempt.pendingObject = changes.pendingObject;
  if (changes.end !== undefined) attempt.end = changes.end;
  if (changes.code !== undefined) attempt.code = changes.code;
  if (changes.endedAt !== undefined) attempt.endedAt = new Date(changes.endedAt);
  return attempt;
}
