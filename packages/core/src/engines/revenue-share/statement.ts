import { PayoutError } from '../../errors.ts';
import { poolAccount } from '../../ledger/account.ts';
import { parseMinor } from '../../money/minor.ts';
import type { CommitStep, Store } from '../../ports/store.ts';
import { type PlanHeader, readHeader } from './plan-text.ts';
import type { PeriodRequest } from './ports.ts';

/** A closed period at a glance. Amounts are minor units. */
export interface RevenueShareStatement {
  readonly digest: string;
  readonly header: PlanHeader;
  /** The step that comes next; `done` once the period is closed. */
  readonly step: CommitStep;
  readonly pool: bigint;
  readonly returned: bigint;
  /** What the shares add up to, with what they gave to bonuses that the pool funds. */
  readonly shares: bigint;
  readonly bonuses: bigint;
  /** What is left in the pool's account by the ledger. */
  readonly left: bigint;
  /** Whether everything was distributed to the last unit: nothing is left, and the parts add up to the pool. */
  readonly balanced: boolean;
}

/** The statement of a committed period, from its frozen plan and the ledger. */
export async function statementOf(
  store: Store,
  { program, period }: PeriodRequest,
): Promise<RevenueShareStatement> {
  return store.transact(program, async (unit) => {
    const record = await unit.plans.find(period);
    if (record === undefined) throw new PayoutError('PLAN_NOT_FOUND', { period });
    const header = readHeader(record.header);
    const pool = parseMinor(header.pool);
    const returned = parseMinor(header.returned);
    const shares = parseMinor(header.shares);
    const account = { account: poolAccount(period), currency: header.rules.currency.code };
    const [left = 0n] = await unit.ledger.balances([account]);
    return {
      digest: record.digest,
      header,
      step: record.step,
      pool,
      returned,
      shares,
      bonuses: parseMinor(header.bonuses.amount),
      left,
      balanced: record.step === 'done' && left === 0n && shares + returned === pool,
    };
  });
}
