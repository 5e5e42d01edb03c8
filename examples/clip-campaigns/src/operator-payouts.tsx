import { PayoutError } from '@payout-engines/core';
import {
  type Database,
  type KitApp,
  type KitContext,
  personOf,
  readAction,
  readForm,
  sessionOf,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import { clipperNames } from './clippers.ts';
import { payoutCsv } from './csv-files.ts';
import { payoutPath } from './pages/frame.ts';
import { OperatorPayouts, PAYOUT_GROUPS, PayoutActions, type PayoutForm } from './pages/operator-payouts.tsx';
import { PayoutPage } from './pages/payout.tsx';
import { lookAtDetails, maskedDetails } from './payment-details.ts';
import { logPayout, payoutLog } from './payout-log.ts';
import { type Engines, enginesOn, PROGRAM } from './program.ts';

const ANY = z.looseObject({});
const APPROVE = z.object({ digest: z.string().min(1).max(255) });
const REASON = z.object({ reason: z.string().min(1, 'Say why.').max(200, 'Say it in 200 letters.') });
const TRANSACTION = z.object({
  transaction: z
    .string()
    .min(1, 'Which transaction?')
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._:/-]{2,79}$/, '3 to 80 letters, digits, spaces and . _ : / -'),
});

/** The pages where operators approve payouts, pay them by hand, and write down what has paid them. */
export function addOperatorPayouts(app: KitApp, database: Database, { payouts }: Engines): void {
  const back = (context: KitContext, payout: string): Response =>
    context.redirect(payoutPath(payout, '/operator'), 303);

  app.get('/operator/payouts', async (context) => {
    const { tab, states, clipper, choice } = await chosen(context);
    const totals = await payouts.summary({ program: PROGRAM, ...choice });
    const { payouts: list } = await payouts.list({ program: PROGRAM, states, ...choice, limit: 100 });
    return context.html(
      <OperatorPayouts
        session={sessionOf(context)}
        payouts={list}
        totals={totals}
        tab={tab}
        clipper={clipper}
        names={await clipperNames(database)}
      />,
    );
  });

  app.get('/operator/payouts.csv', async (context) => {
    const { states, choice } = await chosen(context);
    return payoutCsv(payouts, { states, ...choice });
  });

  app.get('/operator/payouts/:id', async (context) => context.html(await page(context)));

  app.post('/operator/payouts/:id/approve', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const { digest } = await readAction(context, APPROVE);
    const payout = context.req.param('id');
    await payouts.approve({ program: PROGRAM, payout, by, digest });
    return back(context, payout);
  });

  app.post('/operator/payouts/:id/reject', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const payout = context.req.param('id');
    const sent = await readForm(context, REASON);
    if (!sent.ok) {
      const { reason: typed = '' } = sent.typed;
      const problem = sent.problems['reason'] ?? 'It is not valid.';
      return context.html(await page(context, { step: 'reject', typed, problem }), 422);
    }
    const { reason } = sent.values;
    // Both or neither: the library keeps why, the log keeps who.
    await database.together(async ({ query, store }) => {
      await enginesOn(store, []).payouts.reject({ program: PROGRAM, payout, by, reason });
      await logPayout(query, { payout, key: 'rejected', by, what: 'rejected it' });
    });
    return back(context, payout);
  });

  app.post('/operator/payouts/:id/claim', async (context) => {
    const { id: by } = personOf(context, 'operator');
    await readAction(context, ANY);
    const payout = context.req.param('id');
    await payouts.claim({ program: PROGRAM, payout, by });
    return back(context, payout);
  });

  app.post('/operator/payouts/:id/complete', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const payout = context.req.param('id');
    const sent = await readForm(context, TRANSACTION);
    const { transaction: typed = '' } = sent.typed;
    const again = async (problem: string, status: 409 | 422, usedBy?: string) => {
      const form = { step: 'complete', typed, problem, ...(usedBy !== undefined && { usedBy }) };
      return context.html(await page(context, form), status);
    };
    if (!sent.ok) return again(sent.problems['transaction'] ?? 'It is not valid.', 422);
    try {
      await payouts.completeManually({ program: PROGRAM, payout, by, transaction: oneSpelling(typed) });
    } catch (error) {
      if (!PayoutError.is(error, 'TRANSACTION_USED')) throw error;
      return again(
        'It has paid another payout already. Each transaction pays one.',
        409,
        error.details.usedBy,
      );
    }
    return back(context, payout);
  });

  app.post('/operator/payouts/:id/fail', async (context) => {
    const { id: by } = personOf(context, 'operator');
    const payout = context.req.param('id');
    const sent = await readForm(context, REASON);
    if (!sent.ok) {
      const { reason: typed = '' } = sent.typed;
      const problem = sent.problems['reason'] ?? 'It is not valid.';
      return context.html(await page(context, { step: 'fail', typed, problem }), 422);
    }
    await payouts.declareFailed({ program: PROGRAM, payout, by, reason: sent.values.reason });
    return back(context, payout);
  });

  app.post('/operator/payouts/:id/retry', async (context) => {
    const { id: by } = personOf(context, 'operator');
    await readAction(context, ANY);
    const payout = context.req.param('id');
    await payouts.retry({ program: PROGRAM, payout, by });
    return back(context, payout);
  });

  /** A payout as it stands, with what the operator has typed where that was wrong. */
  async function page(context: KitContext, form?: PayoutForm) {
    const session = sessionOf(context);
    const explanation = await payouts.explain({ program: PROGRAM, payout: context.req.param('id') ?? '' });
    const { id, state, participant, attempt, destination } = explanation.payout;
    const isPaying = explanation.attempts.some(
      ({ number, by }) => number === attempt && by === session.person.id,
    );
    // In full for the one who is paying it, to the version of the details that was approved, and written down.
    const address =
      state === 'processing' && isPaying && destination !== undefined
        ? await lookAtDetails(database, {
            payout: id,
            clipper: participant,
            version: destination.version,
            by: session.person.id,
          })
        : undefined;
    const clipper = (await clipperNames(database)).get(participant) ?? participant;
    return (
      <PayoutPage
        session={session}
        explanation={explanation}
        clipper={clipper}
        details={await maskedDetails(database.query, participant)}
        log={await payoutLog(database, id)}
      >
        <PayoutActions
          session={session}
          explanation={explanation}
          clipper={clipper}
          address={address}
          form={form}
        />
      </PayoutPage>
    );
  }

  /** Which payouts are asked for: a tab, and a clipper by name. Somebody who is not known has none. */
  async function chosen(context: KitContext) {
    const group = PAYOUT_GROUPS.find(({ id }) => id === context.req.query('tab')) ?? PAYOUT_GROUPS[0];
    const clipper = (context.req.query('clipper') ?? '').trim().slice(0, 100);
    const named = [...(await clipperNames(database))].find(
      ([, name]) => name.toLowerCase() === clipper.toLowerCase(),
    );
    const participant = clipper === '' ? undefined : (named?.[0] ?? 'nobody');
    return {
      tab: group?.id ?? 'pending',
      states: group?.states ?? [],
      clipper,
      choice: participant === undefined ? {} : { participant },
    };
  }
}

/** Banks and PayPal write their ids in capitals and read them in any letters: written in two ways, it is one transaction. */
function oneSpelling(typed: string): string {
  return typed.replaceAll(' ', '').toUpperCase();
}
