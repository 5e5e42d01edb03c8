import { parseMoney, type PayoutState, type PayoutTotals, PayoutError } from '@payout-engines/core';
import {
  Action,
  Amount,
  type Database,
  Field,
  type KitApp,
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
import { FRAME, payoutPath } from './pages/frame.ts';
import { OperatorSales, type SaleForm } from './pages/operator-sales.tsx';
import { PayoutTable } from './pages/overview.tsx';
import { PayoutPage } from './pages/payout.tsx';
import { engineOn, PROGRAM, USD } from './program.ts';
import { allSales, recordSale, refundSale } from './sales.ts';

/** What operators look at together. */
const GROUPS: readonly {
  readonly id: string;
  readonly label: string;
  readonly states: readonly PayoutState[];
}[] = [
  { id: 'pending', label: 'To approve', states: ['pending'] },
  { id: 'processing', label: 'Under way', states: ['approved', 'processing', 'needs_review'] },
  { id: 'completed', label: 'Paid', states: ['completed', 'returned'] },
  { id: 'ended', label: 'Not paid', states: ['rejected', 'cancelled', 'failed'] },
];

const ANY = z.looseObject({});
const REASON = z.object({ reason: z.string().min(1, 'Say why.').max(200, 'Say it in 200 letters.') });
const APPROVE = z.object({ digest: z.string().min(1).max(255) });
const SALE = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'Letters, digits and hyphens, at most 60.'),
  partner: z.string().min(1, 'Name a partner.').max(255),
  kind: z.enum(['products', 'services'], 'It is products or services.'),
  amount: z.string().min(1, 'How much was it?').max(40),
});
const REFUND = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'Letters, digits and hyphens, at most 60.'),
  sale: z.string().min(1, 'Name a sale.').max(255),
  amount: z.string().min(1, 'How much of it?').max(40),
});

