import { participantAccount } from '../../ledger/account.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import type { Earning } from '../../ledger/earning.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { PayoutError } from '../../errors.ts';
import { applyRate, parseRate } from '../../money/rate.ts';
import { transferIds } from '../../payouts/keys.ts';
import type { Notification } from '../../ports/notifier.ts';
import type { ReversalRecord, UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { reverseSchema } from '../../schemas/payouts.ts';
import { PayoutChange } from './change.ts';
import { earningLock, participantLock, type PayoutContext } from './context.ts';
import { keyOf } from './candidates.ts';
import type { ReverseRequest } from './requests.ts';
import { giveUpUnsent } from './steps.ts';
import { viewsOf, writeChanges } from './write.ts';

/** Takes back all or part of an earning. See `Payouts.reverse`. */
export async function reverseEarning(context: PayoutContext, input: ReverseRequest): Promise<ReversalRecord> {
  const { program, key, earning: id, amount, reason } = parseInput(reverseSchema, input);
  return context.store.transact(program, async (unit) => {
    // Under the earning's lock, which its credit takes too: it has arrived, or will find this reversal.
    await unit.locks.take([earningLock(id)]);
    const [stored] = await unit.reversals.find([key]);
    if (stored !== undefined)
      return assertSame(stored, { key, earning: id, reason, ...(amount === undefined ? {} : { amount }) });
    const record: ReversalRecord = { key, earning: id, reason, ...(amount === undefined ? {} : { amount }) };
    const [earning] = await unit.earnings.find([id]);
    if (earning === undefined) {
      await unit.reversals.put([record]);
      return record;
    }
    const [applied = record] = await applyReversals(unit, [{ record, mayExceed: false }]);
    return applied;
  });
}

function assertSame(stored: ReversalRecord, asked: ReversalRecord): ReversalRecord {
  if (stored.earning === asked.earning && stored.amount === asked.amount && stored.reason === asked.reason)
    return stored;
  throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'reversal', id: asked.key });
}

/** A reversal to apply. One that waited for its earning takes what there is; one that is made now is exact or refused. */
export interface DueReversal {
  readonly record: ReversalRecord;
  readonly mayExceed: boolean;
}

/**
 * Applies reversals to earnings that exist, one after the other, with the bonuses that hang on them. The caller holds
 * the earnings' locks.
 *
 * @throws {@link PayoutError} with code `REVERSAL_EXCEEDS`
 */
export async function applyReversals(
  unit: UnitOfWork,
  due: readonly DueReversal[],
): Promise<readonly ReversalRecord[]> {
  if (due.length === 0) return [];
  const ids = [...new Set(due.map(({ record }) => record.earning))];
  const bonuses = await bonusesBelow(unit, ids);
  const first = await unit.earnings.find(ids);
  const participants = new Set([...first, ...bonuses].flatMap((earning) => earning?.participant ?? []));
  await unit.locks.take([...participants].map(participantLock));
  const clawback = await Clawback.begin(unit, [...participants], [...ids, ...bonuses.map(({ id }) => id)]);
  const applied = due.map((one) => clawback.reverse(one));
  await clawback.write();
  await unit.reversals.put(applied);
  return applied;
}

/** The bonuses that hang on the earnings, and those that hang on these, under the locks that a new one would take. */
async function bonusesBelow(unit: UnitOfWork, ids: readonly string[]): Promise<readonly Earning[]> {
  const found = new Map<string, Earning>();
  let level = ids;
  while (level.length > 0) {
    const below = (await unit.earnings.bonusesOf(level)).filter(({ id }) => !found.has(id));
    for (const bonus of below) found.set(bonus.id, bonus);
    level = below.map(({ id }) => id);
    if (level.length > 0) await unit.locks.take(level.map(earningLock));
  }
  return [...found.values()];
}

/** What one transaction takes back, and from where: what is held first, then what is available, down to a debt. */
class Clawback {
  readonly #unit: UnitOfWork;
  readonly #earnings: Map<string, Earning>;
  readonly #available: Map<string, bigint>;
  /** Payouts that nobody has claimed, newest first. */
  readonly #unclaimed: PayoutChange[];
  readonly #cancelled: PayoutChange[] = [];
  readonly #changed = new Set<string>();
  readonly #transfers: TransferRequest[] = [];
  readonly #told: Notification[] = [];

  private constructor(
    unit: UnitOfWork,
    earnings: Map<string, Earning>,
    available: Map<string, bigint>,
    unclaimed: PayoutChange[],
  ) {
    this.#unit = unit;
    this.#earnings = earnings;
    this.#available = available;
    this.#unclaimed = unclaimed;
  }

