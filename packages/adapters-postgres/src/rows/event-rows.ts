import { assertId, type EventRows } from '@payout-engines/core';
import { byId } from '../session/by-id.ts';
import { Columns } from '../session/columns.ts';
import { inOrder } from '../session/order.ts';
import { keyColumn, RowSet, textColumn } from '../session/row-set.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';

/** An event of a provider. */
interface Received {
  readonly provider: string;
  readonly id: string;
  readonly type: string;
}

/**
 * An id that another transaction is just storing is waited for: once that has committed, its event had its effect and is
 * not new here.
 */
const EVENTS = new RowSet<Received>(
  'event',
  {
    provider: textColumn(({ provider }) => provider),
    id: keyColumn(({ id }) => id),
    type: textColumn(({ type }) => type),
  },
  `ON CONFLICT DO NOTHING RETURNING ${anyText('id')}`,
);

const ADD = (s: string): string => EVENTS.insert(s);

/** The events of providers that one program has received. */
export function eventRows(session: Session): EventRows {
  return {
    add: (provider, events) =>
      session.operation(async () => {
        assertId(provider, 'provider');
        for (const { id, type } of events) {
          assertId(id, 'event');
          assertId(type, 'type');
        }
        if (events.length === 0) return [];
        // Of those that stand twice in the batch, the first is stored.
        const first = byId(events.map(({ id, type }) => ({ provider, id, type })).toReversed());
        const rows = await session.query(ADD, ...EVENTS.params(inOrder([...first.values()], ({ id }) => id)));
        const added = new Set(rows.map((row) => new Columns(row).text()));
        return events.map(({ id }) => added.delete(id));
      }),
  };
}
