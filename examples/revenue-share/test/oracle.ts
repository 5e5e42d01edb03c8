import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, type TestContext } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '../../..');

/** The folder of the real events. Where it is absent the test says so, and fails where `CI` is set. */
export function realDataFolder(context: TestContext): string {
  const folder = join(
    resolve(PROJECT, process.env['PAYOUT_ENGINES_DATA'] ?? '../shared/data'),
    'se-bicycles-meta',
  );
  if (existsSync(folder)) return folder;
  const reason = 'the data folder is absent: set PAYOUT_ENGINES_DATA to where it is';
  if (process.env['CI'] !== undefined) throw new Error(reason);
  console.warn(`Skipped "${context.task.name}": ${reason}`);
  return context.skip(reason);
}

/** The flags under which the oracle was made, with all of the events or those of a file. */
export function realDataFlags(folder: string, events = join(folder, 'events.csv')): readonly string[] {
  const weights = ['question=3', 'answer=3', 'comment=1', 'accept=0.5', 'upvote=0.25', 'downvote=0'];
  const kinds = weights.map((weight) => weight.slice(0, weight.indexOf('=')));
  return [
    ...['--events', events, '--revenue', '1', '--currency', 'SOL'],
    ...['--every', 'biweekly', '--anchor', '2010-08-23', '--id-order', 'numeric'],
    ...weights.flatMap((weight) => ['--weight', weight]),
    ...kinds.flatMap((kind) => ['--own-acts', `${kind}=yes`]),
  ];
}

/** Shares in lamports by period and participant. */
function sharesOf(
  file: string,
  period: string,
  participant: string,
  share: string,
): ReadonlyMap<string, string> {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const columns = header.split(',');
  const at = [period, participant, share].map((column) => columns.indexOf(column));
  return new Map(
    lines.map((line) => {
      const fields = line.split(',');
      const [of = '', who = '', amount = ''] = at.map((index) => fields[index] ?? '');
      return [`${of} ${who}`, BigInt(amount.replace('.', '')).toString()];
    }),
  );
}

/**
 * Every share of every period equals the oracle, and nobody else has one.
 *
 * @param before where the events end, if not all of them were shared out: a boundary of the schedule
 * @param periods how many periods have shares until then
 */
export function expectOracle(folder: string, out: string, before = '9999', periods = 309): void {
  const lamports = 'lamports_of_1_SOL_largest_remainder';
  const oracle = sharesOf(
    join(folder, 'oracle_biweekly_quarter_points.csv'),
    'period_start',
    'user_id',
    lamports,
  );
  const shares = sharesOf(join(out, 'payouts.csv'), 'period', 'participant', 'share');
  const paid = [...shares].filter(([, amount]) => amount !== '0');
  const expected = [...oracle].filter(([key, amount]) => amount !== '0' && key < before);
  expect(new Map(paid)).toEqual(new Map(expected));
  expect(new Set(paid.map(([key]) => key.split(' ')[0])).size).toBe(periods);
}
