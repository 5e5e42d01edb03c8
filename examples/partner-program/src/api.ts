import {
  type Database,
  type KitApp,
  type KitContext,
  personOf,
  Refused,
  toJson,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import { engineOn, PROGRAM } from './program.ts';
import { refresh, standingOf } from './standing.ts';

const REQUEST = z.object({
  key: z.string().min(1).max(100),
  amount: z
    .string()
    .regex(/^[1-9]\d{0,18}$/)
    .optional(),
});

/**
 * The API of a partner: JSON with amounts as decimal strings of cents. What changes something carries the token of the
 * session in the header `x-token`, for the same reason as a form has it in a field.
 */
export function addApi(app: KitApp, database: Database): void {
  const engine = engineOn(database.store, database.query);

  app.get('/api/token', (context) => {
    personOf(context);
    return answer(context, { token: context.get('session')?.token });
  });

  app.get('/api/summary', async (context) => {
    const { id } = personOf(context, 'participant');
    const { balance, tier, sold, reasons } = await standingOf(database, id);
    return answer(context, { balance, tier, sold, canRequest: reasons.length === 0, reasons });
  });

  app.get('/api/payouts', async (context) => {
    const { id } = personOf(context, 'participant');
    const cursor = context.req.query('cursor');
    return answer(
      context,
      await engine.list({ program: PROGRAM, participant: id, ...(cursor && { cursor }) }),
    );
  });

  app.post('/api/payouts', async (context) => {
    const { id } = personOf(context, 'participant');
    assertToken(context);
    const { key, amount } = REQUEST.parse(await bodyOf(context));
    await refresh(database, id);
    const payout = await engine.request({
      program: PROGRAM,
      key: `${id}/${key}`,
      participant: id,
      currency: 'USD',
      ...(amount !== undefined && { amount: BigInt(amount) }),
    });
    return answer(context, payout, 201);
  });

  app.delete('/api/payouts/:id', async (context) => {
    const { id } = personOf(context, 'participant');
    assertToken(context);
    const payout = await engine.payout({ program: PROGRAM, payout: context.req.param('id') });
    if (payout.participant !== id) throw new Refused(404, 'PAYOUT_NOT_FOUND', 'There is no such payout.');
    return answer(context, await engine.cancel({ program: PROGRAM, payout: payout.id, by: id }));
  });
}

function answer(context: KitContext, value: unknown, status: 200 | 201 = 200): Response {
  return context.body(toJson(value), status, { 'content-type': 'application/json' });
}

function assertToken(context: KitContext): void {
  if (context.req.header('x-token') === context.get('session')?.token) return;
  throw new Refused(
    403,
    'FOREIGN_REQUEST',
    'The header x-token is not that of the session; GET /api/token tells it.',
  );
}

async function bodyOf(context: KitContext): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    throw new Refused(400, 'INVALID_REQUEST', 'The body is not JSON.');
  }
}
