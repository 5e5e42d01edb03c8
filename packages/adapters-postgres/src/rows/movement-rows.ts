import {
  assertId,
  assertMovement,
  type Movement,
  type MovementRows,
  PayoutError,
} from '@payout-engines/core';
import { assertIds } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { grouped } from '../session/grouped.ts';
import { assertInvariant } from '../session/invariant.ts';
import { inOrder } from '../session/order.ts';
import { list, listed } from '../session/params.ts';
import { instantColumn, integerColumn, keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText, milliseconds } from '../session/statement.ts';

const COLUMNS = `${anyText('provider')}, ${anyText('object')}, ${anyText('payout')}, attempt, moved, returned,
  ${milliseconds('booked_at')}`;

const byKey = (s: string, how: string): string => `
  SELECT ${COLUMNS} FROM unnest(${listed('$2')}, ${listed('$3')}) AS k (of, wanted)
  CROSS JOIN LATERAL (
    SELECT * FROM ${s}.movement WHERE program = $1 AND provider = k.of AND object = k.wanted ${how}
  ) AS m`;

const FIND = (s: string): string => byKey(s, 'OFFSET 0');

/** Locks one row after the other, in the order of the arrays, and gives each as it is after the wait. */
const LOCK = (s: string): string => byKey(s, 'FOR NO KEY UPDATE');

/** What was moved is named for the index. */
const OF = (s: string): string => `
  SELECT ${COLUMNS} FROM unnest(${listed('$2')}) AS k (wanted)
  CROSS JOIN LATERAL (SELECT * FROM ${s}.movement WHERE program = $1 AND payout = k.wanted AND moved > 0 OFFSET 0) AS m
  ORDER BY payout, attempt, provider, object`;

const ALL = (s: string): string => `SELECT ${COLUMNS} FROM ${s}.movement WHERE program = $1`;

const ROWS = {
  provider: textColumn<Movement>(({ provider }) => provider),
  object: keyColumn<Movement>(({ object }) => object),
  payout: textColumn<Movement>(({ payout }) => payout),
  attempt: integerColumn<Movement>(({ attempt }) => attempt),
  moved: integerColumn<Movement>(({ moved }) => moved),
  returned: integerColumn<Movement>(({ returned }) => returned),
  booked_at: instantColumn<Movement>(({ bookedAt }) => bookedAt),
};

const NEW_MOVEMENTS = new RowSet('movement', ROWS);

/** An object that another transaction has added meanwhile makes everything run again. */
const ADD = (s: string): string => NEW_MOVEMENTS.insert(s);

/**
 * What is stored and locked, by ON CONFLICT, which goes by key whatever the planner thinks of the table. What is frozen
 * is left alone by the statement; a trigger refuses to change it, for whoever writes by hand.
 */
const CHANGED_MOVEMENTS = new RowSet(
  'movement',
  ROWS,
  'ON CONFLICT (program, provider, object) DO UPDATE SET returned = excluded.returned',
);

const UPDATE = (s: string): string => CHANGED_MOVEMENTS.insert(s);

type MovementKey = Pick<Movement, 'provider' | 'object'>;

/** What providers have moved in one program. */
export function movementRows(session: Session): MovementRows {
  return {
    add: (movements) => session.operation(() => add(session, movements)),
    update: (movements) => session.operation(() => update(session, movements)),
    find: (provider, objects) =>
      session.operation(async () => {
        assertId(provider, 'provider');
        assertIds(objects, 'object');
        const keys = objects.map((object) => ({ provider, object }));
        const found = await read(session, FIND, keys);
        return keys.map((key) => found.get(keyOf(key)));
      }),
    of: (payouts) =>
      session.operation(async () => {
        assertIds(payouts, 'payout');
        if (payouts.length === 0) return [];
        const rows = (await session.query(OF, list([...new Set(payouts)]))).map(readMovement);
        const found = grouped(rows, ({ payout }) => payout);
        return payouts.flatMap((payout) => found.get(payout) ?? []);
      }),
    all: async function* () {
      for await (const rows of session.stream(ALL)) yield rows.map(readMovement);
    },
  };
}

async function add(session: Session, movements: readonly Movement[]): Promise<void> {
  for (const movement of movements) assertMovement(movement);
  if (movements.length === 0) return;
  const keys = new Set(movements.map(keyOf));
  const hopeful = session.hopeful(movements.length) && keys.size === movements.length;
  const taken = new Set(hopeful ? [] : (await read(session, FIND, movements)).keys());
  for (const movement of movements) {
    const key = keyOf(movement);
    if (taken.has(key))
      throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'movement', id: movement.object });
    taken.add(key);
  }
  await session.query(ADD, ...NEW_MOVEMENTS.params(inOrder(movements, keyOf)));
}

/** Locks and reads what is stored, decides in the order given, and stores the set. */
async function update(session: Session, movements: readonly Movement[]): Promise<void> {
  for (const movement of movements) assertMovement(movement);
  if (movements.length === 0) return;
  const keys = new Map(movements.map((movement) => [keyOf(movement), movement]));
  const changed = new Map(await read(session, LOCK, inOrder([...keys.values()], keyOf)));
  for (const movement of movements) {
    const key = keyOf(movement);
    const stored = changed.get(key);
    assertInvariant(stored !== undefined, 'a movement is stored before it is updated');
    const after = { ...stored, returned: movement.returned };
    assertMovement(after);
    changed.set(key, after);
  }
  await session.query(UPDATE, ...CHANGED_MOVEMENTS.params(inOrder([...changed.values()], keyOf)));
}

async function read(
  session: Session,
  statement: typeof FIND,
  keys: readonly MovementKey[],
): Promise<ReadonlyMap<string, Movement>> {
  if (keys.length === 0) return new Map();
  const rows = await session.query(
    statement,
    list(keys.map(({ provider }) => provider)),
    list(keys.map(({ object }) => object)),
  );
  return new Map(rows.map(readMovement).map((movement) => [keyOf(movement), movement]));
}

/** One text for a provider and an object: ids have no line feed. */
function keyOf({ provider, object }: MovementKey): string {
  return `${provider}\n${object}`;
}

function readMovement(row: unknown): Movement {
  const columns = new Columns(row);
  return {
    provider: columns.text(),
    object: columns.text(),
    payout: columns.text(),
    attempt: columns.integer(),
    moved: columns.bigint(),
    returned: columns.bigint(),
    bookedAt: columns.instant(),
  };
}
