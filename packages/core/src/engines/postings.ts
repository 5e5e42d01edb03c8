import { assertId } from '../id.ts';
import { assertTransferRequest, type Transfer, type TransferRequest } from '../ledger/transfer.ts';
import { assertWholeNumber } from '../payouts/assert-whole-number.ts';
import type { Store } from '../ports/store.ts';
import { parseInput } from '../schemas/parse-input.ts';
import { transferRequestSchema } from '../schemas/transfer.ts';
import { Gatherer } from './gather.ts';
import { postEach } from './post-each.ts';

/** Single postings of many callers. */
export interface Postings {
  /**
   * Posts one transfer in a transaction that it shares with those that are asked for at the same time. Each caller gets
   * what they would have got alone, in the order in which they asked.
   *
   * @throws {@link PayoutError} with code `INVALID_INPUT`, or whatever the ledger refuses a transfer with. With
   * `STORE_UNAVAILABLE` it is not known whether it was posted: the same call can be repeated
   */
  post(program: string, request: TransferRequest): Promise<Transfer>;
}

/** What a posting depends on and changes. Accounts and ids of transfers are told apart by what stands before them. */
function namesOf({ id, debit, credit, currency, reverses }: TransferRequest): readonly string[] {
  const names = [`t ${id}`, `a ${debit} ${currency}`, `a ${credit} ${currency}`];
  return reverses === undefined ? names : [...names, `t ${reverses}`];
}

/** How postings are gathered. */
export interface PostingsOptions {
  /** At most so many go into one transaction. @defaultValue `1000` */
  readonly setMax?: number;
  /** So many may wait, in each program; more are refused with `STORE_UNAVAILABLE`. @defaultValue `10000` */
  readonly waitingMax?: number;
}

/**
 * Gathers single postings that are asked for at the same time into one batch each: many callers, few transactions. There
 * is no delay: what is asked for while nothing is under way is written at once.
 *
 * Inside a transaction of your own, post with its unit of work; nothing of it is gathered.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 *
 * @example
 * ```ts
 * import { memoryStore, postings } from '@payout-engines/core';
 *
 * const ledger = postings(memoryStore());
 * const tips = await Promise.all(
 *   ['ann', 'ben', 'eva'].map((name) =>
 *     ledger.post('acme', {
 *       id: `tip/${name}`,
 *       debit: 'funding',
 *       credit: `participant/${name}/available`,
 *       currency: 'USD',
 *       asked: 500n,
 *       kind: 'deposit',
 *       subject: 'tip',
 *     }),
 *   ),
 * );
 * tips.map(({ moved }) => moved); // => [500n, 500n, 500n]
 * ```
 */
export function postings(store: Store, options: PostingsOptions = {}): Postings {
  const { setMax = 1000, waitingMax = 10_000 } = options;
  assertWholeNumber(setMax, 1, 'setMax');
  assertWholeNumber(waitingMax, 1, 'waitingMax');
  const gatherer = new Gatherer<TransferRequest, Transfer>({
    write: (program, requests) => store.transact(program, (unit) => postEach(unit, requests)),
    touches: namesOf,
    inTurn: true,
    setsAtOnce: 2,
    setMax,
    waitingMax,
  });
  return {
    post: async (program, input) => {
      assertId(program, 'program');
      // What is parsed is a copy, which nobody can change while it waits.
      const request = parseInput(transferRequestSchema, input);
      assertTransferRequest(request);
      return gatherer.ask(program, request);
    },
  };
}
