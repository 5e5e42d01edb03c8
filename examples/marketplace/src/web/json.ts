import type { ServerResponse } from 'node:http';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { toJson } from '@payout-engines/example-kit';
import { map, type Observable } from 'rxjs';

/** Amounts as decimal strings: Nest's own JSON has none for a bigint. */
@Injectable()
export class AsJson implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<string> {
    context.switchToHttp().getResponse<ServerResponse>().setHeader('content-type', 'application/json');
    return next.handle().pipe(map(toJson));
  }
}
