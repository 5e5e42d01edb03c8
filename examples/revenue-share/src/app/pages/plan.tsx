import type { LineState } from '@payout-engines/core';
import { Amount, Ranks, Statement, Table } from '@payout-engines/example-kit';
import { grouped, percentOf, pointsAt } from '../points.ts';
import { SOL, SOURCES } from '../program.ts';
import type { PlanView } from '../plan-view.ts';
import { rateText, Sol } from './words.tsx';

const DRAWN = 8;

/** A plan, be it a dry run or what was done: the pool, who gets what, and what nobody gets, and why. */
export function Plan({
  view,
  done,
  csv,
}: {
  readonly view: PlanView;
  readonly done: boolean;
  readonly csv?: string;
}) {
  const { header, portions, more, notHandedOut } = view;
  const [shares, returned] = [BigInt(header.shares), BigInt(header.returned)];
  const rates = new Map(header.rules.revenue.map(({ source, rate }) => [source, rate]));
  const drawn = portions.filter(({ points }) => points !== '0').slice(0, DRAWN);
  const rest = pointsAt(header.points) - drawn.reduce((sum, { points }) => sum + pointsAt(points), 0n);
  return (
    <>
      <p>
        {grouped(header.interactions)} interactions, {grouped(header.points)} points of{' '}
        {grouped(header.participants.scored)} creators.
      </p>
      <Statement
        caption="The pool"
        currency={SOL}
        total="Pool"
        lines={header.revenue.map(({ source, amount, toPool }) => ({
          why: (
            <>
              {SOURCES.find((one) => one.source === source)?.name ?? source}: <Sol minor={BigInt(amount)} /> ×{' '}
              {rateText(rates.get(source) ?? '0')}
            </>
          ),
          minor: BigInt(toPool),
        }))}
      />
      <Statement
        caption={done ? 'What became of it' : 'What would become of it'}
        currency={SOL}
        total="Left in the pool"
        lines={[
          { why: 'The pool', minor: BigInt(header.pool) },
          { why: `Shares of ${grouped(header.participants.paid)} creators`, minor: -shares },
          { why: 'Not distributed: back to the platform', minor: -returned },
        ]}
      />
      <p>
        Referral bonuses: {grouped(header.bonuses.count)}, together{' '}
        <Amount minor={BigInt(header.bonuses.amount)} currency={SOL} />, on top, paid by the platform.
      </p>
      {drawn.length > 0 && (
        <Ranks
          label="Score shares"
          ranks={[
            ...drawn.map(({ name, points }) => ({
              label: name,
              value: pointsAt(points),
              says: percentOf(points, header.points),
            })),
            ...(rest > 0n
              ? [{ label: 'All others', value: rest, says: percentOf(textOf(rest), header.points) }]
              : []),
          ]}
        />
      )}
      <Table
        caption="Who gets what, most points first"
        rows={portions}
        empty="Nobody gets anything."
        {...(csv !== undefined && { csv })}
        columns={[
          { head: 'Creator', cell: ({ name }) => name },
          { head: 'Points', numeric: true, cell: ({ points }) => grouped(points) },
          { head: 'Part', numeric: true, cell: ({ points }) => percentOf(points, header.points) },
          { head: 'Share', numeric: true, cell: ({ share }) => <Sol minor={share} /> },
          {
            head: 'Referral bonus',
            numeric: true,
            cell: ({ bonus }) => (bonus === 0n ? '' : <Sol minor={bonus} />),
          },
          { head: 'Together', numeric: true, cell: ({ share, bonus }) => <Sol minor={share + bonus} /> },
          { head: 'State', cell: ({ state }) => <LineWord state={state} /> },
        ]}
      />
      {more > 0 && (
        <p>
          And {grouped(more)} more{csv === undefined ? '' : ', all of them in the CSV'}.
        </p>
      )}
      <h2>What is not handed out, and why</h2>
      <Table
        caption="Points, shares and bonuses that nobody gets, or not yet"
        rows={notHandedOut}
        empty="Everything is handed out."
        columns={[
          { head: 'Who', cell: ({ who }) => who },
          { head: 'What', cell: ({ what }) => what },
          {
            head: 'Amount',
            numeric: true,
            cell: ({ amount }) => (amount === undefined ? '' : <Sol minor={amount} />),
          },
          { head: 'Why', cell: ({ why }) => why },
          { head: 'Next', cell: ({ next }) => next },
        ]}
      />
    </>
  );
}

function textOf(points: bigint): string {
  const digits = points.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

const LINE_WORDS: Readonly<Record<LineState, readonly [tone: string, word: string]>> = {
  available: ['good', 'Available'],
  held: ['waits', 'Held'],
  held_until_verified: ['waits', 'Held until verified'],
  inactive: ['over', 'Does not take part'],
  unknown: ['over', 'Not registered'],
};

function LineWord({ state }: { readonly state: LineState }) {
  const [tone, word] = LINE_WORDS[state];
  return <span class={`state ${tone}`}>{word}</span>;
}
