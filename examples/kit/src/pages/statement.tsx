import type { Child } from 'hono/jsx';
import type { Currency } from '@payout-engines/core';
import { Amount } from './words.tsx';

/** One signed line of a statement, with why it is there. */
export interface StatementLine {
  readonly why: Child;
  readonly minor: bigint;
}

/** Lines that add up to the total. Those of zero are left out: they explain nothing. */
export function Statement({
  caption,
  lines,
  total,
  currency,
}: {
  readonly caption: string;
  readonly lines: readonly StatementLine[];
  readonly total: Child;
  readonly currency: Currency;
}) {
  const sum = lines.reduce((before, { minor }) => before + minor, 0n);
  return (
    <table class="statement">
      <caption>{caption}</caption>
      <tbody>
        {lines
          .filter(({ minor }) => minor !== 0n)
          .map(({ why, minor }) => (
            <tr>
              <th scope="row">{why}</th>
              <td class="number">
                <Amount minor={minor} currency={currency} />
              </td>
            </tr>
          ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{total}</th>
          <td class="number">
            <Amount minor={sum} currency={currency} />
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
