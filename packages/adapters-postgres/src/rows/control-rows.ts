import { assertControls, type ControlRows, type Controls } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import type { Session } from '../session/session.ts';
import { anyText, milliseconds } from '../session/statement.ts';
import { instant } from '../session/params.ts';
import { haltsText, readHalts } from './halts-text.ts';

const READ = (s: string): string => `
  SELECT epoch, ${anyText('halts')}, ${milliseconds('restored_at')}, ${milliseconds('restored_since')}
  FROM ${s}.control WHERE program = $1`;

/** Gives the row as it is after the wait. */
const LOCK = (s: string): string => `${READ(s)} FOR UPDATE`;

/** A row that does not exist cannot be locked. */
const MAKE = (s: string): string => `
  INSERT INTO ${s}.control (program, epoch, halts) VALUES ($1, 0, '[]') ON CONFLICT DO NOTHING`;

const PUT = (s: string): string => `
  INSERT INTO ${s}.control (program, epoch, halts, restored_at, restored_since)
  VALUES ($1, $2::int8, $3, $4::timestamptz, $5::timestamptz)
  ON CONFLICT (program) DO UPDATE SET epoch = excluded.epoch, halts = excluded.halts,
    restored_at = excluded.restored_at, restored_since = excluded.restored_since`;

/** The controls of one program. */
export function controlRows(session: Session): ControlRows {
  const read = async (statement: typeof READ): Promise<Controls | undefined> => {
    const [row] = await session.query(statement);
    return row === undefined ? undefined : readControls(row);
  };
  const none = (): Controls => ({ epoch: 0, halts: [] });
  return {
    read: () => session.operation(async () => (await read(READ)) ?? none()),
    lock: () =>
      session.operation(async () => {
        const stored = await read(LOCK);
        if (stored !== undefined) return stored;
        await session.query(MAKE);
        return (await read(LOCK)) ?? none();
      }),
    put: (controls) =>
      session.operation(async () => {
        assertControls(controls);
        const { epoch, halts, restored } = controls;
        const [at, since] =
          restored === undefined ? [null, null] : [instant(restored.at), instant(restored.since)];
        await session.query(PUT, epoch.toString(), haltsText(halts), at, since);
      }),
  };
}

function readControls(row: unknown): Controls {
  const columns = new Columns(row);
  const controls = { epoch: columns.integer(), halts: readHalts(columns.text()) };
  const at = columns.optionalInstant();
  const since = columns.optionalInstant();
  return at === undefined || since === undefined ? controls : { ...controls, restored: { at, since } };
}
