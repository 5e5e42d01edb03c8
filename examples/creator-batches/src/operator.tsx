import { PayoutError, type PayoutState } from '@payout-engines/core';
import {
  Action,
  csvLines,
  csvResponse,
  Field,
  type KitApp,
  type KitContext,
  Page,
  personOf,
  readAction,
  readForm,
  Refused,
  type Session,
  sessionOf,
  Table,
  Tabs,
  Amount,
  Day,
  Time,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import {
  type BatchView,
  batchRuns,
  batchView,
  GROUPS,
  openDueBatch,
  previewBatch,
  queueDue,
  sumOf,
} from './batches.ts';
import { addDeed, deeds } from './deeds.ts';
import { chargeBack, paymentsOf, rateAt, recordPayment } from './earnings.ts';
import { PAYMENT_HEADER, paymentCells } from './pages/earnings.tsx';
import { batchPath, FRAME, payoutPath } from './pages/frame.ts';
import {
  BatchProgress,
  leftOutSum,
  LeftOutTable,
  OPERATOR_STOP,
  OperatorBatches,
  progressOf,
} from './pages/operator-batches.tsx';
import { type FilledForm, OperatorEarnings } from './pages/operator-earnings.tsx';
import { OnePayout, PayoutPage } from './pages/payout.tsx';
import { PayoutTable, triesOf } from './pages/payout-table.tsx';
import { reasonText } from './pages/reasons.tsx';
import { paydayPeriod, PROGRAM, USD } from './program.ts';
import type { Services } from './services.ts';

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
const ANY = z.looseObject({});
const WHY = z.object({ why: z.string().min(1, 'Say why.').max(200, 'Say it in 200 letters.') });
const TRANSACTION = z.object({
  transaction: z.string().regex(/^tr_\w{1,60}$/, 'The id of a transfer at Stripe, such as tr_1Abc.'),
});
const PAYMENT = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'Letters, digits and hyphens, at most 60.'),
  creator: z.string().min(1, 'Name a creator.').max(255),
  kind: z.enum(['tip', 'call'], 'It is a tip or a call.'),
  tokens: z.string().regex(/^[1-9]\d{0,11}$/, 'A whole number of tokens, above zero.'),
});
const CHARGE_BACK = z.object({ payment: z.string().min(1, 'Name a payment.').max(255) });

