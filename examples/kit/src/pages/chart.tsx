import type { Child } from 'hono/jsx';

/** A number at an instant. */
export interface ChartPoint {
  readonly at: Date;
  readonly value: bigint;
}

const WIDTH = 600;
const HEIGHT = 160;

/** How something went over time, as a line; below it, in words, what it says. Two points are the least. */
export function LineChart({
  label,
  points,
  limit,
  says,
}: {
  readonly label: string;
  /** Oldest first. */
  readonly points: readonly ChartPoint[];
  /** A level that the line is to be seen against: a budget, a count that it began with. */
  readonly limit?: bigint;
  readonly says: Child;
}) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) {
    return (
      <figure class="chart">
        <figcaption>
          <strong>{label}</strong>
          <br />
          {says}
        </figcaption>
      </figure>
    );
  }
  const values = [...points.map(({ value }) => value), ...(limit === undefined ? [] : [limit])];
  const lowest = values.reduce((low, value) => (value < low ? value : low), first.value);
  const highest = values.reduce((high, value) => (value > high ? value : high), first.value);
  const from = first.at.getTime();
  const span = Math.max(1, last.at.getTime() - from);
  const x = (at: Date): number => Math.round(((at.getTime() - from) / span) * WIDTH * 10) / 10;
  const y = (value: bigint): number => {
    const range = highest - lowest === 0n ? 1n : highest - lowest;
    return HEIGHT - 6 - Number(((value - lowest) * BigInt((HEIGHT - 12) * 10)) / range) / 10;
  };
  const line = points.map(({ at, value }) => `${x(at)},${y(value)}`).join(' ');
  return (
    <figure class="chart">
      <figcaption>
        <strong>{label}</strong>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <polygon class="under" points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
        {limit !== undefined && <line class="limit" x1={0} x2={WIDTH} y1={y(limit)} y2={y(limit)} />}
        <polyline class="line" points={line} />
      </svg>
      <p class="ends">
        <span>
          <ChartDay at={first.at} />
        </span>
        <span>
          <ChartDay at={last.at} />
        </span>
      </p>
      <p class="says">{says}</p>
    </figure>
  );
}

function ChartDay({ at }: { readonly at: Date }) {
  const utc = at.toISOString().slice(0, 10);
  return (
    <time
      datetime={at.toISOString()}
      title={`${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`}
      data-day
    >
      {utc}
    </time>
  );
}

/** One of several that are compared. */
export interface Rank {
  readonly label: Child;
  readonly value: bigint;
  /** The value as it is said: an amount with its currency. */
  readonly says: Child;
}

/** Things beside each other by how much each is of, the largest as long as there is room. */
export function Ranks({ label, ranks }: { readonly label: string; readonly ranks: readonly Rank[] }) {
  const highest = ranks.reduce((high, { value }) => (value > high ? value : high), 1n);
  return (
    <figure class="ranks">
      <figcaption>
        <strong>{label}</strong>
      </figcaption>
      <ul>
        {ranks.map(({ label: name, value, says }) => (
          <li>
            <span class="name">{name}</span>
            <svg viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
              <rect x={0} y={0} width={Number((value * 1000n) / highest)} height={20} />
            </svg>
            <span class="value">{says}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
