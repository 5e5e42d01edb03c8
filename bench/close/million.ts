import {
  currency,
  DEFAULT_SCORING_RULES,
  type InteractionSource,
  openPeriods,
  type ParticipantCounts,
  parseMoney,
  revenueShare,
  type RevenueShare,
  type Store,
} from '@payout-engines/core';

/** A period of many participants, made up as it is read, so that the data takes no memory beside the engine's. */

export const REQUEST = { program: 'bench', period: '2025-10-01' };

const SOL = currency('SOL');
const KINDS = ['comment', 'follow', 'like', 'post'];
const BATCH = 10_000;

export async function openMillion(store: Store): Promise<void> {
  await openPeriods(store, REQUEST.program, [
    { id: REQUEST.period, start: new Date('2025-10-01T00:00:00Z'), end: new Date('2025-10-15T00:00:00Z') },
  ]);
}

export function engineOf(store: Store, interactions: InteractionSource): RevenueShare {
  return revenueShare({
    store,
    rules: {
      currency: SOL,
      revenue: [
        { source: 'ads', rate: '0.5' },
        { source: 'subscriptions', rate: '0.25' },
      ],
      scoring: DEFAULT_SCORING_RULES,
      referrals: { rates: ['0.05'], fundedBy: 'platform' },
    },
    interactions,
    directory: {
      participants: async (_program, ids) => ids.map((id) => ({ id, active: true, verified: true })),
      referrals: async (_program, ids) => ids.map((referred) => referralOf(referred)),
    },
    revenue: { revenue: async () => [parseMoney('1000000', SOL), parseMoney('500000', SOL)] },
  });
}

/** What each has done, counted already. */
export async function* countsOf(participants: number): AsyncGenerator<readonly ParticipantCounts[]> {
  for (let start = 0; start < participants; start += BATCH) {
    const size = Math.min(BATCH, participants - start);
    yield Array.from({ length: size }, (_, offset) => {
      const index = start + offset;
      const mixed = Math.imul(index + 1, 0x9e3779b1);
      return {
        participant: `u${index.toString().padStart(8, '0')}`,
        counts: KINDS.map((kind, place) => ({ kind, count: (mixed >>> (place * 6)) & 63 })),
      };
    });
  }
}

/** One in twenty-five has been referred. */
function referralOf(referred: string) {
  return referred.endsWith('00') ||
    referred.endsWith('25') ||
    referred.endsWith('50') ||
    referred.endsWith('75')
    ? { referrer: 'u00000001', referred, since: new Date('2025-01-01T00:00:00Z') }
    : undefined;
}
