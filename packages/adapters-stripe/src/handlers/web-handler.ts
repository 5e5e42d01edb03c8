import type { StripeWebhook } from '../events/webhook.ts';
import { STRIPE_SIGNATURE_HEADER } from '../events/signature.ts';
import { answerDelivery } from './answer.ts';
import { bodyParts } from './body-text.ts';

/**
 * Deliveries as web requests: for Hono, Remix, SvelteKit, Bun, Deno, workers and whatever else speaks `Request` and
 * `Response`.
 *
 * @example
 * ```ts no-run
 * export default { fetch: webHandler(webhook) };
 * ```
 */
export function webHandler(webhook: StripeWebhook): (request: Request) => Promise<Response> {
  return async (request) => {
    const { status, body } = await answerDelivery(webhook, {
      method: request.method,
      body: await bytesOf(request),
      signature: request.headers.get(STRIPE_SIGNATURE_HEADER) ?? undefined,
    });
    return new Response(body, { status, headers: { 'content-type': 'application/json' } });
  };
}

/**
 * A Next route handler: `app/api/stripe/route.ts` exports what this gives.
 *
 * @example
 * ```ts no-run
 * export const { POST } = nextRoute(webhook);
 * ```
 */
export function nextRoute(webhook: StripeWebhook): {
  readonly POST: (request: Request) => Promise<Response>;
} {
  return { POST: webHandler(webhook) };
}

async function bytesOf(request: Request): Promise<Uint8Array | 'too_large' | undefined> {
  if (request.bodyUsed) return undefined;
  const parts = bodyParts();
  const reader = request.body?.getReader();
  while (reader !== undefined) {
    const read = await reader.read();
    if (read.done) break;
    const part: unknown = read.value;
    if (!(part instanceof Uint8Array)) return undefined;
    if (!parts.add(part)) {
      await reader.cancel();
      return 'too_large';
    }
  }
  return parts.whole();
}
