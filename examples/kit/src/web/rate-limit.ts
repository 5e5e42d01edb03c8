import type { MiddlewareHandler } from 'hono';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { KitVariables } from './session.ts';
import { Refused } from './refused.ts';

const WINDOW_MS = 60_000;
/** More callers than this are forgotten at once: memory has an end, and they begin anew. */
const CALLERS_MAX = 10_000;

/** At most so many requests a minute of each person or, before they have signed in, each address. */
export function rateLimit(perMinute: number): MiddlewareHandler<{ Variables: KitVariables }> {
  let counts = new Map<string, number>();
  let since = 0;
  return async (context, next) => {
    const now = performance.now();
    if (now - since > WINDOW_MS || counts.size > CALLERS_MAX) {
      counts = new Map();
      since = now;
    }
    const session = context.get('session');
    const caller = session === undefined ? `address ${addressOf(context)}` : `person ${session.person.id}`;
    const count = (counts.get(caller) ?? 0) + 1;
    counts.set(caller, count);
    if (count > perMinute)
      throw new Refused(429, 'TOO_MANY_REQUESTS', 'Too many requests. Wait a minute and try again.');
    await next();
  };
}

function addressOf(context: Parameters<typeof getConnInfo>[0]): string {
  try {
    return getConnInfo(context).remote.address ?? 'unknown';
  } catch {
    // A request that came through no socket: a test.
    return 'none';
  }
}
