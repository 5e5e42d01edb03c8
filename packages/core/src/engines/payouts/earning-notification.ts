import { derivedId } from '../../ledger/derived-id.ts';
import type { Earning } from '../../ledger/earning.ts';
import type { Notification } from '../../ports/notifier.ts';

/** What a participant is told of an earning. */
export function earningNotification(
  earning: Earning,
  event: 'credited' | 'released',
  amount: bigint,
): Notification {
  const { id, participant, currency, held } = earning;
  return {
    id: derivedId('earning', id, event),
    kind: 'earning',
    participant,
    earning: id,
    event,
    currency,
    amount: amount.toString(),
    state: event === 'credited' && held > 0n ? 'held' : 'available',
  };
}
