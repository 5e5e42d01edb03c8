import { PayoutError } from '../../errors.ts';
import type { CommitStep, PlanRecord, UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { digestSchema, periodRequestSchema } from '../../schemas/revenue-share.ts';
import { assertNotAborted, type PeriodStep, type RunOptions } from '../run-options.ts';
import { commitContext, STEPS, writePage } from './commit-steps.ts';
import { PageAhead, preparePage } from './page-ahead.ts';
import { assertClosable, planPeriod, type RevenueSharePlan } from './plan.ts';
import { planDigest } from './plan-text.ts';
import type { PeriodRequest, RevenueSharePorts } from './ports.ts';
import { type RevenueShareStatement, statementOf } from './statement.ts';

/** How often a plan is made anew because interactions came in between planning and freezing. */
const FREEZE_ATTEMPTS_MAX = 5;

/**
 * Closes a period exactly as the plan of this digest says. See `RevenueShare.commit`.
 *
 * First the plan is frozen in the store; from then on nothing else is read. Each page of each step is one transaction
 * that locks the plan, does the page and moves on, so that any number of runs, one after the other or at once, do
 * every page once.
 */
export async function commitPeriod(
  ports: RevenueSharePorts,
  request: PeriodRequest,
  digest: string,
  options: RunOptions = {},
): Promise<RevenueShareStatement> {
  const { program, period } = parseInput(periodRequestSchema, request);
  parseInput(digestSchema, digest);
  await freeze(ports, { program, period }, digest, options);

  const report = options.onProgress ?? (() => undefined);
  const ahead = new PageAhead();
  for (;;) {
    assertNotAborted(options, period);
    await ahead.ready();
    const done = await ports.store.transact(program, (unit) => commitPage(unit, period, ahead));
    if (done === undefined) break;
    report(done);
    if (done.last) ports.observe?.({ kind: 'period_closed', program, period, digest });
  }
  return statementOf(ports.store, request);
}

/**
 * Sees to it that the plan of this digest, and no other, is frozen: by finding it, or by planning again, comparing,
 * and storing it under the lock that closing takes.
 */
async function freeze(
  ports: RevenueSharePorts,
  request: PeriodRequest,
  digest: string,
  options: RunOptions,
): Promise<void> {
  const { program, period } = request;
  for (let attempt = 0; attempt < FREEZE_ATTEMPTS_MAX; attempt += 1) {
    const frozen = await ports.store.transact(program, (unit) => unit.plans.find(period));
    if (frozen !== undefined) return assertFrozen(ports, request, frozen, digest);
    const plan = await planUnlessFrozen(ports, request, options);
    if (plan === undefined) continue;
    assertDigest(period, digest, plan.digest);
    if (await ports.store.transact(program, (unit) => freezePlan(unit, ports, plan))) {
      ports.observe?.({ kind: 'plan_frozen', program, period, digest });
      return;
    }
  }
  throw new PayoutError('PLAN_CHANGED', { period, expected: digest, actual: 'unsettled' });
}

/** The plan, or nothing when another run froze one while this one was planning. */
async function planUnlessFrozen(
  ports: RevenueSharePorts,
  request: PeriodRequest,
  options: RunOptions,
): Promise<RevenueSharePlan | undefined> {
  try {
    return await planPeriod(ports, request, options);
  } catch (error) {
    if (!PayoutError.is(error, 'PERIOD_CLOSED')) throw error;
    const { program, period } = request;
    if ((await ports.store.transact(program, (unit) => unit.plans.find(period))) === undefined) throw error;
    return undefined;
  }
}

/** Whether the plan is frozen now. It is not when interactions were recorded since it was made. */
async function freezePlan(
  unit: UnitOfWork,
  { interactions }: RevenueSharePorts,
  plan: RevenueSharePlan,
): Promise<boolean> {
  const { header, headerText, digest, pages } = plan;
  const id = header.period.id;
  const period = await unit.periods.lock(id);
  const existing = await unit.plans.find(id);
  if (existing !== undefined) {
    assertDigest(id, digest, existing.digest);
    return true;
  }
  assertClosable(id, period, await unit.now());
  const counted = await interactions.recount?.(unit, period);
  if (counted !== undefined && counted !== header.interactions) return false;
  const record: PlanRecord = {
    period: id,
    revision: header.revision,
    digest,
    header: headerText,
    pages: pages.length,
    step: 'pool',
    page: 0,
  };
  await unit.plans.freeze(record, pages);
  await unit.periods.setState(id, 'closing');
  return true;
}

/** A commit that goes on after an interruption reads the frozen plan only, and checks that it is what was frozen. */
async function assertFrozen(
  ports: RevenueSharePorts,
  { program, period }: PeriodRequest,
  record: PlanRecord,
  digest: string,
): Promise<void> {
  assertDigest(period, digest, record.digest);
  if (record.step === 'done') return;
  const pages: string[] = [];
  for (let page = 0; page < record.pages; page += 1) {
    pages.push(await ports.store.transact(program, (unit) => unit.plans.page(period, record.revision, page)));
  }
  assertDigest(period, digest, planDigest(record.header, pages));
}

function assertDigest(period: string, expected: string, actual: string): void {
  if (expected !== actual) throw new PayoutError('PLAN_CHANGED', { period, expected, actual });
}

interface PageDone {
  readonly step: PeriodStep;
  readonly done: number;
  readonly total: number;
  readonly last: boolean;
}

/** Does the next page of the plan and moves on to the one after it, in one transaction. */
async function commitPage(unit: UnitOfWork, period: string, ahead: PageAhead): Promise<PageDone | undefined> {
  const record = await unit.plans.lock(period);
  if (record === undefined) throw new PayoutError('PLAN_NOT_FOUND', { period });
  const { revision, step } = record;
  if (step === 'done') return undefined;
  const context = commitContext(record);
  const pages = STEPS[step].paged ? record.pages : 1;
  const next = nextOf(record, pages);
  const writes =
    (await ahead.take(record)) ?? preparePage(context, step, await pageText(unit, record, record));
  const upcoming = await pageText(unit, record, next);
  await writePage(unit, writes);
  // The store may still be at it.
  ahead.begin(context, { revision, ...next }, upcoming);
  await unit.plans.advance(period, revision, next.step, next.page);
  if (next.step === 'done') await unit.periods.setState(period, 'closed');
  return { step: STEPS[step].reports, done: record.page + 1, total: pages, last: next.step === 'done' };
}

/** The text that a step needs of a page: none where it does not go through the pages, or there are none. */
async function pageText(
  unit: UnitOfWork,
  { period, revision, pages }: PlanRecord,
  { step, page }: Pick<PlanRecord, 'step' | 'page'>,
): Promise<string> {
  if (step === 'done' || !STEPS[step].paged || pages === 0) return '';
  return unit.plans.page(period, revision, page);
}

const NEXT_STEP = {
  pool: 'shares',
  shares: 'bonuses',
  bonuses: 'notifications',
  notifications: 'done',
  done: 'done',
} as const satisfies Readonly<Record<CommitStep, CommitStep>>;

function nextOf(record: PlanRecord, pages: number): { readonly step: CommitStep; readonly page: number } {
  const page = record.page + 1;
  return page < pages ? { step: record.step, page } : { step: NEXT_STEP[record.step], page: 0 };
}
