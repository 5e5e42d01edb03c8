import { participantAccount } from '../../ledger/account.ts';
import type { BonusOf, Earning } from '../../ledger/earning.ts';
import { isSameEarning } from '../../ledger/earning.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { PayoutError } from '../../errors.ts';
import { applyRate, parseRate } from '../../money/rate.ts';
import { creditedEarningId } from '../../payouts/keys.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { creditSchema } from '../../schemas/payouts.ts';
import { type Answer, Gatherer } from '../gather.ts';
import { earningLock, participantLock, type PayoutContext } from './context.ts';
import { earningNotification } from './earning-notification.ts';
import { earningOf } from './earning-of.ts';
import type { CreditRequest } from './requests.ts';
import { applyReversals } from './reverse.ts';

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
  await unit.outbox.add(earnings.map((earning) => earningNotification(earning, 'credited', earning.amount)));
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
