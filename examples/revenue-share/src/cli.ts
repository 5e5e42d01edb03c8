import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PayoutError, type Store } from '@payout-engines/core';
import { HELP } from './help.ts';
import { PlacedError, UsageError } from './input/errors.ts';
import { jobFromFiles } from './input/job-from-files.ts';
import type { Job } from './job.ts';
import { type InputOptions, parseOptions, type RunSettings } from './options.ts';
import { counted } from './report/amounts.ts';
import { type Progress, progressOn, type TextStream } from './report/progress.ts';
import { sayRehearsal, sayResult } from './report/say-result.ts';
import { rehearsalJson, statementJson } from './report/statement-json.ts';
import { rehearse } from './run/prepare.ts';
import { type JobResult, runJob, sayPlans } from './run/run-job.ts';
import { SAMPLE_EXPLAINED, sampleJob } from './sample.ts';

/** Where the sample delivers its notifications, in the folder of the database. */
export const NOTIFICATIONS = 'notifications.ndjson';

/** What the command line works with beside its arguments. */
export interface Surroundings {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  /** Opens the database in a folder. */
  readonly openStore: (folder: string, options: StoreOptions) => Promise<OpenStore>;
}

/** How a store is opened. */
export interface StoreOptions {
  /** Whether to forget everything that is there. */
  readonly fresh: boolean;
  readonly progress: Progress;
}

/** A store and how to let go of it. */
export interface OpenStore {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** Runs the command line and gives the exit code. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  try {
    const { settings, input } = parseOptions(args);
    if (settings.help) {
      stdout.write(HELP);
      return 0;
    }
    return await runWith(settings, input, surroundings);
  } catch (error) {
    const text = errorText(error);
    if (text === undefined) throw error;
    stderr.write(`${text}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function runWith(
  settings: RunSettings,
  input: InputOptions | undefined,
  { stdout, stderr, openStore }: Surroundings,
): Promise<number> {
  const progress = progressOn(settings.json ? stderr : stdout);
  let skipped = 0;
  const onBadLine = (error: PlacedError): void => {
    if (!settings.skipBadLines) throw error;
    skipped += 1;
    stderr.write(`skipped ${error.place}: ${error.refusal.code}: ${error.message}\n`);
  };
  const job = input?.events === undefined ? sampleJob() : await jobFromFiles(input.events, input, onBadLine);
  // Before any money moves: what was paid and cannot be written down would have to be asked for again.
  if (settings.out !== undefined) await mkdir(settings.out, { recursive: true });
  progress.say(title(job, settings));
  progress.say();
  const { store, close } = await openStore(settings.data, { fresh: settings.fresh, progress });
  try {
    const json = settings.planOnly
      ? await planRun(store, job, progress)
      : await closeRun(store, job, input === undefined ? sampleSettings(settings) : settings, progress);
    if (skipped > 0) progress.say(`Skipped  ${counted(skipped, 'line')}; each is named on stderr`);
    if (settings.json) stdout.write(`${json}\n`);
    return 0;
  } finally {
    await close();
  }
}

async function planRun(store: Store, job: Job, progress: Progress): Promise<string> {
  const rehearsal = await rehearse(store, job, progress);
  sayPlans(progress, rehearsal);
  await sayRehearsal(job, rehearsal, progress);
  return rehearsalJson(job, rehearsal);
}

async function closeRun(store: Store, job: Job, settings: RunSettings, progress: Progress): Promise<string> {
  const result = await runJob(store, job, settings, progress);
  await sayResult(store, job, result, settings.explain, progress);
  assertSound(result);
  return statementJson(job, result);
}

/** The sample shows everything. */
function sampleSettings(settings: RunSettings): RunSettings {
  return {
    ...settings,
    deliver: settings.deliver ?? join(settings.data, NOTIFICATIONS),
    explain: settings.explain.length === 0 ? SAMPLE_EXPLAINED : settings.explain,
  };
}

function title({ program, calendar }: Job, { data }: RunSettings): string {
  const period = calendar.only;
  const when =
    period === undefined
      ? 'the periods of a schedule'
      : `${day(period.start)} up to, not including, ${day(period.end)}`;
  return `Revenue share of program ${program}, ${when}\nDatabase ${data}`;
}

function day(instant: Date): string {
  return instant.toISOString().replace('T00:00:00.000Z', '').replace('.000Z', 'Z');
}

/** A run whose books are wrong must not look like one that went well. */
function assertSound({ verification, periods }: JobResult): void {
  if (verification.ok && periods.every(({ statement }) => statement.balanced)) return;
  throw new PayoutError('INVARIANT_BROKEN', { invariant: 'the ledger balances after the run' });
}

/** The text of an error that is about the input or the command line; nothing for a defect. */
function errorText(error: unknown): string | undefined {
  if (error instanceof UsageError) return `error: ${error.message}\n  npm start -- --help says what there is`;
  if (error instanceof PlacedError)
    return `error ${error.refusal.code}: ${error.message}\n  at ${error.place}`;
  if (PayoutError.is(error)) return `error ${error.code}: ${error.message}`;
  return isSystemError(error) ? `error: ${error.message}` : undefined;
}

/** A full disk, a folder that may not be written: the operator's to mend, and no defect. */
function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}
