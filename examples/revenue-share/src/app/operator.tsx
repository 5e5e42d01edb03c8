import { type Interaction, parseMoney, PayoutError, poolAccount } from '@payout-engines/core';
import type { PayoutState, PayoutTotals, PlanHeader } from '@payout-engines/core';
import {
  Action,
  Amount,
  csvLines,
  csvResponse,
  type Database,
  type KitApp,
  type KitContext,
  Page,
  personOf,
  readAction,
  readForm,
  Refused,
  type Session,
  sessionOf,
  Tabs,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import { answerJson, assertToken } from './api.ts';
import { refreshed } from './app.tsx';
import { claimsOn } from './engines.ts';
import { recordInteraction } from './facts.ts';
import { MESSAGE_KINDS, messageCounts, type MessageKind, messagesSent, sendMessages } from './messages.ts';
import { AdminCreators, type CreatorRow } from './pages/admin-creators.tsx';
import { AdminFacts, type FactForm } from './pages/admin-facts.tsx';
import { AdminMessages } from './pages/admin-messages.tsx';
import { AdminPeriod, DryRun, type RevenueForm } from './pages/admin-period.tsx';
import { AdminPeriods, PERIOD_TABS, type PeriodTotals } from './pages/admin-periods.tsx';
import { ClaimPage } from './pages/claim.tsx';
import { claimPath, FRAME, periodPath } from './pages/frame.ts';
import { ClaimTable } from './pages/overview.tsx';
import { Steps } from './pages/steps.tsx';
import { Sol } from './pages/words.tsx';
import { creators, namesOf, verifyCreator } from './people.ts';
import { periodOf, periodsOf, whyNotRun } from './periods.ts';
import { frozenPlan, planView, portionsOf } from './plan-view.ts';
import { PROGRAM, SOL, SOURCES } from './program.ts';
import { sayRevenue } from './revenue.ts';
import type { Runs } from './runs.ts';
import { walletOf } from './wallet.ts';

/** What operators look at together. */
const GROUPS: readonly {
  readonly id: string;
  readonly label: string;
  readonly states: readonly PayoutState[];
}[] = [
  { id: 'due', label: 'To send', states: ['pending', 'approved'] },
  { id: 'processing', label: 'Under way', states: ['processing', 'needs_review'] },
  { id: 'completed', label: 'Paid', states: ['completed', 'returned'] },
  { id: 'ended', label: 'Not paid', states: ['rejected', 'cancelled', 'failed'] },
];

const ANY = z.looseObject({});
const RUN = z.object({
  digest: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'It is not the digest of a dry run.')
    .optional(),
});
const ID = /^[A-Za-z0-9-]{1,60}$/;
const INTERACTION = z.object({
  id: z.string().regex(ID, 'Letters, digits and hyphens, at most 60.'),
  kind: z.enum(['post', 'comment', 'follow', 'like'], 'It is post, comment, follow or like.'),
  creator: z.string().min(1, 'Name a creator.').max(255),
  actor: z
    .string()
    .regex(/^[A-Za-z0-9-]{0,60}$/, 'Letters, digits and hyphens, at most 60.')
    .default(''),
  at: z
    .string()
    .regex(/^(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2})?$/, 'Write it like 2026-01-31 18:00.')
    .default(''),
});

