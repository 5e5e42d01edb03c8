import { participantAccount } from '../../ledger/account.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import type { BonusOf, Conversion, Earning, Hold } from '../../ledger/earning.ts';
import { isSameEarning } from '../../ledger/earning.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { PayoutError } from '../../errors.ts';
import { formatDecimal, parseDecimal } from '../../money/decimal.ts';
import { inRange } from '../../money/range.ts';
import { applyRate, parseRate } from '../../money/rate.ts';
import { divide } from '../../money/rounding.ts';
import { releaseAt } from '../../payouts/hold.ts';
import { creditedEarningId, transferIds } from '../../payouts/keys.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { adjustSchema, creditSchema, fulfilSchema, programSchema } from '../../schemas/payouts.ts';
import { type Answer, Gatherer } from '../gather.ts';
import { earningLock, participantLock, type PayoutContext } from './context.ts';
import { peopleFor } from './people.ts';
import type { AdjustRequest, ConvertedAmount, CreditRequest } from './requests.ts';
import type { ReleaseReport } from './results.ts';
import { applyReversals } from './reverse.ts';

/** How many earnings one transaction releases. */
const PAGE = 1000;

/** How many single credits one transaction takes. */
const SET_MAX = 500;
/** How many single credits of one program may wait. */
const WAITING_MAX = 10_000;

/** Credits of one earning that are made at the same time, as sets. */
export type GatheredCredits = Gatherer<Earning, Earning>;

/**
 * Gathers credits of one earning. Two of one key, or of an earning and a bonus on it, are never in one set: each sees what
 * became of the one before it.
 */
export function gatheredCredits(context: PayoutContext): GatheredCredits {
  return new Gatherer({
    write: (program, set) => context.store.transact(program, (unit) => creditEach(unit, set)),
    touches: ({ id, bonusOf }) => (bonusOf === undefined ? [id] : [id, bonusOf.earning]),
    setMax: SET_MAX,
    waitingMax: WAITING_MAX,
  });
}

/** Credits earnings, all or none. See `Payouts.credit`. */
export async function creditEarnings(
  context: PayoutContext,
  gathered: GatheredCredits,
  input: { readonly program: string; readonly credits: readonly CreditRequest[] },
): Promise<readonly Earning[]> {
  const { program, credits } = parseInput(creditSchema, input);
  const asked = distinct(credits.map(earningOf));
  const [first] = asked;
  if (first === undefined) return [];
  if (credits.length === 1) return [await gathered.ask(program, first)];
  return context.store.transact(program, async (unit) => {
    await lockEarnings(unit, asked);
    await creditLocked(unit, asked);
    return (await unit.earnings.find(credits.map(({ key }) => creditedEarningId(key)))).flatMap(
      (earning) => earning ?? [],
    );
  });
}

/**
 * Credits earnings that have nothing to do with each other. A reversal that waits for one of them takes from all that its
 * participant has, so that what came before it must be there, and what comes after must not.
 */
async function creditEach(unit: UnitOfWork, asked: readonly Earning[]): Promise<readonly Answer<Earning>[]> {
  await lockEarnings(unit, asked);
  const ids = asked.map(({ id }) => id);
  const inTurn = asked.length > 1 && (await unit.reversals.waiting(ids)).length > 0;
  for (const together of inTurn ? asked.map((earning) => [earning]) : [asked]) {
    await creditLocked(unit, together);
  }
  const stored = await unit.earnings.find(ids);
  return stored.flatMap((result) => (result === undefined ? [] : [{ kind: 'done', result }]));
}

async function lockEarnings(unit: UnitOfWork, asked: readonly Earning[]): Promise<void> {
  const parents = [...new Set(asked.flatMap(({ bonusOf }) => bonusOf?.earning ?? []))];
  await unit.locks.take([
    ...[...asked.map(({ id }) => id), ...parents].map(earningLock),
    ...new Set(asked.map(({ participant }) => participantLock(participant))),
  ]);
}

