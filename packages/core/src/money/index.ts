/** Exact money: currencies, minor units, strict parsing and formatting, named rounding, rates, provider amounts. */

export { PayoutError, type ErrorCode, type ErrorDetails } from '../errors.ts';
export {
  currency,
  defineCurrency,
  isKnownCurrency,
  knownCurrencyCodes,
  type Currency,
  type KnownCurrencyCode,
} from './currency.ts';
export {
  add,
  assertSameCurrency,
  compare,
  formatMoney,
  money,
  parseMoney,
  subtract,
  sum,
  type Money,
} from './money.ts';
export { formatMinor, parseMinor } from './minor.ts';
export { inRange, MAX_MINOR, MIN_MINOR } from './range.ts';
export { divide, ROUNDING_MODES, type RoundingMode } from './rounding.ts';
export {
  compareDecimals,
  formatDecimal,
  parseDecimal,
  type DecimalInput,
  type ExactDecimal,
} from './decimal.ts';
export { applyRate, parseRate } from './rate.ts';
export {
  fromProviderAmount,
  payablePart,
  toProviderAmount,
  type ProviderCurrency,
} from './provider-amount.ts';
