import { type ErrorCode, PayoutError } from '../errors.ts';
import type { Account } from '../ledger/account.ts';
import { Balances } from '../ledger/balances.ts';
import { decidePosting, type LedgerState } from '../ledger/posting.ts';
import type { Transfer, TransferRequest } from '../ledger/transfer.ts';
import { inRange } from '../money/range.ts';
import type { UnitOfWork } from '../ports/store.ts';
import type { Answer } from './gather.ts';

/** What the ledger refuses a batch with because of one of its transfers. The unit can go on after it. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  'IDEMPOTENCY_CONFLICT',
  'INSUFFICIENT_FUNDS',
  'REVERSAL_EXCEEDS',
  'TRANSFER_NOT_FOUND',
  'CURRENCY_MISMATCH',
  'INVALID_TRANSFER',
  'AMOUNT_OUT_OF_RANGE',
]);

/** How often a batch is tried in one transaction; whoever calls halves it then. */
const TRIES_MAX = 16;

/**
 * Posts requests that have nothing to do with each other: each is answered as if it had been posted alone, after those
 * before it. Nearly always that is one batch. Where the ledger refuses it, the requests are sorted out by the same rules,
 * and all but the refused ones are posted.
 *
 * What is read then still holds when they are posted: the refused batch has locked the accounts that it debits, or the
 * store finds out at the commit and runs all of this again.
 */
export async function postEach(
  unit: UnitOfWork,
  requests: readonly TransferRequest[],
): Promise<readonly Answer<Transfer>[]> {
  const named = new Map<number, PayoutError>();
  let sorted: Sorted = { accepted: [...requests.keys()], refused: named };
  for (let tries = 1; ; tries += 1) {
    try {
      return await postSorted(unit, requests, sorted);
    } catch (error) {
      if (!PayoutError.is(error) || !REFUSALS.has(error.code)) throw error;
      if (requests.length === 1 || tries === TRIES_MAX) throw error;
      const { accepted } = sorted;
      sorted = await sortOut(unit, requests, named);
      if (sorted.accepted.length < accepted.length) continue;
      // Only the store knows how much of a transfer was reversed before, and names the request that is too much.
      named.set(positionNamed(error, requests, accepted), error);
      sorted = await sortOut(unit, requests, named);
    }
  }
}

/** Positions of the requests that are posted, and why the others are not. */
interface Sorted {
  readonly accepted: readonly number[];
  readonly refused: ReadonlyMap<number, PayoutError>;
}

async function postSorted(
  unit: UnitOfWork,
  requests: readonly TransferRequest[],
  { accepted, refused }: Sorted,
): Promise<readonly Answer<Transfer>[]> {
  const answers: Answer<Transfer>[] = requests.map((_, position) => ({
    kind: 'refused',
    error: refused.get(position),
  }));
  const posted =
    accepted.length === 0
      ? []
      : await unit.ledger.post(accepted.flatMap((position) => requests[position] ?? []));
  for (const [index, result] of posted.entries()) {
    const position = accepted[index];
    if (position !== undefined) answers[position] = { kind: 'done', result };
  }
  return answers;
}

/** Decides request by request, on what the store holds now and what those before have moved. */
async function sortOut(
  unit: UnitOfWork,
  requests: readonly TransferRequest[],
  named: ReadonlyMap<number, PayoutError>,
): Promise<Sorted> {
  const trial = await trialOf(unit, requests);
  const accepted: number[] = [];
  const refused = new Map<number, PayoutError>();
  for (const [position, request] of requests.entries()) {
    const refusal = named.get(position) ?? trial.refusalOf(request);
    if (refusal === undefined) accepted.push(position);
    else refused.set(position, refusal);
  }
  return { accepted, refused };
}

async function trialOf(unit: UnitOfWork, requests: readonly TransferRequest[]): Promise<Trial> {
  const ids = new Set(
    requests.flatMap(({ id, reverses }) => (reverses === undefined ? [id] : [id, reverses])),
  );
  const touched = new Balances();
  for (const { debit, credit, currency } of requests) {
    touched.set(debit, currency, 0n);
    touched.set(credit, currency, 0n);
  }
  const accounts = [...touched.entries()];
  const transfers = (await unit.ledger.find([...ids])).flatMap((transfer) => transfer ?? []);
  const balances = await unit.ledger.balances(accounts);
  for (const [index, { account, currency }] of accounts.entries()) {
    touched.set(account, currency, balances[index] ?? 0n);
  }
  return new Trial(transfers, touched);
}

/** The ledger as it would be after each of the requests, nothing of which is stored. */
class Trial implements LedgerState {
  readonly #transfers: Map<string, Transfer>;
  readonly #balances: Balances;
  /** What is reversed by requests of the set alone: less than the store knows. */
  readonly #reversed = new Map<string, bigint>();

  constructor(transfers: readonly Transfer[], balances: Balances) {
    this.#transfers = new Map(transfers.map((transfer) => [transfer.id, transfer]));
    this.#balances = balances;
  }

  transfer(id: string): Transfer | undefined {
    return this.#transfers.get(id);
  }

  balance(account: Account, currency: string): bigint {
    return this.#balances.of(account, currency);
  }

  reversed(id: string): bigint {
    return this.#reversed.get(id) ?? 0n;
  }

  /** Why the request is refused; if it is not, what it does is done. */
  refusalOf(request: TransferRequest): PayoutError | undefined {
    try {
      const { added, changes } = decidePosting([request], this, NEVER_STORED);
      const balances = [...changes.entries()].map((change) => ({
        ...change,
        balance: inRange(this.balance(change.account, change.currency) + change.balance),
      }));
      for (const { account, currency, balance } of balances) this.#balances.set(account, currency, balance);
      for (const transfer of added) {
        const { id, reverses, moved } = transfer;
        this.#transfers.set(id, transfer);
        if (reverses !== undefined) this.#reversed.set(reverses, this.reversed(reverses) + moved);
      }
      return undefined;
    } catch (error) {
      if (PayoutError.is(error)) return error;
      throw error;
    }
  }
}

/** The time of what is only tried. */
const NEVER_STORED = new Date(0);

/** Of several requests with one id, the first is the one that the ledger decides about. */
function positionNamed(
  error: PayoutError,
  requests: readonly TransferRequest[],
  accepted: readonly number[],
): number {
  const { details } = error;
  const id = 'transfer' in details ? details.transfer : undefined;
  const position = accepted.find((candidate) => requests[candidate]?.id === id);
  if (position === undefined) throw error;
  return position;
}
