import {
  assertTransferRequest,
  type Balances,
  decidePosting,
  PayoutError,
  type Posting,
  type Transfer,
  type TransferRequest,
} from '@payout-engines/core';
import type { Session } from '../session/session.ts';
import { lockAccounts, type LockedAccounts } from './lock-accounts.ts';
import { lookUpTransfers } from './look-up-transfers.ts';
import { now } from './now.ts';
import { lockReversals, storeReversals } from './reversal-totals.ts';
import { storePosting } from './store-posting.ts';

/**
 * Posts a batch: SQL locks and reads, the core decides, SQL stores. Transfers are looked up by a statement that begins
 * after the locks are held, because a lock does not refresh what its own statement saw before it waited.
 */
export async function postTransfers(
  session: Session,
  requests: readonly TransferRequest[],
): Promise<readonly Transfer[]> {
  for (const request of requests) assertTransferRequest(request);
  if (requests.length === 0) return [];
  const locked = await lockAccounts(session, requests);
  const { balances } = locked;
  const { stored, posting } =
    (await decideHopefully(session, requests, locked)) ?? (await decide(session, requests, balances));
  const { results, added, changes } = posting;
  if (added.length > 0) {
    await storePosting(session, added, changes, balances);
    await storeReversals(session, added, stored);
  }
  return results.map((transfer) => ({ ...transfer, at: new Date(transfer.at) }));
}

interface Decision {
  readonly stored: ReadonlyMap<string, Transfer>;
  readonly posting: Posting;
}

async function decide(
  session: Session,
  requests: readonly TransferRequest[],
  balances: Balances,
): Promise<Decision> {
  const { at, stored } = await lookUpTransfers(session, requests);
  const reversed = await lockReversals(session, requests, stored);
  const posting = decidePosting(
    requests,
    {
      transfer: (id) => stored.get(id),
      balance: (account, currency) => balances.of(account, currency),
      reversed: (id) => reversed.get(id) ?? 0n,
    },
    at,
  );
  return { stored, posting };
}

/** As if nothing of a large batch were stored. Nothing is decided where that could be why the batch is refused. */
async function decideHopefully(
  session: Session,
  requests: readonly TransferRequest[],
  { balances, at }: LockedAccounts,
): Promise<Decision | undefined> {
  if (!session.hopeful(requests.length)) return undefined;
  if (requests.some(({ reverses }) => reverses !== undefined)) return undefined;
  const state = {
    transfer: () => undefined,
    balance: (account: TransferRequest['debit'], currency: string) => balances.of(account, currency),
    reversed: () => 0n,
  };
  try {
    return { stored: new Map(), posting: decidePosting(requests, state, at ?? (await now(session))) };
  } catch (error) {
    if (PayoutError.is(error)) return undefined;
    throw error;
  }
}
