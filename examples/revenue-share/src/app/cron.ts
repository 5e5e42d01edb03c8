import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Database,
  type KitApp,
  type KitContext,
  Refused,
  refusalOf,
  toJson,
} from '@payout-engines/example-kit';
import { claimsOn } from './engines.ts';
import { sendMessages } from './messages.ts';
import { periodsOf } from './periods.ts';
import { PROGRAM } from './program.ts';
import type { Runs } from './runs.ts';

/**
 * What a cron job calls, with `Authorization: Bearer` and the secret. All of it can be called again at any time: what is
 * under way or done is left alone.
 */
export function addCron(app: KitApp, database: Database, runs: Runs, secret: string | undefined): void {
  /** Shares out every period that has ended and whose revenue is known. */
  app.post('/cron/periods', (context) =>
    guarded(context, async () => {
      const begun: string[] = [];
      const left: { period: string; code: string; why: string }[] = [];
      for (const { id, stage } of (await periodsOf(database)).toReversed()) {
        if (stage === 'open' || stage === 'closed') continue;
        try {
          if ((await runs.begin({ period: id, by: 'cron' })) === 'begun') begun.push(id);
          else left.push({ period: id, code: 'UNDER_WAY', why: 'It is being shared out already.' });
        } catch (error) {
          const refusal = refusalOf(error);
          if (refusal === undefined) throw error;
          left.push({ period: id, code: refusal.code, why: refusal.message });
        }
      }
      return { begun, left };
    }),
  );

  /** Sends the claims that are due, and the messages that wait. */
  app.post('/cron/claims', (context) =>
    guarded(context, async () => {
      const report = await claimsOn(database.store, database.query).process({ program: PROGRAM });
      await sendMessages(database);
      return report;
    }),
  );

  async function guarded(context: KitContext, work: () => Promise<unknown>): Promise<Response> {
    try {
      assertSecret(context.req.header('authorization'), secret);
      return answer(context, 202, await work());
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      const { status, code, message } = refusal;
      return answer(context, status, { error: { code, message } });
    }
  }
}

function answer(context: KitContext, status: Refused['status'] | 202, value: unknown): Response {
  return context.body(toJson(value), status, { 'content-type': 'application/json' });
}

/** In a time that does not tell where they differ: what is compared are digests, all of one length. */
function assertSecret(header: string | undefined, secret: string | undefined): void {
  if (secret === undefined || secret === '') {
    throw new Refused(503, 'CRON_OFF', 'Set CRON_SECRET, and this can be called.');
  }
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (timingSafeEqual(digest(header ?? ''), digest(`Bearer ${secret}`))) return;
  throw new Refused(401, 'CRON_REFUSED', 'The bearer secret is missing or not the right one.');
}
