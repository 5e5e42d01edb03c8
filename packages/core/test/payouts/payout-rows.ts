import type { Attempt, Movement, Payout } from '../../src/payouts/payout.ts';

const at = new Date('2026-10-01T00:00:00.000Z');

/** A payout with everything that may be left out. */
export const FULL_PAYOUT: Payout = {
  ...{ id: 'p1', participant: 'u1', currency: 'USD', amount: 1000n, fee: 30n, feeBearer: 'participant' },
  ...{ batch: 'b1', requestedBy: 'u1', openedAt: at, state: 'processing', provider: 'sim' },
  destination: { id: 'acct_1', version: 0 },
  approval: { by: 'olga', at, digest: 'abc' },
  ...{ attempt: 1, fence: 0, dueAt: at, epoch: 0, reason: 'timeout', note: 'Line one.\nLine two.' },
  ...{ paid: 970n, returned: 970n, updatedAt: at },
};

/** An attempt with everything that may be left out. */
export const FULL_ATTEMPT: Attempt = {
  ...{
    payout: 'p1',
    number: 1,
    participant: 'u1',
    currency: 'USD',
    net: 970n,
    provider: 'sim',
    account: 'a1',
  },
  ...{
    environment: 'live',
    key: 'k1',
    request: '[]',
    by: 'olga',
    openedAt: at,
    firstSentAt: at,
    lastSentAt: at,
  },
  ...{ sends: 0, notExecuted: 0, tries: 0, absentAt: at, pendingObject: 'tr_1' },
  ...{ end: 'refused', code: 'account_closed', endedAt: at },
};

/** A movement of which all came back. */
export const FULL_MOVEMENT: Movement = {
  ...{ provider: 'sim', object: 'tr_1', payout: 'p1', attempt: 1, moved: 970n, returned: 970n, bookedAt: at },
};
