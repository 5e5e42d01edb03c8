import { participantAccount } from '../ledger/account.ts';
import { Balances } from '../ledger/balances.ts';
import type { Transfer } from '../ledger/transfer.ts';
import type { Store, UnitOfWork } from '../ports/store.ts';

/** What `verify` found. Amounts are minor units. */
export interface Verification {
  readonly ok: boolean;
  readonly transfers: number;
  readonly accounts: number;
  readonly earnings: number;
  /** What does not hold; the first thousand of them. */
  readonly problems: readonly VerificationProblem[];
}

/** One thing that does not hold. */
export type VerificationProblem =
  | {
      readonly problem: 'balance_differs';
      readonly account: string;
      readonly currency: string;
      readonly stored: bigint;
      readonly folded: bigint;
    }
  | { readonly problem: 'not_conserved'; readonly currency: string; readonly sum: bigint }
  | { readonly problem: 'moved_out_of_bounds'; readonly transfer: string }
  | { readonly problem: 'reversed_beyond_original'; readonly transfer: string }
  | { readonly problem: 'earning_parts_differ'; readonly earning: string }
  | { readonly problem: 'earning_without_credit'; readonly earning: string }
  | {
      readonly problem: 'held_differs';
      readonly account: string;
      readonly currency: string;
      readonly stored: bigint;
      readonly earnings: bigint;
    };

const PROBLEMS_MAX = 1000;

/**
 * Recomputes a program's books from its transfers: balances are the fold of the transfers, each currency sums to zero,
 * reversals stay within what they reverse, earnings have their credit, and the held parts of earnings add up to the
 * held accounts. Reads one transaction; memory grows with accounts, not with transfers.
 */
export async function verify(store: Store, program: string): Promise<Verification> {
  return store.transact(program, verifyUnit);
}

async function verifyUnit(unit: UnitOfWork): Promise<Verification> {
  const problems: VerificationProblem[] = [];
  const report = (problem: VerificationProblem): void => {
    if (problems.length < PROBLEMS_MAX) problems.push(problem);
  };
  const { folded, transfers } = await foldTransfers(unit, report);
  const accounts = await compareBalances(unit, folded, report);
  const earnings = await compareEarnings(unit, report);
  return { ok: problems.length === 0, transfers, accounts, earnings, problems };
}

type Report = (problem: VerificationProblem) => void;

async function foldTransfers(
  unit: UnitOfWork,
  report: Report,
): Promise<{ readonly folded: Balances; readonly transfers: number }> {
  const folded = new Balances();
  const reversed = new Map<string, bigint>();
  let transfers = 0;
  for await (const batch of unit.ledger.transfers()) {
    for (const transfer of batch) {
      transfers += 1;
      if (!isWithinBounds(transfer)) report({ problem: 'moved_out_of_bounds', transfer: transfer.id });
      folded.add(transfer.debit, transfer.currency, -transfer.moved);
      folded.add(transfer.credit, transfer.currency, transfer.moved);
      if (transfer.reverses !== undefined) {
        reversed.set(transfer.reverses, (reversed.get(transfer.reverses) ?? 0n) + transfer.moved);
      }
    }
  }
  const originals = await unit.ledger.find([...reversed.keys()]);
  for (const [index, [id, sum]] of [...reversed].entries()) {
    if (sum > (originals[index]?.moved ?? 0n)) report({ problem: 'reversed_beyond_original', transfer: id });
  }
  return { folded, transfers };
}

function isWithinBounds({ asked, moved, atMost }: Transfer): boolean {
  return asked > 0n && moved >= 0n && moved <= asked && (atMost === true || moved === asked);
}

async function compareBalances(unit: UnitOfWork, folded: Balances, report: Report): Promise<number> {
  const sums = new Map<string, bigint>();
  let accounts = 0;
  for await (const batch of unit.ledger.accounts()) {
    for (const { account, currency, balance } of batch) {
      accounts += 1;
      sums.set(currency, (sums.get(currency) ?? 0n) + balance);
      const expected = folded.of(account, currency);
      if (balance !== expected) {
        report({ problem: 'balance_differs', account, currency, stored: balance, folded: expected });
      }
      folded.set(account, currency, 0n);
    }
  }
  for (const { account, currency, balance } of folded.entries()) {
    if (balance !== 0n)
      report({ problem: 'balance_differs', account, currency, stored: 0n, folded: balance });
  }
  for (const [currency, sum] of sums) {
    if (sum !== 0n) report({ problem: 'not_conserved', currency, sum });
  }
  return accounts;
}

async function compareEarnings(unit: UnitOfWork, report: Report): Promise<number> {
  const held = new Balances();
  let earnings = 0;
  for await (const batch of unit.earnings.all()) {
    const credits = await unit.ledger.find(batch.map(({ id }) => id));
    for (const [index, earning] of batch.entries()) {
      earnings += 1;
      const { id, participant, currency, amount } = earning;
      const credit = credits[index];
      if (credit?.moved !== amount || credit.currency !== currency) {
        report({ problem: 'earning_without_credit', earning: id });
      }
      if (earning.held < 0n || earning.held + earning.released > amount || earning.reversed > amount) {
        report({ problem: 'earning_parts_differ', earning: id });
      }
      held.add(participantAccount(participant, 'held'), currency, earning.held);
    }
  }
  for await (const batch of unit.ledger.accounts()) {
    for (const { account, currency, balance } of batch) {
      if (!account.startsWith('participant/') || !account.endsWith('/held')) continue;
      const expected = held.of(account, currency);
      if (balance !== expected) {
        report({ problem: 'held_differs', account, currency, stored: balance, earnings: expected });
      }
    }
  }
  return earnings;
}
