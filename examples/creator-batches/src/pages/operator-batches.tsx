import type { Controls, LeftOut } from '@payout-engines/core';
import {
  Action,
  Amount,
  Bar,
  Card,
  Cards,
  Day,
  Field,
  Notice,
  Page,
  type Session,
  Table,
  Time,
} from '@payout-engines/example-kit';
import { type BatchView, GROUPS, type Preview, sumOf } from '../batches.ts';
import { USD } from '../program.ts';
import { batchPath, FRAME } from './frame.ts';
import { ReasonsInLine } from './reasons.tsx';

/** How far a batch is, in the groups that people ask for. */
export function progressOf({ report }: BatchView) {
  const totals = report?.totals ?? [];
  const of = (id: (typeof GROUPS)[number]['id']) =>
    sumOf(totals, GROUPS.find((group) => group.id === id)?.states ?? []);
  const [paid, failed] = [of('paid'), of('failed')];
  const all = sumOf(
    totals,
    GROUPS.flatMap(({ states }) => states),
  );
  return {
    paid,
    failed,
    all,
    underWay: of('under-way'),
    waiting: of('waiting'),
    review: of('review'),
    done: paid.count + failed.count,
  };
}

/** Who was left out, and the sum of it. */
export function leftOutSum(leftOut: readonly LeftOut[]): { readonly count: number; readonly amount: bigint } {
  const amount = leftOut.reduce((sum, { available }) => sum + (available > 0n ? available : 0n), 0n);
  return { count: leftOut.length, amount };
}

/** All batches, the one that is due, and the button that stops everything. */
export function OperatorBatches({
  session,
  batches,
  due,
  preview,
  controls,
  nextPayday,
}: {
  readonly session: Session;
  readonly batches: readonly BatchView[];
  /** The payday whose batch nobody has opened yet. */
  readonly due: Date | undefined;
  readonly preview: Preview;
  readonly controls: Controls;
  readonly nextPayday: Date;
}) {
  const open = batches.map(progressOf);
  const all = (pick: (progress: ReturnType<typeof progressOf>) => { count: number; amount: bigint }) =>
    open.reduce(
      (sum, progress) => {
        const { count, amount } = pick(progress);
        return { count: sum.count + count, amount: sum.amount + amount };
      },
      { count: 0, amount: 0n },
    );
  const [waiting, underWay, review] = [
    all((one) => one.waiting),
    all((one) => one.underWay),
    all((one) => one.review),
  ];
  return (
    <Page frame={FRAME} title="Batches" session={session} at="/operator">
      <Halts controls={controls} />
      <Cards>
        <Card label="Next batch" means={`${preview.count} creators could be paid as things stand.`}>
          <Amount minor={preview.amount} currency={USD} />
        </Card>
        <Card
          label="Left out of it"
          means={`${preview.leftOut.count} creators: below the least payout, not verified, or still under way.`}
        >
          <Amount minor={preview.leftOut.amount} currency={USD} />
        </Card>
        <Card
          label="Waiting or on its way"
          means={`${waiting.count + underWay.count} payouts of all batches.`}
        >
          <Amount minor={waiting.amount + underWay.amount} currency={USD} />
        </Card>
        <Card label="Being looked into" means={`${review.count} payouts need a person.`}>
          <Amount minor={review.amount} currency={USD} />
        </Card>
      </Cards>
      {due === undefined ? (
        <Action
          session={session}
          to="/operator/batches"
          label="Open the due batch now"
          refused={
            <>
              The batch of the latest payday is open already. The next payday is <Day at={nextPayday} />.
            </>
          }
        />
      ) : (
        <>
          <Notice tone="waits">
            The batch of <Day at={due} /> has not been opened yet. The cron job does it with its next call.
          </Notice>
          <Action
            session={session}
            to="/operator/batches"
            label="Open the due batch now"
            sure={
              <>
                {preview.count} payouts, <Amount minor={preview.amount} currency={USD} /> in all. They are
                sent at once.
              </>
            }
          />
        </>
      )}
      <Table
        caption="Batches, newest first"
        rows={batches}
        empty="No batch yet. The first one comes with the first payday."
        csv="/operator/batches.csv"
        columns={[
          {
            head: 'Payday',
            cell: ({ key, payday }) => (
              <a href={batchPath(key)}>
                <Day at={payday} />
              </a>
            ),
          },
          { head: 'Opened', cell: ({ openedAt }) => <Time at={openedAt} /> },
          { head: 'By', cell: ({ openedBy }) => openedBy },
          { head: 'Progress', cell: (batch) => <Progress batch={batch} /> },
          { head: 'Paid', numeric: true, cell: (batch) => <CountAndSum {...progressOf(batch).paid} /> },
          {
            head: 'Waiting',
            means: 'To be sent, or to be tried again.',
            numeric: true,
            cell: (batch) => <CountAndSum {...progressOf(batch).waiting} />,
          },
          { head: 'Not paid', numeric: true, cell: (batch) => <CountAndSum {...progressOf(batch).failed} /> },
          {
            head: 'Left out',
            means: 'Had a balance, and got no payout.',
            numeric: true,
            cell: ({ leftOut }) => <CountAndSum {...leftOutSum(leftOut)} />,
          },
        ]}
      />
      <StopAction session={session} controls={controls} />
    </Page>
  );
}

