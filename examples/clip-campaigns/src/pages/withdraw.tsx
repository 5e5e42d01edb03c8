import { Action, type Session } from '@payout-engines/example-kit';
import type { ClipRow } from '../clips.ts';
import { clipPath } from './frame.ts';

/** Taking a clip out, as long as it takes part. */
export function WithdrawAction({
  session,
  row: { clip },
}: {
  readonly session: Session;
  readonly row: ClipRow;
}) {
  if (clip.state !== 'submitted' && clip.state !== 'approved') return <></>;
  return (
    <Action
      session={session}
      to={`${clipPath(clip.id)}/withdraw`}
      label="Withdraw it"
      sure="1 clip is counted no more. It keeps what it has earned, and cannot be submitted again."
    />
  );
}
