import { netOf } from '../../payouts/fees.ts';
import { frozenRequest } from '../../payouts/frozen-request.ts';
import { attemptKey } from '../../payouts/keys.ts';
import type { Attempt } from '../../payouts/payout.ts';
import type { ProviderAccount } from '../../ports/provider.ts';
import type { PayoutChange } from './change.ts';

/**
 * The next attempt of a payout, with all that is frozen before the first send: its key, its request, the account that
 * pays. `sends` is 1 where it is sent as soon as it is committed.
 */
export function newAttempt(
  program: string,
  { payout, at }: PayoutChange,
  {
    provider,
    account,
    sends,
  }: { readonly provider: string; readonly account: ProviderAccount; readonly sends: number },
): Attempt {
  const { id, attempt: number, participant, currency, destination } = payout;
  const { id: accountId, environment } = account;
  const net = netOf(payout);
  const key = attemptKey(program, id, number);
  return {
    payout: id,
    number,
    participant,
    currency,
    net,
    provider,
    account: accountId,
    environment,
    key,
    request: frozenRequest({
      program,
      payout: id,
      attempt: number,
      key,
      participant,
      ...(destination === undefined ? {} : { destination }),
      currency,
      amount: net,
      account: accountId,
      environment,
    }),
    openedAt: at,
    firstSentAt: at,
    lastSentAt: at,
    sends,
    notExecuted: 0,
    tries: 0,
  };
}
