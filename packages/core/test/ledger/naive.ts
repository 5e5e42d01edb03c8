import type { TransferRequest } from '../../src/ledger/transfer.ts';

/** What the naive ledger keeps of a transfer. */
export interface NaiveRow extends TransferRequest {
  readonly moved: bigint;
}

/**
 * An oracle: the rules of the ledger written once more from their words, in the slowest and plainest way. It keeps a
 * list, adds it up for every question, and shares no code with the library.
 */
export class NaiveLedger {
  rows: readonly NaiveRow[] = [];

  /** The rows that answer the batch, or the code of the refusal. */
  post(requests: readonly TransferRequest[]): readonly NaiveRow[] | string {
    for (const request of requests) if (!isTransfer(request)) return 'INVALID_TRANSFER';
    let rows = this.rows;
    const results: NaiveRow[] = [];
    for (const request of requests) {
      const stored = rows.find((row) => row.id === request.id);
      if (stored !== undefined) {
        if (!isSame(stored, request)) return 'IDEMPOTENCY_CONFLICT';
        results.push(stored);
        continue;
      }
      const moved = movedBy(rows, request);
      if (moved === undefined) return 'INSUFFICIENT_FUNDS';
      const problem = request.reverses === undefined ? undefined : reversalProblem(rows, request, moved);
      if (problem !== undefined) return problem;
      const row = { ...request, moved };
      rows = [...rows, row];
      results.push(row);
    }
    this.rows = rows;
    return results;
  }
}

function isTransfer({ asked, debit, credit }: TransferRequest): boolean {
  return asked >= 1n && asked < 2n ** 63n && debit !== credit;
}

function isSame(left: TransferRequest, right: TransferRequest): boolean {
  const text = (request: TransferRequest) =>
    [
      request.debit,
      request.credit,
      request.currency,
      request.asked,
      request.kind,
      request.subject,
      request.atMost === true,
      request.reverses,
    ].join('|');
  return text(left) === text(right);
}

/** What it moves; nothing is known when there is not enough. */
function movedBy(
  rows: readonly NaiveRow[],
  { debit, currency, asked, kind, atMost, reverses }: TransferRequest,
): bigint | undefined {
  if (/^(funding|differences|outside\/|fees\/)/.test(debit)) return asked;
  const mayOwe = reverses !== undefined || kind === 'evidence';
  if (mayOwe && /^participant\/[^/]+\/available$/.test(debit)) return asked;
  let balance = 0n;
  for (const row of rows) {
    if (row.currency !== currency) continue;
    if (row.credit === debit) balance += row.moved;
    if (row.debit === debit) balance -= row.moved;
  }
  if (balance >= asked) return asked;
  if (atMost !== true) return undefined;
  return balance < 0n ? 0n : balance;
}

function reversalProblem(
  rows: readonly NaiveRow[],
  request: TransferRequest,
  moved: bigint,
): string | undefined {
  const original = rows.find((row) => row.id === request.reverses);
  if (original === undefined) return 'TRANSFER_NOT_FOUND';
  if (original.currency !== request.currency) return 'CURRENCY_MISMATCH';
  if (original.reverses !== undefined) return 'INVALID_TRANSFER';
  // Every account of one participant begins alike; any other account is its own owner.
  const whose = (account: string): string => /^participant\/[^/]+\//.exec(account)?.[0] ?? account;
  if (whose(request.debit) !== whose(original.credit)) return 'INVALID_TRANSFER';
  let left = original.moved - moved;
  for (const row of rows) if (row.reverses === original.id) left -= row.moved;
  return left < 0n ? 'REVERSAL_EXCEEDS' : undefined;
}
