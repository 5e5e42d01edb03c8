import type { UnitOfWork } from '../../ports/store.ts';
import { CaseFailure } from '../assert.ts';
import { byCodeUnit, plainText } from '../plain.ts';
import type { CrashFlow } from './flow.ts';
import type { SweepWorker } from './worker.ts';
import { PROGRAM, type SweepWorld } from './world.ts';

/** Everything that a run leaves behind, by kind, as lines that do not depend on when and in which order it was done. */
export type Picture = Readonly<Record<string, readonly string[]>>;

/** What differs between two runs although they came to the same: times, and how often something was tried. */
const PASSING = [
  'at',
  'openedAt',
  'updatedAt',
  'dueAt',
  'bookedAt',
  'endedAt',
  'firstSentAt',
  'lastSentAt',
  'absentAt',
  'until',
  'fence',
  'sends',
  'notExecuted',
  'tries',
  'pendingObject',
  'frozen',
  'request',
];

/** The picture of a world at rest. */
export async function pictureOf(world: SweepWorld, flow: CrashFlow, worker: SweepWorker): Promise<Picture> {
  const stored = await world.store.transact(PROGRAM, picturesOfRows);
  const more = await flow.also?.(worker);
  const truth = world.provider.truth();
  const told = [...world.delivered.values()];
  const exact = {
    transfers: stored.transfers,
    attempts: stored.attempts,
    notifications: told.map(({ id: _id, ...rest }) => rest),
    // Which notifications there are is told by their ids too, where these are made of the cause alone.
    'notified events': told
      .map(({ id, kind }) => `${kind} ${id}`)
      .filter((id) => !HAS_TIME_OR_FENCE.test(id)),
  };
  const sections = {
    payouts: flow.alike === 'in_the_end' ? stored.payouts.map(withoutCourse) : stored.payouts,
    balances: stored.balances,
    earnings: stored.earnings,
    movements: flow.alike === 'in_the_end' ? stored.movements.map(withoutCourse) : stored.movements,
    // The same stop twice is one stop.
    halts: [...new Map(stored.halts.map((halt) => [plainText(withoutPassing(halt)), halt])).values()],
    truth: truth.map(({ object, key, reference, ...rest }) =>
      flow.alike === 'in_the_end'
        ? { payout: reference.payout, ...rest }
        : { object, key, reference, ...rest },
    ),
    more: more === undefined ? [] : [more],
    ...(flow.alike === 'in_the_end' ? {} : exact),
  };
  // A provider numbers its objects in the order of the sends, which an interruption may change.
  const names = new Map(
    truth.map(({ object, reference: { payout, attempt } }) => [object, `payment of ${payout} ${attempt}`]),
  );
  const named = (text: string): string =>
    text.replace(/payment-\d+/g, (object) => names.get(object) ?? object);
  return Object.fromEntries(
    Object.entries(sections).map(([kind, rows]) => [
      kind,
      rows.map((row) => named(plainText(withoutPassing(row)))).sort(byCodeUnit),
    ]),
  );
}

/** Ids of what is told to operators again whenever it happens again. */
const HAS_TIME_OR_FENCE = /^operator |\d{4}-\d\d-\d\dT|\d{13}/;

interface Rows {
  readonly payouts: readonly object[];
  readonly attempts: readonly object[];
  readonly movements: readonly object[];
  readonly earnings: readonly object[];
  readonly transfers: readonly object[];
  readonly balances: readonly object[];
  readonly halts: readonly object[];
}

async function picturesOfRows(unit: UnitOfWork): Promise<Rows> {
  const { halts } = await unit.controls.read();
  return {
    payouts: await collected(unit.payouts.all()),
    attempts: await collected(unit.attempts.all()),
    movements: await collected(unit.movements.all()),
    earnings: await collected(unit.earnings.all()),
    transfers: await collected(unit.ledger.transfers()),
    balances: await collected(unit.ledger.accounts()),
    halts,
  };
}

async function collected<Row>(stream: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of stream) rows.push(...batch);
  return rows;
}

function withoutPassing(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row;
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !PASSING.includes(name))
      .map(([name, value]: [string, unknown]) => [name, withoutPassingOf(name, value)]),
  );
}

/** An approval says by whom and to what; when it was given is passing too. */
function withoutPassingOf(name: string, value: unknown): unknown {
  return name === 'approval' ? withoutPassing(value) : value;
}

/** By which attempt and with which last words an end was reached. */
function withoutCourse(row: object): object {
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => !['attempt', 'reason', 'object'].includes(name)),
  );
}

/** Fails unless a run has left the same behind as the one without a crash. */
export function assertSamePicture(actual: Picture, expected: Picture): void {
  for (const [kind, lines] of Object.entries(expected)) {
    const found = actual[kind] ?? [];
    const missing = withoutThose(lines, found);
    const surplus = withoutThose(found, lines);
    if (missing.length === 0 && surplus.length === 0) continue;
    const shown = [
      ...missing.slice(0, SHOWN).map((line) => `- ${line}`),
      ...surplus.slice(0, SHOWN).map((line) => `+ ${line}`),
    ];
    throw new CaseFailure(`${kind} are not as without a crash:\n${shown.join('\n')}`);
  }
}

const SHOWN = 4;

/** The lines that stand oftener here than there. */
function withoutThose(here: readonly string[], there: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of there) left.set(line, (left.get(line) ?? 0) + 1);
  return here.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
