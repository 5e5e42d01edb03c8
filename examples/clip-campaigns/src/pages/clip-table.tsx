import { Amount, Table, Time } from '@payout-engines/example-kit';
import type { Child } from 'hono/jsx';
import type { ClipRow } from '../clips.ts';
import { USD } from '../program.ts';
import { clipPath } from './frame.ts';
import { ClipState, count, PLATFORM_NAMES, Rate, SourceProblem } from './words.tsx';

/** Clips: what was counted, what it is worth, and what was paid. */
export function ClipTable({
  rows,
  empty,
  csv,
  under = '',
  names,
}: {
  readonly rows: readonly ClipRow[];
  readonly empty: Child;
  readonly csv?: string;
  readonly under?: string;
  /** Where each row says whose it is: the names of clippers. */
  readonly names?: ReadonlyMap<string, string>;
}) {
  return (
    <Table
      caption="Clips, newest first"
      rows={rows}
      empty={empty}
      {...(csv !== undefined && { csv })}
      columns={[
        {
          head: 'Clip',
          cell: ({ clip, campaignName }) => (
            <div>
              <a href={clipPath(clip.id, under)}>
                {PLATFORM_NAMES[clip.platform]} {clip.content}
              </a>
              <br />
              <small>{campaignName}</small>
            </div>
          ),
        },
        ...(names === undefined
          ? []
          : [
              {
                head: 'Clipper',
                cell: ({ clip }: ClipRow) => names.get(clip.participant) ?? clip.participant,
              },
            ]),
        {
          head: 'State',
          cell: (row) => (
            <div>
              <ClipState state={row.clip.state} />
              {row.clip.tries > 0 && row.clip.state === 'approved' && (
                <>
                  <br />
                  <small>
                    <SourceProblem row={row} />
                  </small>
                </>
              )}
            </div>
          ),
        },
        {
          head: 'Views now',
          means: 'The last count that the platform showed.',
          numeric: true,
          cell: ({ viewsNow }) => (viewsNow === undefined ? '–' : count(viewsNow)),
        },
        {
          head: 'Paid views',
          means: 'Views that were gained since the approval. A count that falls takes nothing back.',
          numeric: true,
          cell: ({ paidViews }) => count(paidViews),
        },
        { head: 'Rate', numeric: true, cell: ({ rate }) => <Rate perThousand={rate} /> },
        { head: 'Earned', numeric: true, cell: ({ earned }) => <Amount minor={earned} currency={USD} /> },
        {
          head: 'Cut off',
          means:
            'What its views were worth beyond the budget of the campaign, or beyond the most that one clip earns.',
          numeric: true,
          cell: ({ cutByBudget, cutByCap }) => <CutOff byBudget={cutByBudget} byCap={cutByCap} />,
        },
        {
          head: 'Last looked at',
          cell: ({ lastLook }) => (lastLook === undefined ? 'not yet' : <Time at={lastLook.at} />),
        },
      ]}
    />
  );
}

function CutOff({ byBudget, byCap }: { readonly byBudget: bigint; readonly byCap: bigint }) {
  if (byBudget === 0n && byCap === 0n) return <>–</>;
  return (
    <div>
      {byBudget > 0n && (
        <div>
          <Amount minor={byBudget} currency={USD} /> <small>budget spent</small>
        </div>
      )}
      {byCap > 0n && (
        <div>
          <Amount minor={byCap} currency={USD} /> <small>over the most for one clip</small>
        </div>
      )}
    </div>
  );
}
