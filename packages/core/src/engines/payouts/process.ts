import { PayoutError } from '../../errors.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { processSchema } from '../../schemas/payouts.ts';
import { carryOut } from './carry-out.ts';
import { claimDue, type Task } from './claim.ts';
import { codeOf } from './code-of.ts';
import type { PayoutContext } from './context.ts';
import { Pace } from './pace.ts';
import { accountsOf } from './provider-accounts.ts';
import type { ProcessOptions } from './requests.ts';
import type { ProcessReport } from './results.ts';
import { type Finding, settleFindings } from './settle-findings.ts';
import { Tally } from './tally.ts';
import type { DueCursor } from '../../ports/store.ts';

/** How often a settlement whose commit may be lost is written again at once; later, a look finds what it said. */
const SETTLE_TRIES = 3;

/** More steps than there are between an answer of a provider and its settlement, however many functions are around it. */
const STEPS_TO_NEXT_ANSWER = 10;

/**
 * Claims, sends and settles what is due. See `Payouts.process`. Any number of these can run at once, anywhere: each
 * payout is one worker's at a time, and whatever a worker leaves behind is found by another.
 */
export async function processPayouts(
  context: PayoutContext,
  options: ProcessOptions,
): Promise<ProcessReport> {
  // What has no fields cannot be taken apart; the schema says so in its own words.
  if (Object(options) !== options) parseInput(processSchema, options);
  const { signal, onProgress: _onProgress, ...plain } = options;
  const { program, limit, chunk = 25, concurrency = 5 } = parseInput(processSchema, plain);
  const isStopped = (): boolean => signal?.aborted === true;
  const tally = new Tally();
  const accounts = await accountsOf(context, tally);
  const pace = new Pace(context.timers);
  let left = limit;
  let after: DueCursor | undefined;
  while (!isStopped() && (left === undefined || left > 0)) {
    const size = left === undefined ? chunk : Math.min(chunk, left);
    const claimed = await claimDue(context, program, accounts, size, after, tally);
    await carryOutAll(context, claimed.tasks, concurrency, pace, isStopped, tally);
    if (left !== undefined) left -= claimed.tasks.length;
    after = claimed.after;
    if (after === undefined) break;
  }
  return observed(context, program, tally.report);
}

function observed({ observe }: PayoutContext, program: string, report: ProcessReport): ProcessReport {
  const { sent, completed, failed, needsReview, errors } = report;
  for (const { provider, currency, reason } of report.halted) {
    observe({ kind: 'sends_halted', program, provider, currency, reason });
  }
  observe({
    kind: 'payouts_processed',
    program,
    sent,
    completed,
    failed,
    needsReview,
    errors: errors.length,
  });
  return report;
}

/** Carries tasks out, so many at once. One that goes wrong is reported, and stops no other. */
async function carryOutAll(
  context: PayoutContext,
  tasks: readonly Task[],
  concurrency: number,
  pace: Pace,
  isStopped: () => boolean,
  tally: Tally,
): Promise<void> {
  const settlement = new Settlement(context, tally);
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const { provider, payout } = task;
      const slot = (): Promise<void> => pace.next(provider);
      try {
        tally.merge(await carryOut(context, task, (finding) => settlement.settle(finding), slot, isStopped));
      } catch (error) {
        tally.error(payout, codeOf(error, 'UNEXPECTED'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, tasks.length) }, work));
}

/** A finding that is to be settled, and whom to tell. */
interface Waiting {
  readonly finding: Finding;
  readonly done: (error?: unknown) => void;
}

/**
 * Settles findings of tasks that run side by side: what arrives while one transaction is being written goes into the
 * next one, all at once. Each task is told of its own failure only.
 */
class Settlement {
  readonly #context: PayoutContext;
  readonly #tally: Tally;
  #queue: Waiting[] = [];
  #busy = false;

  constructor(context: PayoutContext, tally: Tally) {
    this.#context = context;
    this.#tally = tally;
  }

  settle(finding: Finding): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        finding,
        done: (error) => {
          if (error === undefined) resolve();
          else reject(error instanceof Error ? error : new Error('settling failed'));
        },
      });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    while (this.#queue.length > 0) {
      // What is answered in the same moment is settled together, the first of it too.
      for (let step = 0; step < STEPS_TO_NEXT_ANSWER; step += 1) await Promise.resolve();
      const batch = this.#queue;
      this.#queue = [];
      if (!(await this.#together(batch))) for (const one of batch) await this.#alone(one);
    }
    this.#busy = false;
  }

  /** Whether all could be settled at once. If not, nothing was, and one of them may be the reason. */
  async #together(batch: readonly Waiting[]): Promise<boolean> {
    if (batch.length < 2) return false;
    try {
      await this.#write(batch.map(({ finding }) => finding));
    } catch {
      return false;
    }
    for (const { done } of batch) done();
    return true;
  }

  async #alone({ finding, done }: Waiting): Promise<void> {
    try {
      await this.#write([finding]);
      done();
    } catch (error) {
      done(error);
    }
  }

  async #write(findings: readonly Finding[]): Promise<void> {
    const [first] = findings;
    if (first === undefined) return;
    for (let count = 1; ; count += 1) {
      try {
        this.#tally.merge(await settleFindings(this.#context, first.program, findings));
        return;
      } catch (error) {
        // Settling is idempotent: what was committed after all is not written twice.
        if (count >= SETTLE_TRIES || !PayoutError.is(error, 'STORE_UNAVAILABLE')) throw error;
      }
    }
  }
}
