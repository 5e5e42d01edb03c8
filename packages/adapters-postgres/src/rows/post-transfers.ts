import {
  assertTransferRequest,
  decidePosting,
  type Transfer,
  type TransferRequest,
} from '@payout-engines/core';
import type { Session } from '../session/session.ts';
import { lockAccounts } from './lock-accounts.ts';
import { lookUpTransfers } from './look-up-transfers.ts';
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
  const balances = await lockAccounts(session, requests);
  const { at, stored } = await lookUpTransfers(session, requests);
  const reversed = await lockReversals(session, requests, stored);
  const { results, added, changes } = decidePosting(
    requests,
    {
      transfer: (id) => stored.get(id),
      balance: (account, currency) => balances.of(account, currency),
      reversed: (id) => reversed.get(id) ?? 0n,
    },
    at,
  );
  if (added.length > 0) {
    await storePosting(session, added, changes, balances);
    await storeReversals(session, added, stored);
  }
  return results.map((transfer) => ({ ...transfer, at: new Date(transfer.at) }));
}
