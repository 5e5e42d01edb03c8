import { participantAccount } from '../../ledger/account.ts';
import type { Earning } from '../../ledger/earning.ts';
import { PayoutError } from '../../errors.ts';
import { transferIds } from '../../payouts/keys.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { fulfilSchema, programSchema } from '../../schemas/payouts.ts';
import { participantLock, type PayoutContext } from './context.ts';
import { earningNotification } from './earning-notification.ts';
import { peopleFor } from './people.ts';
import type { ReleaseReport } from './results.ts';

/** How many earnings one transaction releases. */
const PAGE = 1000;

/** Makes available what is due. See `Payouts.release`. */
export async function releaseEarnings(
  context: PayoutContext,
  input: { readonly program: string },
): Promise<ReleaseReport> {
  const { program } = parseInput(programSchema, input);
  const amounts = new Map<string, bigint>();
  let earnings = 0;
  let after: { readonly until?: Date; readonly id: string } | undefined;
  for (;;) {
    const page = await context.store.transact(program, async (unit) =>
      unit.earnings.due({ at: await unit.now(), limit: PAGE, ...(after === undefined ? {} : { after }) }),
    );
    const last = page.at(-1);
    if (last === undefined) break;
    const until = last.hold?.until;
    after = { id: last.id, ...(until === undefined ? {} : { until }) };
    const released = await releasePage(context, program, page);
    for (const { currency, held } of released) amounts.set(currency, (amounts.get(currency) ?? 0n) + held);
    earnings += released.length;
  }
  return { earnings, amounts: [...amounts].map(([currency, amount]) => ({ currency, amount })) };
}

/** Releases those of a page whose condition is met, and gives them as they were. */
async function releasePage(
  context: PayoutContext,
  program: string,
  page: readonly Earning[],
): Promise<readonly Earning[]> {
  const people = await peopleFor(
    context,
    program,
    page.map(({ participant }) => participant),
  );
  return context.store.transact(program, async (unit) => {
    await unit.locks.take([...new Set(page.map(({ participant }) => participantLock(participant)))]);
    const known = await people(unit);
    const now = await unit.now();
    const due = (await unit.earnings.find(page.map(({ id }) => id)))
      .flatMap((earning) => earning ?? [])
      .filter((earning) => isDue(earning, known.get(earning.participant)?.verified === true, now));
    if (due.length === 0) return due;
    await unit.ledger.post(
      due.map(({ id, participant, currency, held, subject }) => ({
        id: transferIds.release(id),
        debit: participantAccount(participant, 'held'),
        credit: participantAccount(participant, 'available'),
        currency,
        asked: held,
        kind: 'release' as const,
        subject,
      })),
    );
    await unit.earnings.update(
      due.map((earning) => ({ ...earning, held: 0n, released: earning.released + earning.held })),
    );
    await unit.outbox.add(due.map((earning) => earningNotification(earning, 'released', earning.held)));
    return due;
  });
}

function isDue({ held, hold, fulfilled }: Earning, verified: boolean, now: Date): boolean {
  if (held === 0n) return false;
  if (hold?.until !== undefined && now.getTime() < hold.until.getTime()) return false;
  if (hold?.condition === undefined || fulfilled === true) return true;
  return hold.condition === 'verified' && verified;
}

/** Marks a condition as met. See `Payouts.fulfil`. */
export async function fulfilCondition(
  context: PayoutContext,
  input: { readonly program: string; readonly condition: string; readonly earnings: readonly string[] },
): Promise<void> {
  const { program, condition, earnings: ids } = parseInput(fulfilSchema, input);
  await context.store.transact(program, async (unit) => {
    const found = await unit.earnings.find(ids);
    for (const [index, earning] of found.entries()) {
      if (earning === undefined) throw new PayoutError('EARNING_NOT_FOUND', { earning: ids[index] ?? '' });
    }
    const participants = new Set(found.flatMap((earning) => earning?.participant ?? []));
    await unit.locks.take([...participants].map(participantLock));
    const waiting = (await unit.earnings.find(ids)).filter(
      (earning): earning is Earning => earning?.hold?.condition === condition,
    );
    if (waiting.length > 0) {
      await unit.earnings.update(waiting.map((earning) => ({ ...earning, fulfilled: true })));
    }
  });
}