/** The pages of operators. The app closes everything under `/operator` to everybody else. */
export function addOperatorPages(app: KitApp, database: Database): void {
  const engine = engineOn(database.store, database.query);

  app.get('/operator', async (context) => {
    const session = sessionOf(context);
    const chosen = GROUPS.find(({ id }) => id === context.req.query('tab')) ?? GROUPS[0];
    const totals = await engine.summary({ program: PROGRAM });
    const { payouts } = await engine.list({ program: PROGRAM, states: chosen?.states ?? [], limit: 100 });
    const due = sumOf(totals, ['approved', 'processing']);
    return context.html(
      <Page frame={FRAME} title="Payouts" session={session} at="/operator">
        <Tabs
          label="Payouts by state"
          tabs={GROUPS.map(({ id, label, states }) => {
            const { count, amount } = sumOf(totals, states);
            const sum = <Amount minor={amount} currency={USD} />;
            return { to: `/operator?tab=${id}`, label, count, sum, here: id === chosen?.id };
          })}
        />
        <ProcessAction session={session} due={due} />
        <PayoutTable payouts={payouts} under="/operator" named empty="Nothing here. Choose another tab." />
      </Page>,
    );
  });

  app.post('/operator/process', async (context) => {
    await readAction(context, ANY);
    await engine.release({ program: PROGRAM });
    await engine.process({ program: PROGRAM });
    return context.redirect('/operator?tab=completed', 303);
  });

  app.get('/operator/payouts/:id', async (context) => {
    const session = sessionOf(context);
    const explanation = await engine.explain({ program: PROGRAM, payout: context.req.param('id') });
    const { payout, digest } = explanation;
    const to = (step: string): string => `${payoutPath(payout.id, '/operator')}/${step}`;
    const sum = (
      <>
        1 payout of <Amount minor={payout.amount} currency={USD} /> to {payout.participant}.
      </>
    );
    return context.html(
      <PayoutPage session={session} explanation={explanation}>
        {payout.state === 'pending' && (
          <>
            <Action session={session} to={to('approve')} label="Approve" sure={sum}>
              <input type="hidden" name="digest" value={digest} />
            </Action>
            <Action session={session} to={to('reject')} label="Reject" sure={sum}>
              <Field name="reason" label="Why, for the partner to read" required />
            </Action>
          </>
        )}
        {payout.state === 'failed' && (
          <Action session={session} to={to('retry')} label="Try again" sure={sum} />
        )}
      </PayoutPage>,
    );
  });

  app.post('/operator/payouts/:id/approve', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const { digest } = await readAction(context, APPROVE);
    const payout = context.req.param('id');
    await engine.approve({ program: PROGRAM, payout, by, digest });
    return context.redirect(payoutPath(payout, '/operator'), 303);
  });

  app.post('/operator/payouts/:id/reject', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const { reason } = await readAction(context, REASON);
    const payout = context.req.param('id');
    await engine.reject({ program: PROGRAM, payout, by, reason });
    return context.redirect(payoutPath(payout, '/operator'), 303);
  });

  app.post('/operator/payouts/:id/retry', async (context) => {
    const { id: by } = personOf(context, 'operator');
    await readAction(context, ANY);
    const payout = context.req.param('id');
    await engine.retry({ program: PROGRAM, payout, by });
    return context.redirect(payoutPath(payout, '/operator'), 303);
  });

  app.get('/operator/sales', async (context) => context.html(await salesPage(sessionOf(context), {})));

  app.post('/operator/sales', async (context) => {
    const session = sessionOf(context);
    const sent = await readForm(context, SALE);
    if (!sent.ok) return context.html(await salesPage(session, { sale: sent }), 422);
    const { amount, ...sale } = sent.values;
    try {
      await recordSale(database, { ...sale, amount: minorOf(amount), at: new Date() });
    } catch (error) {
      const problems = problemsOf(error);
      return context.html(await salesPage(session, { sale: { typed: sent.typed, problems } }), 422);
    }
    return context.redirect('/operator/sales', 303);
  });

  app.post('/operator/refunds', async (context) => {
    const session = sessionOf(context);
    const sent = await readForm(context, REFUND);
    if (!sent.ok) return context.html(await salesPage(session, { refund: sent }), 422);
    const { amount, ...refund } = sent.values;
    try {
      await refundSale(database, { ...refund, amount: minorOf(amount) });
    } catch (error) {
      const problems = problemsOf(error);
      return context.html(await salesPage(session, { refund: { typed: sent.typed, problems } }), 422);
    }
    return context.redirect('/operator/sales', 303);
  });

  async function salesPage(
    session: Session,
    forms: { readonly sale?: SaleForm; readonly refund?: SaleForm },
  ) {
    return <OperatorSales session={session} sales={await allSales(database.query)} {...forms} />;
  }
}

function ProcessAction({
  session,
  due,
}: {
  readonly session: Session;
  readonly due: { readonly count: number; readonly amount: bigint };
}) {
  return (
    <Action
      session={session}
      to="/operator/process"
      label="Send what is approved"
      {...(due.count === 0
        ? { refused: 'Nothing is approved and waits to be sent.' }
        : {
            sure: (
              <>
                {due.count} {due.count === 1 ? 'payout' : 'payouts'},{' '}
                <Amount minor={due.amount} currency={USD} /> in all.
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

/** Typed as people write it: `1234.50`. */
function minorOf(amount: string): bigint {
  const { minor } = parseMoney(amount, USD);
  if (minor <= 0n) throw new Refused(422, 'INVALID_AMOUNT', 'It must be above zero.');
  return minor;
}

/** Said beside the amount where it is about it, else above the form. */
function problemsOf(error: unknown): Readonly<Record<string, string>> {
  if (PayoutError.is(error, 'INVALID_AMOUNT') || PayoutError.is(error, 'AMOUNT_OUT_OF_RANGE'))
    return { amount: error.message };
  if (!(error instanceof Refused)) throw error;
  if (error.code === 'INVALID_AMOUNT' || error.code === 'REFUND_TOO_LARGE') return { amount: error.message };
  if (error.code === 'PARTNER_NOT_FOUND') return { partner: error.message };
  if (error.code === 'SALE_NOT_FOUND') return { sale: error.message };
  return { id: error.message };
}
