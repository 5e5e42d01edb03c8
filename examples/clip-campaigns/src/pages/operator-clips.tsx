import type { Clip } from '@payout-engines/core';
import { Action, Amount, Field, Page, type Session, Tabs } from '@payout-engines/example-kit';
import type { ClipRow } from '../clips.ts';
import { USD } from '../program.ts';
import { ClipTable } from './clip-table.tsx';
import { clipPath, FRAME } from './frame.ts';

/** What operators look at together. */
export const CLIP_GROUPS: readonly {
  readonly id: string;
  readonly label: string;
  readonly states: readonly Clip['state'][];
  readonly empty: string;
}[] = [
  { id: 'waiting', label: 'To approve', states: ['submitted'], empty: 'Nothing waits for approval.' },
  { id: 'counting', label: 'Counting', states: ['approved'], empty: 'No clip is counted at the moment.' },
  { id: 'final', label: 'Final', states: ['completed', 'withdrawn'], empty: 'No clip is final yet.' },
  {
    id: 'out',
    label: 'Rejected and disqualified',
    states: ['rejected', 'disqualified'],
    empty: 'No clip was refused.',
  },
];

/** Clips by what is to be done about them. */
export function OperatorClips({
  session,
  rows,
  tab,
  names,
}: {
  readonly session: Session;
  /** All of them: the tabs count them. */
  readonly rows: readonly ClipRow[];
  readonly tab: string;
  readonly names: ReadonlyMap<string, string>;
}) {
  const here = CLIP_GROUPS.find(({ id }) => id === tab) ?? CLIP_GROUPS[0];
  const of = (states: readonly Clip['state'][]) => rows.filter(({ clip }) => states.includes(clip.state));
  return (
    <Page frame={FRAME} title="Clips" session={session} at="/operator/clips">
      <Tabs
        label="Clips by state"
        tabs={CLIP_GROUPS.map(({ id, label, states }) => {
          const group = of(states);
          const earned = group.reduce((sum, row) => sum + row.earned, 0n);
          const sum = <Amount minor={earned} currency={USD} />;
          return { to: `/operator/clips?tab=${id}`, label, count: group.length, sum, here: id === here?.id };
        })}
      />
      <ClipTable
        rows={of(here?.states ?? [])}
        under="/operator"
        names={names}
        csv={`/operator/clips.csv?tab=${here?.id ?? ''}`}
        empty={`${here?.empty ?? ''} Look at the other tabs.`}
      />
    </Page>
  );
}

/** What an operator can do with a clip. */
export function ClipActions({
  session,
  row: { clip, campaign, earned },
  problem,
}: {
  readonly session: Session;
  readonly row: ClipRow;
  /** What was typed as a reason and is none. */
  readonly problem?: { readonly step: string; readonly reason: string; readonly sentence: string };
}) {
  const to = (step: string): string => `${clipPath(clip.id, '/operator')}/${step}`;
  const why = (step: string) =>
    problem?.step === step ? { value: problem.reason, problem: problem.sentence } : {};
  const isOpen = (step: string) => ({ open: problem?.step === step });
  if (clip.state === 'submitted' || clip.state === 'rejected') {
    return (
      <>
        <Action
          session={session}
          to={to('approve')}
          label="Approve"
          {...(campaign.state === 'running'
            ? {}
            : { refused: 'Its campaign is not running, so that its views cannot be counted from now on.' })}
        />
        {clip.state === 'submitted' && (
          <Action
            session={session}
            to={to('reject')}
            label="Reject"
            sure="The clipper reads the reason."
            {...isOpen('reject')}
          >
            <Field name="reason" label="Why it is rejected" required {...why('reject')} />
          </Action>
        )}
      </>
    );
  }
  if (clip.state === 'disqualified') return <></>;
  return (
    <Action
      session={session}
      to={to('disqualify')}
      label="Disqualify"
      sure={
        <>
          1 clip that has earned <Amount minor={earned} currency={USD} />. What of it was not paid out yet is
          taken back
          {campaign.state === 'completed' ? '' : ', and goes to the budget again'}. The clipper reads the
          reason.
        </>
      }
      {...isOpen('disqualify')}
    >
      <Field name="reason" label="Why it is disqualified" required {...why('disqualify')} />
    </Action>
  );
}