/** The pages of operators. The app closes everything under `/admin` to everybody else. */
export function addOperatorPages(app: KitApp, database: Database, runs: Runs): void {
  const { store, query } = database;
  const claims = claimsOn(store, query);
  app.get('/operator', (context) => context.redirect('/admin', 303));

  app.get('/admin', async (context) =>
    context.html(
      <AdminPeriods
        session={sessionOf(context)}
        periods={await totals()}
        chosen={context.req.query('tab') ?? PERIOD_TABS[0]?.id ?? ''}
      />,
    ),
  );

  app.get('/admin/periods.csv', async () => {
    const header = [
      'period',
      'from',
      'until',
      'state',
      'pool in lamports',
      'shares',
      'bonuses',
      'not distributed',
    ];
    const rows = (await totals()).map(({ id, start, end, stage, header: plan }) => [
      id,
      start,
      end,
      stage,
      plan?.pool,
      plan?.shares,
      plan?.bonuses.amount,
      plan?.returned,
    ]);
    return csvResponse('periods.csv', csvLines(header, rows));
  });

  app.get('/admin/periods/:id', async (context) =>
    context.html(await periodPage(sessionOf(context), context.req.param('id'))),
  );

  app.get('/admin/periods/:id/progress', async (context) => {
    const { id, run } = await periodOf(database, context.req.param('id'));
    if (run === undefined || run.finishedAt !== undefined || run.failed !== undefined)
      return refreshed(context);
    return context.html(<Steps run={run} from={`${periodPath(id, '/admin')}/progress`} />);
  });

  app.post('/admin/periods/:id/revenue', async (context) => {
    const session = sessionOf(context);
    const id = context.req.param('id');
    const { typed } = await readForm(context, ANY);
    const problems: Record<string, string> = {};
    const amounts = new Map<string, bigint>();
    for (const { source } of SOURCES) {
      const text = typed[source] ?? '';
      // A source that is left empty stays as it was: it is not known yet, which is not zero.
      if (text === '') continue;
      const amount = minorOf(text);
      if (typeof amount === 'string') problems[source] = amount;
      else amounts.set(source, amount);
    }
    if (amounts.size === 0 && Object.keys(problems).length === 0)
      problems[SOURCES[0].source] = 'Say at least one of them.';
    if (Object.keys(problems).length > 0)
      return context.html(await periodPage(session, id, { typed, problems }), 422);
    await sayRevenue(database, id, amounts, session.person.id);
    return context.redirect(periodPath(id, '/admin'), 303);
  });

  app.get('/admin/periods/:id/plan', async (context) => {
    const period = await periodOf(database, context.req.param('id'));
    const refused = period.stage === 'stopped' ? 'It is begun already.' : whyNotRun(period);
    if (refused !== undefined) throw new Refused(409, 'NOT_READY', refused);
    const plan = await runs.plan(period.id);
    const view = await planView(database, plan);
    return context.html(<DryRun session={sessionOf(context)} period={period} view={view} />);
  });

  /** By a form of ours, or by a program that has signed in. The same again changes nothing. */
  app.post('/admin/periods/:id/run', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const period = context.req.param('id');
    if (!isJson(context)) {
      const { digest } = await readAction(context, RUN);
      await runs.begin({ period, by, reviewed: digest });
      return context.redirect(periodPath(period, '/admin'), 303);
    }
    assertToken(context);
    const { digest } = RUN.parse(await jsonOf(context));
    const begun = await runs.begin({ period, by, reviewed: digest });
    const { stage, run } = await periodOf(database, period);
    return answerJson(context, { period, begun, stage, steps: run?.steps }, 202);
  });

  app.get('/admin/periods/:id/shares.csv', async (context) => {
    const plan = await frozenPlan(database, context.req.param('id'));
    const header = ['period', 'creator', 'points', 'share in lamports', 'bonus', 'state'];
    const rows = portionsOf(plan).map(({ creator, points, share, bonus, state }) => [
      plan.header.period.id,
      creator,
      points,
      share,
      bonus,
      state,
    ]);
    return csvResponse('shares.csv', csvLines(header, rows));
  });

  app.get('/admin/claims', async (context) => {
    const chosen = GROUPS.find(({ id }) => id === context.req.query('tab')) ?? GROUPS[0];
    const sums = await claims.summary({ program: PROGRAM });
    const { payouts } = await claims.list({ program: PROGRAM, states: chosen?.states ?? [], limit: 100 });
    const names = await namesOf(
      query,
      payouts.map(({ participant }) => participant),
    );
    const due = sumOf(sums, ['pending', 'approved', 'processing']);
    const session = sessionOf(context);
    return context.html(
      <Page frame={FRAME} title="Claims" session={session} at="/admin/claims">
        <Tabs
          label="Claims by state"
          tabs={GROUPS.map(({ id, label, states }) => {
            const { count, amount } = sumOf(sums, states);
            return {
              to: `/admin/claims?tab=${id}`,
              label,
              count,
              sum: <Sol minor={amount} />,
              here: id === chosen?.id,
            };
          })}
        />
        <SendAction session={session} due={due} />
        <ClaimTable
          claims={payouts}
          under="/admin"
          names={names}
          csv={`/admin/claims.csv?tab=${chosen?.id ?? ''}`}
          empty="Nothing here. Choose another tab."
        />
      </Page>,
    );
  });

  app.get('/admin/claims.csv', async (context) => {
    const chosen = GROUPS.find(({ id }) => id === context.req.query('tab')) ?? GROUPS[0];
    const header = [
      'reference',
      'claimed',
      'creator',
      'state',
      'currency',
      'amount in lamports',
      'paid',
      'came back',
    ];
    const { payouts } = await claims.list({ program: PROGRAM, states: chosen?.states ?? [], limit: 1000 });
    const rows = payouts.map(({ id, openedAt, participant, state, currency, amount, paid, returned }) => [
      id,
      openedAt,
      participant,
      state,
      currency,
      amount,
      paid,
      returned,
    ]);
    return csvResponse('claims.csv', csvLines(header, rows));
  });

  app.post('/admin/claims/send', async (context) => {
    await readAction(context, ANY);
    await claims.process({ program: PROGRAM });
    await sendMessages(database);
    return context.redirect('/admin/claims?tab=completed', 303);
  });

  app.get('/admin/claims/:id', async (context) => {
    const session = sessionOf(context);
    const explanation = await claims.explain({ program: PROGRAM, payout: context.req.param('id') });
    const { payout } = explanation;
    const name = (await namesOf(query, [payout.participant])).get(payout.participant) ?? payout.participant;
    return context.html(
      <ClaimPage session={session} explanation={explanation} name={name}>
        {payout.state === 'failed' && (
          <Action
            session={session}
            to={`${claimPath(payout.id, '/admin')}/retry`}
            label="Try again"
            sure={
              <>
                1 claim of <Amount minor={payout.amount} currency={SOL} /> to {name}.
              </>
            }
          />
        )}
      </ClaimPage>,
    );
  });

  app.post('/admin/claims/:id/retry', async (context) => {
    const { id: by } = personOf(context, 'operator');
    await readAction(context, ANY);
    const payout = context.req.param('id');
    await claims.retry({ program: PROGRAM, payout, by });
    return context.redirect(claimPath(payout, '/admin'), 303);
  });

  app.get('/admin/creators', async (context) => {
    const rows: CreatorRow[] = [];
    for (const creator of await creators(query)) {
      const [participant] = await store.transact(PROGRAM, (unit) => unit.participants.find([creator.id]));
      const [balance] = await claims.balance({ program: PROGRAM, participant: creator.id });
      const wallet = await walletOf(query, creator.id);
      rows.push({
        ...creator,
        participant,
        available: balance?.available ?? 0n,
        held: balance?.held ?? 0n,
        wallet: wallet?.masked,
      });
    }
    return context.html(<AdminCreators session={sessionOf(context)} rows={rows} />);
  });

  app.post('/admin/creators/:id/verify', async (context) => {
    await readAction(context, ANY);
    await verifyCreator(database, context.req.param('id'));
    await claims.release({ program: PROGRAM });
    await sendMessages(database);
    return context.redirect('/admin/creators', 303);
  });

  app.get('/admin/facts', (context) => {
    const recorded = RECORDED.get(context.req.query('recorded') ?? '');
    return context.html(<AdminFacts session={sessionOf(context)} recorded={recorded} />);
  });

  app.post('/admin/facts', async (context) => {
    const session = sessionOf(context);
    const sent = await readForm(context, INTERACTION);
    const refuse = (form: FactForm) => context.html(<AdminFacts session={session} form={form} />, 422);
    if (!sent.ok) return refuse(sent);
    const { id, kind, creator, actor, at } = sent.values;
    const when = at === '' ? new Date() : new Date(`${at.replace(' ', 'T')}:00Z`);
    if (Number.isNaN(when.getTime()))
      return refuse({ typed: sent.typed, problems: { at: 'There is no such day.' } });
    const interaction: Interaction = {
      id,
      kind,
      participant: creator,
      actor: actor === '' ? creator : actor,
      at: when,
    };
    try {
      const came = await recordInteraction(database, interaction);
      return context.redirect(`/admin/facts?recorded=${came}`, 303);
    } catch (error) {
      return refuse({ typed: sent.typed, problems: problemsOf(error) });
    }
  });

  app.get('/admin/messages', async (context) => {
    const chosen = kindOf(context);
    const messages = await messagesSent(query, { kind: chosen });
    const { sent, waiting } = await messageCounts(database);
    const to = messages.flatMap(({ notification: { participant } }) => participant ?? []);
    const periods = new Map((await periodsOf(database)).map((period) => [period.id, period] as const));
    return context.html(
      <AdminMessages
        session={sessionOf(context)}
        messages={messages}
        sent={sent}
        waiting={waiting}
        chosen={chosen}
        names={await namesOf(query, to)}
        periods={periods}
      />,
    );
  });

  app.get('/admin/messages.csv', async (context) => {
    const messages = await messagesSent(query, { kind: kindOf(context), limit: 100_000 });
    const rows = messages.map(({ at, notification }) => [
      notification.id,
      at,
      notification.kind,
      notification.participant,
      'period' in notification ? notification.period : undefined,
      'amount' in notification ? notification.amount : undefined,
    ]);
    const header = ['id', 'sent', 'kind', 'to', 'period', 'amount in lamports'];
    return csvResponse('messages.csv', csvLines(header, rows));
  });

  async function totals(): Promise<readonly PeriodTotals[]> {
    const rows: PeriodTotals[] = [];
    for (const period of await periodsOf(database)) {
      const plan = await store.transact(PROGRAM, (unit) => unit.plans.find(period.id));
      rows.push({ ...period, header: plan && (JSON.parse(plan.header) as PlanHeader) });
    }
    return rows;
  }

  async function periodPage(session: Session, id: string, form?: RevenueForm) {
    const period = await periodOf(database, id);
    const closed = period.stage === 'closed';
    const view = closed ? await planView(database, await frozenPlan(database, id)) : undefined;
    const left = closed
      ? (
          await store.transact(PROGRAM, (unit) =>
            unit.ledger.balances([{ account: poolAccount(id), currency: 'SOL' }]),
          )
        )[0]
      : undefined;
    return (
      <AdminPeriod
        session={session}
        period={period}
        view={view}
        {...(form !== undefined && { form })}
        {...(left !== undefined && { left })}
      />
    );
  }
}