  static async begin(
    unit: UnitOfWork,
    participants: readonly string[],
    ids: readonly string[],
  ): Promise<Clawback> {
    const earnings = (await unit.earnings.find(ids)).flatMap((earning) => earning ?? []);
    const accounts = new Map(
      earnings.map(({ participant, currency }) => [keyOf(participant, currency), { participant, currency }]),
    );
    const balances = await unit.ledger.balances(
      [...accounts.values()].map(({ participant, currency }) => ({
        account: participantAccount(participant, 'available'),
        currency,
      })),
    );
    const open = await unit.payouts.openOf(participants);
    const unclaimed = open.filter(({ state }) => state === 'pending' || state === 'approved');
    const views = await viewsOf(
      unit,
      unclaimed.map(({ id }) => id),
    );
    const now = await unit.now();
    return new Clawback(
      unit,
      new Map(earnings.map((earning) => [earning.id, earning])),
      new Map([...accounts.keys()].map((key, index) => [key, balances[index] ?? 0n])),
      views.map((view) => new PayoutChange(view, now)),
    );
  }

  reverse({ record, mayExceed }: DueReversal): ReversalRecord {
    const earning = this.#earnings.get(record.earning);
    if (earning === undefined) return record;
    const left = earning.amount - earning.reversed;
    const asked = record.amount ?? left;
    if (asked > left && !mayExceed) {
      throw new PayoutError('REVERSAL_EXCEEDS', { transfer: record.key, reverses: earning.id });
    }
    const applied = asked > left ? left : asked;
    if (asked > left) this.#tellExceeding(record, earning);
    this.#takeBack(earning, applied, record, (part) => transferIds.reversal(record.key, part));
    this.#reverseBonusesOf(earning.id, record);
    return { ...record, applied };
  }

  #reverseBonusesOf(earning: string, record: ReversalRecord): void {
    for (const bonus of [...this.#earnings.values()]) {
      if (bonus.bonusOf?.earning !== earning) continue;
      this.#reverseBonus(bonus, earning, record);
      this.#reverseBonusesOf(bonus.id, record);
    }
  }

  /** A bonus is never more than its rate of what is left of the earning that it hangs on. */
  #reverseBonus(bonus: Earning, of: string, record: ReversalRecord): void {
    const earning = this.#earnings.get(of);
    if (earning === undefined || bonus.bonusOf === undefined) return;
    const target = applyRate(earning.amount - earning.reversed, parseRate(bonus.bonusOf.rate), 'floor');
    const surplus = bonus.amount - bonus.reversed - target;
    this.#takeBack(bonus, surplus, record, (part) => transferIds.bonusReversal(record.key, bonus.id, part));
  }

  #takeBack(
    earning: Earning,
    amount: bigint,
    record: ReversalRecord,
    idOf: (part: 'held' | 'available') => string,
  ): void {
    if (amount <= 0n) return;
    const { id, participant, currency } = earning;
    const fromHeld = earning.held < amount ? earning.held : amount;
    const fromAvailable = amount - fromHeld;
    if (fromAvailable > 0n) this.#makeAvailable(participant, currency, fromAvailable);
    for (const [part, asked] of [
      ['held', fromHeld],
      ['available', fromAvailable],
    ] as const) {
      if (asked === 0n) continue;
      const debit = participantAccount(participant, part);
      // Always an open account: the pool or campaign that it came from may be closed.
      this.#transfers.push({
        id: idOf(part),
        debit,
        credit: 'funding',
        currency,
        asked,
        kind: 'reversal',
        subject: record.reason,
        reverses: id,
      });
    }
    const key = keyOf(participant, currency);
    this.#available.set(key, (this.#available.get(key) ?? 0n) - fromAvailable);
    this.#earnings.set(id, {
      ...earning,
      held: earning.held - fromHeld,
      reversed: earning.reversed + amount,
    });
    this.#changed.add(id);
    this.#told.push({
      id: derivedId('earning', id, 'reversed', record.key),
      kind: 'earning',
      participant,
      earning: id,
      event: 'reversed',
      currency,
      amount: amount.toString(),
      state: fromAvailable > 0n ? 'available' : 'held',
      reason: record.reason,
    });
  }

  /** Cancels payouts that nobody has claimed, newest first, as far as what is available does not suffice. */
  #makeAvailable(participant: string, currency: string, needed: bigint): void {
    const key = keyOf(participant, currency);
    for (const change of this.#unclaimed) {
      const available = this.#available.get(key) ?? 0n;
      if (available >= needed) return;
      const { payout } = change;
      if (payout.participant !== participant || payout.currency !== currency || change.changed) continue;
      giveUpUnsent(change, 'cancel', { reason: 'earning_reversed' });
      this.#cancelled.push(change);
      this.#available.set(key, available + payout.amount);
    }
  }

  #tellExceeding({ key, reason }: ReversalRecord, { id, participant }: Earning): void {
    this.#told.push({
      id: derivedId('operator', 'reversal_exceeds', id, key),
      kind: 'operator',
      event: 'reversal_exceeds',
      participant,
      reason,
    });
  }

  async write(): Promise<void> {
    // What is given back by cancelled payouts must be there before it is taken.
    await writeChanges(this.#unit, this.#cancelled);
    if (this.#transfers.length > 0) await this.#unit.ledger.post(this.#transfers);
    const changed = [...this.#changed].flatMap((id) => this.#earnings.get(id) ?? []);
    if (changed.length > 0) await this.#unit.earnings.update(changed);
    if (this.#told.length > 0) await this.#unit.outbox.add(this.#told);
  }
}
