import { PayoutError } from '../errors.ts';
import { participantAccount } from '../ledger/account.ts';
import { Balances } from '../ledger/balances.ts';
import { assertBlockHead, type BlockHead } from '../ledger/block.ts';
import type { Transfer, TransferKind } from '../ledger/transfer.ts';
import { isOpen } from '../payouts/states.ts';
import type { Store, UnitOfWork } from '../ports/store.ts';
import { type BlockProblem, verifyBlocks } from './verify-blocks.ts';

/** What `verify` found. Amounts are minor units. */
export interface Verification {
  readonly ok: boolean;
  readonly transfers: number;
  readonly accounts: number;
  readonly earnings: number;
  readonly payouts: number;
  readonly blocks: number;
  /** How many transfers are in no block yet: changes of them show in balances only. */
  readonly unsealed: number;
  /** The end of the chain of blocks, to be kept outside of the store; nothing while nothing was ever sealed. */
  readonly head?: BlockHead;
  /** What does not hold; the first thousand of them. */
  readonly problems: readonly VerificationProblem[];
}

/** One thing that does not hold. */
export type VerificationProblem =
  | BlockProblem
  /** Something is stored that this library never writes, so that the books could not be read to their end. */
  | { readonly problem: 'unreadable'; readonly reason: string }
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

/** What the books are compared with. */
export interface VerifyOptions {
  /** An end of the chain of blocks that was kept outside of the store, as `seal` and `verify` gave it. */
  readonly head?: BlockHead;
}

/**
 * Recomputes a program's books from its transfers: balances are the fold of the transfers, each currency sums to zero,
 * reversals stay within what they reverse, earnings have their credit, the held parts of earnings add up to the held
 * accounts, what is set aside for a payout is its amount while it is open and nothing afterwards, and what was paid and
 * came back is what its movements say. Sealed transfers are what they were when they were sealed, and their blocks are
 * one chain, up to the end that was kept elsewhere and beyond.
 *
 * Only reads, in streams: memory grows with accounts, payouts and reversals, not with transfers. Where the store can,
 * it reads one moment while others write; where not, let nothing write meanwhile.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT` or `STORE_UNAVAILABLE`
 */
export async function verify(
  store: Store,
  program: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const { head } = options;
  if (head !== undefined) assertBlockHead(head, 'head');
  const work = (unit: UnitOfWork): Promise<Verification> => verifyUnit(unit, head);
  return store.snapshot === undefined ? store.transact(program, work) : store.snapshot(program, work);
}

async function verifyUnit(unit: UnitOfWork, expected: BlockHead | undefined): Promise<Verification> {
  const problems: VerificationProblem[] = [];
  const report = (problem: VerificationProblem): void => {
    if (problems.length < PROBLEMS_MAX) problems.push(problem);
  };
  const found = { transfers: 0, accounts: 0, earnings: 0, payouts: 0, blocks: 0, unsealed: 0 };
  let head: BlockHead | undefined;
  try {
    const chain = await verifyBlocks(unit, expected, report);
    found.blocks = chain.blocks;
    head = chain.head;
    const { folded, ofPayouts, transfers } = await foldTransfers(unit, report);
    found.transfers = transfers;
    found.unsealed = transfers - chain.sealed;
    found.accounts = await compareBalances(unit, folded, report);
    found.earnings = await compareEarnings(unit, report);
    found.payouts = await comparePayouts(unit, ofPayouts, report);
  } catch (error) {
    if (!PayoutError.is(error) || isOfTheStore(error)) throw error;
    problems.unshift({ problem: 'unreadable', reason: unreadableBecause(error) });
  }
  return { ok: problems.length === 0, ...found, ...(head === undefined ? {} : { head }), problems };
}

/** Whether the store could not be read at all, so that nothing is known of what is in it. */
function isOfTheStore(error: PayoutError): boolean {
  return PayoutError.is(error, 'STORE_UNAVAILABLE') || PayoutError.is(error, 'SCHEMA_NOT_READY');
}

/** What a store cannot read, or gives and then refuses to be asked for, it has not written. */
function unreadableBecause(error: PayoutError): string {
  return PayoutError.is(error, 'INVARIANT_BROKEN') ? error.details.invariant : error.message;
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
  await compareReversals(unit, reversed, report);
  return { folded, ofPayouts, transfers };
}

/** How many originals are looked up at once. */
const ORIGINALS = 10_000;

async function compareReversals(
  unit: UnitOfWork,
  reversed: ReadonlyMap<string, bigint>,
  report: Report,
): Promise<void> {
  let ids: string[] = [];
  const compare = async (): Promise<void> => {
    const originals = await unit.ledger.find(ids);
    for (const [index, id] of ids.entries()) {
      const moved = originals[index]?.moved ?? 0n;
      if ((reversed.get(id) ?? 0n) > moved) report({ problem: 'reversed_beyond_original', transfer: id });
    }
    ids = [];
  };
  for (const id of reversed.keys()) {
    ids.push(id);
    if (ids.length === ORIGINALS) await compare();
  }
  await compare();
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
