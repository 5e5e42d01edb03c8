import { currency, type SimulatedProvider, simulatedProvider } from '@payout-engines/core';

/** A provider in memory that answers at once, and whose truth tells what really moved. */
export function instantProvider(): SimulatedProvider {
  return simulatedProvider({
    currencies: { USD: { currency: currency('USD'), exponent: 2, step: 1n } },
    inFlightMs: 100,
    clock: () => new Date(),
    schedule: (ms, run) => {
      setTimeout(run, ms);
    },
  });
}
