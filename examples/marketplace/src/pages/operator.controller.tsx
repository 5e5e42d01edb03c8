import type { ServerResponse } from 'node:http';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { parseMoney, type Payouts, type PayoutState } from '@payout-engines/core';
import {
  Action,
  Amount,
  csvLines,
  csvResponse,
  type Database,
  Page,
  Refused,
  type Session,
  Tabs,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import { DATABASE } from '../database.ts';
import { cancelPayout, deedsOf } from '../deeds.ts';
import { entriesOf } from '../entries.ts';
import { findMember } from '../members.ts';
import { completeOrder, listOrders, placeOrder, refundOrder } from '../orders.ts';
import { engineOn, INR, PROGRAM } from '../program.ts';
import { runHourly, sendNow, tryAgain } from '../sending.ts';
import { statisticsOf, sumOf } from '../statistics.ts';
import { Mine } from '../web/guard.ts';
import { type Form, goTo, problemOf, readFields, sendPage } from '../web/page.ts';
import { sendAnswer } from '../web/gate.ts';
import { payoutRows, PAYOUT_HEADER } from './csv.ts';
import { FRAME, operatorPath } from './frame.ts';
import { OperatorOrders } from './operator-orders.tsx';
import { OnePayout, PayoutPage } from './payout.tsx';
import { PayoutsTable } from './payouts-table.tsx';
import { StatisticsPage } from './statistics.tsx';

/** What operators look at together. */
const GROUPS: readonly {
  readonly id: string;
  readonly label: string;
  readonly states: readonly PayoutState[];
}[] = [
  { id: 'waiting', label: 'To be sent', states: ['pending', 'approved'] },
  { id: 'processing', label: 'Under way', states: ['processing', 'needs_review'] },
  { id: 'completed', label: 'Paid', states: ['completed', 'returned'] },
  { id: 'failed', label: 'Failed', states: ['failed'] },
  { id: 'cancelled', label: 'Cancelled', states: ['cancelled', 'rejected'] },
];

const ID = z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'Letters, digits and hyphens, at most 60.');
const SEND = z.object({ digest: z.string().min(1).max(255) });
const ORDER = z.object({
  id: ID,
  seller: z.string().min(1, 'Name a seller.').max(255),
  item: z.string().min(1, 'What was sold?').max(120, 'Say it in 120 letters.'),
  price: z.string().min(1, 'How much was it?').max(40, 'That is no amount.'),
});
const REFUND = z.object({
  id: ID,
  order: z.string().min(1, 'Name an order.').max(255),
  amount: z.string().min(1, 'How much of it?').max(40, 'That is no amount.'),
});
const TAB = z.object({ tab: z.string().optional() });

