import { Controller, Get, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Session } from '@payout-engines/example-kit';
import { Mine, OpenTo } from '../web/guard.ts';
import { AsJson } from '../web/json.ts';

/** The token of the session. */
@ApiTags('session')
@Controller('api/token')
@UseInterceptors(AsJson)
export class TokenController {
  @Get()
  @OpenTo('anybody')
  @ApiOperation({ summary: 'The token that what changes something carries in the header x-token' })
  token(@Mine() { token }: Session) {
    return { token };
  }
}
