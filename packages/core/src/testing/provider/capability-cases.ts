import { assertEqual, assertThat } from '../assert.ts';
import { providerCase } from './case.ts';
import type { ProviderCase } from './harness.ts';

/** Hexadecimal digits of a key: what `attemptKey` makes. */
const KEY_DIGITS = 32;

export const capabilityCases: readonly ProviderCase[] = [
  providerCase({
    id: 'capabilities-are-consistent',
    title: 'declares capabilities that can all be true, and that the harness knows of',
    check: async ({ provider, harness }) => {
      const { keys, lookup, inFlightMs, currencies, perSecond } = provider.capabilities;
      assertThat(provider.id.length > 0, 'a provider has an id');
      assertEqual(keys !== undefined, harness.abilities.keys, 'whether there are keys, as the harness says');
      assertEqual(
        lookup !== undefined,
        harness.abilities.lookup,
        'whether there is a lookup, as the harness says',
      );
      assertThat(
        keys !== undefined || lookup?.authoritative === true || provider.capabilities.manual === true,
        'a provider without keys needs an authoritative lookup, or a person',
      );
      if (keys !== undefined) {
        assertThat(isWhole(keys.windowMs) && keys.windowMs > 0, 'a key window is a whole number above zero');
        assertThat(keys.lengthMax >= KEY_DIGITS, `a key has room for ${KEY_DIGITS} hexadecimal digits`);
      }
      if (lookup !== undefined) {
        assertThat(
          isWhole(lookup.delayMs) && lookup.delayMs >= 0,
          'a lookup delay is a whole number, zero or more',
        );
        assertThat(
          lookup.backMs === undefined || lookup.backMs > lookup.delayMs,
          'a lookup sees further back than its delay',
        );
      }
      assertThat(isWhole(inFlightMs) && inFlightMs >= 0, 'a time in flight is a whole number, zero or more');
      assertThat(perSecond === undefined || perSecond > 0, 'a rate limit is above zero');
      assertThat(Object.keys(currencies).length > 0, 'a provider pays at least one currency');
      for (const [code, payable] of Object.entries(currencies)) {
        assertEqual(payable.currency.code, code, 'the currency under a code');
        assertThat(payable.step > 0n, `the step of ${code} is above zero`);
        assertThat(
          Number.isInteger(payable.exponent) && payable.exponent >= 0 && payable.exponent <= 18,
          `the exponent of ${code} is a whole number from 0 to 18`,
        );
        assertThat((payable.minimum ?? 0n) >= 0n, `the minimum of ${code} is not below zero`);
      }
    },
  }),
  providerCase({
    id: 'account-is-stable',
    title: 'says the same account and environment each time it is asked',
    check: async ({ provider }) => {
      const account = await provider.account();
      assertThat(account.id.length > 0, 'an account has an id');
      assertThat(['live', 'test'].includes(account.environment), 'an environment is live or test');
      assertEqual(await provider.account(), account, 'the account, asked again');
    },
  }),
];

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value);
}
