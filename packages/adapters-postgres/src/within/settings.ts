import { PayoutError } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import { assertInvariant } from '../session/invariant.ts';
import type { Query } from './caller-transaction.ts';

/** One setting of a setup: its name, and its value as SQL. */
interface Setting {
  readonly name: string;
  readonly value: string;
}

/** What the settings were before the store came, by name. */
export type SettingsBefore = readonly (readonly [name: string, value: string])[];

/**
 * Makes the settings of a store for as long as it works, and refuses a transaction in which it cannot be right. Limits
 * of time that the caller has set hold on.
 *
 * @param setup as an executor gets it: `SET LOCAL name = value;` any number of times
 */
export async function enter(query: Query, setup: string): Promise<SettingsBefore> {
  const settings = settingsOf(setup);
  const [row] = await query(entrance(settings), []);
  const columns = new Columns(row);
  const isolation = columns.text();
  if (!isolation.startsWith('read ')) throw unfit(isolation);
  return settings.map(({ name }) => [name, columns.text()]);
}

/** Gives the caller's settings back, so that statements of the caller that follow are what they would have been. */
export async function leave(query: Query, before: SettingsBefore): Promise<void> {
  const settings = before.map(
    (_, index) => `pg_catalog.set_config($${(index << 1) + 1}, $${(index << 1) + 2}, true)`,
  );
  await query(`SELECT ${settings.join(', ')}`, before.flat());
}

/** Reads everything first, which OFFSET 0 makes sure of, and sets it second. */
function entrance(settings: readonly Setting[]): string {
  const reads = settings.map(
    ({ name }, index) => `coalesce(pg_catalog.current_setting('${name}', true), '') AS before_${index}`,
  );
  const sets = settings.map(({ name, value }, index) => {
    const wanted = name.endsWith('_timeout')
      ? `CASE WHEN b.before_${index} = '0' THEN ${value} ELSE b.before_${index} END`
      : value;
    return `pg_catalog.set_config('${name}', ${wanted}, true) AS after_${index}`;
  });
  const named = settings.map((_, index) => `b.before_${index}`);
  return `SELECT ${['b.isolation', ...named, ...sets].join(', ')}
    FROM (SELECT pg_catalog.current_setting('transaction_isolation') AS isolation, ${reads.join(', ')} OFFSET 0) AS b`;
}

const SETTING = /SET LOCAL ([a-z_.]+) = (?:(E'[^']*')|([a-z0-9_, ]+));/gy;

function settingsOf(setup: string): readonly Setting[] {
  const matches = [...setup.matchAll(SETTING)];
  assertInvariant(
    matches.length > 0 && matches.map(([text]) => text).join('') === setup,
    'a setup within a transaction is made of local settings',
  );
  return matches.map(([, name = '', literal, plain = '']) => ({ name, value: literal ?? `'${plain}'` }));
}

/**
 * What is decided under a lock must be read after it was taken. Such a transaction reads as of its beginning instead,
 * and would open two payouts of one balance, or not see the reversal of an earning.
 */
function unfit(isolation: string): PayoutError {
  const reason =
    `it is ${isolation.toUpperCase()}, which does not see what others commit while it waits; ` +
    'begin it READ COMMITTED';
  return new PayoutError('UNFIT_TRANSACTION', { reason });
}
