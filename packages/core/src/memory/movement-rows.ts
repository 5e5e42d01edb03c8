import { assertInvariant, PayoutError } from '../errors.ts';
import { assertId } from '../id.ts';
import { assertMovement } from '../payouts/assert-payout.ts';
import type { Movement } from '../payouts/payout.ts';
import type { MovementRows } from '../ports/store.ts';
import { byCodeUnit } from './by-code-unit.ts';
import { assertIds } from './ids.ts';
import { type Journal, Table } from './journal.ts';
import { RowIndex } from './row-index.ts';

/** What providers have moved in one program, in memory. */
export function memoryMovements(journal: Journal): MovementRows {
  const rows = new Table<string, Movement>(journal);
  const ofPayouts = new RowIndex(journal);

  const add = (movements: readonly Movement[]): void => {
    for (const movement of movements) assertMovement(movement);
    for (const movement of movements) {
      const key = keyOf(movement.provider, movement.object);
      if (rows.get(key) !== undefined) {
        throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'movement', id: movement.object });
      }
      rows.set(key, copyOf(movement));
      ofPayouts.add(movement.payout, key);
    }
  };

  const update = (movements: readonly Movement[]): void => {
    for (const movement of movements) assertMovement(movement);
    for (const { provider, object, returned } of movements) {
      const key = keyOf(provider, object);
      const stored = rows.get(key);
      assertInvariant(stored !== undefined, 'a movement is stored before it is updated');
      const after = { ...stored, returned };
      assertMovement(after);
      rows.set(key, after);
    }
  };

  const of = (payout: string): readonly Movement[] =>
    ofPayouts
      .of(payout)
      .flatMap((key) => rows.get(key) ?? [])
      .sort(inOrder);

  return {
    add: async (movements) => {
      journal.atomically(() => {
        add(movements);
      });
    },
    update: async (movements) => {
      journal.atomically(() => {
        update(movements);
      });
    },
    find: async (provider, objects) => {
      assertId(provider, 'provider');
      assertIds(objects, 'object');
      const found = objects.map((object) => rows.get(keyOf(provider, object)));
      return found.map((row) => row && copyOf(row));
    },
    of: async (payouts) => {
      assertIds(payouts, 'payout');
      return payouts.flatMap((payout) => of(payout).map(copyOf));
    },
    all: () => rows.batches(copyOf),
  };
}

/** A line feed is in no id. */
function keyOf(provider: string, object: string): string {
  return `${provider}\n${object}`;
}

function inOrder(left: Movement, right: Movement): number {
  return (
    left.attempt - right.attempt ||
    byCodeUnit(left.provider, right.provider) ||
    byCodeUnit(left.object, right.object)
  );
}

/** A Date can be changed by whoever holds it. */
function copyOf({ provider, object, payout, attempt, moved, returned, bookedAt }: Movement): Movement {
  return { provider, object, payout, attempt, moved, returned, bookedAt: new Date(bookedAt) };
}
