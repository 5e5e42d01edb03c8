import type { StripeWebhook } from '../events/webhook.ts';
import { STRIPE_SIGNATURE_HEADER } from '../events/signature.ts';
import { answerDelivery } from './answer.ts';
import { BODY_BYTES_MAX } from './body-text.ts';

/** An instance of Fastify, as far as it is needed. */
export interface FastifyLike {
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    contentType: string,
    options: { readonly parseAs: 'buffer'; readonly bodyLimit: number },
    parser: (request: unknown, body: Uint8Array, done: (error: null, body: Uint8Array) => void) => void,
  ): unknown;
  post(
    url: string,
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ): unknown;
}

/** A request of Fastify, as far as it is needed. */
export interface FastifyRequestLike {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A reply of Fastify, as far as it is needed. */
export interface FastifyReplyLike {
  code(status: number): FastifyReplyLike;
  type(contentType: string): FastifyReplyLike;
  send(body: string): unknown;
}

/**
 * A plugin that takes deliveries at a URL. The parser that keeps the raw body is the plugin's own: the rest of the
 * application parses JSON as before.
 *
 * @example
 * ```ts no-run
 * await app.register(fastifyPlugin(webhook, { url: '/webhooks/stripe' }));
 * ```
 */
export function fastifyPlugin(
  webhook: StripeWebhook,
  { url }: { readonly url: string },
): (instance: FastifyLike) => Promise<void> {
  return async (instance) => {
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
      (_request, body, done) => {
        done(null, body);
      },
    );
    instance.post(url, async (request, reply) => {
      const signature = request.headers[STRIPE_SIGNATURE_HEADER];
      const { status, body } = await answerDelivery(webhook, {
        method: 'POST',
        body: request.body instanceof Uint8Array ? request.body : undefined,
        signature: typeof signature === 'string' ? signature : undefined,
      });
      return reply.code(status).type('application/json').send(body);
    });
  };
}
