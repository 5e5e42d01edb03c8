import { type Payout, type PayoutExplanation } from '@payout-engines/core';
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
  readForm,
  Refused,
  sessionOf,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import { addApi } from './api.ts';
import { addCron } from './cron.ts';
import { claimsOn } from './engines.ts';
import { addOperatorPages } from './operator.tsx';
import { CancelAction, ClaimPage } from './pages/claim.tsx';
import { claimPath, FRAME, periodPath } from './pages/frame.ts';
import { Overview } from './pages/overview.tsx';
import { PeriodPage } from './pages/period.tsx';
import { Steps } from './pages/steps.tsx';
import { WalletPage } from './pages/wallet.tsx';
import { setWallet } from './people.ts';
import { periodOf } from './periods.ts';
import { pointsSoFar } from './points.ts';
import { PROGRAM } from './program.ts';
import { type Runs, runsOn } from './runs.ts';
import { PEOPLE } from './seed.ts';
import { assertNothingCalculating, standingOf, type OwnPeriod } from './standing.ts';
import { walletOf, walletProblem } from './wallet.ts';

/** What the app takes besides what every app does. */
export interface AppOptions extends Partial<KitOptions> {
  readonly runs?: Runs;
  /** What a cron job proves itself with; without it, none can call. */
  readonly cronSecret?: string;
}

const CLAIM = z.object({ key: z.uuid() });
const WALLET = z.object({ address: z.string().max(255).default('') });

