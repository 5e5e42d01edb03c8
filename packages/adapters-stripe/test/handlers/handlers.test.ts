import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Controller, Module, Post, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { PayoutError, type RawEvent } from '@payout-engines/core';
import express from 'express';
import fastify from 'fastify';
import 'reflect-metadata';
import { afterEach, describe, expect, it } from 'vitest';
import { stripeEvents } from '../../src/events/stripe-events.ts';
import type { StripeReceived, StripeWebhook } from '../../src/events/webhook.ts';
import { BODY_BYTES_MAX } from '../../src/handlers/body-text.ts';
import { fastifyPlugin } from '../../src/handlers/fastify-plugin.ts';
import { nodeHandler, type NodeRequest, type NodeResponse } from '../../src/handlers/node-handler.ts';
import { nextRoute, webHandler } from '../../src/handlers/web-handler.ts';
import { signatureHeader } from '../../src/testing/loopback/events.ts';

const SECRET = 'whsec_platform_000001';
/** Pretty-printed, with characters of two, three and four bytes: whoever parses and prints it again changes it. */
const BODY = JSON.stringify(
  {
    id: 'evt_1',
    object: 'event',
    livemode: false,
    type: 'transfer.created',
    data: { object: { id: 'tr_1', note: 'é € \u{1F4B8} \uFFFD \u2028' } },
  },
  null,
  2,
);

/** Verifies for real, and then does what a test wants. */
function webhookThat(handle: (raw: RawEvent) => Promise<StripeReceived>): StripeWebhook {
  const events = stripeEvents({ environment: 'test', secrets: { platform: [SECRET] } });
  return {
    receive: async (raw) => {
      await events.verify(raw);
      return handle(raw);
    },
  };
}

const settling = () =>
  webhookThat(() => Promise.resolve({ kind: 'settled', program: 'clips', payout: 'p1' }));

