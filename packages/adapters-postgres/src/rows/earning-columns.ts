import type { Earning, EarningKind, RoundingMode } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import {
  booleanColumn,
  instantColumn,
  integerColumn,
  keyColumn,
  RowSet,
  textColumn,
} from '../session/row-set.ts';
import { anyText, milliseconds } from '../session/statement.ts';

const KINDS: Readonly<Record<EarningKind, true>> = {
  share: true,
  referral_bonus: true,
  sale: true,
  bounty: true,
  tip: true,
  commission: true,
  views: true,
  adjustment: true,
  other: true,
};

const CREDITED = {
  id: keyColumn<Earning>(({ id }) => id),
  participant: textColumn<Earning>(({ participant }) => participant),
  currency: textColumn<Earning>(({ currency }) => currency),
  amount: integerColumn<Earning>(({ amount }) => amount),
  kind: textColumn<Earning>(({ kind }) => kind),
  subject: textColumn<Earning>(({ subject }) => subject),
  hold_until: instantColumn<Earning>(({ hold }) => hold?.until),
  hold_condition: textColumn<Earning>(({ hold }) => hold?.condition),
  bonus_of: textColumn<Earning>(({ bonusOf }) => bonusOf?.earning),
  bonus_rate: textColumn<Earning>(({ bonusOf }) => bonusOf?.rate),
  conversion_unit: textColumn<Earning>(({ conversion }) => conversion?.unit),
  conversion_quantity: textColumn<Earning>(({ conversion }) => conversion?.quantity),
  conversion_rate: textColumn<Earning>(({ conversion }) => conversion?.rate),
  conversion_rounding: textColumn<Earning>(({ conversion }) => conversion?.rounding),
};

const CHANGES = {
  held: integerColumn<Earning>(({ held }) => held),
  released: integerColumn<Earning>(({ released }) => released),
  reversed: integerColumn<Earning>(({ reversed }) => reversed),
  fulfilled: booleanColumn<Earning>(({ fulfilled }) => fulfilled),
};

export const NEW_EARNINGS = new RowSet<Earning>('earning', { ...CREDITED, ...CHANGES });

/**
 * The same rows, of earnings that are stored and locked. By ON CONFLICT, which goes by key whatever the planner thinks of
 * the table.
 */
export const CHANGED_EARNINGS = new RowSet<Earning>(
  'earning',
  { ...CREDITED, ...CHANGES },
  `ON CONFLICT (program, id) DO UPDATE
   SET ${Object.keys(CHANGES)
     .map((name) => `${name} = excluded.${name}`)
     .join(', ')}`,
);

/** What {@link readEarning} reads. */
export const EARNING_COLUMNS = `${anyText('id')}, ${anyText('participant')}, ${anyText('currency')}, amount, kind,
  ${anyText('subject')}, held, released, reversed, ${milliseconds('hold_until')}, ${anyText('hold_condition')},
  fulfilled, ${anyText('bonus_of')}, ${anyText('bonus_rate')}, ${anyText('conversion_unit')},
  ${anyText('conversion_quantity')}, ${anyText('conversion_rate')}, conversion_rounding`;

export function readEarning(row: unknown): Earning {
  const columns = new Columns(row);
  const earning = {
    id: columns.text(),
    participant: columns.text(),
    currency: columns.text(),
    amount: columns.bigint(),
    kind: columns.word(KINDS),
    subject: columns.text(),
    held: columns.bigint(),
    released: columns.bigint(),
    reversed: columns.bigint(),
  };
  const hold = readHold(columns);
  const fulfilled = columns.optionalBoolean();
  const bonusOf = readBonusOf(columns);
  const conversion = readConversion(columns);
  return {
    ...earning,
    ...(hold === undefined ? {} : { hold }),
    ...(fulfilled === undefined ? {} : { fulfilled }),
    ...(bonusOf === undefined ? {} : { bonusOf }),
    ...(conversion === undefined ? {} : { conversion }),
  };
}

function readHold(columns: Columns): Earning['hold'] {
  const until = columns.optionalInstant();
  const condition = columns.optionalText();
  if (until === undefined && condition === undefined) return undefined;
  return {
    ...(until === undefined ? {} : { until }),
    ...(condition === undefined ? {} : { condition }),
  };
}

function readBonusOf(columns: Columns): Earning['bonusOf'] {
  const earning = columns.optionalText();
  const rate = columns.optionalText();
  return earning === undefined || rate === undefined ? undefined : { earning, rate };
}

const ROUNDINGS: Readonly<Record<RoundingMode, true>> = {
  floor: true,
  ceiling: true,
  down: true,
  up: true,
  'half-up': true,
  'half-down': true,
  'half-even': true,
};

function readConversion(columns: Columns): Earning['conversion'] {
  const unit = columns.optionalText();
  const quantity = columns.optionalText();
  const rate = columns.optionalText();
  const rounding = columns.optionalWord(ROUNDINGS);
  if (unit === undefined || quantity === undefined || rate === undefined || rounding === undefined) {
    return undefined;
  }
  return { unit, quantity, rate, rounding };
}
