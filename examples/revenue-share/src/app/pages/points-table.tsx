import type { KindScore } from '@payout-engines/core';
import { Table } from '@payout-engines/example-kit';
import { grouped, percentOf } from '../points.ts';
import { KINDS } from '../program.ts';

/** What was done, how often, and the points that each brings. */
export function PointsTable({
  kinds,
  csv,
  empty,
}: {
  readonly kinds: readonly KindScore[];
  readonly csv?: string;
  readonly empty: string;
}) {
  const rows = KINDS.flatMap(({ kind, name }) => {
    const found = kinds.find((one) => one.kind === kind);
    return found === undefined ? [] : [{ ...found, name }];
  });
  return (
    <Table
      caption="Your points"
      rows={rows}
      empty={empty}
      {...(csv !== undefined && { csv })}
      columns={[
        { head: 'What', cell: ({ name }) => name },
        {
          head: 'Counted',
          means: 'Likes and follows of oneself do not count.',
          numeric: true,
          cell: ({ count, counted }) =>
            count === counted ? grouped(count) : `${grouped(counted)} (of ${grouped(count)})`,
        },
        { head: 'Points for each', numeric: true, cell: ({ weight }) => `× ${weight}` },
        { head: 'Points', numeric: true, cell: ({ points }) => `= ${grouped(points)}` },
      ]}
    />
  );
}

/** `Your score 14.25 of 1,903.5 = 0.7486 %`. */
export function Score({ points, ofPoints }: { readonly points: string; readonly ofPoints: string }) {
  return (
    <>
      Your score{' '}
      <strong>
        {grouped(points)} of {grouped(ofPoints)} = {percentOf(points, ofPoints)}
      </strong>
    </>
  );
}
