import type { StripeWebhook } from '../events/webhook.ts';
import { STRIPE_SIGNATURE_HEADER } from '../events/signature.ts';
import { answerDelivery } from './answer.ts';
import { bodyParts } from './body-text.ts';

/** A request of Node's server, or one of Express or Nest, as far as it is needed. */
export interface NodeRequest extends AsyncIterable<unknown> {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The stream has been read by somebody. */
  readonly readableDidRead: boolean;
  /** What a body parser left: `express.raw` leaves the bytes. */
  readonly body?: unknown;
  /** The bytes, beside what a parser made of them: Nest leaves them here with `rawBody: true`. */
  readonly rawBody?: unknown;
}

/** A response of Node's server, as far as it is needed. */
export interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * Deliveries as requests of Node's server: for `node:http`, Express, Nest and the pages of Next. It reads the body
 * itself, or takes the bytes that `express.raw()` or Nest's `rawBody: true` have kept. Where a parser has left nothing
 * but an object, each delivery is answered with 500 and `BODY_ALREADY_PARSED`: what was signed is gone.
 *
 * @example
 * ```ts no-run
 * app.post('/webhooks/stripe', nodeHandler(webhook)); // before app.use(express.json())
 * ```
 */
export function nodeHandler(
  webhook: StripeWebhook,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (request, response) => {
    const signature = request.headers[STRIPE_SIGNATURE_HEADER];
    const { status, body } = await answerDelivery(webhook, {
      method: request.method ?? '',
      body: await bytesOf(request),
      // Sent twice, it is none.
      signature: typeof signature === 'string' ? signature : undefined,
    });
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    // What is left of a body that was too large is not worth reading.
    if (status === 413) response.setHeader('connection', 'close');
    response.end(body);
  };
}

async function bytesOf(request: NodeRequest): Promise<Uint8Array | 'too_large' | undefined> {
  const { rawBody, body } = request;
  for (const kept of [rawBody, body]) {
    if (kept instanceof Uint8Array) return kept;
    // A text was made of the bytes by somebody: it has to give the same ones again to count.
    if (typeof kept === 'string') return new TextEncoder().encode(kept);
  }
  if (request.readableDidRead) return undefined;
  return readStream(request);
}

async function readStream(request: NodeRequest): Promise<Uint8Array | 'too_large' | undefined> {
  const parts = bodyParts();
  try {
    for await (const part of request) {
      // With an encoding set on the stream, its parts are texts and its bytes are gone.
      if (!(part instanceof Uint8Array)) return undefined;
      if (!parts.add(part)) return 'too_large';
    }
  } catch {
    // Whoever sent it has gone: nobody hears the answer.
    return new Uint8Array();
  }
  return parts.whole();
}
