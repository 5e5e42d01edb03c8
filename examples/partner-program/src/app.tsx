import type { Payout, PayoutExplanation } from '@payout-engines/core';
import {
  csvLines,
  csvResponse,
  type Database,
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
import * as z from 'zod';
import { addApi } from './api.ts';
import { addOperatorPages } from './operator.tsx';
import { FRAME, payoutPath } from './pages/frame.ts';
import { Overview } from './pages/overview.tsx';
import { CancelAction, PayoutPage } from './pages/payout.tsx';
import { SalesPage } from './pages/sales.tsx';
import { YearsPage } from './pages/years.tsx';
import { engineOn, PROGRAM } from './program.ts';
import { salesOf } from './sales.ts';
import { PARTNERS } from './seed.ts';
import { refresh, standingOf } from './standing.ts';
import { yearsOf } from './years.ts';

const REQUEST = z.object({ key: z.uuid() });

/** The partner program: pages for partners and operators, and an API. */
export function partnerProgram(database: Database, options: Partial<KitOptions> = {}): KitApp {
  const offered = [
    ...PARTNERS.map(({ id, name }) => ({ id, name, role: 'participant' as const })),
    { id: 'olga', name: 'Olga', role: 'operator' as const },
    { id: 'pete', name: 'Pete', role: 'operator' as const },
  ];
  const app = kitApp({
    frame: FRAME,
    people: { offered, find: async (id) => offered.find((person) => person.id === id) },
    ...options,
  });
  const engine = engineOn(database.store, database.query);
  app.use('/operator', only('operator'));
  app.use('/operator/*', only('operator'));

  app.get('/', async (context) => {
    const session = sessionOf(context);
    if (session.person.role === 'operator') return context.redirect('/operator', 303);
    const { id } = session.person;
    const standing = await standingOf(database, id);
    const { payouts } = await engine.list({ program: PROGRAM, participant: id, limit: 20 });
    const quote = engine.quote({ currency: 'USD', gross: standing.balance.available });
    return context.html(
      <Overview
        session={session}
        standing={standing}
        payouts={payouts}
        quote={quote}
        requestKey={crypto.randomUUID()}
      />,
    );
  });

  app.post('/payouts', async (context) => {
    const { id } = personOf(context, 'participant');
    const { key } = await readAction(context, REQUEST);
    await refresh(database, id);
    // The key is the partner's and the form's: nobody can ask for a payout under the key of somebody else.
    const payout = await engine.request({
      program: PROGRAM,
      key: `${id}/${key}`,
      participant: id,
      currency: 'USD',
    });
    return context.redirect(payoutPath(payout.id), 303);
  });

  app.get('/payouts/:id', async (context) => {
    const session = sessionOf(context);
    const explanation = await ownPayout(context);
    return context.html(
      <PayoutPage session={session} explanation={explanation}>
        <CancelAction session={session} explanation={explanation} />
      </PayoutPage>,
    );
  });

  app.post('/payouts/:id/cancel', async (context) => {
    const { id } = personOf(context, 'participant');
    await readAction(context, z.looseObject({}));
    const { payout } = await ownPayout(context);
    await engine.cancel({ program: PROGRAM, payout: payout.id, by: id });
    return context.redirect(payoutPath(payout.id), 303);
  });

  app.get('/payouts.csv', (context) => {
    const { id } = personOf(context, 'participant');
    const header = [
      'reference',
      'asked for',
      'state',
      'currency',
      'amount in cents',
      'fee',
      'paid',
      'came back',
      'note',
    ];
    return csvResponse('payouts.csv', csvLines(header, rowsOf(id)));
  });

  app.get('/sales', async (context) => {
    const session = sessionOf(context);
    const { id } = personOf(context, 'participant');
    return context.html(
      <SalesPage
        session={session}
        sales={await salesOf(database.query, id)}
        earnings={await earningsOf(id)}
      />,
    );
  });

  app.get('/sales.csv', async (context) => {
    const { id } = personOf(context, 'participant');
    const header = ['sale', 'at', 'kind', 'amount in cents', 'refunded', 'commission', 'rates'];
    const sales = await salesOf(database.query, id, 100_000);
    const rows = sales.map(({ id: sale, at, kind, amount, refunded, commission }) => [
      sale,
      at,
      kind,
      amount,
      refunded,
      commission?.amount ?? 0n,
      commission?.parts.map(({ of, rate }) => `${of} at ${rate}`).join('; ') ?? '',
    ]);
    return csvResponse('sales.csv', csvLines(header, rows));
  });

  app.get('/years', async (context) => {
    const { id } = personOf(context, 'participant');
    return context.html(<YearsPage session={sessionOf(context)} years={await yearsOf(database, id)} />);
  });

  addOperatorPages(app, database);
  addApi(app, database);
  return app;

  /** A payout of the partner who asks. To everybody else there is no such payout. */
  async function ownPayout(context: KitContext): Promise<PayoutExplanation> {
    const { id } = personOf(context, 'participant');
    const explanation = await engine.explain({ program: PROGRAM, payout: context.req.param('id') ?? '' });
    if (explanation.payout.participant !== id)
      throw new Refused(404, 'PAYOUT_NOT_FOUND', 'There is no such payout.');
    return explanation;
  }

  async function* rowsOf(participant: string): AsyncGenerator<(string | bigint | Date | undefined)[]> {
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

  async function earningsOf(participant: string) {
    const ids = (await salesOf(database.query, participant)).flatMap(({ earning }) => earning ?? []);
    const earnings = await database.store.transact(PROGRAM, (unit) => unit.earnings.find(ids));
    return new Map(
      earnings.flatMap((earning) => (earning === undefined ? [] : [[earning.id, earning] as const])),
    );
  }
}

function payoutCells({ id, openedAt, state, currency, amount, fee, paid, returned, note }: Payout) {
  return [id, openedAt, state, currency, amount, fee, paid, returned, note];
}