/** Credits those that are not stored yet, and applies the reversals that have waited for them. */
async function creditLocked(unit: UnitOfWork, asked: readonly Earning[]): Promise<void> {
  const stored = await unit.earnings.find(asked.map(({ id }) => id));
  const added = asked.filter((earning, index) => isNew(earning, stored[index]));
  await add(unit, added);
  const waiting = await unit.reversals.waiting(added.map(({ id }) => id));
  await applyReversals(
    unit,
    waiting.map((record) => ({ record, mayExceed: true })),
  );
}

/** Each earning once; the same key twice in a request must mean the same. */
function distinct(earnings: readonly Earning[]): readonly Earning[] {
  const byId = new Map<string, Earning>();
  for (const earning of earnings) {
    if (isNew(earning, byId.get(earning.id))) byId.set(earning.id, earning);
  }
  return [...byId.values()];
}

function isNew(earning: Earning, stored: Earning | undefined): boolean {
  if (stored === undefined) return true;
  if (isSameEarning(stored, earning)) return false;
  throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'earning', id: earning.id });
}

function earningOf(credit: CreditRequest): Earning {
  const { key, participant, currency, kind, subject, earnedAt, hold: rule, bonusOf } = credit;
  const conversion = typeof credit.amount === 'bigint' ? undefined : conversionOf(credit.amount);
  const amount = typeof credit.amount === 'bigint' ? credit.amount : converted(credit.amount);
  if (inRange(amount) <= 0n) throw new PayoutError('INVALID_AMOUNT', { reason: 'a credit is above zero' });
  const hold = rule === undefined ? undefined : holdOf(rule, earnedAt);
  return {
    id: creditedEarningId(key),
    participant,
    currency,
    amount,
    kind,
    subject,
    held: hold === undefined ? 0n : amount,
    released: hold === undefined ? amount : 0n,
    reversed: 0n,
    ...(hold === undefined ? {} : { hold }),
    ...(bonusOf === undefined
      ? {}
      : { bonusOf: { earning: bonusOf.earning, rate: formatDecimal(parseRate(bonusOf.rate)) } }),
    ...(conversion === undefined ? {} : { conversion }),
  };
}

/** Days and at most one condition. A rule with neither holds nothing. */
function holdOf(rule: NonNullable<CreditRequest['hold']>, earnedAt: Date | undefined): Hold | undefined {
  const [condition, ...others] = rule.conditions ?? [];
  const refuse = (path: string, reason: string): PayoutError =>
    new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
  if (others.length > 0) throw refuse('hold.conditions', 'an earning waits for one condition at most');
  if (rule.days === 0) return condition === undefined ? undefined : { condition };
  if (earnedAt === undefined)
    throw refuse('earnedAt', 'a hold of days needs the instant that they count from');
  const until = releaseAt({ days: rule.days }, earnedAt);
  return { until, ...(condition === undefined ? {} : { condition }) };
}

function conversionOf({ unit, quantity, rate, rounding }: ConvertedAmount): Conversion {
  return {
    unit,
    quantity: formatDecimal(parseDecimal(quantity)),
    rate: formatDecimal(parseDecimal(rate)),
    rounding,
  };
}

/** Exact before it is rounded once, by the named mode. */
function converted({ quantity, rate, rounding }: ConvertedAmount): bigint {
  const [units, each] = [parseDecimal(quantity), parseDecimal(rate)];
  return inRange(
    divide(units.coefficient * each.coefficient, 10n ** BigInt(units.scale + each.scale), rounding),
  );
}

/** Adds earnings that are new, with the transfers and notifications that go with them. */
async function add(unit: UnitOfWork, earnings: readonly Earning[]): Promise<void> {
  if (earnings.length === 0) return;
  await assertBonusesFit(unit, earnings);
  await unit.ledger.post(
    earnings.map(({ id, participant, currency, amount, kind, subject, held }): TransferRequest => ({
      id,
      debit: 'funding',
      credit: participantAccount(participant, held > 0n ? 'held' : 'available'),
      currency,
      asked: amount,
      kind: kind === 'adjustment' ? 'adjustment' : 'earning',
      subject,
    })),
  );
  await unit.earnings.add(earnings);
  await unit.outbox.add(earnings.map((earning) => notification(earning, 'credited', earning.amount)));
}

