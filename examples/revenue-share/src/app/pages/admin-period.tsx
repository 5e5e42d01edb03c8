import {
  Action,
  Amount,
  Field,
  Notice,
  Page,
  Reference,
  type Session,
  Table,
  Time,
  Token,
} from '@payout-engines/example-kit';
import { formatMoney, money } from '@payout-engines/core';
import { grouped } from '../points.ts';
import { type ProgramPeriod, whyNotRun } from '../periods.ts';
import { SOL, SOURCES } from '../program.ts';
import type { PlanView } from '../plan-view.ts';
import { FRAME, periodPath } from './frame.ts';
import { Plan } from './plan.tsx';
import { Steps } from './steps.tsx';
import { Days, Sol, stageMeans, StageWord } from './words.tsx';

/** The revenue as it was typed, with what is wrong with it. */
export interface RevenueForm {
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

/** A period as operators see it: its revenue, how far it is, what it came to. */
export function AdminPeriod({
  session,
  period,
  view,
  form,
  left,
}: {
  readonly session: Session;
  readonly period: ProgramPeriod;
  /** What it came to, once it is frozen. */
  readonly view: PlanView | undefined;
  readonly form?: RevenueForm;
  /** What the ledger has left in the pool of a period that is shared out. */
  readonly left?: bigint;
}) {
  const { id, stage, run } = period;
  const path = periodPath(id, '/admin');
  const refused = whyNotRun(period);
  return (
    <Page
      frame={FRAME}
      title="Period"
      session={session}
      {...(stage === 'calculating' && { refreshSeconds: 2 })}
    >
      <p>
        <Days period={period} /> · <StageWord stage={stage} /> · {stageMeans(stage)} Reference{' '}
        <Reference id={id} />
      </p>
      {run?.failed !== undefined && (
        <>
          <Notice tone="bad">{run.failed}</Notice>
          <p>Nothing is lost: what was credited stays credited, and the rest follows when you begin again.</p>
        </>
      )}
      {run !== undefined && stage !== 'closed' && <Steps run={run} from={`${path}/progress`} />}
      {stage !== 'closed' && stage !== 'calculating' && (
        <>
          <RevenueCard session={session} period={period} {...(form !== undefined && { form })} />
          {refused === undefined && stage === 'waiting' && (
            <form method="get" action={`${path}/plan`} class="action">
              <button>Dry run: see what would be</button>
            </form>
          )}
          {stage === 'stopped' && (
            <Action
              session={session}
              to={`${path}/run`}
              label="Go on"
              {...(refused === undefined ? { sure: <>It goes on where it stopped.</> } : { refused })}
            />
          )}
          {stage !== 'stopped' && refused !== undefined && (
            <Action session={session} to={`${path}/plan`} label="Dry run" refused={refused} />
          )}
        </>
      )}
      {stage === 'closed' && view !== undefined && (
        <>
          {left !== undefined && (
            <p>
              {left === 0n ? 'It balances: ' : 'IT DOES NOT BALANCE: '}
              <Amount minor={left} currency={SOL} /> left in the account of the pool, by the ledger.
            </p>
          )}
          <Plan view={view} done csv={`${path}/shares.csv`} />
          <p>
            Digest <Reference id={view.digest} />: who has the plan can compute everything again.
          </p>
        </>
      )}
      <Table
        caption="Who did what when"
        rows={doneBy(period)}
        empty="Nothing yet."
        columns={[
          { head: 'When', cell: ({ at }) => <Time at={at} /> },
          { head: 'Who', cell: ({ who }) => who },
          { head: 'What', cell: ({ what }) => what },
        ]}
      />
    </Page>
  );
}

function doneBy({ revenue, run }: ProgramPeriod) {
  return [
    ...revenue.flatMap(({ source, amount, saidBy, at }) =>
      amount === undefined || saidBy === undefined || at === undefined
        ? []
        : [
            {
              at,
              who: saidBy,
              what: (
                <span>
                  said that {source} brought <Sol minor={amount} />
                </span>
              ),
            },
          ],
    ),
    ...(run === undefined
      ? []
      : [{ at: run.startedAt, who: run.startedBy, what: <>began to share it out</> }]),
    ...(run?.finishedAt === undefined ? [] : [{ at: run.finishedAt, who: 'the run', what: <>was done</> }]),
  ].sort((left, right) => left.at.getTime() - right.at.getTime());
}

function RevenueCard({
  session,
  period,
  form,
}: {
  readonly session: Session;
  readonly period: ProgramPeriod;
  readonly form?: RevenueForm;
}) {
  return (
    <form
      method="post"
      action={`${periodPath(period.id, '/admin')}/revenue`}
      data-once
      class="card"
      aria-label="Revenue"
    >
      <h2>Revenue</h2>
      <Token session={session} />
      {SOURCES.map(({ source, name }) => {
        const amount = period.revenue.find((one) => one.source === source)?.amount;
        const value =
          form?.typed[source] ?? (amount === undefined ? undefined : formatMoney(money(SOL, amount)));
        const problem = form?.problems[source];
        return (
          <Field
            name={source}
            label={`${name}, in SOL`}
            inputMode="decimal"
            {...(value !== undefined && { value })}
            {...(problem === undefined
              ? { hint: amount === undefined ? 'Not known yet.' : 'Known.' }
              : { problem })}
          />
        );
      })}
      <button>Save revenue</button>
    </form>
  );
}

/** What sharing a period out would do. Looking at it writes nothing; the button does exactly that. */
export function DryRun({
  session,
  period,
  view,
}: {
  readonly session: Session;
  readonly period: ProgramPeriod;
  readonly view: PlanView;
}) {
  const { header, digest } = view;
  const path = periodPath(period.id, '/admin');
  const together = BigInt(header.shares) + BigInt(header.bonuses.amount);
  return (
    <Page frame={FRAME} title="Dry run" session={session}>
      <p>
        <Days period={period} /> · <a href={path}>Back to the period</a>
      </p>
      <Notice tone="waits">This is what would be. Nothing is written yet, and nobody is paid.</Notice>
      <Plan view={view} done={false} />
      <Action
        session={session}
        to={`${path}/run`}
        label="Share it out"
        sure={
          <>
            {grouped(header.participants.paid)} shares and {grouped(header.bonuses.count)} bonuses,{' '}
            <Amount minor={together} currency={SOL} /> in all, exactly as above.
          </>
        }
      >
        <input type="hidden" name="digest" value={digest} />
      </Action>
      <p>
        Digest <Reference id={digest} />. If anything changes until you press, it is refused, and you look
        again.
      </p>
    </Page>
  );
}
