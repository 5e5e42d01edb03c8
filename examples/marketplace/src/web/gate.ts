import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import {
  type KitApp,
  type KitContext,
  readForm,
  Refused,
  type Session,
  sessionOf,
} from '@payout-engines/example-kit';
import * as z from 'zod';

/** What the gate says of a request that it lets through. */
export interface Passed {
  readonly session: Session | undefined;
  /** The fields of a form, or what was sent as JSON. */
  readonly body: unknown;
}

/** A request of Node with what the gate has said of it. */
export type PassedRequest = IncomingMessage & Partial<Passed> & { readonly originalUrl: string };

interface GateBindings {
  readonly incoming: IncomingMessage;
  pass(passed: Passed): void;
}

const ANY = z.looseObject({});
const READS = new Set(['GET', 'HEAD']);

/**
 * Nest's first middleware: every request goes through the app of the kit. What that answers by itself (sign-in, style, a
 * refusal) is the answer; what it lets through goes on to Nest with the kit's headers, the session, and a body that has
 * proven to be ours.
 */
export function gate(
  kit: KitApp,
): (request: PassedRequest, response: ServerResponse, next: () => void) => void {
  kit.all('*', async (context) => {
    const bindings = context.env as GateBindings;
    bindings.pass({ session: context.get('session'), body: await bodyOf(context) });
    return context.body(null);
  });
  return (request, response, next) => {
    void admit(kit, request, response).then(
      (passed) => {
        if (passed === undefined) return;
        Object.assign(request, passed);
        next();
      },
      () => {
        // A request that is none: a method or a target that no page has.
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end('{"error":{"code":"INVALID_REQUEST","message":"The request could not be read."}}');
      },
    );
  };
}

async function admit(
  kit: KitApp,
  request: PassedRequest,
  response: ServerResponse,
): Promise<Passed | undefined> {
  let passed: Passed | undefined;
  const bindings: GateBindings = {
    incoming: request,
    pass: (said) => {
      passed = said;
    },
  };
  const answer = await kit.fetch(requestOf(request), bindings);
  if (passed === undefined) await sendAnswer(response, answer);
  else answer.headers.forEach((value, name) => response.setHeader(name, value));
  return passed;
}

function requestOf(request: PassedRequest): Request {
  const { method = 'GET', originalUrl } = request;
  // A NUL is in no id, and no database keeps it.
  if (!originalUrl.startsWith('/') || originalUrl.includes('%00')) throw new Error('the target is no path');
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  // Who calls the API reads refusals as JSON, whatever they say that they accept.
  if (isApi(originalUrl)) headers.set('accept', 'application/json');
  const body = READS.has(method) ? undefined : (Readable.toWeb(request) as ReadableStream);
  return new Request(`http://localhost${originalUrl}`, {
    method,
    headers,
    ...(body !== undefined && { body, duplex: 'half' }),
  });
}

/** Sends an answer of the kit through Node's response. */
export async function sendAnswer(response: ServerResponse, answer: Response): Promise<void> {
  response.statusCode = answer.status;
  answer.headers.forEach((value, name) => {
    if (name !== 'set-cookie') response.setHeader(name, value);
  });
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  if (answer.body !== null) for await (const part of answer.body) response.write(part);
  response.end();
}

/** What changes something proves that it is from here: a form by its field, the rest by the header `x-token`. */
async function bodyOf(context: KitContext): Promise<unknown> {
  if (READS.has(context.req.method)) return undefined;
  const session = sessionOf(context);
  const type = context.req.header('content-type') ?? '';
  if (/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/.test(type))
    return (await readForm(context, ANY)).typed;
  if (context.req.header('x-token') !== session.token) {
    throw new Refused(
      403,
      'FOREIGN_REQUEST',
      'The header x-token is not that of the session; GET /api/token tells it.',
    );
  }
  const text = await context.req.text();
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refused(400, 'INVALID_REQUEST', 'The body is not JSON.');
  }
}

/** Whether a path is one of the API. Pages have others. */
export function isApi(path: string): boolean {
  return /^\/(api|orders|payouts|scouts)(\/|\?|$)/.test(path);
}