/**
 * A bonus hangs on an earning that is there, in its currency, and is no more than its rate of what is left of it. An
 * earning that comes with it counts if it comes before: so bonuses never hang on each other in a circle.
 */
async function assertBonusesFit(unit: UnitOfWork, earnings: readonly Earning[]): Promise<void> {
  const parents = earnings.flatMap(({ bonusOf }) => bonusOf?.earning ?? []);
  if (parents.length === 0) return;
  const known = new Map(
    (await unit.earnings.find(parents)).flatMap((earning) =>
      earning === undefined ? [] : [[earning.id, earning] as const],
    ),
  );
  for (const earning of earnings) {
    if (earning.bonusOf !== undefined) assertBonusFits(earning, earning.bonusOf, known);
    known.set(earning.id, earning);
  }
}

function assertBonusFits(
  { amount, currency }: Earning,
  { earning: id, rate }: BonusOf,
  known: ReadonlyMap<string, Earning>,
): void {
  const parent = known.get(id);
  if (parent === undefined) throw new PayoutError('EARNING_NOT_FOUND', { earning: id });
  if (parent.currency !== currency) {
    throw new PayoutError('CURRENCY_MISMATCH', { left: parent.currency, right: currency });
  }
  const most = applyRate(parent.amount - parent.reversed, parseRate(rate), 'floor');
  if (amount <= most) return;
  throw new PayoutError('INVALID_AMOUNT', {
    reason: 'a bonus is above its rate of what is left of its earning',
  });
}

function notification(earning: Earning, event: 'credited' | 'released', amount: bigint): Notification {
  const { id, participant, currency, held } = earning;
  return {
    id: derivedId('earning', id, event),
    kind: 'earning',
    participant,
    earning: id,
    event,
    currency,
    amount: amount.toString(),
    state: event === 'credited' && held > 0n ? 'held' : 'available',
  };
}

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
    await unit.outbox.add(due.map((earning) => notification(earning, 'released', earning.held)));
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

/** Gives or takes an amount by an operator's decision. See `Payouts.adjust`. */
export async function adjustBalance(context: PayoutContext, input: AdjustRequest): Promise<void> {
  const { program, key, participant, currency, amount, reason, by } = parseInput(adjustSchema, input);
  const id = transferIds.adjustment(key);
  if (amount === 0n) throw new PayoutError('INVALID_AMOUNT', { reason: 'an adjustment is not zero' });
  await context.store.transact(program, async (unit) => {
    await unit.locks.take([earningLock(id), participantLock(participant)]);
    const [posted] = await unit.ledger.find([id]);
    const account = participantAccount(participant, 'available');
    const [debit, credit] = amount > 0n ? (['funding', account] as const) : ([account, 'funding'] as const);
    const asked = amount > 0n ? amount : -amount;
    await unit.ledger.post([{ id, debit, credit, currency, asked, kind: 'adjustment', subject: reason }]);
    if (posted !== undefined) return;
    if (amount > 0n) {
      await unit.earnings.add([
        {
          id,
          participant,
          currency,
          amount,
          kind: 'adjustment',
          subject: reason,
          held: 0n,
          released: amount,
          reversed: 0n,
        },
      ]);
      const waiting = await unit.reversals.waiting([id]);
      await applyReversals(
        unit,
        waiting.map((record) => ({ record, mayExceed: true })),
      );
    }
    await unit.outbox.add([
      {
        id: derivedId('earning', id, 'adjusted'),
        kind: 'earning',
        participant,
        earning: id,
        event: 'adjusted',
        currency,
        amount: amount.toString(),
        state: 'available',
        reason,
      },
      {
        id: derivedId('operator', 'adjusted', key),
        kind: 'operator',
        event: 'adjusted',
        participant,
        by,
        reason,
      },
    ]);
  });
}
