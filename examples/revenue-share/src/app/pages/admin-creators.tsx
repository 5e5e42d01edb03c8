import type { Participant } from '@payout-engines/core';
import { Action, Page, type Session, Table } from '@payout-engines/example-kit';
import type { Creator } from '../people.ts';
import { FRAME } from './frame.ts';
import { Sol } from './words.tsx';

/** A creator with what operators need to know. */
export interface CreatorRow extends Creator {
  readonly participant: Participant | undefined;
  readonly available: bigint;
  readonly held: bigint;
  readonly wallet: string | undefined;
}

/** Everybody who takes part, and who waits to be verified. */
export function AdminCreators({
  session,
  rows,
}: {
  readonly session: Session;
  readonly rows: readonly CreatorRow[];
}) {
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (
    <Page frame={FRAME} title="Creators" session={session} at="/admin/creators">
      <Table
        caption="Creators"
        rows={rows}
        empty="No creator yet."
        columns={[
          { head: 'Name', cell: ({ name }) => name },
          { head: 'State', cell: ({ participant }) => <CreatorState participant={participant} /> },
          {
            head: 'Invited by',
            cell: ({ invitedBy }) => (invitedBy === undefined ? '' : (names.get(invitedBy) ?? invitedBy)),
          },
          { head: 'Wallet', cell: ({ wallet }) => wallet ?? 'none' },
          { head: 'Claimable', numeric: true, cell: ({ available }) => <Sol minor={available} /> },
          { head: 'Held', numeric: true, cell: ({ held }) => <Sol minor={held} /> },
          {
            head: 'To do',
            cell: ({ id, name, held, participant }) =>
              participant?.verified === false ? (
                <Action
                  session={session}
                  to={`/admin/creators/${encodeURIComponent(id)}/verify`}
                  label={`Verify ${name}`}
                  sure={
                    <>
                      1 creator; <Sol minor={held} /> are released.
                    </>
                  }
                />
              ) : (
                ''
              ),
          },
        ]}
      />
    </Page>
  );
}

function CreatorState({ participant }: { readonly participant: Participant | undefined }) {
  if (participant?.active !== true) return <span class="state over">Does not take part</span>;
  if (!participant.verified) return <span class="state waits">Not verified</span>;
  return <span class="state good">Takes part</span>;
}
