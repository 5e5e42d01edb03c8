import { participantAccount } from '../../ledger/account.ts';
import { derivedId } from '../../ledger/derived-id.ts';
import { PayoutError } from '../../errors.ts';
import { transferIds } from '../../payouts/keys.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { adjustSchema } from '../../schemas/payouts.ts';
import { earningLock, participantLock, type PayoutContext } from './context.ts';
import type { AdjustRequest } from './requests.ts';
import { applyReversals } from './reverse.ts';

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
