import type { Payout } from '@payout-engines/core';
import {
  type Database,
  type KitApp,
  type KitContext,
  personOf,
  Refused,
  toJson,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import { claimsOn } from './engines.ts';
import { periodsOf } from './periods.ts';
import { PROGRAM } from './program.ts';
import { standingOf } from './standing.ts';

const CLAIM = z.object({ key: z.string().min(1).max(100) });

/**
 * The API of a creator: JSON with amounts as decimal strings of lamports. What changes something carries the token of
 * the session in the header `x-token`, for the same reason as a form has it in a field.
 */
export function addApi(
  app: KitApp,
  database: Database,
  claim: (creator: string, key: string) => Promise<Payout>,
): void {
  const claims = claimsOn(database.store, database.query);

  app.get('/api/token', (context) => {
    personOf(context);
    return answerJson(context, { token: context.get('session')?.token });
  });

  app.get('/api/balance', async (context) => {
    const { id } = personOf(context, 'participant');
    const { balance, reasons, calculating } = await standingOf(database, id);
    return answerJson(context, { balance, reasons, calculating: calculating.map((period) => period.id) });
  });

  app.get('/api/periods', async (context) => {
    const { id } = personOf(context, 'participant');
    const { periods } = await standingOf(database, id);
    const shown = periods.map(({ id: period, start, end, own, share, shareAmount, bonus }) => ({
      period,
      start,
      end,
      state: own,
      points: share?.points ?? [],
      score: share?.share,
      share: shareAmount,
      bonus,
    }));
    return answerJson(context, { periods: shown });
  });

  app.get('/api/claims', async (context) => {
    const { id } = personOf(context, 'participant');
    const cursor = context.req.query('cursor');
    const page = await claims.list({ program: PROGRAM, participant: id, ...(cursor && { cursor }) });
    return answerJson(context, page);
  });

  app.post('/api/claims', async (context) => {
    const { id } = personOf(context, 'participant');
    assertToken(context);
    const { key } = CLAIM.parse(await bodyOf(context));
    return answerJson(context, await claim(id, key), 201);
  });

  app.get('/api/progress', async (context) => {
    personOf(context);
    const periods = (await periodsOf(database)).map(({ id, stage, run }) => ({
      id,
      stage,
      steps: run?.steps,
    }));
    return answerJson(context, { periods });
  });
}

/** An answer for machines. */
export function answerJson(context: KitContext, value: unknown, status: 200 | 201 | 202 = 200): Response {
  return context.body(toJson(value), status, { 'content-type': 'application/json' });
}

/** Another site can make a browser send a request, but cannot know the token of the session. */
export function assertToken(context: KitContext): void {
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
