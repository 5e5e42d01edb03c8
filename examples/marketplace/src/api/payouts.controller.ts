import { Controller, Get, HttpCode, Inject, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Payout, Payouts } from '@payout-engines/core';
import type { Database, Session } from '@payout-engines/example-kit';
import * as z from 'zod';
import { DATABASE } from '../database.ts';
import { cancelPayout } from '../deeds.ts';
import { refundsOf } from '../entries.ts';
import { engineOn } from '../program.ts';
import { runHourly, type RunReport, sendNow, tryAgain } from '../sending.ts';
import { standingOf } from '../standing.ts';
import { type Statistics, statisticsOf } from '../statistics.ts';
import { Mine, OpenTo } from '../web/guard.ts';
import { AsJson } from '../web/json.ts';
import { type NumberedPage, numberedPage, PAGING } from './paging.ts';
import { STATUSES } from './statuses.ts';

const STATUS = z.enum(Object.keys(STATUSES), `one of ${Object.keys(STATUSES).join(', ')}`);
const LISTED = PAGING.extend({ status: STATUS.optional() });

const PAGE = { name: 'page', required: false, schema: { type: 'integer', minimum: 1, default: 1 } } as const;
const LIMIT = {
  name: 'limit',
  required: false,
  schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
} as const;
const ID = {
  name: 'id',
  description: 'Of the payout; its slashes as %2F',
  schema: { type: 'string' },
} as const;

/** Payouts. What is not open to participants is for operators. */
@ApiTags('payouts')
@Controller('payouts')
@UseInterceptors(AsJson)
export class PayoutsController {
  readonly #database: Database;
  readonly #engine: Payouts;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
    this.#engine = engineOn(database.store, database.query);
  }

  @Get('my-payouts')
  @OpenTo('participant')
  @ApiOperation({
    summary: 'My payouts, newest first, with what is paid and pending in all',
    description: 'Amounts are strings of paise. `refunds` are lines below zero: what refunds took back.',
  })
  @ApiQuery(PAGE)
  @ApiQuery(LIMIT)
  async mine(@Mine() { person }: Session, @Query() query: unknown) {
    const asked = PAGING.parse(query);
    const { balance } = await standingOf(this.#database, person.id);
    const { held, available, reserved, paid, debt } = balance;
    return {
      currency: 'INR',
      totals: { paid, pending: reserved, available, held, debt },
      ...(await numberedPage(this.#engine, { participant: person.id }, asked)),
      refunds: await refundsOf(this.#database.query, person.id, asked.limit),
    };
  }

  @Get()
  @ApiOperation({ summary: 'All payouts, newest first (operators)' })
  @ApiQuery({ name: 'status', required: false, schema: { type: 'string', enum: Object.keys(STATUSES) } })
  @ApiQuery(PAGE)
  @ApiQuery(LIMIT)
  async list(@Query() query: unknown): Promise<NumberedPage> {
    const { status, ...paging } = LISTED.parse(query);
    const states = status === undefined ? undefined : STATUSES[status];
    return numberedPage(this.#engine, states === undefined ? {} : { states }, paging);
  }

  @Get('statistics')
  @ApiOperation({ summary: 'What is paid and what waits: by state, by kind of member, by day (operators)' })
  async statistics(): Promise<Statistics> {
    return statisticsOf(this.#database);
  }

  @Post('process')
  @HttpCode(200)
  @ApiOperation({ summary: 'Does now what happens every hour: sends all that waits (operators)' })
  async process(@Mine() { person }: Session): Promise<RunReport> {
    return runHourly(this.#database, person.id);
  }

  @Post('process/:id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends one payout now (operators)' })
  @ApiParam(ID)
  async processOne(@Mine() { person }: Session, @Param('id') payout: string): Promise<Payout> {
    return sendNow(this.#database, { payout, by: person.id });
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sends a payout that has failed once more (operators)' })
  @ApiParam(ID)
  async retry(@Mine() { person }: Session, @Param('id') payout: string): Promise<Payout> {
    return tryAgain(this.#database, { payout, by: person.id });
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes a payout back that was not sent yet (operators)' })
  @ApiParam(ID)
  async cancel(@Mine() { person }: Session, @Param('id') payout: string): Promise<Payout> {
    return cancelPayout(this.#database, { payout, by: person.id });
  }
}
