import { Controller, Inject, Param, Patch, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Database, Session } from '@payout-engines/example-kit';
import { DATABASE } from '../database.ts';
import { completeOrder } from '../orders.ts';
import { Mine } from '../web/guard.ts';
import { AsJson } from '../web/json.ts';

/** Orders. */
@ApiTags('orders')
@Controller('orders')
@UseInterceptors(AsJson)
export class OrdersController {
  readonly #database: Database;

  constructor(@Inject(DATABASE) database: Database) {
    this.#database = database;
  }

  @Patch(':id/complete')
  @ApiOperation({
    summary: 'Completes an order and opens the payout of its seller, both or neither (operators)',
    description:
      'Again, it changes nothing and gives the same answer. Without a payout, the money is on the balance.',
  })
  @ApiParam({ name: 'id', schema: { type: 'string' } })
  async complete(@Mine() { person }: Session, @Param('id') id: string) {
    return completeOrder(this.#database, { id, by: person.id });
  }
}
