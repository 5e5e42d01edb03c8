import { PayoutError } from '../errors.ts';
import { type Account, accountOwner, mayGoNegative } from './account.ts';
import { Balances } from './balances.ts';
import { assertTransferRequest, hasSameContent, type Transfer, type TransferRequest } from './transfer.ts';

/** What a store knows, under its locks, about the transfers and accounts that a batch touches. */
export interface LedgerState {
  /** The stored transfer of this id. */
  transfer(id: string): Transfer | undefined;
  /** The balance of an account that may be debited. */
  balance(account: Account, currency: string): bigint;
  /** How much of the transfer of this id has been reversed. */
  reversed(id: string): bigint;
}

/** What posting a batch does, decided in full before anything is written. */
export interface Posting {
  /** One per request, in their order; the stored one where the request had been posted before. */
  readonly results: readonly Transfer[];
  /** The transfers to append. */
  readonly added: readonly Transfer[];
  /** What to add to each account's balance. */
  readonly changes: Balances;
}

/**
 * Decides a batch of transfers: all of it or, by throwing, nothing. Every store posts through this one function.
 *
 * All requests are checked by themselves first. Then one whose id is stored is answered by what is stored, before
 * anything is computed again; the others apply in order, each seeing the balances that the ones before it left. Time is
 * linear in the number of requests.
 *
 * @throws {@link PayoutError} with code `INVALID_ID`, `INVALID_TRANSFER`, `IDEMPOTENCY_CONFLICT`, `INSUFFICIENT_FUNDS`,
 * `TRANSFER_NOT_FOUND`, `CURRENCY_MISMATCH` or `REVERSAL_EXCEEDS`
 */
export function decidePosting(requests: readonly TransferRequest[], state: LedgerState, at: Date): Posting {
  const results: Transfer[] = [];
  const added = new Map<string, Transfer>();
  const changes = new Balances();
  const reversals = new Map<string, bigint>();

  for (const request of requests) assertTransferRequest(request);
  for (const request of requests) {
    const stored = added.get(request.id) ?? state.transfer(request.id);
    if (stored !== undefined) {
      if (!hasSameContent(stored, request)) {
        throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'transfer', id: request.id });
      }
      results.push(stored);
      continue;
    }
    const moved = movedAmount(request, state, changes);
    if (request.reverses !== undefined) {
      const before = reversals.get(request.reverses) ?? state.reversed(request.reverses);
      assertReversible(
        request,
        before + moved,
        added.get(request.reverses) ?? state.transfer(request.reverses),
      );
      reversals.set(request.reverses, before + moved);
    }
    const transfer = transferOf(request, moved, at);
    changes.add(request.debit, request.currency, -moved);
    changes.add(request.credit, request.currency, moved);
    added.set(request.id, transfer);
    results.push(transfer);
  }
  return { results, added: [...added.values()], changes };
}

/**
 * The transfer that a request becomes. Field by field, because a spread gives every object a shape of its own, which
 * takes three times the memory of what is in it.
 */
function transferOf(request: TransferRequest, moved: bigint, at: Date): Transfer {
  const { id, debit, credit, currency, asked, kind, subject, atMost, reverses } = request;
  if (atMost === undefined && reverses === undefined) {
    return { id, debit, credit, currency, asked, kind, subject, moved, at };
  }
  return { ...request, moved, at };
}

/** What the request moves from its debited account, given what the batch has moved so far. */
function movedAmount(request: TransferRequest, state: LedgerState, changes: Balances): bigint {
  const leavesDebt = request.reverses !== undefined || request.kind === 'evidence';
  if (mayGoNegative(request.debit, leavesDebt)) return request.asked;
  const balance =
    state.balance(request.debit, request.currency) + changes.of(request.debit, request.currency);
  if (balance >= request.asked) return request.asked;
  if (request.atMost === true) return balance > 0n ? balance : 0n;
  throw new PayoutError('INSUFFICIENT_FUNDS', { transfer: request.id, account: request.debit });
}

/** Reversals take back from whoever got it, in the same currency, never more than it moved. */
function assertReversible(request: TransferRequest, reversed: bigint, original: Transfer | undefined): void {
  const reverses = request.reverses ?? '';
  if (original === undefined) throw new PayoutError('TRANSFER_NOT_FOUND', { transfer: reverses });
  if (original.currency !== request.currency) {
    throw new PayoutError('CURRENCY_MISMATCH', { left: original.currency, right: request.currency });
  }
  if (original.reverses !== undefined) {
    throw new PayoutError('INVALID_TRANSFER', { transfer: request.id, reason: 'it reverses a reversal' });
  }
  // Else a reversal, which may leave a debt, could take one participant's money for another's transfer.
  if (accountOwner(request.debit) !== accountOwner(original.credit)) {
    throw new PayoutError('INVALID_TRANSFER', {
      transfer: request.id,
      reason: 'it takes back from another than the one who got it',
    });
  }
  if (reversed > original.moved) {
    throw new PayoutError('REVERSAL_EXCEEDS', { transfer: request.id, reverses });
  }
}

/** The accounts whose balances a batch may have to look at, so that a store can lock them before it decides. */
export function debitedAccounts(
  requests: readonly TransferRequest[],
): readonly { readonly account: Account; readonly currency: string }[] {
  const seen = new Balances();
  for (const request of requests) seen.set(request.debit, request.currency, 0n);
  return [...seen.entries()].map(({ account, currency }) => ({ account, currency }));
}
