import { type Currency, formatMoney, money } from '@payout-engines/core';

/** An amount of minor units as an exact decimal with all places of its currency. */
export function decimal(minor: bigint, currency: Currency): string {
  return formatMoney(money(currency, minor));
}

/** The same with the currency after it, for people. */
export function amount(minor: bigint, currency: Currency): string {
  return `${decimal(minor, currency)} ${currency.code}`;
}

/** A count with thin groups: 1,234,567. */
export function count(value: number): string {
  return value.toString().replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 event`, `2 events`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}
