import { PayoutError } from '../errors.ts';
import { ISO_4217 } from './iso-4217.ts';

/** A currency as the ledger keeps it: its code, and how many decimal places its minor unit has. */
export interface Currency<Code extends string = string> {
  readonly code: Code;
  /** Decimal places of the minor unit: JPY 0, USD 2, KWD 3, SOL 9. There is no default. */
  readonly exponent: number;
}

/** Currencies beyond ISO 4217. ETH is kept at 9 places (gwei): its 18 do not fit 64 bits. */
const DIGITAL = { SOL: 9, USDC: 6, ETH: 9 } as const;

const KNOWN = { ...ISO_4217, ...DIGITAL } as const;

/** The code of a currency this library knows: all of ISO 4217 that has a minor unit, and SOL, USDC and ETH. */
export type KnownCurrencyCode = keyof typeof KNOWN;

const CODE = /^[A-Z][A-Z0-9]{1,11}$/;

/**
 * A known currency by its code.
 *
 * @throws {@link PayoutError} with code `UNKNOWN_CURRENCY`
 *
 * @example
 * ```ts
 * import { currency } from '@payout-engines/core/money';
 *
 * currency('KWD').exponent; // => 3
 * ```
 */
export function currency<Code extends KnownCurrencyCode>(code: Code): Currency<Code> {
  if (!isKnownCurrency(code)) throw new PayoutError('UNKNOWN_CURRENCY', {});
  return { code, exponent: KNOWN[code] };
}

/** Whether a text is the code of a known currency; narrows it for {@link currency}. */
export function isKnownCurrency(code: string): code is KnownCurrencyCode {
  return typeof code === 'string' && Object.hasOwn(KNOWN, code);
}

/** The codes of all known currencies, sorted. */
export function knownCurrencyCodes(): readonly string[] {
  return Object.keys(KNOWN).sort();
}

/**
 * A currency of your own: points, tokens, a stablecoin.
 *
 * A known code can be defined again only with its own exponent, so that one code never means two units.
 *
 * @throws {@link PayoutError} with code `INVALID_CURRENCY`
 *
 * @example
 * ```ts
 * import { defineCurrency } from '@payout-engines/core/money';
 *
 * defineCurrency('POINTS', 0); // => { code: 'POINTS', exponent: 0 }
 * ```
 */
export function defineCurrency<Code extends string>(code: Code, exponent: number): Currency<Code> {
  if (typeof code !== 'string' || !CODE.test(code)) {
    throw new PayoutError('INVALID_CURRENCY', { reason: 'a code is 2 to 12 capital letters and digits' });
  }
  if (!Number.isInteger(exponent) || exponent < 0 || exponent > 18) {
    throw new PayoutError('INVALID_CURRENCY', { reason: 'an exponent is a whole number from 0 to 18' });
  }
  if (isKnownCurrency(code) && KNOWN[code] !== exponent) {
    throw new PayoutError('INVALID_CURRENCY', { reason: `${code} is known with exponent ${KNOWN[code]}` });
  }
  return { code, exponent };
}
