import { Body, Controller, Inject, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Payout } from '@payout-engines/core';
import { type Database, Refused, type Session } from '@payout-engines/example-kit';
import * as z from 'zod';
import { requestBounties } from '../bounties.ts';
import { DATABASE } from '../database.ts';
import { Mine, OpenTo } from '../web/guard.ts';
import { AsJson } from '../web/json.ts';

const REQUEST = z.strictObject({ key: z.string().min(1).max(100) });

/** Scouts. */
@ApiTags('scouts')
@Controller('scouts')
@UseInterceptors(AsJson)
export class ScoutsController {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  @Post(':id/request-payout')
  @OpenTo('participant')
  @ApiOperation({
    summary: 'Asks for all bounties that are free',
    description: 'The same key is the same payout.',
  })
  @ApiParam({ name: 'id', description: 'Yours', schema: { type: 'string' } })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['key'],
      properties: { key: { type: 'string', minLength: 1, maxLength: 100 } },
    },
  })
  async request(
    @Mine() { person }: Session,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<Payout> {
    if (id !== person.id) throw new Refused(404, 'SCOUT_NOT_FOUND', 'There is no such scout.');
    return requestBounties(this.#database, id, REQUEST.parse(body).key);
  }
}
