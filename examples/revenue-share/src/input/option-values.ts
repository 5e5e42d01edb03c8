import {
  currency,
  type Currency,
  defineCurrency,
  isKnownCurrency,
  type Money,
  parseMoney,
  PayoutError,
} from '@payout-engines/core';
import { at, UsageError } from './errors.ts';

/** The values of single options: each knows its own spelling and names its option when it is refused. */

/** A known code, or one with its decimal places, `POINTS:0`. */
export function parseCurrency(text: string): Currency {
  const [, code, exponent] = /^([^:]*):(\d{1,2})$/.exec(text) ?? [];
  if (code !== undefined && exponent !== undefined) return defineCurrency(code, Number(exponent));
  if (!isKnownCurrency(text)) throw new PayoutError('UNKNOWN_CURRENCY', {});
  return currency(text);
}

/** One source of revenue as the command line gives it. */
export interface RevenueOption {
  readonly source: string;
  readonly amount: Money;
  readonly rate: string;
}

/** `SOURCE=AMOUNT@RATE`. Without a source it is called revenue; without a rate all of it goes into the pool. */
export function parseRevenue(text: string, currency: Currency): RevenueOption {
  const [, source = 'revenue', amount = '', rate = '1'] = /^(?:([^=]*)=)?([^@]*)(?:@(.*))?$/.exec(text) ?? [];
  return at(`--revenue of ${source}`, () => ({ source, amount: parseIncome(amount, currency), rate }));
}

/** What a source brought in: zero or more. */
export function parseIncome(text: string, currency: Currency): Money {
  const income = parseMoney(text, currency);
  if (income.minor < 0n) throw new PayoutError('INVALID_AMOUNT', { reason: 'revenue is zero or more' });
  return income;
}

/** `KIND=VALUE`, each kind once. */
export function parsePairs(option: string, texts: readonly string[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const end = text.lastIndexOf('=');
    if (end < 1) throw new UsageError(`--${option} takes NAME=VALUE`);
    const name = text.slice(0, end);
    if (pairs.has(name)) throw new UsageError(`--${option} is given twice for ${name}`);
    pairs.set(name, text.slice(end + 1));
  }
  return pairs;
}

/** A whole number as people write it. */
export function parseWhole(option: string, text: string): number {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(text)) throw new UsageError(`--${option} takes a whole number`);
  return Number(text);
}

/** One of the words an option knows. */
export function parseChoice<const Choice extends string>(
  option: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((known) => known === text);
  if (choice === undefined) throw new UsageError(`--${option} is one of ${choices.join(', ')}`);
  return choice;
}