/** The revenue share: pages for creators and operators, an API, and what a cron job calls. */
export function revenueShareApp(database: Database, options: AppOptions = {}): KitApp {
  const { runs = runsOn(database), cronSecret, ...kit } = options;
  const offered = [
    ...PEOPLE.map(({ id, name }) => ({ id, name, role: 'participant' as const })),
    { id: 'olga', name: 'Olga', role: 'operator' as const },
  ];
  const app = kitApp({
    frame: FRAME,
    people: { offered, find: async (id) => offered.find((person) => person.id === id) },
    ...kit,
  });
  const claims = claimsOn(database.store, database.query);
  for (const path of ['/admin', '/admin/*', '/operator', '/operator/*']) app.use(path, only('operator'));

  app.get('/', async (context) => {
    const session = sessionOf(context);
    if (session.person.role === 'operator') return context.redirect('/admin', 303);
    const { id } = session.person;
    const standing = await standingOf(database, id);
    const { payouts } = await claims.list({ program: PROGRAM, participant: id, limit: 20 });
    const open = standing.periods.find(({ own }) => own === 'open');
    return context.html(
      <Overview
        session={session}
        standing={standing}
        soFar={open && (await pointsSoFar(database, open, id))}
        claims={payouts}
        quote={claims.quote({ currency: 'SOL', gross: standing.balance.available })}
        claimKey={crypto.randomUUID()}
      />,
    );
  });

  app.get('/periods/:id', async (context) => {
    const session = sessionOf(context);
    const period = await ownPeriod(context);
    const soFar =
      period.own === 'open' || period.own === 'waiting'
        ? await pointsSoFar(database, period, session.person.id)
        : undefined;
    return context.html(<PeriodPage session={session} period={period} soFar={soFar} />);
  });

  app.get('/periods/:id/progress', async (context) => {
    personOf(context, 'participant');
    const { id, run } = await periodOf(database, context.req.param('id'));
    if (run === undefined || run.finishedAt !== undefined) return refreshed(context);
    return context.html(<Steps run={run} from={`${periodPath(id)}/progress`} />);
  });

  // A page that says that a period is being calculated asks here, and is loaded again when it is done.
  app.get('/periods/:id/done', async (context) => {
    personOf(context, 'participant');
    const { stage } = await periodOf(database, context.req.param('id'));
    return stage === 'calculating' || stage === 'stopped' ? context.body(null, 204) : refreshed(context);
  });

  app.get('/periods/:id/points.csv', async (context) => {
    const { id, share } = await ownPeriod(context);
    const rows = (share?.points ?? []).map(({ kind, count, counted, weight, points }) => [
      id,
      kind,
      count,
      counted,
      weight,
      points,
    ]);
    const header = ['period', 'kind', 'count', 'counted', 'points for each', 'points'];
    return csvResponse('points.csv', csvLines(header, rows));
  });

  app.get('/periods.csv', async (context) => {
    const { id } = personOf(context, 'participant');
    const { periods } = await standingOf(database, id);
    const header = ['period', 'from', 'until', 'state', 'points', 'of points', 'share in lamports', 'bonus'];
    const rows = periods.map((period) => [
      period.id,
      period.start,
      period.end,
      period.own,
      period.share?.share.points,
      period.share?.share.ofPoints,
      period.run?.finishedAt === undefined ? undefined : period.shareAmount,
      period.run?.finishedAt === undefined ? undefined : period.bonus,
    ]);
    return csvResponse('periods.csv', csvLines(header, rows));
  });

  app.get('/wallet', async (context) => {
    const session = sessionOf(context);
    const { id } = personOf(context, 'participant');
    const wallet = await walletOf(database.query, id);
    const saved = context.req.query('saved') !== undefined && wallet !== undefined;
    return context.html(<WalletPage session={session} wallet={wallet} saved={saved} />);
  });

  app.post('/wallet', async (context) => {
    const session = sessionOf(context);
    const { id } = personOf(context, 'participant');
    const sent = await readForm(context, WALLET);
    const address = sent.ok ? sent.values.address : '';
    const problem = sent.ok ? walletProblem(address) : 'It is far too long for an address.';
    if (problem !== undefined) {
      const wallet = await walletOf(database.query, id);
      const typed = sent.typed['address'] ?? '';
      return context.html(
        <WalletPage session={session} wallet={wallet} typed={typed} problem={problem} />,
        422,
      );
    }
    await setWallet(database, id, address);
    return context.redirect('/wallet?saved', 303);
  });

  app.post('/claims', async (context) => {
    const { id } = personOf(context, 'participant');
    const { key } = await readAction(context, CLAIM);
    const payout = await claim(id, key);
    return context.redirect(claimPath(payout.id), 303);
  });

  app.get('/claims/:id', async (context) => {
    const session = sessionOf(context);
    const explanation = await ownClaim(context);
    return context.html(
      <ClaimPage session={session} explanation={explanation} name={session.person.name}>
        <CancelAction session={session} explanation={explanation} />
      </ClaimPage>,
    );
  });

  app.post('/claims/:id/cancel', async (context) => {
    const { id } = personOf(context, 'participant');
    await readAction(context, z.looseObject({}));
    const { payout } = await ownClaim(context);
    await claims.cancel({ program: PROGRAM, payout: payout.id, by: id });
    return context.redirect(claimPath(payout.id), 303);
  });

  app.get('/claims.csv', (context) => {
    const { id } = personOf(context, 'participant');
    const header = [
      'reference',
      'claimed',
      'state',
      'currency',
      'amount in lamports',
      'fee',
      'paid',
      'came back',
    ];
    return csvResponse('claims.csv', csvLines(header, rowsOf(id)));
  });

  addOperatorPages(app, database, runs);
  addApi(app, database, claim);
  addCron(app, database, runs, cronSecret);
  return app;

  /** Claims all that is free. The key is the creator's and the form's: nobody can claim under somebody else's. */
  async function claim(creator: string, key: string): Promise<Payout> {
    await assertNothingCalculating(database);
    await claims.release({ program: PROGRAM });
    // The library would take the claim and let it wait; here nobody is to think that it is on its way.
    const reasons = await claims.whyNot({ program: PROGRAM, participant: creator, currency: 'SOL' });
    if (reasons.some(({ kind }) => kind === 'on_hold'))
      throw new Refused(409, 'NOT_ELIGIBLE', 'Nothing is sent to a new wallet for seven days.');
    return claims.request({
      program: PROGRAM,
      key: `${creator}/${key}`,
      participant: creator,
      currency: 'SOL',
    });
  }

  async function ownPeriod(context: KitContext): Promise<OwnPeriod> {
    const { id } = personOf(context, 'participant');
    const { periods } = await standingOf(database, id);
    const found = periods.find((period) => period.id === context.req.param('id'));
    if (found === undefined) throw new Refused(404, 'PERIOD_NOT_FOUND', 'There is no such period.');
    return found;
  }

  /** A claim of the creator who asks. To everybody else there is no such claim. */
  async function ownClaim(context: KitContext): Promise<PayoutExplanation> {
    const { id } = personOf(context, 'participant');
    const explanation = await claims.explain({ program: PROGRAM, payout: context.req.param('id') ?? '' });
    if (explanation.payout.participant !== id)
      throw new Refused(404, 'PAYOUT_NOT_FOUND', 'There is no such claim.');
    return explanation;
  }

  async function* rowsOf(participant: string): AsyncGenerator<(string | bigint | Date | undefined)[]> {
    let cursor: string | undefined;
    do {
      const page = await claims.list({
        program: PROGRAM,
        participant,
        ...(cursor !== undefined && { cursor }),
      });
      for (const { id, openedAt, state, currency, amount, fee, paid, returned } of page.payouts)
        yield [id, openedAt, state, currency, amount, fee, paid, returned];
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}

/** Tells htmx to load the page again. */
export function refreshed(context: KitContext): Response {
  context.header('hx-refresh', 'true');
  return context.body('', 200);
}
