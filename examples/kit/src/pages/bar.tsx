import type { Child } from 'hono/jsx';
import type { Currency } from '@payout-engines/core';
import { Amount } from './words.tsx';

/** One part of a bar. */
export interface BarPart {
  readonly label: Child;
  readonly minor: bigint;
  /** `rest` is what nothing has become of yet. */
  readonly tone: 'good' | 'goes' | 'waits' | 'over' | 'bad' | 'rest';
}

/** Parts of one sum, as long as they are large; the legend says the same in numbers. */
export function Bar({
  label,
  parts,
  currency,
}: {
  readonly label: string;
  readonly parts: readonly BarPart[];
  readonly currency: Currency;
}) {
  const shown = parts.filter(({ minor }) => minor > 0n);
  const whole = shown.reduce((sum, { minor }) => sum + minor, 0n);
  let from = 0;
  return (
    <figure class="bar">
      <svg viewBox="0 0 1000 24" preserveAspectRatio="none" role="img" aria-label={label}>
        {shown.map(({ minor, tone }) => {
          const width = Number((minor * 1000n) / (whole === 0n ? 1n : whole));
          const x = from;
          from += width;
          return <rect class={tone} x={x} y={0} width={width} height={24} />;
        })}
      </svg>
      <figcaption>
        <ul>
          {parts.map(({ label: name, minor, tone }) => (
            <li>
              <span class={`key ${tone}`} aria-hidden="true" />
              {name} <Amount minor={minor} currency={currency} />
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}
