import { Columns } from '../session/columns.ts';
import { list, listed } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';

/**
 * Locks one row after the other, in the order of the array; but none at all, by the condition at its end, unless all of
 * them are there. Whoever locked some and then made the others would hold locks out of order.
 */
const LOCK_ALL = (s: string): string => `
  WITH present AS MATERIALIZED (
    SELECT count(*) AS rows FROM unnest(${listed('$2')}) AS k (name)
    CROSS JOIN LATERAL (SELECT FROM ${s}.program_lock WHERE program = $1 AND name = k.name OFFSET 0) AS l
  )
  SELECT ${anyText('k.name')} FROM unnest(${listed('$2')}) AS k (name)
  CROSS JOIN LATERAL (SELECT FROM ${s}.program_lock WHERE program = $1 AND name = k.name FOR UPDATE) AS l
  WHERE (SELECT rows FROM present) = $3::int8`;

const LOCK_FREE = (s: string): string => `
  SELECT ${anyText('k.name')} FROM unnest(${listed('$2')}) AS k (name)
  CROSS JOIN LATERAL (
    SELECT FROM ${s}.program_lock WHERE program = $1 AND name = k.name FOR UPDATE SKIP LOCKED
  ) AS l`;

const MISSING = (s: string): string => `
  SELECT ${anyText('k.name')} FROM unnest(${listed('$2')}) AS k (name)
  WHERE NOT EXISTS (SELECT FROM ${s}.program_lock WHERE program = $1 AND name = k.name)`;

/**
 * From more new locks than this on, one gate stands for all of them: the server keeps what advisory locks it has given in
 * a table of a fixed size, which all of its sessions share.
 */
const FEW = 100;

const allGates = `hashtextextended('payout-engines/locks/' || $1::text, 0)`;

const gate = `hashtextextended('payout-engines/lock/' || $1::text || E'\\n' || k.name, 0)`;

/** Passes one gate after the other, in the order of the array; and before, beside others, the one for all. */
const PASS = (): string => `
  WITH beside AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${allGates})::text)
  SELECT count(pg_advisory_xact_lock(${gate})::text) FROM beside CROSS JOIN unnest(${listed('$2')}) AS k (name)`;

const PASS_FREE = (): string => `
  WITH beside AS MATERIALIZED (SELECT pg_try_advisory_xact_lock_shared(${allGates}) AS is_free)
  SELECT ${anyText('k.name')} FROM beside CROSS JOIN unnest(${listed('$2')}) AS k (name)
  WHERE CASE WHEN beside.is_free THEN pg_try_advisory_xact_lock(${gate}) ELSE false END`;

const PASS_ALL = (): string => `SELECT pg_advisory_xact_lock(${allGates})::text`;

const PASS_ALL_IF_FREE = (): string => `SELECT pg_try_advisory_xact_lock(${allGates})`;

const MAKE = (s: string): string => `
  INSERT INTO ${s}.program_lock (program, name)
  SELECT $1, k.name FROM unnest(${listed('$2')}) AS k (name) ON CONFLICT DO NOTHING`;

/**
 * Waits for all of the named locks of the program. They are rows, and are locked in the order of their names. A row that
 * does not exist cannot be locked, so those that are missing are made first.
 *
 * Making a row waits for whoever is just making it, and {@link tryLocks} must wait for nobody. So each row is made behind
 * a gate, an advisory lock held until the transaction ends: where the gate is free, nobody is making the row. Whoever
 * makes many rows has the gate for all of them, which others pass side by side, to itself.
 */
export async function takeLocks(session: Session, names: readonly string[]): Promise<void> {
  const wanted = distinct(names);
  if (wanted.length === 0 || (await lockAll(session, wanted))) return;
  const missing = distinct(await namesOf(session, MISSING, wanted));
  if (missing.length > 0) {
    if (missing.length > FEW) await session.query(PASS_ALL);
    else await session.query(PASS, list(missing));
    await session.query(MAKE, list(missing));
  }
  // Rows are never removed: all of them are there now.
  await lockAll(session, wanted);
}

/**
 * Takes those of the named locks that nobody else holds or is making, without waiting, and tells which they are. While
 * somebody makes many locks, new ones count as being made, whatever their names.
 */
export async function tryLocks(session: Session, names: readonly string[]): Promise<readonly string[]> {
  const wanted = distinct(names);
  if (wanted.length === 0) return [];
  const taken = new Set(await namesOf(session, LOCK_FREE, wanted));
  const missing = await namesOf(
    session,
    MISSING,
    wanted.filter((name) => !taken.has(name)),
  );
  const free = distinct(await passFree(session, missing));
  if (free.length > 0) await session.query(MAKE, list(free));
  for (const name of await namesOf(session, LOCK_FREE, free)) taken.add(name);
  return [...new Set(names)].filter((name) => taken.has(name));
}

/** Those of the names whose gates are passed without waiting: of many, all or a few. */
async function passFree(session: Session, missing: readonly string[]): Promise<readonly string[]> {
  if (missing.length > FEW) {
    const [row] = await session.query(PASS_ALL_IF_FREE);
    if (new Columns(row).boolean()) return missing;
  }
  return namesOf(session, PASS_FREE, missing.slice(0, FEW));
}

async function lockAll(session: Session, names: readonly string[]): Promise<boolean> {
  return (await namesOf(session, LOCK_ALL, names, names.length.toString())).length === names.length;
}

async function namesOf(
  session: Session,
  statement: typeof LOCK_FREE,
  names: readonly string[],
  ...more: readonly string[]
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const rows = await session.query(statement, list(names), ...more);
  return rows.map((row) => new Columns(row).text());
}

/** Each name once, in one order: that of all who take locks. */
function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