const RECORDED: ReadonlyMap<string, string> = new Map([
  ['recorded', 'Recorded.'],
  ['known', 'It was recorded before: nothing has changed.'],
  ['late', 'Recorded. Its period is shared out already, so it counts in the next one.'],
]);

function SendAction({
  session,
  due,
}: {
  readonly session: Session;
  readonly due: { readonly count: number; readonly amount: bigint };
}) {
  return (
    <Action
      session={session}
      to="/admin/claims/send"
      label="Send claims"
      {...(due.count === 0
        ? { refused: 'No claim waits to be sent.' }
        : {
            sure: (
              <>
                {due.count} {due.count === 1 ? 'claim' : 'claims'},{' '}
                <Amount minor={due.amount} currency={SOL} /> in all.
              </>
            ),
          })}
    />
  );
}

function sumOf(
  totals: readonly PayoutTotals[],
  states: readonly PayoutState[],
): { count: number; amount: bigint } {
  let [count, amount] = [0, 0n];
  for (const total of totals) {
    if (!states.includes(total.state)) continue;
    count += total.count;
    amount += total.amount;
  }
  return { count, amount };
}

/** Typed as people write it: `12.5`. A sentence where it is no amount. */
function minorOf(text: string): bigint | string {
  try {
    const { minor } = parseMoney(text, SOL);
    return minor < 0n ? 'It cannot be below zero.' : minor;
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    return error.message;
  }
}

function problemsOf(error: unknown): Readonly<Record<string, string>> {
  if (PayoutError.is(error, 'IDEMPOTENCY_CONFLICT'))
    return { id: 'There is another interaction under this id.' };
  if (!(error instanceof Refused)) throw error;
  return error.code === 'CREATOR_NOT_FOUND' ? { creator: error.message } : { at: error.message };
}

function kindOf(context: KitContext): MessageKind | undefined {
  return MESSAGE_KINDS.find((kind) => kind === context.req.query('kind'));
}

function isJson(context: KitContext): boolean {
  return context.req.header('content-type')?.startsWith('application/json') === true;
}

async function jsonOf(context: KitContext): Promise<unknown> {
  const text = await context.req.text();
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, 'INVALID_REQUEST', 'The body is not JSON.');
  }
}
