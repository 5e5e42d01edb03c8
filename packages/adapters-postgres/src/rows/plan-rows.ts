import { assertId, type CommitStep, PayoutError, type PlanRecord, type PlanRows } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import { inChunks } from '../session/in-chunks.ts';
import { integers, text, texts } from '../session/params.ts';
import type { Session } from '../session/session.ts';
import { anyText } from '../session/statement.ts';

const STEPS: Readonly<Record<CommitStep, true>> = {
  pool: true,
  shares: true,
  bonuses: true,
  notifications: true,
  done: true,
};

const LATEST = (s: string): string => `
  SELECT ${anyText('period')}, revision, ${anyText('digest')}, ${anyText('header')}, pages, step, page FROM ${s}.plan
  WHERE program = $1 AND period = $2 ORDER BY revision DESC LIMIT 1`;

const LOCK = (s: string): string => `
  SELECT revision FROM ${s}.plan
  WHERE program = $1 AND period = $2 AND revision = $3::integer FOR NO KEY UPDATE`;

const FREEZE = (s: string): string => `
  INSERT INTO ${s}.plan (program, period, revision, digest, header, pages, step, page)
  VALUES ($1, $2, $3::integer, $4, $5, $6::integer, $7, $8::integer)
  ON CONFLICT DO NOTHING RETURNING revision`;

const ADD_PAGES = (s: string): string => `
  INSERT INTO ${s}.plan_page (program, period, revision, page, content)
  SELECT $1, $2, $3::integer, p.page, p.content
  FROM unnest($4::integer[], $5::text[]) AS p (page, content)`;

const PAGE = (s: string): string => `
  SELECT ${anyText('content')} FROM ${s}.plan_page
  WHERE program = $1 AND period = $2 AND revision = $3::integer AND page = $4::integer`;

const ADVANCE = (s: string): string => `
  UPDATE ${s}.plan SET step = $4, page = $5::integer
  WHERE program = $1 AND period = $2 AND revision = $3::integer RETURNING revision`;

/** The committed plans of one program. */
export function planRows(session: Session): PlanRows {
  return {
    freeze: (plan, pages) => session.operation(() => freeze(session, plan, pages)),
    lock: (period) => session.operation(() => lockLatest(session, period)),
    find: (period) => session.operation(() => latest(session, period)),
    page: (period, revision, page) =>
      session.operation(async () => {
        assertId(period, 'period');
        assertCount(revision, 'revision');
        assertCount(page, 'page');
        const [row] = await session.query(PAGE, period, revision.toString(), page.toString());
        if (row === undefined) throw new PayoutError('PLAN_NOT_FOUND', { period });
        return new Columns(row).text();
      }),
    advance: (period, revision, step, page) =>
      session.operation(async () => {
        assertId(period, 'period');
        assertCount(revision, 'revision');
        assertCount(page, 'page');
        const rows = await session.query(ADVANCE, period, revision.toString(), text(step), page.toString());
        if (rows.length === 0) throw new PayoutError('PLAN_NOT_FOUND', { period });
      }),
  };
}

async function latest(session: Session, period: string): Promise<PlanRecord | undefined> {
  assertId(period, 'period');
  const [row] = await session.query(LATEST, period);
  return row === undefined ? undefined : readPlan(row);
}

/** Locks the latest plan and reads it after the wait, in which a later one may have been frozen. */
async function lockLatest(session: Session, period: string): Promise<PlanRecord | undefined> {
  const seen = await latest(session, period);
  if (seen === undefined) return undefined;
  await session.query(LOCK, period, seen.revision.toString());
  const locked = await latest(session, period);
  return locked?.revision === seen.revision ? locked : session.collide();
}

async function freeze(session: Session, plan: PlanRecord, pages: Iterable<string>): Promise<void> {
  const { period, revision } = plan;
  assertId(period, 'period');
  for (const path of ['revision', 'pages', 'page'] as const) assertCount(plan[path], path);
  // Those who work on the plan before it hold its lock: a revision does not come in between.
  const before = await lockLatest(session, period);
  if (revision !== (before === undefined ? 0 : before.revision + 1)) {
    throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'plan', id: period });
  }
  await session.atomically(async () => {
    const frozen = await session.query(
      FREEZE,
      period,
      revision.toString(),
      text(plan.digest, 'digest'),
      text(plan.header, 'header'),
      plan.pages.toString(),
      text(plan.step),
      plan.page.toString(),
    );
    if (frozen.length === 0) session.collide();
    for (const { first, chunk } of inChunks(pages)) {
      const numbers = chunk.map((_, index) => first + index);
      await session.query(ADD_PAGES, period, revision.toString(), integers(numbers), texts(chunk));
    }
  });
}

const MOST = 2_147_483_647;

function assertCount(value: number, path: string): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= MOST) return;
  const reason = 'it must be a whole number, 0 or more';
  throw new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}

function readPlan(row: unknown): PlanRecord {
  const columns = new Columns(row);
  return {
    period: columns.text(),
    revision: columns.integer(),
    digest: columns.text(),
    header: columns.text(),
    pages: columns.integer(),
    step: columns.word(STEPS),
    page: columns.integer(),
  };
}
