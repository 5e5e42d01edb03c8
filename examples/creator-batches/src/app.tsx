import type { Payout, PayoutExplanation } from '@payout-engines/core';
import { webHandler } from '@payout-engines/adapters-stripe';
import {
  csvLines,
  csvResponse,
  type KitApp,
  kitApp,
  type KitContext,
  type KitOptions,
  only,
  personOf,
  readAction,
  Refused,
  sessionOf,
} from '@payout-engines/example-kit';
import { Hono } from 'hono';
import * as z from 'zod';
import { addApi } from './api.ts';
import { addCron } from './cron.ts';
import { addDeed } from './deeds.ts';
import { paymentsOf, rateAt } from './earnings.ts';
import { addOperatorPages } from './operator.tsx';
import { EarningsPage, PAYMENT_HEADER, paymentCells } from './pages/earnings.tsx';
import { FRAME } from './pages/frame.ts';
import { Overview } from './pages/overview.tsx';
import { PayoutPage } from './pages/payout.tsx';
import { triesOf } from './pages/payout-table.tsx';
import { DemoOnboarding, GoToStripe, VerificationPage } from './pages/verification.tsx';
import { PROGRAM } from './program.ts';
import { CREATORS } from './seed.ts';
import type { Services } from './services.ts';
import { readinessNow, standingOf } from './standing.ts';

const ANY = z.looseObject({});
const KIND = z.enum(['tip', 'call']).optional().catch(undefined);

export interface CreatorBatchesOptions extends Partial<KitOptions> {
  /** What the cron job shows; left out, its endpoint is closed. */
  readonly cronSecret?: string;
}

/** The creator batches: pages for creators and operators, an API, and the endpoints that cron and Stripe call. */
export function creatorBatches(
  services: Services,
  { cronSecret, ...options }: CreatorBatchesOptions = {},
): KitApp {
  const { database, engine, connect, clock } = services;
  const { query } = database;
  const offered = [
    ...CREATORS.map(({ id, name }) => ({ id, name, role: 'participant' as const })),
    { id: 'olga', name: 'Olga', role: 'operator' as const },
  ];
  const app = kitApp({
    frame: FRAME,
    people: { offered, find: async (id) => offered.find((person) => person.id === id) },
    ...options,
  });
  app.use('/operator', only('operator'));
  app.use('/operator/*', only('operator'));

  app.get('/', async (context) => {
    const session = sessionOf(context);
    if (session.person.role === 'operator') return context.redirect('/operator', 303);
    const { id } = session.person;
    const now = clock();
    const { payouts } = await engine.list({ program: PROGRAM, participant: id, limit: 20 });
    const standing = await standingOf(database, engine, id, now);
    return context.html(<Overview session={session} standing={standing} payouts={payouts} now={now} />);
  });

  app.get('/payouts.csv', (context) => {
    const { id } = personOf(context, 'participant');
    const header = [
      'reference',
      'payday',
      'opened',
      'state',
      'currency',
      'cents',
      'attempts',
      'paid',
      'came back',
      'reason',
    ];
    return csvResponse('payouts.csv', csvLines(header, rowsOf(id)));
  });

  app.get('/payouts/:id', async (context) => {
    const session = sessionOf(context);
    const { id, name } = personOf(context, 'participant');
    const explanation = await ownPayout(context, id);
    return context.html(<PayoutPage session={session} explanation={explanation} name={name} />);
  });

  app.get('/earnings', async (context) => {
    const session = sessionOf(context);
    const { id } = personOf(context, 'participant');
    const [payments, rate] = [await paymentsOf(database, id), await rateAt(query, new Date())];
    const kind = KIND.parse(context.req.query('kind'));
    return context.html(<EarningsPage session={session} payments={payments} kind={kind} rate={rate} />);
  });

  app.get('/earnings.csv', async (context) => {
    const { id } = personOf(context, 'participant');
    const kind = KIND.parse(context.req.query('kind'));
    const payments = (await paymentsOf(database, id, 100_000)).filter(
      (payment) => kind === undefined || payment.kind === kind,
    );
    return csvResponse('earnings.csv', csvLines(PAYMENT_HEADER, payments.map(paymentCells)));
  });

  app.get('/verification', async (context) => {
    const session = sessionOf(context);
    const { id } = personOf(context, 'participant');
    const readiness = await readinessNow(connect, id);
    const { verified, account } = await standingOf(database, engine, id, clock());
    return context.html(
      <VerificationPage session={session} readiness={readiness} verified={verified} account={account} />,
    );
  });

  app.post('/verification', async (context) => {
    const session = sessionOf(context);
    const { id } = personOf(context, 'participant');
    await readAction(context, ANY);
    const back = new URL('/verification', context.req.url).href;
    const { url } = await connect.onboarding.link({
      program: PROGRAM,
      participant: id,
      returnUrl: back,
      refreshUrl: back,
    });
    await addDeed(query, id, 'went to Stripe');
    // A page with a link, and no redirect: pages of this app send forms nowhere else.
    return context.html(
      <GoToStripe session={session} url={connect.demo === undefined ? url : '/demo/stripe'} />,
    );
  });

  const { demo } = connect;
  if (demo !== undefined) {
    app.get('/demo/stripe', (context) => {
      personOf(context, 'participant');
      return context.html(<DemoOnboarding session={sessionOf(context)} />);
    });
    app.post('/demo/stripe', async (context) => {
      const { id } = personOf(context, 'participant');
      await readAction(context, ANY);
      const [participant] = await database.store.transact(PROGRAM, (unit) => unit.participants.find([id]));
      const account = participant?.destination?.id;
      if (account === undefined)
        throw new Refused(409, 'NO_ACCOUNT', 'There is no account yet. Go to Stripe first.');
      await demo.finishOnboarding(account);
      return context.redirect('/verification', 303);
    });
  }

  addCron(app, services, cronSecret);
  addOperatorPages(app, services);
  addApi(app, services);

  // Stripe's deliveries come before everything else: what it signed are the bytes, and it has limits of its own.
  const outer: KitApp = new Hono();
  const deliver = webHandler(connect.webhook(engine));
  outer.post('/webhooks/stripe', (context) => deliver(context.req.raw));
  outer.all('*', (context) => app.fetch(context.req.raw, context.env));
  demo?.deliverTo((request) => outer.fetch(request));
  return outer;

  /** A payout of the creator who asks. To everybody else there is no such payout. */
  async function ownPayout(context: KitContext, participant: string): Promise<PayoutExplanation> {
    const explanation = await engine.explain({ program: PROGRAM, payout: context.req.param('id') ?? '' });
    if (explanation.payout.participant !== participant)
      throw new Refused(404, 'PAYOUT_NOT_FOUND', 'There is no such payout.');
    return explanation;
  }

  async function* rowsOf(
    participant: string,
  ): AsyncGenerator<(string | number | bigint | Date | undefined)[]> {
    let cursor: string | undefined;
    do {
      const page = await engine.list({
        program: PROGRAM,
        participant,
        ...(cursor !== undefined && { cursor }),
      });
      for (const payout of page.payouts) yield payoutCells(payout);
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}

function payoutCells(payout: Payout) {
  const { id, batch, openedAt, state, currency, amount, paid, returned, reason } = payout;
  return [id, batch, openedAt, state, currency, amount, triesOf(payout), paid, returned, reason];
}
