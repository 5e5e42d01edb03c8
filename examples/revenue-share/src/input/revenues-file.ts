import { assertId, type Currency, type Money, type RevenueSource } from '@payout-engines/core';
import { attempt, invalid, PlacedError } from './errors.ts';
import { parseCurrency, parseIncome } from './option-values.ts';
import { type FileOptions, readRows } from './rows.ts';

const COLUMNS = { required: ['period', 'source', 'amount'], optional: ['currency'] };

/** Revenue by period and source, from a file. */
export interface Revenues {
  readonly sources: readonly string[];
  readonly revenue: RevenueSource;
}

/** The revenue of each period and source. A period that the file does not name has no known revenue. */
export async function readRevenues(
  file: string,
  currency: Currency,
  options: FileOptions,
): Promise<Revenues> {
  const amounts = new Map<string, Map<string, Money>>();
  const sources = new Set<string>();
  for await (const rows of readRows(file, COLUMNS, options)) {
    for (const { place, values } of rows) {
      const revenue = attempt(place, options.onBadLine, () => readRevenue(values(), currency));
      if (revenue === undefined) continue;
      const { period, source, amount } = revenue;
      const ofPeriod = amounts.get(period) ?? new Map<string, Money>();
      // Whether a second amount replaces the first or comes on top nobody can know, so this is never skipped.
      if (ofPeriod.has(source)) {
        throw new PlacedError(place, invalid('source', 'this period has an amount of this source already'));
      }
      sources.add(source);
      amounts.set(period, ofPeriod.set(source, amount));
    }
  }
  return {
    sources: [...sources].sort(),
    revenue: {
      revenue: async (_program, period, names) =>
        Promise.resolve(names.map((name) => amounts.get(period.id)?.get(name))),
    },
  };
}

interface Revenue {
  readonly period: string;
  readonly source: string;
  readonly amount: Money;
}

function readRevenue(
  [period = '', source = '', amount = '', code = '']: readonly string[],
  currency: Currency,
): Revenue {
  assertId(period, 'period');
  assertId(source, 'source');
  const own = code === '' || code === currency.code ? currency : parseCurrency(code);
  return { period, source, amount: parseIncome(amount, own) };
}
