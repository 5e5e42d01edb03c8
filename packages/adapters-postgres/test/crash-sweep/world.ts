import {
  currency,
  type PayoutEngineRules,
  simulatedProvider,
  type SimulatedProvider,
  STRICT_PAYOUT_REQUIREMENTS,
} from '@payout-engines/core';

/** What the parent and its workers agree on. Time is real here, so everything is short. */

export const PEOPLE = ['ann', 'ben', 'cat'];

export const RULES: PayoutEngineRules = {
  environment: 'test',
  thresholds: { currencies: { USD: { minimum: 1000n } } },
  require: STRICT_PAYOUT_REQUIREMENTS,
  approval: { mode: 'automatic' },
  destinationHoldDays: 0,
  // Longer than a run takes, so that each run does one thing with each payout.
  retry: { firstMs: 1500, longestMs: 1500, triesMax: 1000, refusedMs: 1500, attemptsMax: 2 },
  leaseMs: 4000,
  marginMs: 100,
};

/** One payment is done, one loses its answer, one is refused whenever it is sent. */
export function provider(): SimulatedProvider {
  let lost = false;
  const simulated = simulatedProvider({
    currencies: { USD: { currency: currency('USD'), exponent: 2, step: 1n } },
    inFlightMs: 100,
    clock: () => new Date(),
    schedule: (ms, run) => {
      setTimeout(run, ms);
    },
    faults: {
      send: ({ request: { participant } }) => {
        if (participant !== 'ben' || lost) return undefined;
        lost = true;
        return { name: 'response_lost' };
      },
    },
  });
  simulated.setRecipient('account-of-cat', 'closed');
  return simulated;
}
