import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type KitOptions, RefusalPage, Refused, refusalOf, toJson } from '@payout-engines/example-kit';
import { FRAME } from '../pages/frame.ts';
import { isApi, type PassedRequest } from './gate.ts';
import { sendPage } from './page.ts';

/** Every error as a sentence and a code: JSON for the API, a page for who looks at pages. */
@Catch()
export class Refusals implements ExceptionFilter {
  readonly #onDefect: KitOptions['onDefect'];

  constructor(onDefect: KitOptions['onDefect']) {
    this.#onDefect = onDefect;
  }

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<PassedRequest>();
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const refusal = this.#refusalOf(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (isApi(request.originalUrl) || request.headers.accept?.startsWith('application/json') === true) {
      const { code, message } = refusal;
      response.writeHead(refusal.status, { 'content-type': 'application/json' });
      response.end(toJson({ error: { code, message } }));
    } else if (refusal.status === 401) {
      response.writeHead(303, { location: '/sign-in' });
      response.end();
    } else {
      await sendPage(
        response,
        <RefusalPage frame={FRAME} session={request.session} refusal={refusal} />,
        refusal.status,
      );
    }
  }

  #refusalOf(error: unknown): Refused {
    if (error instanceof HttpException) {
      return error.getStatus() === 404
        ? new Refused(404, 'NOT_FOUND', 'There is no such page.')
        : new Refused(400, 'INVALID_REQUEST', 'The request could not be read.');
    }
    const refusal = refusalOf(error);
    if (refusal !== undefined && refusal.status !== 500) return refusal;
    const reference = crypto.randomUUID();
    this.#onDefect?.(error, reference);
    return new Refused(
      500,
      'UNEXPECTED',
      `Something went wrong here. Nothing was lost. Reference ${reference}.`,
    );
  }
}
