import type { ServerResponse } from 'node:http';
import { Body, Controller, Get, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Payouts } from '@payout-engines/core';
import {
  Action,
  csvLines,
  csvResponse,
  type Database,
  Refused,
  type Session,
} from '@payout-engines/example-kit';
import * as z from 'zod';
import { requestBounties } from '../bounties.ts';
import { DATABASE } from '../database.ts';
import { cancelPayout, deedsOf } from '../deeds.ts';
import { entriesOf, refundsOf } from '../entries.ts';
import { bankAccountOf, changeBankAccount, findMember, type Member } from '../members.ts';
import { listOrders, payoutsOfOrders } from '../orders.ts';
import { engineOn, PROGRAM } from '../program.ts';
import { standingOf } from '../standing.ts';
import { Mine, OpenTo } from '../web/guard.ts';
import { goTo, readFields, sendPage } from '../web/page.ts';
import { sendAnswer } from '../web/gate.ts';
import { payoutRows, PAYOUT_HEADER } from './csv.ts';
import { BankAccountPage } from './bank-account.tsx';
import { type EarnedOrder, EarnedPage } from './earned.tsx';
import { statementPath } from './frame.ts';
import { Overview } from './overview.tsx';
import { OnePayout, PayoutPage } from './payout.tsx';

const REQUEST = z.object({ key: z.uuid('This form is not from here. Load the page again.') });
const ACCOUNT = z.object({
  ifsc: z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.string().regex(/^[A-Z]{4}0[A-Z0-9]{6}$/, '4 letters, a zero, and 6 letters or digits.')),
  number: z
    .string()
    .transform((text) => text.replaceAll(' ', ''))
    .pipe(z.string().regex(/^\d{9,18}$/, '9 to 18 digits.')),
});

