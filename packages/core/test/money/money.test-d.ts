import { describe, expectTypeOf, it } from 'vitest';
import {
  add,
  compare,
  currency,
  type Currency,
  defineCurrency,
  money,
  type Money,
  payablePart,
  subtract,
  sum,
  toProviderAmount,
} from '../../src/money/index.ts';

const dollars = money(currency('USD'), 1n);
const euros = money(currency('EUR'), 1n);
const points = money(defineCurrency('POINTS', 0), 1n);

describe('the type of an amount', () => {
  it('carries its currency', () => {
    expectTypeOf(dollars).toEqualTypeOf<Money<'USD'>>();
    expectTypeOf(points).toEqualTypeOf<Money<'POINTS'>>();
    expectTypeOf(add(dollars, dollars)).toEqualTypeOf<Money<'USD'>>();
    expectTypeOf(sum(currency('USD'), [dollars])).toEqualTypeOf<Money<'USD'>>();
    expectTypeOf(dollars.currency).toEqualTypeOf<Currency<'USD'>>();
  });

  it('keeps two currencies apart', () => {
    // @ts-expect-error dollars and euros do not add
    add(dollars, euros);
    // @ts-expect-error
    subtract(dollars, euros);
    // @ts-expect-error
    compare(dollars, euros);
    // @ts-expect-error
    sum(currency('USD'), [dollars, euros]);
    // @ts-expect-error
    add(points, dollars);
    // @ts-expect-error
    toProviderAmount(dollars, { currency: currency('EUR'), exponent: 2, step: 1n });
    // @ts-expect-error
    payablePart(dollars, { currency: currency('EUR'), exponent: 2, step: 1n });
  });

  it('takes minor units as bigint only', () => {
    // @ts-expect-error a number is no amount
    money(currency('USD'), 1);
    // @ts-expect-error nor is a text
    money(currency('USD'), '1');
  });

  it('knows the known currencies', () => {
    // @ts-expect-error gold has no minor unit
    currency('XAU');
    expectTypeOf(currency('SOL')).toEqualTypeOf<Currency<'SOL'>>();
  });

  it('cannot be changed', () => {
    // @ts-expect-error an amount is a value
    dollars.minor = 2n;
  });
});
