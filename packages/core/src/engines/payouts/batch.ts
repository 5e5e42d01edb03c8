import { participantOfAvailable } from '../../ledger/account.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import { PayoutError } from '../../errors.ts';
import { batchPayoutId } from '../../payouts/keys.ts';
import type { BatchRecord, UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { batchKeySchema, batchSchema } from '../../schemas/payouts.ts';
import { readCandidates, readLeftOut, textOfCandidates, textOfLeftOut } from './batch-text.ts';
import { participantLock, type PayoutContext } from './context.ts';
import { openPayouts } from './open.ts';
import { peopleFor } from './people.ts';
import type { BatchRequest } from './requests.ts';
import type { BatchReport, LeftOut } from './results.ts';

/** How many candidates one transaction decides about. */
const PAGE = 1000;

/**
 * Opens a payout for everybody who is eligible. See `Payouts.openBatch`.
 *
 * Who has a balance is frozen first, in pages; each page is one transaction under the batch's lock. Any number of runs,
 * one after the other or at once, go through every page once.
 */
export async function openBatch(context: PayoutContext, input: BatchRequest): Promise<BatchReport> {
  const request = parseInput(batchSchema, input);
  const { program, key } = request;
  await context.store.transact(program, (unit) => freeze(unit, request));
  for (;;) {
    const page = await context.store.transact(program, (unit) => nextPage(unit, key));
    if (page === undefined) break;
    const people = await peopleFor(
      context,
      program,
      page.candidates.map(({ participant }) => participant),
    );
    await context.store.transact(program, async (unit) => {
      const batch = await unit.batches.lock(key);
      // Another run has gone through it meanwhile.
      if (batch?.page !== page.number) return;
      await unit.locks.take([
        ...new Set(page.candidates.map(({ participant }) => participantLock(participant))),
      ]);
      const leftOut = await openPage(context, unit, key, page.candidates, people);
      await unit.batches.advance(key, page.number, textOfLeftOut(leftOut));
    });
  }
  context.observe({ kind: 'batch_opened', program, batch: key });
  return batchReport(context, { program, key });
}

/** Freezes who has something available now. A batch that is frozen already must have been asked for in the same way. */
async function freeze(unit: UnitOfWork, { key, currency }: BatchRequest): Promise<void> {
  // A batch that is not stored yet has no row to lock: of two runs that begin at once, one would be refused.
  await unit.locks.take([derivedId('batch', key)]);
  const stored = await unit.batches.lock(key);
  const request = JSON.stringify({ currency: currency ?? null });
  if (stored !== undefined) {
    if (stored.request === request) return;
    throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'batch', id: key });
  }
  const candidates: { readonly participant: string; readonly currency: string }[] = [];
  for await (const accounts of unit.ledger.accounts()) {
    for (const { account, currency: code, balance } of accounts) {
      const participant = participantOfAvailable(account);
      if (participant === undefined || balance === 0n || (currency !== undefined && code !== currency))
        continue;
      candidates.push({ participant, currency: code });
    }
  }
  candidates.sort(
    (left, right) => order(left.participant, right.participant) || order(left.currency, right.currency),
  );
  const pages: string[] = [];
  for (let start = 0; start < candidates.length; start += PAGE) {
    pages.push(textOfCandidates(candidates.slice(start, start + PAGE)));
  }
  const record: BatchRecord = { key, openedAt: await unit.now(), request, pages: pages.length, page: 0 };
  await unit.batches.freeze(record, pages);
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Page {
  readonly number: number;
  readonly candidates: readonly { readonly participant: string; readonly currency: string }[];
}

async function nextPage(unit: UnitOfWork, key: string): Promise<Page | undefined> {
  const batch = await unit.batches.find(key);
  if (batch === undefined || batch.page >= batch.pages) return undefined;
  return { number: batch.page, candidates: readCandidates(await unit.batches.page(key, batch.page)) };
}

/** Opens a page's payouts and gives who was left out, and why. */
async function openPage(
  context: PayoutContext,
  unit: UnitOfWork,
  key: string,
  page: Page['candidates'],
  people: Awaited<ReturnType<typeof peopleFor>>,
): Promise<readonly LeftOut[]> {
  const requestedBy = derivedId('batch', key);
  const candidates = page.map(({ participant, currency }) => ({
    id: batchPayoutId(key, participant, currency),
    participant,
    currency,
    requestedBy,
    batch: key,
  }));
  const stored = await unit.payouts.find(candidates.map(({ id }) => id));
  const fresh = candidates.filter((_, index) => stored[index] === undefined);
  const openings = await openPayouts(context, unit, await people(unit), fresh);
  return openings.flatMap((opening) =>
    opening.kind !== 'left_out'
      ? []
      : [
          {
            participant: opening.candidate.participant,
            currency: opening.candidate.currency,
            available: opening.available,
            reasons: opening.reasons,
          },
        ],
  );
}

/** What a batch has come to. See `Payouts.batch`. */
export async function batchReport(
  context: PayoutContext,
  input: { readonly program: string; readonly key: string },
): Promise<BatchReport> {
  const { program, key } = parseInput(batchKeySchema, input);
  return context.store.transact(program, async (unit) => {
    const batch = await unit.batches.find(key);
    if (batch === undefined) throw new PayoutError('BATCH_NOT_FOUND', { batch: key });
    let leftOut = 0;
    for (let page = 0; page < batch.page; page += 1) {
      leftOut += readLeftOut(await unit.batches.leftOut(key, page)).length;
    }
    return {
      key,
      openedAt: batch.openedAt,
      complete: batch.page >= batch.pages,
      totals: await unit.payouts.summary({ batch: key }),
      leftOut,
    };
  });
}

/** Who was left out of a batch, a page at a time. See `Payouts.leftOut`. */
export async function* leftOutOf(
  context: PayoutContext,
  input: { readonly program: string; readonly key: string },
): AsyncGenerator<readonly LeftOut[]> {
  const { program, key } = parseInput(batchKeySchema, input);
  for (let page = 0; ; page += 1) {
    const text = await context.store.transact(program, async (unit) => {
      const batch = await unit.batches.find(key);
      if (batch === undefined) throw new PayoutError('BATCH_NOT_FOUND', { batch: key });
      return page < batch.page ? unit.batches.leftOut(key, page) : undefined;
    });
    if (text === undefined) return;
    const rows = readLeftOut(text);
    if (rows.length > 0) yield rows;
  }
}