/** The pages of sellers and scouts. */
@ApiExcludeController()
@Controller()
@OpenTo('participant')
export class MemberController {
  readonly #database: Database;
  readonly #engine: Payouts;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
    this.#engine = engineOn(database.store, database.query);
  }

  @Get()
  @OpenTo('anybody')
  async overview(@Mine() session: Session, @Res() response: ServerResponse): Promise<void> {
    if (session.person.role === 'operator') {
      goTo(response, '/operator');
      return;
    }
    const member = await this.#member(session);
    const { payouts } = await this.#engine.list({ program: PROGRAM, participant: member.id, limit: 20 });
    await sendPage(
      response,
      <Overview
        session={session}
        member={member}
        standing={await standingOf(this.#database, member.id)}
        payouts={payouts}
        refunds={await refundsOf(this.#database.query, member.id, 20)}
        requestKey={crypto.randomUUID()}
      />,
    );
  }

  @Get('payouts.csv')
  async payoutsCsv(@Mine() { person }: Session, @Res() response: ServerResponse): Promise<void> {
    const lines = csvLines(PAYOUT_HEADER, payoutRows(this.#engine, { participant: person.id }));
    await sendAnswer(response, csvResponse('payouts.csv', lines));
  }

  @Post('bounties/request')
  async request(@Mine() { person }: Session, @Body() body: unknown, @Res() response: ServerResponse) {
    const { key } = REQUEST.parse(body);
    goTo(response, statementPath((await requestBounties(this.#database, person.id, key)).id));
  }

  @Get('statements/:id')
  async statement(@Mine() session: Session, @Param('id') id: string, @Res() response: ServerResponse) {
    const explanation = await this.#own(session, id);
    const { payout } = explanation;
    const canCancel =
      payout.requestedBy === session.person.id && (payout.state === 'pending' || payout.state === 'approved');
    await sendPage(
      response,
      <PayoutPage
        session={session}
        explanation={explanation}
        entries={await entriesOf(this.#database.query, id)}
        deeds={await deedsOf(this.#database.query, id)}
      >
        {canCancel && (
          <Action
            session={session}
            to={`${statementPath(id)}/cancel`}
            label="Take it back"
            sure={
              <>
                <OnePayout explanation={explanation} /> It goes back to the balance.
              </>
            }
          />
        )}
      </PayoutPage>,
    );
  }

  @Post('statements/:id/cancel')
  async cancel(@Mine() session: Session, @Param('id') id: string, @Res() response: ServerResponse) {
    const { payout } = await this.#own(session, id);
    // What an order has opened is not the seller's to stop.
    if (payout.requestedBy !== session.person.id)
      throw new Refused(409, 'WRONG_STATE', 'Only a payout that you have asked for can be taken back.');
    await cancelPayout(this.#database, { payout: id, by: session.person.id });
    goTo(response, statementPath(id));
  }

  @Get('earned')
  async earned(@Mine() session: Session, @Res() response: ServerResponse): Promise<void> {
    const member = await this.#member(session);
    await sendPage(
      response,
      <EarnedPage session={session} member={member} rows={await this.#earnedOf(member, 50)} />,
    );
  }

  @Get('earned.csv')
  async earnedCsv(@Mine() session: Session, @Res() response: ServerResponse): Promise<void> {
    const member = await this.#member(session);
    const rows = await this.#earnedOf(member, 10_000);
    const header = [
      'order',
      'item',
      'placed',
      'completed',
      'currency',
      'price in paise',
      'refunded',
      'earned',
      'taken back',
      'payout',
    ];
    const cells = rows.map(({ order, earning, payout }) => [
      order.id,
      order.item,
      order.placedAt,
      order.completedAt,
      'INR',
      order.price,
      order.refunded,
      earning?.amount,
      earning?.reversed,
      payout,
    ]);
    await sendAnswer(response, csvResponse('orders.csv', csvLines(header, cells)));
  }

  @Get('bank-account')
  async bankAccount(@Mine() session: Session, @Res() response: ServerResponse): Promise<void> {
    const account = await bankAccountOf(this.#database.query, session.person.id);
    await sendPage(response, <BankAccountPage session={session} account={account} />);
  }

  @Post('bank-account')
  async changeBankAccount(@Mine() session: Session, @Body() body: unknown, @Res() response: ServerResponse) {
    const member = session.person.id;
    const sent = readFields(body, ACCOUNT);
    if (!sent.ok) {
      const account = await bankAccountOf(this.#database.query, member);
      await sendPage(response, <BankAccountPage session={session} account={account} form={sent} />, 422);
      return;
    }
    await changeBankAccount(this.#database, { member, ...sent.values, at: new Date() });
    goTo(response, '/');
  }

  async #member({ person }: Session): Promise<Member> {
    const member = await findMember(this.#database.query, person.id);
    if (member === undefined) throw new Refused(404, 'MEMBER_NOT_FOUND', 'There is no such member.');
    return member;
  }

  /** A payout of the member who asks. To everybody else there is no such payout. */
  async #own({ person }: Session, payout: string) {
    const explanation = await this.#engine.explain({ program: PROGRAM, payout });
    if (explanation.payout.participant !== person.id)
      throw new Refused(404, 'PAYOUT_NOT_FOUND', 'There is no such payout.');
    return explanation;
  }

  async #earnedOf({ id, kind }: Member, limit: number): Promise<readonly EarnedOrder[]> {
    const { query, store } = this.#database;
    const orders = await listOrders(query, { member: id, limit });
    const earningIds = orders.map(({ earning, bounty }) => (kind === 'scout' ? bounty : earning));
    const found = await store.transact(PROGRAM, (unit) =>
      unit.earnings.find(earningIds.flatMap((one) => one ?? [])),
    );
    const earnings = new Map(found.flatMap((one) => (one === undefined ? [] : [[one.id, one] as const])));
    const payouts = await payoutsOfOrders(query, id);
    return orders.map((order, index) => ({
      order,
      earning: earnings.get(earningIds[index] ?? ''),
      payout: payouts.get(order.id),
    }));
  }
}