/** Sends a delivery to a server, and gives the status and body of its answer. */
type Send = (
  body: Uint8Array | string,
  headers?: Record<string, string>,
  method?: string,
) => Promise<[number, string]>;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function listening(server: Server): Promise<Send> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return sendTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/stripe`);
}

function sendTo(url: string): Send {
  return async (body, headers = {}, method = 'POST') => {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      ...(method === 'GET' ? {} : { body }),
    });
    return [response.status, await response.text()];
  };
}

async function overExpress(webhook: StripeWebhook, ...before: express.RequestHandler[]): Promise<Send> {
  const app = express();
  for (const middleware of before) app.use(middleware);
  app.post('/stripe', nodeHandler(webhook));
  return listening(createServer(app));
}

async function overNest(webhook: StripeWebhook, options: { readonly rawBody?: boolean }): Promise<Send> {
  const handle = nodeHandler(webhook);
  class Webhooks {
    receive(request: NodeRequest, response: NodeResponse): Promise<void> {
      return handle(request, response);
    }
  }
  // The decorators of a controller, put on by hand: this package is compiled without decorators.
  const method = Object.getOwnPropertyDescriptor(Webhooks.prototype, 'receive') ?? {};
  Req()(Webhooks.prototype, 'receive', 0);
  Res()(Webhooks.prototype, 'receive', 1);
  Post('stripe')(Webhooks.prototype, 'receive', method);
  Controller()(Webhooks);
  class App {}
  Module({ controllers: [Webhooks] })(App);
  const app = await NestFactory.create(App, { logger: false, ...options });
  await app.listen(0, '127.0.0.1');
  open.push(() => app.close());
  return sendTo(`${await app.getUrl()}/stripe`);
}

const SERVERS: readonly (readonly [string, (webhook: StripeWebhook) => Promise<Send>])[] = [
  [
    'node:http',
    (webhook) => listening(createServer((request, response) => void nodeHandler(webhook)(request, response))),
  ],
  ['Express', (webhook) => overExpress(webhook)],
  [
    'Express behind express.raw',
    (webhook) => overExpress(webhook, express.raw({ type: '*/*', limit: '2mb' })),
  ],
  [
    'Express behind express.json that keeps the raw body',
    (webhook) =>
      overExpress(
        webhook,
        express.json({
          limit: '2mb',
          strict: false,
          verify: (request, _response, body) => Object.assign(request, { rawBody: body }),
        }),
      ),
  ],
  [
    'Fastify',
    async (webhook) => {
      const app = fastify();
      await app.register(fastifyPlugin(webhook, { url: '/stripe' }));
      app.post('/json', async (request) => request.body);
      open.push(() => app.close());
      return sendTo(`${await app.listen({ port: 0, host: '127.0.0.1' })}/stripe`);
    },
  ],
  ['Nest with rawBody', (webhook) => overNest(webhook, { rawBody: true })],
  ...(
    [
      ['a web Request', webHandler],
      ['a Next route', (webhook: StripeWebhook) => nextRoute(webhook).POST],
    ] as const
  ).map(
    ([name, make]) =>
      [
        name,
        (webhook: StripeWebhook): Promise<Send> =>
          Promise.resolve(async (body, headers = {}, method = 'POST') => {
            const init = { method, headers, ...(method === 'GET' ? {} : { body }) };
            const response = await make(webhook)(new Request('https://example.com/stripe', init));
            return [response.status, await response.text()];
          }),
      ] as const,
  ),
];

function signed(body = BODY): Record<string, string> {
  return { 'stripe-signature': signatureHeader(body, [SECRET], new Date()) };
}

describe.each(SERVERS)('deliveries over %s', (name, serve) => {
  it('are received byte for byte', async () => {
    const seen: RawEvent[] = [];
    const webhook = webhookThat((raw) => {
      seen.push(raw);
      return Promise.resolve({ kind: 'duplicate' });
    });
    const send = await serve(webhook);
    expect(await send(BODY, signed())).toEqual([200, '{"received":"duplicate"}']);
    expect(seen.map(({ body }) => body)).toEqual([BODY]);
  });

  it('are refused when a byte was changed, or no signature came, or two did', async () => {
    const send = await serve(settling());
    const bytes = new TextEncoder().encode(BODY);
    const withMark = new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]);
    // The bytes of U+FFFD stand where a broken byte would be replaced by it.
    const at = BODY.indexOf('\uFFFD');
    const broken = Uint8Array.from([
      ...new TextEncoder().encode(BODY.slice(0, at)),
      0xff,
      ...new TextEncoder().encode(BODY.slice(at + 1)),
    ]);
    const refused: unknown[] = [];
    for (const body of [
      BODY.replace('tr_1', 'tr_2'),
      `${BODY}\n`,
      JSON.stringify(JSON.parse(BODY)),
      withMark,
      broken,
    ]) {
      refused.push(await send(body, signed()));
    }
    refused.push(await send(BODY));
    refused.push(await send(BODY, { 'stripe-signature': 't=1,v1=00' }));
    refused.push(await send(BODY, { 'stripe-signature': `${signed()['stripe-signature'] ?? ''}, t=1` }));
    expect(refused).toEqual(refused.map(() => [400, '{"code":"EVENT_REFUSED"}']));
  });

  it('are answered so that Stripe comes again when they could not be stored, without saying why', async () => {
    const failures = [
      [new PayoutError('STORE_UNAVAILABLE', { reason: 'it is restarting' }), 503, 'STORE_UNAVAILABLE'],
      [new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'a timeout' }), 503, 'PROVIDER_UNAVAILABLE'],
      [new PayoutError('UNKNOWN_PROVIDER', { provider: 'stripe' }), 500, 'UNKNOWN_PROVIDER'],
      [new Error(`the password is ${SECRET}`), 500, 'FAILED'],
    ] as const;
    let next = 0;
    const send = await serve(
      webhookThat(() => Promise.reject(failures[next++]?.[0] ?? new Error('no more'))),
    );
    for (const [, status, code] of failures) {
      expect(await send(BODY, signed())).toEqual([status, JSON.stringify({ code })]);
    }
  });

  it('are not thanked for before they are stored', async () => {
    let store: () => void = () => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    const send = await serve(webhookThat(() => stored.then(() => ({ kind: 'duplicate' }))));
    const answer = send(BODY, signed());
    expect(await Promise.race([answer, wait(150, 'nothing yet')])).toBe('nothing yet');
    store();
    expect((await answer)[0]).toBe(200);
  });

  it('are not read to their end when they are far too large', async () => {
    const send = await serve(settling());
    const large = JSON.stringify(' '.repeat(BODY_BYTES_MAX));
    // A server may hang up on whoever goes on sending.
    const answer = await send(large, signed(large)).catch((): [number, string] => [413, 'hung up']);
    expect([name, answer[0]]).toEqual([name, 413]);
  });
});

describe('a delivery that a parser has been at', () => {
  const parsed = [500, '{"code":"BODY_ALREADY_PARSED"}'];

  it('says so behind express.json', async () => {
    const send = await overExpress(settling(), express.json());
    expect(await send(BODY, signed())).toEqual(parsed);
  });

  it('says so in Nest without rawBody', async () => {
    const send = await overNest(settling(), {});
    expect(await send(BODY, signed())).toEqual(parsed);
  });

  it('says so when a web Request was read before', async () => {
    const request = new Request('https://example.com', { method: 'POST', body: BODY, headers: signed() });
    await request.text();
    expect((await webHandler(settling())(request)).status).toBe(500);
  });
});

describe('the handlers', () => {
  it('take nothing but POST', async () => {
    const send = await listening(
      createServer((request, response) => void nodeHandler(settling())(request, response)),
    );
    for (const method of ['GET', 'PUT', 'DELETE']) expect((await send('', {}, method))[0]).toBe(405);
    expect((await webHandler(settling())(new Request('https://example.com'))).status).toBe(405);
  });

  it('stop reading a body without an end', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 65_536;
        // A handler that goes on would read for ever: here it ends, and is too late.
        if (sent > 8 * BODY_BYTES_MAX) controller.close();
        else controller.enqueue(new Uint8Array(65_536));
      },
    });
    const init = { method: 'POST', body, headers: signed(), duplex: 'half' as const };
    const response = await webHandler(settling())(new Request('https://example.com', init));
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(2 * BODY_BYTES_MAX);
  });

  it('leave the JSON of other routes to Fastify', async () => {
    const app = fastify();
    await app.register(fastifyPlugin(settling(), { url: '/stripe' }));
    app.post('/json', async (request) => request.body);
    open.push(() => app.close());
    const answer = await app.inject({ method: 'POST', url: '/json', payload: { is: 'parsed' } });
    expect(answer.json()).toEqual({ is: 'parsed' });
  });

  it('answer nobody and fall over nothing when the sender hangs up', async () => {
    let received = 0;
    const handle = nodeHandler(
      webhookThat(() => {
        received += 1;
        return Promise.resolve({ kind: 'duplicate' });
      }),
    );
    let handled: Promise<void> = Promise.resolve();
    const server = createServer((request, response) => {
      handled = handle(request, response);
    });
    const send = await listening(server);
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(
      `POST /stripe HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\nstripe-signature: t=1\r\n\r\n{"half`,
    );
    await wait(50);
    socket.destroy();
    await wait(50);
    await handled;
    expect(received).toBe(0);
    expect((await send(BODY, signed()))[0]).toBe(200);
  });
});
