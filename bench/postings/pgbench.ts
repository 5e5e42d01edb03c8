import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Transactions a second of pgbench's TPC-B-like script, or nothing where pgbench is not installed. */
export async function pgbenchRate(url: string): Promise<number | undefined> {
  try {
    await run('pgbench', ['--version']);
  } catch {
    return undefined;
  }
  await run('pgbench', ['--initialize', '--quiet', '--scale', '10', url]);
  const { stdout } = await run('pgbench', [
    '--client',
    '16',
    '--jobs',
    '2',
    '--time',
    '15',
    '--protocol',
    'prepared',
    url,
  ]);
  const rate = /^tps = (?<rate>[0-9.]+)/m.exec(stdout)?.groups?.['rate'];
  if (rate === undefined) throw new Error(`pgbench said nothing of its rate:\n${stdout}`);
  return Number(rate);
}
