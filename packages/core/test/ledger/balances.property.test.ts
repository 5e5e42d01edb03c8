import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Balances } from '../../src/ledger/balances.ts';
import { ACCOUNTS, runs } from './arbitraries.ts';

describe('balances', () => {
  it('add up per account and currency, and never across', () => {
    const change = fc.record({
      account: fc.constantFrom(...ACCOUNTS),
      currency: fc.constantFrom('USD', 'EUR', 'JPY'),
      amount: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const balances = new Balances();
        for (const { account, currency, amount } of changes) balances.add(account, currency, amount);
        for (const account of ACCOUNTS) {
          for (const currency of ['USD', 'EUR', 'JPY']) {
            const expected = changes
              .filter((row) => row.account === account && row.currency === currency)
              .reduce((sum, { amount }) => sum + amount, 0n);
            expect(balances.of(account, currency)).toBe(expected);
          }
        }
        const touched = new Set(changes.map(({ account, currency }) => `${currency} ${account}`));
        expect([...balances.entries()]).toHaveLength(touched.size);
      }),
      runs(200),
    );
  });

  it('are zero where nothing ever moved', () => {
    expect(new Balances().of('funding', 'USD')).toBe(0n);
    expect([...new Balances().entries()]).toEqual([]);
  });
});
