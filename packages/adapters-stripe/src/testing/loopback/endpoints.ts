import { ACCOUNTS } from './accounts.ts';
import { BANK_PAYOUTS } from './bank-payouts.ts';
import type { Endpoint } from './call.ts';
import { EVENTS } from './event-list.ts';
import { REVERSALS } from './reversals.ts';
import { TRANSFERS } from './transfers.ts';

const ENDPOINTS: readonly Endpoint[] = [...TRANSFERS, ...REVERSALS, ...BANK_PAYOUTS, ...ACCOUNTS, ...EVENTS];

/** The endpoint that a request is for, and the ids in its path. */
export function endpointFor(
  method: string,
  path: string,
): readonly [Endpoint, readonly string[]] | undefined {
  for (const endpoint of ENDPOINTS) {
    const match = endpoint.method === method ? endpoint.path.exec(path) : null;
    if (match !== null) return [endpoint, match.slice(1).map(decodeURIComponent)];
  }
  return undefined;
}
