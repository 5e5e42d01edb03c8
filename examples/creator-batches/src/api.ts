import { type KitApp, type KitContext, personOf, Refused, toJson } from '@payout-engines/example-kit';
import { paymentsOf } from './earnings.ts';
import { PROGRAM } from './program.ts';
import type { Services } from './services.ts';
import { standingOf } from './standing.ts';

/** The API of a creator: JSON with amounts as decimal strings of cents. It changes nothing. */
export function addApi(app: KitApp, { database, engine, clock }: Services): void {
  app.get('/api/token', (context) => {
    personOf(context);
    return answer(context, { token: context.get('session')?.token });
  });

  app.get('/api/summary', async (context) => {
    const { id } = personOf(context, 'participant');
    const standing = await standingOf(database, engine, id, clock());
    const { balance, tips, calls, chargedBack, reasons, nextPayday, expected, verified } = standing;
    return answer(context, { balance, tips, calls, chargedBack, reasons, nextPayday, expected, verified });
  });

  app.get('/api/earnings', async (context) => {
    const { id } = personOf(context, 'participant');
    const payments = await paymentsOf(database, id, 1000);
    return answer(context, {
      earnings: payments.map(({ id: payment, kind, tokens, rate, amount, at, earning, chargedBack }) => ({
        payment,
        kind,
        tokens,
        rate,
        amount,
        at,
        held: earning?.held,
        heldUntil: earning?.hold?.until,
        chargedBack,
      })),
    });
  });

  app.get('/api/payouts', async (context) => {
    const { id } = personOf(context, 'participant');
    const cursor = context.req.query('cursor');
    const page = await engine.list({ program: PROGRAM, participant: id, ...(cursor && { cursor }) });
    return answer(context, page);
  });

  app.get('/api/payouts/:id', async (context) => {
    const { id } = personOf(context, 'participant');
    const explanation = await engine.explain({ program: PROGRAM, payout: context.req.param('id') });
    if (explanation.payout.participant !== id)
      throw new Refused(404, 'PAYOUT_NOT_FOUND', 'There is no such payout.');
    return answer(context, explanation);
  });
}

function answer(context: KitContext, value: unknown): Response {
  return context.body(toJson(value), 200, { 'content-type': 'application/json' });
}
