import type { Campaign, CompletionReason } from '../../campaigns/campaign.ts';
import { assertInvariant } from '../../errors.ts';

const DAY_MS = 86_400_000;

/** When a campaign ends by itself if nothing grows from now on, and why. */
export function endOf({ terms, activeAt }: Campaign): {
  readonly at: Date;
  readonly reason: CompletionReason;
} {
  const { endsAt, idleDays } = terms;
  const idle = idleDays === undefined ? undefined : new Date(activeAt.getTime() + idleDays * DAY_MS);
  if (idle !== undefined && (endsAt === undefined || idle.getTime() < endsAt.getTime())) {
    return { at: idle, reason: 'idle' };
  }
  assertInvariant(endsAt !== undefined, 'a campaign has an end date or an idle limit');
  return { at: endsAt, reason: 'ended' };
}
