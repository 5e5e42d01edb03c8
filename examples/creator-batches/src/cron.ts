import { createHash, timingSafeEqual } from 'node:crypto';
import { type KitApp, type KitContext, Refused, toJson } from '@payout-engines/example-kit';
import { openDueBatch, queueDue } from './batches.ts';
import type { Services } from './services.ts';

/**
 * `POST /cron/payouts`, daily: opens the batch of the latest payday where nobody has yet, and queues what is due. Called
 * twice, late or at once from two places, it comes to the same.
 */
export function addCron(
  app: KitApp,
  { database, engine, clock }: Services,
  secret: string | undefined,
): void {
  app.post('/cron/payouts', async (context) => {
    assertBearer(context, secret);
    const now = clock();
    const { key, isNew } = await openDueBatch(database, now, 'the cron job');
    const chunks = await queueDue(database, engine, now.toISOString().slice(0, 10));
    return context.body(toJson({ batch: key, opened: isNew, chunks }), 202, {
      'content-type': 'application/json',
    });
  });
}

/** Digests are of one length, and are compared in a time that tells nothing of where they differ. */
function assertBearer(context: KitContext, secret: string | undefined): void {
  if (secret === undefined) throw new Refused(503, 'CRON_CLOSED', 'Set CRON_SECRET to open this endpoint.');
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const given = context.req.header('authorization') ?? '';
  if (timingSafeEqual(digest(given), digest(`Bearer ${secret}`))) return;
  throw new Refused(403, 'WRONG_SECRET', 'The bearer secret is missing or wrong.');
}
