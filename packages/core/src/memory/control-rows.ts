import { assertControls } from '../payouts/assert-record.ts';
import type { ControlRows, Controls, Halt } from '../ports/store.ts';
import { type Journal, Table } from './journal.ts';

/** A program has one of them. */
const CONTROLS = 'controls';

/** The controls of one program, in memory. */
export function memoryControls(journal: Journal): ControlRows {
  const rows = new Table<string, Controls>(journal);

  const read = (): Controls => copyOf(rows.get(CONTROLS) ?? { epoch: 0, halts: [] });

  return {
    read: async () => read(),
    lock: async () => read(),
    put: async (controls) => {
      assertControls(controls);
      rows.set(CONTROLS, copyOf(controls));
    },
  };
}

/** A Date can be changed by whoever holds it. */
function copyOf({ epoch, halts, restored }: Controls): Controls {
  const copy = { epoch, halts: halts.map(copyOfHalt) };
  if (restored === undefined) return copy;
  return { ...copy, restored: { at: new Date(restored.at), since: new Date(restored.since) } };
}

function copyOfHalt(halt: Halt): Halt {
  const copy = { ...halt, at: new Date(halt.at) };
  return halt.until === undefined ? copy : { ...copy, until: new Date(halt.until) };
}
