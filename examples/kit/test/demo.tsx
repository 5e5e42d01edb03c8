import { currency } from '@payout-engines/core';
import * as z from 'zod';
import {
  Action,
  Amount,
  Bar,
  Card,
  Cards,
  csvLines,
  csvResponse,
  Field,
  type Frame,
  type KitApp,
  kitApp,
  type KitOptions,
  only,
  Page,
  personOf,
  readForm,
  Reference,
  Refused,
  Statement,
  State,
  Table,
  Tabs,
  Time,
  toJson,
  Token,
} from '../src/index.ts';

/** An app that uses everything that the kit has, for its tests. */

const FRAME: Frame = {
  app: 'Demonstration',
  nav: [
    { to: '/', label: 'Overview', role: 'participant' },
    { to: '/operator', label: 'Everybody', role: 'operator' },
  ],
};
const USD = currency('USD');
const PEOPLE = [
  { id: 'ann', name: 'Ann', role: 'participant' },
  { id: 'olga', name: 'Olga', role: 'operator' },
] as const;
const FORM = z.object({ key: z.string(), amount: z.string().regex(/^\d+$/, 'Digits only, please.') });

export interface Demo {
  readonly app: KitApp;
  /** What was asked for, by the key of its form. */
  readonly asked: Map<string, string>;
  /** How many times a form has arrived. */
  readonly arrived: () => number;
}

export function demo(options: Partial<KitOptions> = {}): Demo {
  const asked = new Map<string, string>();
  let arrived = 0;
  const app = kitApp({
    frame: FRAME,
    people: { offered: PEOPLE, find: async (id) => PEOPLE.find((person) => person.id === id) },
    ...options,
  });
  app.use('/operator/*', only('operator'));
  app.use('/operator', only('operator'));

  app.get('/', (context) => {
    personOf(context, 'participant');
    return context.html(<Overview session={context.get('session')} amount="" />);
  });
  app.post('/ask', async (context) => {
    arrived += 1;
    const sent = await readForm(context, FORM);
    if (!sent.ok) {
      const { amount = '' } = sent.typed;
      return context.html(
        <Overview session={context.get('session')} amount={amount} problem={sent.problems['amount']} />,
        422,
      );
    }
    asked.set(sent.values.key, sent.values.amount);
    return context.redirect('/', 303);
  });
  app.get('/operator', (context) =>
    context.html(
      <Page frame={FRAME} title="Everybody" session={context.get('session')} at="/operator">
        <p>Only operators see this.</p>
      </Page>,
    ),
  );
  app.get('/list.csv', () => csvResponse('list.csv', csvLines(['name', 'amount'], [['=Ann, "A"', 12n]])));
  app.get('/api/amount', (context) => {
    personOf(context);
    return context.body(toJson({ amount: 12n }), 200, { 'content-type': 'application/json' });
  });
  app.get('/broken', () => {
    throw new Error('secret text of a defect');
  });
  app.get('/refused', () => {
    throw new Refused(409, 'TAKEN', 'It is taken.');
  });
  return { app, asked, arrived: () => arrived };
}

function Overview({
  session,
  amount,
  problem,
}: {
  readonly session: Parameters<typeof Page>[0]['session'];
  readonly amount: string;
  readonly problem?: string | undefined;
}) {
  if (session === undefined) return <></>;
  const rows = [{ id: 'payout/1', minor: 123_456n, at: new Date('2026-10-01T12:00:00Z') }];
  return (
    <Page frame={FRAME} title="Overview" session={session} at="/">
      <Cards>
        <Card label="Available" means="What can be asked for now.">
          <Amount minor={1_234_567n} currency={USD} />
        </Card>
        <Card label="Held" means="Free once the time for refunds is over.">
          <Amount minor={0n} currency={USD} />
        </Card>
      </Cards>
      <Bar
        label="The balance by what becomes of it"
        currency={USD}
        parts={[
          { label: 'Available', minor: 300n, tone: 'good' },
          { label: 'Held', minor: 100n, tone: 'waits' },
        ]}
      />
      <Tabs
        label="Payouts by state"
        tabs={[
          { to: '/', label: 'All', count: 1, sum: <Amount minor={123_456n} currency={USD} />, here: true },
        ]}
      />
      <Table
        caption="Payouts"
        rows={rows}
        empty="Nothing yet."
        csv="/list.csv"
        columns={[
          { head: 'Opened', cell: ({ at }) => <Time at={at} /> },
          { head: 'State', cell: () => <State state="completed" /> },
          { head: 'Reference', cell: ({ id }) => <Reference id={id} /> },
          { head: 'Amount', numeric: true, cell: ({ minor }) => <Amount minor={minor} currency={USD} /> },
        ]}
      />
      <Table
        caption="Nothing"
        rows={[]}
        empty="Nothing here yet: it comes with the first sale."
        columns={[]}
      />
      <Statement
        caption="How it adds up"
        total="Paid"
        currency={USD}
        lines={[
          { why: 'Sales', minor: 1_000n },
          { why: 'Refund of order 7', minor: -300n },
          { why: 'Nothing', minor: 0n },
        ]}
      />
      <form method="post" action="/ask" data-once id="ask">
        <Token session={session} />
        <input type="hidden" name="key" value={crypto.randomUUID()} />
        <Field name="amount" label="Amount" value={amount} {...(problem !== undefined && { problem })} />
        <button>Ask</button>
      </form>
      <Action
        session={session}
        to="/ask"
        label="Pay out"
        refused="20.00 USD are the least; 7.66 are missing."
      />
      <Action session={session} to="/ask" label="Pay everybody" sure="3 payouts, 30.00 USD">
        <input type="hidden" name="key" value="all" />
        <input type="hidden" name="amount" value="3000" />
      </Action>
    </Page>
  );
}
