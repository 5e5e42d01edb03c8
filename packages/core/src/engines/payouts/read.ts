import { participantAccount } from '../../ledger/account.ts';
import { PayoutError } from '../../errors.ts';
import { approvalDigest } from '../../payouts/approval.ts';
import { type FeeQuote, grossFor, quote } from '../../payouts/fees.ts';
import type { IneligibleReason } from '../../payouts/eligibility.ts';
import { transferIds } from '../../payouts/keys.ts';
import type { Movement, Payout } from '../../payouts/payout.ts';
import type { ListCursor, PayoutFilter, PayoutTotals, UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import {
  listSchema,
  participantCurrencySchema,
  participantOfSchema,
  payoutOfSchema,
  quoteSchema,
  summarySchema,
} from '../../schemas/payouts.ts';
import { NEVER, type PayoutContext } from './context.ts';
import { holdEnd } from './approved.ts';
import { standingsOf } from './candidates.ts';
import { decide } from './decide.ts';
import { peopleFor } from './people.ts';
import type { ListRequest } from './requests.ts';
import type { ParticipantBalance, PayoutExplanation, PayoutPage, WhyNot } from './results.ts';
import { viewsOf } from './write.ts';

/** What can be asked about balances and payouts. Nothing here writes. */

/** See `Payouts.quote`. */
export function quoteFee(
  context: PayoutContext,
  input: { readonly currency: string } & ({ readonly gross: bigint } | { readonly net: bigint }),
): FeeQuote {
  const request = parseInput(quoteSchema, input);
  const rule = context.rules.feeRule(request.currency);
  return 'gross' in request ? quote(rule, request.gross) : grossFor(rule, request.net);
}

/** See `Payouts.balance`. */
export async function balanceOf(
  context: PayoutContext,
  input: { readonly program: string; readonly participant: string },
): Promise<readonly ParticipantBalance[]> {
  const { program, participant } = parseInput(participantOfSchema, input);
  return context.store.transact(program, async (unit) => {
    const totals = await unit.earnings.totalsOf(participant);
    const held = await unit.earnings.heldOf([participant]);
    const paid = await unit.payouts.summary({ participant });
    const currencies = [...new Set([...totals, ...paid].map(({ currency }) => currency))].sort();
    const balances = await unit.ledger.balances(
      currencies.flatMap((currency) =>
        (['held', 'available', 'reserved'] as const).map((name) => ({
          account: participantAccount(participant, name),
          currency,
        })),
      ),
    );
    return currencies.map((currency, index): ParticipantBalance => {
      const [inHeld = 0n, available = 0n, reserved = 0n] = balances.slice(index * 3, index * 3 + 3);
      const total = totals.find((one) => one.currency === currency);
      return {
        currency,
        held: inHeld,
        releases: releasesOf(held.filter((earning) => earning.currency === currency)),
        available: available > 0n ? available : 0n,
        reserved,
        paid: paid
          .filter((one) => one.currency === currency)
          .reduce((sum, one) => sum + one.paid - one.returned, 0n),
        debt: available < 0n ? -available : 0n,
        lifetime: total === undefined ? 0n : total.amount - total.reversed,
      };
    });
  });
}

/** Held parts by what they wait for, the next first and those without a date last. */
function releasesOf(
  earnings: readonly {
    readonly held: bigint;
    readonly hold?: { readonly until?: Date; readonly condition?: string };
    readonly fulfilled?: boolean;
  }[],
): ParticipantBalance['releases'] {
  const groups = new Map<string, { amount: bigint; readonly until?: Date; readonly condition?: string }>();
  for (const { held, hold, fulfilled } of earnings) {
    const condition = fulfilled === true ? undefined : hold?.condition;
    const key = `${hold?.until?.getTime() ?? ''}\n${condition ?? ''}`;
    const group = groups.get(key);
    if (group !== undefined) group.amount += held;
    else {
      groups.set(key, {
        amount: held,
        ...(hold?.until === undefined ? {} : { until: hold.until }),
        ...(condition === undefined ? {} : { condition }),
      });
    }
  }
  const time = ({ until }: { readonly until?: Date }): number => until?.getTime() ?? NEVER.getTime();
  return [...groups.values()].sort((left, right) => time(left) - time(right));
}

/** See `Payouts.payout`. */
export async function findPayout(
  context: PayoutContext,
  input: { readonly program: string; readonly payout: string },
): Promise<Payout> {
  const { program, payout: id } = parseInput(payoutOfSchema, input);
  const [found] = await context.store.transact(program, (unit) => unit.payouts.find([id]));
  if (found === undefined) throw new PayoutError('PAYOUT_NOT_FOUND', { payout: id });
  return found;
}

/** See `Payouts.list`. */
export async function listPayouts(context: PayoutContext, input: ListRequest): Promise<PayoutPage> {
  const { program, cursor, limit = 50, ...filter } = parseInput(listSchema, input);
  const before = cursor === undefined ? undefined : readCursor(cursor);
  const payouts = await context.store.transact(program, (unit) =>
    // One more than the page: it tells whether there is another.
    unit.payouts.list(filter, { limit: limit + 1, ...(before === undefined ? {} : { before }) }),
  );
  const page = payouts.slice(0, limit);
  const last = page.at(-1);
  return payouts.length <= limit || last === undefined
    ? { payouts: page }
    : { payouts: page, cursor: cursorOf(last) };
}

function cursorOf({ openedAt, id }: ListCursor): string {
  return `${openedAt.toISOString()} ${id}`;
}

const CURSOR = /^(?<openedAt>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?<id>.+)$/;

function readCursor(cursor: string): ListCursor {
  const { openedAt = '', id = '' } = CURSOR.exec(cursor)?.groups ?? {};
  const at = new Date(openedAt);
  if (id === '' || Number.isNaN(at.getTime())) throw new PayoutError('INVALID_CURSOR', {});
  return { openedAt: at, id };
}

/** See `Payouts.summary`. */
export async function summarize(
  context: PayoutContext,
  input: PayoutFilter & { readonly program: string },
): Promise<readonly PayoutTotals[]> {
  const { program, ...filter } = parseInput(summarySchema, input);
  return context.store.transact(program, (unit) => unit.payouts.summary(filter));
}

/** See `Payouts.whyNot`. */
export async function whyNotPaid(
  context: PayoutContext,
  input: { readonly program: string; readonly participant: string; readonly currency: string },
): Promise<readonly WhyNot[]> {
  const { program, participant, currency } = parseInput(participantCurrencySchema, input);
  const people = await peopleFor(context, program, [participant]);
  return context.store.transact(program, async (unit) => {
    const known = await people(unit);
    const [standing] = await standingsOf(context, unit, known, [{ participant, currency }]);
    if (standing?.person === undefined) throw new PayoutError('PARTICIPANT_NOT_FOUND', { participant });
    const now = await unit.now();
    const decided = decide(context, { currency }, standing, now);
    const reasons: IneligibleReason[] = decided.kind === 'payable' ? [] : [...decided.reasons];
    const heldUntil = holdEnd(context, standing.destination);
    // Not in the way of asking, and yet of being paid.
    if (heldUntil !== undefined && now.getTime() < heldUntil.getTime()) {
      reasons.push({ kind: 'on_hold', hold: 'destination', until: heldUntil });
    }
    return reasons.map((reason) => ({ ...reason, next: NEXT[reason.kind] }));
  });
}

const NEXT: Readonly<Record<IneligibleReason['kind'], string>> = {
  debt: 'later earnings are set against it first',
  below_threshold: 'wait for more earnings',
  on_hold: 'wait until the hold ends or is lifted',
  inactive: 'activate the participant',
  not_verified: 'verify the participant',
  no_destination: 'give a destination',
  payout_open: 'wait for the open payout to be settled, or cancel it',
  destination_blocked: 'give another destination: money came back from this one',
  insufficient_available: 'ask for less',
  not_payable: 'give a destination at a provider that pays this currency, or wait for a larger amount',
  not_known: 'store the participant in the directory',
  outside_rules: 'complete the rules of the program',
};

/** See `Payouts.explain`. */
export async function explainPayout(
  context: PayoutContext,
  input: { readonly program: string; readonly payout: string },
): Promise<PayoutExplanation> {
  const { program, payout: id } = parseInput(payoutOfSchema, input);
  return context.store.transact(program, async (unit) => {
    const [view] = await viewsOf(unit, [id]);
    if (view === undefined) throw new PayoutError('PAYOUT_NOT_FOUND', { payout: id });
    const { payout, attempts, movements } = view;
    const now = quote(context.rules.feeRule(payout.currency), payout.amount);
    const digest = approvalDigest(program, payout);
    return {
      payout,
      digest,
      quote: { ...now, agrees: now.fee === payout.fee && now.bearer === payout.feeBearer },
      ...(payout.approval === undefined
        ? {}
        : { approval: { digest, agrees: digest === payout.approval.digest } }),
      attempts,
      movements,
      transfers: await transfersOf(unit, payout, movements),
      next: nextOf(payout),
    };
  });
}

async function transfersOf(
  unit: UnitOfWork,
  { id, attempt }: Payout,
  movements: readonly Movement[],
): Promise<PayoutExplanation['transfers']> {
  const ids: string[] = [];
  for (let number = 1; number <= attempt; number += 1) {
    ids.push(transferIds.reserve(id, number), transferIds.unreserve(id, number), transferIds.fee(id, number));
  }
  for (const { provider, object, attempt: number } of movements) {
    ids.push(
      transferIds.paid(id, number, provider, object),
      transferIds.difference(id, number, provider, object),
    );
  }
  const found = (await unit.ledger.find(ids)).flatMap((transfer) => transfer ?? []);
  const returns: PayoutExplanation['transfers'][number][] = [];
  for (const movement of movements) returns.push(...(await returnsOf(unit, id, movement)));
  return [...found, ...returns];
}

/** Each return is named by what had come back before it, so that they are found one after the other. */
async function returnsOf(
  unit: UnitOfWork,
  payout: string,
  { provider, object, attempt, returned }: Movement,
): Promise<PayoutExplanation['transfers']> {
  const transfers: PayoutExplanation['transfers'][number][] = [];
  let from = 0n;
  while (from < returned) {
    const step = await unit.ledger.find([
      transferIds.returned(payout, attempt, provider, object, from),
      transferIds.returnedDifference(payout, attempt, provider, object, from),
    ]);
    const found = step.flatMap((transfer) => transfer ?? []);
    if (found.length === 0) break;
    for (const transfer of found) from += transfer.moved;
    transfers.push(...found);
  }
  return transfers;
}

function nextOf({ state, dueAt, reason }: Payout): PayoutExplanation['next'] {
  const at = dueAt.getTime() === NEVER.getTime() ? {} : { at: dueAt };
  switch (state) {
    case 'pending':
      return {
        step: reason === 'no_destination' ? 'a destination is needed' : 'it waits to be approved',
        ...at,
      };
    case 'approved':
      return { step: at.at === undefined ? 'an operator pays it' : 'it is sent', ...at };
    case 'processing':
      return {
        step: at.at === undefined ? 'an operator completes it' : 'it is looked up at the provider',
        ...at,
      };
    case 'needs_review':
      return { step: 'an operator looks at the provider and says what happened' };
    case 'failed':
      return { step: 'an operator retries it, or the next batch pays the money' };
    case 'completed':
    case 'returned':
    case 'rejected':
    case 'cancelled':
      return { step: 'nothing' };
  }
}