/** `12 of 14 done`, or that it is only being prepared. */
export function Progress({ batch }: { readonly batch: BatchView }) {
  const { done, all } = progressOf(batch);
  if (batch.queuedAt === undefined) return <span class="state waits">Being prepared</span>;
  const isDone = done === all.count;
  return (
    <span class={`state ${isDone ? 'good' : 'goes'}`}>
      {done} of {all.count} done
    </span>
  );
}

function CountAndSum({ count, amount }: { readonly count: number; readonly amount: bigint }) {
  return (
    <span class="amount">
      {count} · <Amount minor={amount} currency={USD} />
    </span>
  );
}

/** What keeps payouts from being sent. */
function Halts({ controls }: { readonly controls: Controls }) {
  return (
    <>
      {controls.halts.map(({ reason, currency, at, until }) => (
        <Notice tone="bad">
          {reason === OPERATOR_STOP ? 'Nothing new is sent: an operator has stopped it' : 'Sends are stopped'}
          {currency !== undefined && `, for ${currency}`}, since <Time at={at} />
          {until !== undefined && (
            <>
              , until <Time at={until} />
            </>
          )}
          {reason !== OPERATOR_STOP && (
            <>
              {' '}
              (<code>{reason}</code>)
            </>
          )}
          . What is on its way is still looked up and settled.
        </Notice>
      ))}
    </>
  );
}

/** Stops everything, or lets it go on. */
function StopAction({ session, controls }: { readonly session: Session; readonly controls: Controls }) {
  const isStopped = controls.halts.some(({ reason }) => reason === OPERATOR_STOP);
  return (
    <>
      <h2>{isStopped ? 'Go on' : 'If something is wrong'}</h2>
      {!isStopped ? (
        <Action
          session={session}
          to="/operator/stop"
          label="Stop all payouts"
          sure="Nothing new is sent from now on, of any batch. Balances stay as they are."
        >
          <Field name="why" label="Why, for the log" required />
        </Action>
      ) : (
        <Action
          session={session}
          to="/operator/resume"
          label="Go on with payouts"
          sure="What waits is sent at once."
        />
      )}
    </>
  );
}

/** The code of a stop by hand. */
export const OPERATOR_STOP = 'stopped-by-an-operator';

/** What of a batch changes while it runs; loaded again by itself until it is done. */
export function BatchProgress({ batch }: { readonly batch: BatchView }) {
  const { paid, underWay, waiting, review, failed, all, done } = progressOf(batch);
  const isMoving =
    batch.queuedAt === undefined || underWay.count > 0 || (waiting.count > 0 && isFresh(batch));
  const parts = GROUPS.map(({ id, label, tone }) => {
    const { amount } = { paid, 'under-way': underWay, waiting, review, failed }[id];
    return { label, minor: amount, tone };
  });
  return (
    <div
      id="progress"
      {...(isMoving && {
        'hx-get': `${batchPath(batch.key)}/progress`,
        'hx-trigger': 'every 2s',
        'hx-swap': 'outerHTML',
      })}
    >
      <p aria-live="polite">
        <Progress batch={batch} />: <Amount minor={paid.amount} currency={USD} /> paid to {paid.count}{' '}
        {paid.count === 1 ? 'creator' : 'creators'}.{done < all.count && ` ${all.count - done} to go.`}
      </p>
      <Bar label="The batch by what became of its payouts" currency={USD} parts={parts} />
    </div>
  );
}

/** A batch whose payouts were refused moves on tomorrow, not in two seconds. */
function isFresh({ queuedAt }: BatchView): boolean {
  return queuedAt !== undefined && Date.now() - queuedAt.getTime() < 120_000;
}

/** Who was left out, with the sum that stays on their balances, and why. */
export function LeftOutTable({
  batch,
  names,
}: {
  readonly batch: BatchView;
  readonly names: ReadonlyMap<string, string>;
}) {
  const { count, amount } = leftOutSum(batch.leftOut);
  return (
    <>
      <h2>Left out</h2>
      <p>
        {count} {count === 1 ? 'creator' : 'creators'} with a balance got no payout;{' '}
        <Amount minor={amount} currency={USD} /> stay on their balances.
      </p>
      <Table
        caption="Who, and why"
        rows={batch.leftOut}
        empty="Nobody: everybody with a balance got a payout."
        csv={`${batchPath(batch.key)}/left-out.csv`}
        columns={[
          { head: 'Creator', cell: ({ participant }) => names.get(participant) ?? participant },
          {
            head: 'Balance',
            numeric: true,
            cell: ({ available }) => <Amount minor={available} currency={USD} />,
          },
          { head: 'Why', cell: ({ reasons }) => <ReasonsInLine reasons={reasons} /> },
        ]}
      />
    </>
  );
}
