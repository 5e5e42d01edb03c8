import { participantAccount } from '../ledger/account.ts';
import { Balances } from '../ledger/balances.ts';
import type { Transfer, TransferKind } from '../ledger/transfer.ts';
import { isOpen } from '../payouts/states.ts';
import type { Store, UnitOfWork } from '../ports/store.ts';

/** What `verify` found. Amounts are minor units. */
export interface Verification {
  readonly ok: boolean;
  readonly transfers: number;
  readonly accounts: number;
  readonly earnings: number;
  readonly payouts: number;
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
  /** What is set aside for a payout is not its amount while it is open, or not nothing once it is closed. */
  | {
      readonly problem: 'reservation_differs';
      readonly payout: string;
      readonly expected: bigint;
      readonly folded: bigint;
    }
  /** What a payout says was paid or came back is not what its movements say. */
  | { readonly problem: 'movements_differ'; readonly payout: string }
  /** What the transfers of a payout paid or took back is not what its movements say. */
  | {
      readonly problem: 'paid_differs';
      readonly payout: string;
      readonly moved: bigint;
      readonly folded: bigint;
    }
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
 * reversals stay within what they reverse, earnings have their credit, the held parts of earnings add up to the held
 * accounts, what is set aside for a payout is its amount while it is open and nothing afterwards, and what was paid and
 * came back is what its movements say. Reads one transaction; memory grows with accounts and payouts, not with transfers.
 */
export async function verify(store: Store, program: string): Promise<Verification> {
  return store.transact(program, verifyUnit);
}

async function verifyUnit(unit: UnitOfWork): Promise<Verification> {
  const problems: VerificationProblem[] = [];
  const report = (problem: VerificationProblem): void => {
    if (problems.length < PROBLEMS_MAX) problems.push(problem);
  };
  const { folded, ofPayouts, transfers } = await foldTransfers(unit, report);
  const accounts = await compareBalances(unit, folded, report);
  const earnings = await compareEarnings(unit, report);
  const payouts = await comparePayouts(unit, ofPayouts, report);
  return { ok: problems.length === 0, transfers, accounts, earnings, payouts, problems };
}

type Report = (problem: VerificationProblem) => void;

async function foldTransfers(
  unit: UnitOfWork,
  report: Report,
): Promise<{ readonly folded: Balances; readonly ofPayouts: PayoutSums; readonly transfers: number }> {
  const folded = new Balances();
  const ofPayouts: PayoutSums = new Map();
  const reversed = new Map<string, bigint>();
  let transfers = 0;
  for await (const batch of unit.ledger.transfers()) {
    for (const transfer of batch) {
      transfers += 1;
      if (!isWithinBounds(transfer)) report({ problem: 'moved_out_of_bounds', transfer: transfer.id });
      folded.add(transfer.debit, transfer.currency, -transfer.moved);
      folded.add(transfer.credit, transfer.currency, transfer.moved);
      addToPayout(ofPayouts, transfer);
      if (transfer.reverses !== undefined) {
        reversed.set(transfer.reverses, (reversed.get(transfer.reverses) ?? 0n) + transfer.moved);
      }
    }
  }
  const originals = await unit.ledger.find([...reversed.keys()]);
  for (const [index, [id, sum]] of [...reversed].entries()) {
    if (sum > (originals[index]?.moved ?? 0n)) report({ problem: 'reversed_beyond_original', transfer: id });
  }
  return { folded, ofPayouts, transfers };
}

/** What the transfers of each payout left set aside, and with providers. */
type PayoutSums = Map<string, { reserved: bigint; paid: bigint }>;

/** The kinds of transfers whose subject is a payout. */
const OF_PAYOUTS: ReadonlySet<TransferKind> = new Set([
  'reserve',
  'unreserve',
  'payout',
  'evidence',
  'fee',
  'difference',
  'return',
]);

function addToPayout(sums: PayoutSums, { kind, subject, debit, credit, moved }: Transfer): void {
  if (!OF_PAYOUTS.has(kind)) return;
  const sum = sums.get(subject) ?? { reserved: 0n, paid: 0n };
  if (RESERVED_ACCOUNT.test(debit)) sum.reserved -= moved;
  if (RESERVED_ACCOUNT.test(credit)) sum.reserved += moved;
  if (PAID_ACCOUNT.test(debit)) sum.paid -= moved;
  if (PAID_ACCOUNT.test(credit)) sum.paid += moved;
  sums.set(subject, sum);
}

const RESERVED_ACCOUNT = /^participant\/[^/]+\/reserved$/;
const PAID_ACCOUNT = /^participant\/[^/]+\/paid\//;

async function comparePayouts(unit: UnitOfWork, sums: PayoutSums, report: Report): Promise<number> {
  let count = 0;
  for await (const batch of unit.payouts.all()) {
    const movements = await unit.movements.of(batch.map(({ id }) => id));
    const booked = new Map<string, { moved: bigint; returned: bigint }>();
    for (const { payout, moved, returned } of movements) {
      const sum = booked.get(payout) ?? { moved: 0n, returned: 0n };
      booked.set(payout, { moved: sum.moved + moved, returned: sum.returned + returned });
    }
    for (const { id, state, amount, paid, returned } of batch) {
      count += 1;
      const { moved, returned: back } = booked.get(id) ?? { moved: 0n, returned: 0n };
      const folded = sums.get(id) ?? { reserved: 0n, paid: 0n };
      const expected = isOpen(state) ? amount : 0n;
      if (paid !== moved || returned !== back) report({ problem: 'movements_differ', payout: id });
      if (folded.reserved !== expected) {
        report({ problem: 'reservation_differs', payout: id, expected, folded: folded.reserved });
      }
      if (folded.paid !== moved - back) {
        report({ problem: 'paid_differs', payout: id, moved: moved - back, folded: folded.paid });
      }
      sums.delete(id);
    }
  }
  // Money set aside for a payout that is not there belongs to nobody.
  for (const [payout, { reserved, paid }] of sums) {
    if (reserved !== 0n) report({ problem: 'reservation_differs', payout, expected: 0n, folded: reserved });
    if (paid !== 0n) report({ problem: 'paid_differs', payout, moved: 0n, folded: paid });
  }
  return count;
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