/** The pages of operators. The app closes everything under `/operator` to everybody else. */
export function addOperatorPages(app: KitApp, services: Services): void {
  const { database, engine, connect, clock } = services;
  const { query } = database;

  app.get('/operator', async (context) => {
    const now = clock();
    const batches = await Promise.all((await batchRuns(query)).map((run) => batchView(engine, run)));
    const { id, start, end } = paydayPeriod(now);
    return context.html(
      <OperatorBatches
        session={sessionOf(context)}
        batches={batches}
        due={batches.some(({ key }) => key === id) ? undefined : start}
        preview={await previewBatch(database, engine)}
        controls={await engine.controls({ program: PROGRAM })}
        nextPayday={end}
      />,
    );
  });

  app.post('/operator/batches', async (context) => {
    const { id: by } = personOf(context, 'operator');
    await readAction(context, ANY);
    const { key } = await openDueBatch(database, clock(), by);
    return context.redirect(batchPath(key), 303);
  });

  app.get('/operator/batches.csv', async () => {
    const views = await Promise.all((await batchRuns(query, 1000)).map((run) => batchView(engine, run)));
    const header = [
      ...['payday', 'opened', 'by', 'payouts', 'cents', 'paid', 'cents paid', 'waiting', 'cents waiting'],
      ...['not paid', 'cents not paid', 'left out', 'cents left out'],
    ];
    const rows = views.map((batch) => {
      const { all, paid, waiting, failed } = progressOf(batch);
      const left = leftOutSum(batch.leftOut);
      return [
        ...[batch.key, batch.openedAt, batch.openedBy, all.count, all.amount, paid.count, paid.amount],
        ...[waiting.count, waiting.amount, failed.count, failed.amount, left.count, left.amount],
      ];
    });
    return csvResponse('batches.csv', csvLines(header, rows));
  });

  app.get('/operator/batches/:key', async (context) => {
    const session = sessionOf(context);
    const batch = await batchOf(context);
    const { key, payday, openedAt, openedBy, report } = batch;
    const chosen = GROUPS.find(({ id }) => id === context.req.query('tab'));
    const states: readonly PayoutState[] | undefined = chosen?.states;
    const cursor = context.req.query('cursor');
    const page = await engine.list({
      program: PROGRAM,
      batch: key,
      limit: 100,
      ...(states !== undefined && { states }),
      ...(cursor !== undefined && { cursor }),
    });
    const all = sumOf(
      report?.totals ?? [],
      GROUPS.flatMap((group) => group.states),
    );
    const names = await namesOf();
    const tabs = [
      { to: batchPath(key), label: 'All', here: chosen === undefined, ...all },
      ...GROUPS.map(({ id, label, states: of }) => ({
        to: `${batchPath(key)}?tab=${id}`,
        label,
        here: id === chosen?.id,
        ...sumOf(report?.totals ?? [], of),
      })),
    ];
    const isMoving = batch.queuedAt === undefined || progressOf(batch).underWay.count > 0;
    return context.html(
      <Page
        frame={FRAME}
        title={`Batch of ${DAY.format(payday)}`}
        session={session}
        at="/operator"
        {...(isMoving && { refreshSeconds: 5 })}
      >
        <p>
          Payday <Day at={payday} />, opened <Time at={openedAt} /> by {openedBy}.
        </p>
        <BatchProgress batch={batch} />
        <Tabs
          label="Payouts by state"
          tabs={tabs.map(({ amount, ...tab }) => ({ ...tab, sum: <Amount minor={amount} currency={USD} /> }))}
        />
        <PayoutTable
          payouts={page.payouts}
          caption="Payouts of this batch"
          now={clock()}
          names={names}
          csv={`${batchPath(key)}/payouts.csv${chosen === undefined ? '' : `?tab=${chosen.id}`}`}
          empty={
            all.count === 0
              ? 'This batch has no payout: nobody could be paid.'
              : 'None in this state. Choose another tab.'
          }
        />
        {page.cursor !== undefined && (
          <p>
            <a
              href={`${batchPath(key)}?${new URLSearchParams({ ...(chosen && { tab: chosen.id }), cursor: page.cursor }).toString()}`}
            >
              Older ones
            </a>
          </p>
        )}
        <LeftOutTable batch={batch} names={names} />
      </Page>,
    );
  });

  app.get('/operator/batches/:key/progress', async (context) =>
    context.html(<BatchProgress batch={await batchOf(context)} />),
  );

  app.get('/operator/batches/:key/payouts.csv', async (context) => {
    const { key } = await batchOf(context);
    const states: readonly PayoutState[] | undefined = GROUPS.find(
      ({ id }) => id === context.req.query('tab'),
    )?.states;
    const header = [
      'reference',
      'creator',
      'state',
      'currency',
      'cents',
      'attempts',
      'due',
      'reason',
      'cents paid',
      'cents returned',
    ];
    return csvResponse(`batch-${key}.csv`, csvLines(header, rowsOf(key, states)));
  });

  app.get('/operator/batches/:key/left-out.csv', async (context) => {
    const { key, leftOut } = await batchOf(context);
    const header = ['creator', 'currency', 'cents available', 'why'];
    const rows = leftOut.map(({ participant, currency, available, reasons }) => [
      participant,
      currency,
      available,
      reasons.map(reasonText).join('; '),
    ]);
    return csvResponse(`left-out-${key}.csv`, csvLines(header, rows));
  });

  app.post('/operator/stop', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const { why } = await readAction(context, WHY);
    await engine.stop({ program: PROGRAM, reason: OPERATOR_STOP, by });
    await addDeed(query, by, 'stopped all payouts', why);
    return context.redirect('/operator', 303);
  });

  app.post('/operator/resume', async (context) => {
    const { id: by } = personOf(context, 'operator');
    await readAction(context, ANY);
    await engine.resume({ program: PROGRAM, reason: OPERATOR_STOP, by });
    await addDeed(query, by, 'let payouts go on');
    await queueDue(database, engine, 'resumed');
    return context.redirect('/operator', 303);
  });

  app.get('/operator/payouts/:id', async (context) => {
    const session = sessionOf(context);
    const explanation = await engine.explain({ program: PROGRAM, payout: context.req.param('id') });
    const { id, state, participant } = explanation.payout;
    const name = (await namesOf()).get(participant) ?? participant;
    const to = (step: string): string => `${payoutPath(id, '/operator')}/${step}`;
    const sum = <OnePayout explanation={explanation} name={name} />;
    return context.html(
      <PayoutPage session={session} explanation={explanation} name={name}>
        {(state === 'pending' || state === 'approved') && (
          <Action session={session} to={to('reject')} label="Do not pay it" sure={sum}>
            <Field name="why" label="Why, for the creator to read" required />
          </Action>
        )}
        {state === 'failed' && <Action session={session} to={to('retry')} label="Try again" sure={sum} />}
        {state === 'needs_review' && (
          <>
            <Action session={session} to={to('found')} label="It was paid" sure={sum}>
              <Field name="transaction" label="The transfer that paid it" required />
            </Action>
            <Action session={session} to={to('not-found')} label="It was not paid" sure={sum}>
              <Field name="why" label="How that was found out" required />
            </Action>
          </>
        )}
      </PayoutPage>,
    );
  });

  app.post('/operator/payouts/:id/reject', async (context) => {
    const { by, payout } = acting(context);
    const { why: reason } = await readAction(context, WHY);
    await engine.reject({ program: PROGRAM, payout, by, reason });
    await addDeed(query, by, 'decided not to pay', payout);
    return context.redirect(payoutPath(payout, '/operator'), 303);
  });

  app.post('/operator/payouts/:id/retry', async (context) => {
    const { by, payout } = acting(context);
    await readAction(context, ANY);
    await engine.retry({ program: PROGRAM, payout, by });
    await addDeed(query, by, 'had another try made of', payout);
    await queueDue(database, engine, 'retried');
    return context.redirect(payoutPath(payout, '/operator'), 303);
  });

  app.post('/operator/payouts/:id/found', async (context) => {
    const { by, payout } = acting(context);
    const { transaction } = await readAction(context, TRANSACTION);
    await engine.completeManually({ program: PROGRAM, payout, by, transaction });
    await addDeed(query, by, 'found what paid', payout);
    return context.redirect(payoutPath(payout, '/operator'), 303);
  });

  app.post('/operator/payouts/:id/not-found', async (context) => {
    const { by, payout } = acting(context);
    const { why: reason } = await readAction(context, WHY);
    await engine.declareFailed({ program: PROGRAM, payout, by, reason });
    await addDeed(query, by, 'found out that nothing paid', payout);
    return context.redirect(payoutPath(payout, '/operator'), 303);
  });

  app.get('/operator/earnings', async (context) => context.html(await earningsPage(sessionOf(context), {})));

  app.get('/operator/earnings.csv', async () => {
    const payments = await paymentsOf(database, undefined, 100_000);
    return csvResponse('earnings.csv', csvLines(PAYMENT_HEADER, payments.map(paymentCells)));
  });

  app.post('/operator/earnings', async (context) => {
    const session = sessionOf(context);
    const sent = await readForm(context, PAYMENT);
    if (!sent.ok) return context.html(await earningsPage(session, { payment: sent }), 422);
    const { tokens, ...payment } = sent.values;
    try {
      await recordPayment(database, connect, { ...payment, tokens: BigInt(tokens), at: new Date() });
    } catch (error) {
      const problems = problemsOf(error);
      return context.html(await earningsPage(session, { payment: { typed: sent.typed, problems } }), 422);
    }
    return context.redirect('/operator/earnings', 303);
  });

  app.post('/operator/charge-backs', async (context) => {
    const session = sessionOf(context);
    const { id: by } = personOf(context, 'operator');
    const sent = await readForm(context, CHARGE_BACK);
    if (!sent.ok) return context.html(await earningsPage(session, { back: sent }), 422);
    try {
      await chargeBack(database, connect, sent.values.payment, by);
    } catch (error) {
      const problems = problemsOf(error);
      return context.html(await earningsPage(session, { back: { typed: sent.typed, problems } }), 422);
    }
    return context.redirect('/operator/earnings', 303);
  });

  app.get('/operator/log', async (context) => {
    const rows = await deeds(query, 200);
    return context.html(
      <Page frame={FRAME} title="Log" session={sessionOf(context)} at="/operator/log">
        <Table
          caption="Who did what when, newest first"
          rows={rows}
          empty="Nothing yet."
          csv="/operator/log.csv"
          columns={[
            { head: 'When', cell: ({ at }) => <Time at={at} /> },
            { head: 'Who', cell: ({ who }) => who },
            { head: 'What', cell: ({ what }) => what },
            { head: 'About', cell: ({ about }) => about ?? '–' },
          ]}
        />
      </Page>,
    );
  });

  app.get('/operator/log.csv', async () => {
    const cells = (await deeds(query, 100_000)).map(({ at, who, what, about }) => [at, who, what, about]);
    return csvResponse('log.csv', csvLines(['when', 'who', 'what', 'about'], cells));
  });

  async function batchOf(context: KitContext): Promise<BatchView> {
    const run = (await batchRuns(query, 1000)).find(({ key }) => key === context.req.param('key'));
    if (run === undefined) throw new Refused(404, 'BATCH_NOT_FOUND', 'There is no such batch.');
    return batchView(engine, run);
  }

  async function earningsPage(
    session: Session,
    forms: { readonly payment?: FilledForm; readonly back?: FilledForm },
  ) {
    const [payments, names, rate] = [
      await paymentsOf(database, undefined, 40),
      await namesOf(),
      await rateAt(query, new Date()),
    ];
    return <OperatorEarnings session={session} payments={payments} names={names} rate={rate} {...forms} />;
  }

  async function namesOf(): Promise<ReadonlyMap<string, string>> {
    const rows = await query('SELECT id, name FROM creator');
    return new Map(rows.map(({ id, name }) => [String(id), String(name)]));
  }

  async function* rowsOf(batch: string, states: readonly PayoutState[] | undefined) {
    let cursor: string | undefined;
    do {
      const page = await engine.list({
        program: PROGRAM,
        batch,
        ...(states !== undefined && { states }),
        ...(cursor !== undefined && { cursor }),
      });
      for (const payout of page.payouts) {
        const { id, participant, state, currency, amount, dueAt, reason, paid, returned } = payout;
        const due = dueAt.getUTCFullYear() < 9999 ? dueAt : undefined;
        yield [id, participant, state, currency, amount, triesOf(payout), due, reason, paid, returned];
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}

/** The operator who acts, and the payout that it is about. */
function acting(context: KitContext): { readonly by: string; readonly payout: string } {
  return { by: personOf(context, 'operator').id, payout: context.req.param('id') ?? '' };
}

/** Said beside the field that it is about. */
function problemsOf(error: unknown): Readonly<Record<string, string>> {
  if (PayoutError.is(error, 'AMOUNT_OUT_OF_RANGE') || PayoutError.is(error, 'INVALID_AMOUNT'))
    return { tokens: error.message };
  if (!(error instanceof Refused)) throw error;
  if (error.code === 'CREATOR_NOT_FOUND') return { creator: error.message };
  if (error.code === 'PAYMENT_NOT_FOUND') return { payment: error.message };
  return { id: error.message };
}