/** The pages of operators: closed to everybody else, as everything is that does not say whom it is open to. */
@ApiExcludeController()
@Controller('operator')
export class OperatorController {
  readonly #database: Database;
  readonly #engine: Payouts;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
    this.#engine = engineOn(database.store, database.query);
  }

  @Get()
  async payouts(@Mine() session: Session, @Query() query: unknown, @Res() response: ServerResponse) {
    const asked = TAB.safeParse(query);
    const chosen = GROUPS.find(({ id }) => asked.success && id === asked.data.tab) ?? GROUPS[0];
    const states = chosen?.states ?? [];
    const totals = await this.#engine.summary({ program: PROGRAM });
    const { payouts } = await this.#engine.list({ program: PROGRAM, states, limit: 100 });
    const due = sumOf(totals, ['pending', 'approved']);
    await sendPage(
      response,
      <Page frame={FRAME} title="Payouts" session={session} at="/operator">
        <Tabs
          label="Payouts by state"
          tabs={GROUPS.map(({ id, label, states: counted }) => {
            const { count, amount } = sumOf(totals, counted);
            const sum = <Amount minor={amount} currency={INR} />;
            return { to: `/operator?tab=${id}`, label, count, sum, here: id === chosen?.id };
          })}
        />
        <Action
          session={session}
          to="/operator/process"
          label="Send all now"
          {...(due.count === 0
            ? { refused: 'Nothing waits to be sent.' }
            : {
                sure: (
                  <>
                    {due.count} {due.count === 1 ? 'payout' : 'payouts'},{' '}
                    <Amount minor={due.amount} currency={INR} /> in all. It is what the hourly run does by
                    itself.
                  </>
                ),
              })}
        />
        <PayoutsTable
          payouts={payouts}
          forOperator
          csv={`/operator/payouts.csv?tab=${chosen?.id ?? ''}`}
          empty="Nothing here. Choose another tab."
        />
      </Page>,
    );
  }

  @Get('payouts.csv')
  async payoutsCsv(@Query() query: unknown, @Res() response: ServerResponse): Promise<void> {
    const asked = TAB.safeParse(query);
    const chosen = GROUPS.find(({ id }) => asked.success && id === asked.data.tab);
    const rows = payoutRows(this.#engine, chosen === undefined ? {} : { states: chosen.states });
    await sendAnswer(response, csvResponse('payouts.csv', csvLines(PAYOUT_HEADER, rows)));
  }

  @Post('process')
  async process(@Mine() { person }: Session, @Res() response: ServerResponse): Promise<void> {
    await runHourly(this.#database, person.id);
    goTo(response, '/operator?tab=completed');
  }

  @Get('payouts/:id')
  async payout(@Mine() session: Session, @Param('id') id: string, @Res() response: ServerResponse) {
    const explanation = await this.#engine.explain({ program: PROGRAM, payout: id });
    const { payout, digest } = explanation;
    const balances = await this.#engine.balance({ program: PROGRAM, participant: payout.participant });
    const available = balances.find(({ currency }) => currency === payout.currency)?.available ?? 0n;
    const sure = <OnePayout explanation={explanation} />;
    const to = (step: string): string => `${operatorPath(id)}/${step}`;
    const waits = payout.state === 'pending' || payout.state === 'approved';
    await sendPage(
      response,
      <PayoutPage
        session={session}
        explanation={explanation}
        entries={await entriesOf(this.#database.query, id)}
        deeds={await deedsOf(this.#database.query, id)}
      >
        {waits && (
          <>
            <Action session={session} to={to('send')} label="Send now" sure={sure}>
              <input type="hidden" name="digest" value={digest} />
            </Action>
            <Action
              session={session}
              to={to('cancel')}
              label="Cancel"
              sure={<>{sure} It goes back to the balance, and with the next payout.</>}
            />
          </>
        )}
        {payout.state === 'failed' && (
          <Action
            session={session}
            to={to('retry')}
            label="Try again"
            {...(available < payout.amount
              ? {
                  refused:
                    'Its money is not on the balance any more: it is in another payout, or was refunded.',
                }
              : { sure })}
          />
        )}
      </PayoutPage>,
    );
  }

  @Post('payouts/:id/send')
  async send(
    @Mine() { person }: Session,
    @Param('id') payout: string,
    @Body() body: unknown,
    @Res() response: ServerResponse,
  ) {
    await sendNow(this.#database, { payout, by: person.id, digest: SEND.parse(body).digest });
    goTo(response, operatorPath(payout));
  }

  @Post('payouts/:id/cancel')
  async cancel(@Mine() { person }: Session, @Param('id') payout: string, @Res() response: ServerResponse) {
    await cancelPayout(this.#database, { payout, by: person.id });
    goTo(response, operatorPath(payout));
  }

  @Post('payouts/:id/retry')
  async retry(@Mine() { person }: Session, @Param('id') payout: string, @Res() response: ServerResponse) {
    await tryAgain(this.#database, { payout, by: person.id });
    goTo(response, operatorPath(payout));
  }

  @Get('statistics')
  async statistics(@Mine() session: Session, @Res() response: ServerResponse): Promise<void> {
    await sendPage(
      response,
      <StatisticsPage session={session} statistics={await statisticsOf(this.#database)} />,
    );
  }

  @Get('orders')
  async orders(@Mine() session: Session, @Res() response: ServerResponse): Promise<void> {
    await this.#ordersPage(session, response, {});
  }

  @Get('orders.csv')
  async ordersCsv(@Res() response: ServerResponse): Promise<void> {
    const header = [
      'order',
      'seller',
      'scout',
      'item',
      'placed',
      'completed',
      'by',
      'currency',
      'price in paise',
      'refunded',
    ];
    const orders = await listOrders(this.#database.query, { limit: 10_000 });
    const rows = orders.map(
      ({ id, seller, scout, item, placedAt, completedAt, completedBy, price, refunded }) => [
        id,
        seller,
        scout,
        item,
        placedAt,
        completedAt,
        completedBy,
        'INR',
        price,
        refunded,
      ],
    );
    await sendAnswer(response, csvResponse('orders.csv', csvLines(header, rows)));
  }

  @Post('orders')
  async place(
    @Mine() session: Session,
    @Body() body: unknown,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const sent = readFields(body, ORDER);
    let order: Form = sent.ok ? { typed: sent.typed, problems: {} } : sent;
    if (sent.ok) {
      try {
        const { price, ...rest } = sent.values;
        const seller = await findMember(this.#database.query, rest.seller);
        if (seller?.kind !== 'seller') throw new Refused(404, 'SELLER_NOT_FOUND', 'There is no such seller.');
        await placeOrder(this.#database.query, { ...rest, price: paiseOf(price), placedAt: new Date() });
      } catch (error) {
        order = { typed: sent.typed, problems: problemOf(error, PROBLEM_FIELDS.order, 'id') };
      }
    }
    if (Object.keys(order.problems).length === 0) goTo(response, '/operator/orders');
    else await this.#ordersPage(session, response, { order });
  }

  @Post('orders/:id/complete')
  async complete(@Mine() { person }: Session, @Param('id') id: string, @Res() response: ServerResponse) {
    const { payout } = await completeOrder(this.#database, { id, by: person.id });
    goTo(response, payout === undefined ? '/operator/orders' : operatorPath(payout.id));
  }

  @Post('refunds')
  async refund(
    @Mine() session: Session,
    @Body() body: unknown,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const sent = readFields(body, REFUND);
    let refund: Form = sent.ok ? { typed: sent.typed, problems: {} } : sent;
    if (sent.ok) {
      try {
        const { amount, ...rest } = sent.values;
        await refundOrder(this.#database, { ...rest, amount: paiseOf(amount), by: session.person.id });
      } catch (error) {
        refund = { typed: sent.typed, problems: problemOf(error, PROBLEM_FIELDS.refund, 'id') };
      }
    }
    if (Object.keys(refund.problems).length === 0) goTo(response, '/operator/orders');
    else await this.#ordersPage(session, response, { refund });
  }

  async #ordersPage(
    session: Session,
    response: ServerResponse,
    forms: { readonly order?: Form; readonly refund?: Form },
  ): Promise<void> {
    const { query } = this.#database;
    const open = await listOrders(query, { open: true });
    const completed = await listOrders(query, { open: false });
    await sendPage(
      response,
      <OperatorOrders session={session} open={open} completed={completed} {...forms} />,
      forms.order === undefined && forms.refund === undefined ? 200 : 422,
    );
  }
}

/** Which field a refusal is about. */
const PROBLEM_FIELDS = {
  order: { SELLER_NOT_FOUND: 'seller', INVALID_AMOUNT: 'price', AMOUNT_OUT_OF_RANGE: 'price' },
  refund: {
    ORDER_NOT_FOUND: 'order',
    INVALID_AMOUNT: 'amount',
    AMOUNT_OUT_OF_RANGE: 'amount',
    REFUND_TOO_LARGE: 'amount',
  },
} as const;

/** Typed as people write it: `1234.50`. */
function paiseOf(amount: string): bigint {
  const { minor } = parseMoney(amount, INR);
  if (minor <= 0n) throw new Refused(422, 'INVALID_AMOUNT', 'It must be above zero.');
  return minor;
}
