import { type PayoutExplanation, parseMoney, PayoutError, type ViewSource } from '@payout-engines/core';
import {
  type Database,
  type KitApp,
  kitApp,
  type KitContext,
  type KitOptions,
  only,
  personOf,
  readAction,
  readForm,
  Refused,
  sessionOf,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import { addApi } from './api.ts';
import { campaignPage, campaignPages } from './campaign-pages.ts';
import { clipCsv, payoutCsv, readingsCsv } from './csv-files.ts';
import { type ClipRow, clipRow, clipRows, clipStory, refusedClip, submit } from './clips.ts';
import { addOperatorPages } from './operator.tsx';
import { addOperatorPayouts } from './operator-payouts.tsx';
import { CampaignForClippers, CampaignsPage } from './pages/campaigns.tsx';
import { ClipPage } from './pages/clip.tsx';
import { clipPath, FRAME, payoutPath } from './pages/frame.ts';
import { Overview } from './pages/overview.tsx';
import { CancelAction, PayoutPage } from './pages/payout.tsx';
import { PaymentDetailsPage } from './pages/payment-details.tsx';
import { WithdrawAction } from './pages/withdraw.tsx';
import { changeDetails, maskedDetails } from './payment-details.ts';

import { logPayout, payoutLog } from './payout-log.ts';
import { enginesOn, PROGRAM, USD } from './program.ts';
import { CLIPPERS } from './seed.ts';
import { standingOf } from './standing.ts';
import { Tracker } from './tracking.ts';

const KEY = z.uuid('Load the page again.');
const ANY = z.looseObject({});
const SUBMIT = z.object({ key: KEY, url: z.string().min(1, 'Which clip?').max(2_000, 'That is too long.') });
const REQUEST = z.object({ key: KEY, amount: z.string().min(1, 'How much?').max(40, 'That is too long.') });
const DETAILS = z.object({
  address: z.string().min(1, 'Where shall we pay you?').max(255, 'That is too long.'),
});

/** An app, and what reads the views for it. */
export interface ClipCampaigns {
  readonly app: KitApp;
  /** Its timer is off until somebody starts it. */
  readonly tracker: Tracker;
}

/** Clip campaigns: pages for clippers and operators, and an API. */
export function clipCampaigns(
  database: Database,
  sources: readonly ViewSource[],
  options: Partial<KitOptions> = {},
): ClipCampaigns {
  const offered = [
    ...CLIPPERS.map(({ id, name }) => ({ id, name, role: 'participant' as const })),
    { id: 'olga', name: 'Olga', role: 'operator' as const },
    { id: 'pete', name: 'Pete', role: 'operator' as const },
  ];
  const app = kitApp({
    frame: FRAME,
    people: { offered, find: async (id) => offered.find((person) => person.id === id) },
    ...options,
  });
  const engines = enginesOn(database.store, sources);
  const { campaigns, payouts } = engines;
  const tracker = new Tracker(database, campaigns);
  app.use('/operator', only('operator'));
  app.use('/operator/*', only('operator'));

  app.get('/', async (context) => {
    if (sessionOf(context).person.role === 'operator') return context.redirect('/operator', 303);
    return context.html(await overview(context));
  });

  app.post('/payouts', async (context) => {
    const { id } = personOf(context, 'participant');
    const sent = await readForm(context, REQUEST);
    const { amount: typed = '' } = sent.typed;
    const again = async (problem: string, status: 409 | 422) =>
      context.html(await overview(context, { amount: typed, problem }), status);
    if (!sent.ok) {
      if (sent.problems['key'] !== undefined) throw new Refused(422, 'INVALID_INPUT', sent.problems['key']);
      return again(sent.problems['amount'] ?? 'It is not valid.', 422);
    }
    try {
      const { minor } = parseMoney(sent.values.amount, USD);
      if (minor <= 0n) return await again('It must be above zero.', 422);
      // The key is the clipper's and the form's: nobody can ask for a payout under the key of somebody else.
      const payout = await payouts.request({
        program: PROGRAM,
        key: `${id}/${sent.values.key}`,
        participant: id,
        currency: 'USD',
        amount: minor,
      });
      return context.redirect(payoutPath(payout.id), 303);
    } catch (error) {
      if (PayoutError.is(error, 'INVALID_AMOUNT') || PayoutError.is(error, 'AMOUNT_OUT_OF_RANGE'))
        return again('That is no amount. Write it as 25 or 25.50.', 422);
      if (PayoutError.is(error, 'NOT_ELIGIBLE')) return again(notEligible(error.details.reasons), 409);
      throw error;
    }
  });

  app.get('/payouts/:id', async (context) => {
    const session = sessionOf(context);
    const explanation = await ownPayout(context);
    return context.html(
      <PayoutPage
        session={session}
        explanation={explanation}
        clipper={session.person.name}
        details={await maskedDetails(database.query, session.person.id)}
        log={await payoutLog(database, explanation.payout.id)}
      >
        <CancelAction session={session} explanation={explanation} />
      </PayoutPage>,
    );
  });

  app.post('/payouts/:id/cancel', async (context) => {
    const { id } = personOf(context, 'participant');
    await readAction(context, ANY);
    const { payout } = await ownPayout(context);
    await payouts.cancel({ program: PROGRAM, payout: payout.id, by: id });
    await logPayout(database.query, { payout: payout.id, key: 'cancelled', by: id, what: 'took it back' });
    return context.redirect(payoutPath(payout.id), 303);
  });

  app.get('/payouts.csv', (context) => {
    const { id } = personOf(context, 'participant');
    return payoutCsv(payouts, { participant: id });
  });

  app.get('/campaigns', async (context) => {
    personOf(context, 'participant');
    const running = await campaignPages(database, engines, ['running', 'paused']);
    return context.html(<CampaignsPage session={sessionOf(context)} campaigns={running} />);
  });

  app.get('/campaigns/:id', async (context) => context.html(await campaignOf(context)));

  app.post('/campaigns/:id/clips', async (context) => {
    const { id: clipper } = personOf(context, 'participant');
    const sent = await readForm(context, SUBMIT);
    const { url: typed = '' } = sent.typed;
    const again = async (problem: string, status: 404 | 409 | 422) =>
      context.html(await campaignOf(context, { url: typed, problem }), status);
    if (!sent.ok) {
      if (sent.problems['key'] !== undefined) throw new Refused(422, 'INVALID_INPUT', sent.problems['key']);
      return again(sent.problems['url'] ?? 'It is not valid.', 422);
    }
    try {
      const campaign = context.req.param('id');
      const clip = await submit(database, engines, { ...sent.values, campaign, clipper });
      return context.redirect(clipPath(clip), 303);
    } catch (error) {
      if (PayoutError.is(error, 'CLIP_REFUSED')) return again(refusedClip(error.details.reason), 409);
      if (error instanceof Refused) return again(error.message, error.code === 'CLIP_SUBMITTED' ? 409 : 422);
      throw error;
    }
  });

  app.get('/clips/:id', async (context) => {
    const session = sessionOf(context);
    const row = await ownClip(context);
    const { explanation, reasons, log } = await clipStory(database, engines, row);
    return context.html(
      <ClipPage
        session={session}
        row={row}
        explanation={explanation}
        reasons={reasons}
        log={log}
        csv={`${clipPath(row.clip.id)}/readings.csv`}
      >
        <WithdrawAction session={session} row={row} />
      </ClipPage>,
    );
  });

  app.post('/clips/:id/withdraw', async (context) => {
    const { id: by } = personOf(context, 'participant');
    await readAction(context, ANY);
    const { clip } = await ownClip(context);
    await campaigns.withdrawClip({ program: PROGRAM, clip: clip.id, by });
    return context.redirect(clipPath(clip.id), 303);
  });

  app.get('/clips/:id/readings.csv', async (context) => {
    const { clip } = await ownClip(context);
    return readingsCsv(await campaigns.explain({ program: PROGRAM, clip: clip.id }));
  });

  app.get('/clips.csv', async (context) => {
    const { id } = personOf(context, 'participant');
    return clipCsv(await clipRows(database, { participant: id }));
  });

  app.get('/payment-details', async (context) => {
    const { id } = personOf(context, 'participant');
    const details = await maskedDetails(database.query, id);
    return context.html(<PaymentDetailsPage session={sessionOf(context)} details={details} />);
  });

  app.post('/payment-details', async (context) => {
    const { id } = personOf(context, 'participant');
    const sent = await readForm(context, DETAILS);
    const { address = '' } = sent.typed;
    try {
      if (!sent.ok) throw new Refused(422, 'INVALID_DETAILS', sent.problems['address'] ?? 'It is not valid.');
      await changeDetails(database, id, sent.values.address, new Date());
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const details = await maskedDetails(database.query, id);
      return context.html(
        <PaymentDetailsPage
          session={sessionOf(context)}
          details={details}
          sent={{ address, problem: error.message }}
        />,
        422,
      );
    }
    return context.redirect('/payment-details', 303);
  });

  addOperatorPages(app, database, engines, tracker);
  addOperatorPayouts(app, database, engines);
  addApi(app, database, engines, tracker);
  return { app, tracker };

  async function overview(
    context: KitContext,
    asked?: { readonly amount: string; readonly problem: string },
  ) {
    const session = sessionOf(context);
    const { id } = session.person;
    const { payouts: list } = await payouts.list({ program: PROGRAM, participant: id, limit: 20 });
    return (
      <Overview
        session={session}
        standing={await standingOf(database, engines, id)}
        clips={await clipRows(database, { participant: id })}
        payouts={list}
        requestKey={crypto.randomUUID()}
        {...(asked !== undefined && { asked })}
      />
    );
  }

  async function campaignOf(context: KitContext, sent?: { readonly url: string; readonly problem: string }) {
    const { id: participant } = personOf(context, 'participant');
    const id = context.req.param('id') ?? '';
    const page = await campaignPage(database, engines, id);
    if (page.statistics.campaign.state === 'draft')
      throw new Refused(404, 'CAMPAIGN_NOT_FOUND', 'There is no such campaign.');
    return (
      <CampaignForClippers
        session={sessionOf(context)}
        page={page}
        clips={await clipRows(database, { participant, campaign: id })}
        submitKey={crypto.randomUUID()}
        {...(sent !== undefined && { sent })}
      />
    );
  }

  /** A payout of the clipper who asks. To everybody else there is no such payout. */
  async function ownPayout(context: KitContext): Promise<PayoutExplanation> {
    const { id } = personOf(context, 'participant');
    const explanation = await payouts.explain({ program: PROGRAM, payout: context.req.param('id') ?? '' });
    if (explanation.payout.participant !== id)
      throw new Refused(404, 'PAYOUT_NOT_FOUND', 'There is no such payout.');
    return explanation;
  }

  /** A clip of the clipper who asks. To everybody else there is no such clip. */
  async function ownClip(context: KitContext): Promise<ClipRow> {
    const { id } = personOf(context, 'participant');
    const row = await clipRow(database, context.req.param('id') ?? '');
    if (row?.clip.participant !== id) throw new Refused(404, 'CLIP_NOT_FOUND', 'There is no such clip.');
    return row;
  }
}

/** Beside the field, where the amount is what is wrong. */
function notEligible(reasons: readonly string[]): string {
  if (reasons.includes('payout_open')) return 'A payout is under way already. Wait until it has ended.';
  if (reasons.includes('insufficient_available')) return 'That is more than is available.';
  if (reasons.includes('below_threshold')) return 'That is less than the least payout of 20.00 USD.';
  if (reasons.includes('no_destination'))
    return 'We do not know yet where to pay you: give your payment details.';
  return 'Nothing can be paid to you at the moment.';
}
