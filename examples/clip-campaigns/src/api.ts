import {
  type Database,
  type KitApp,
  type KitContext,
  personOf,
  Refused,
  toJson,
} from '@payout-engines/example-kit';
import { PayoutError } from '@payout-engines/core';
import * as z from 'zod';
import { campaignPages } from './campaign-pages.ts';
import { clipRows, refusedClip, submit } from './clips.ts';
import { logPayout } from './payout-log.ts';
import { type Engines, PROGRAM } from './program.ts';
import { standingOf } from './standing.ts';
import type { Tracker } from './tracking.ts';

const KEY = z.string().min(1).max(100);
const REQUEST = z.object({
  key: KEY,
  amount: z
    .string()
    .regex(/^[1-9]\d{0,18}$/)
    .optional(),
});
const SUBMIT = z.object({
  key: KEY,
  campaign: z.string().min(1).max(255),
  url: z.string().min(1).max(2_000),
});

/**
 * The API: JSON with amounts as decimal strings of cents. What changes something carries the token of the session in the
 * header `x-token`, for the same reason as a form has it in a field.
 */
export function addApi(app: KitApp, database: Database, engines: Engines, tracker: Tracker): void {
  const { payouts } = engines;

  app.get('/api/token', (context) => {
    personOf(context);
    return answer(context, { token: context.get('session')?.token });
  });

  app.get('/api/summary', async (context) => {
    const { id } = personOf(context, 'participant');
    const { balance, reasons } = await standingOf(database, engines, id);
    return answer(context, { balance, canRequest: reasons.length === 0, reasons });
  });

  app.get('/api/campaigns', async (context) => {
    personOf(context, 'participant');
    const pages = await campaignPages(database, engines, ['running']);
    return answer(
      context,
      pages.map(({ id, name, brief, statistics: { campaign, budget, spent, left, forecast } }) => ({
        id,
        name,
        brief,
        currency: campaign.terms.currency,
        ratePerThousand: campaign.rates.at(-1)?.perThousand,
        clipCap: campaign.terms.clipCap,
        platforms: campaign.terms.platforms,
        endsAt: campaign.terms.endsAt,
        budget,
        spent,
        left,
        daysLeft: forecast.days,
      })),
    );
  });

  app.get('/api/clips', async (context) => {
    const { id: participant } = personOf(context, 'participant');
    const rows = await clipRows(database, { participant });
    return answer(
      context,
      rows.map(({ clip, viewsNow, paidViews, rate, earned, cutByBudget, cutByCap, lastLook }) => ({
        id: clip.id,
        campaign: clip.campaign,
        url: clip.url,
        state: clip.state,
        viewsNow,
        paidViews,
        ratePerThousand: rate,
        earned,
        cutByBudget,
        cutByCap,
        lastLookedAt: lastLook?.at,
        problem: clip.tries > 0 ? lastLook?.reason : undefined,
        readAgainAt: clip.state === 'approved' ? clip.dueAt : undefined,
      })),
    );
  });

  app.post('/api/clips', async (context) => {
    const { id: clipper } = personOf(context, 'participant');
    assertToken(context);
    const submission = SUBMIT.parse(await bodyOf(context));
    try {
      return answer(context, { id: await submit(database, engines, { ...submission, clipper }) }, 201);
    } catch (error) {
      if (!PayoutError.is(error, 'CLIP_REFUSED')) throw error;
      throw new Refused(409, 'CLIP_REFUSED', refusedClip(error.details.reason));
    }
  });

  app.get('/api/payouts', async (context) => {
    const { id: participant } = personOf(context, 'participant');
    const cursor = context.req.query('cursor');
    return answer(context, await payouts.list({ program: PROGRAM, participant, ...(cursor && { cursor }) }));
  });

  app.post('/api/payouts', async (context) => {
    const { id } = personOf(context, 'participant');
    assertToken(context);
    const { key, amount } = REQUEST.parse(await bodyOf(context));
    const payout = await payouts.request({
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
    const payout = await payouts.payout({ program: PROGRAM, payout: context.req.param('id') });
    if (payout.participant !== id) throw new Refused(404, 'PAYOUT_NOT_FOUND', 'There is no such payout.');
    const cancelled = await payouts.cancel({ program: PROGRAM, payout: payout.id, by: id });
    await logPayout(database.query, { payout: payout.id, key: 'cancelled', by: id, what: 'took it back' });
    return answer(context, cancelled);
  });

  app.post('/api/track', async (context) => {
    const { id } = personOf(context, 'operator');
    assertToken(context);
    return answer(context, await tracker.all(id));
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
