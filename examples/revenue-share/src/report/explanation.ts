import { type Currency, parseMinor, type ShareExplanation, type WhyNotReason } from '@payout-engines/core';
import { amount } from './amounts.ts';

/** Why a participant got this amount: from the counts to the points to the share. */
export function explanationLines(explained: ShareExplanation, currency: Currency): readonly string[] {
  const { participant, points, share, bonuses, bonusesFundedBy } = explained;
  const terms = points.map(({ kind, count, counted, weight, points: own }) => {
    const left = count === counted ? '' : ` (of ${count})`;
    return `${counted} ${kind}${left} × ${weight} = ${own}`;
  });
  return [
    `${participant}: ${amount(parseMinor(explained.amount), currency)}`,
    `  points  ${terms.join(', ')}; together ${share.points}`,
    `  share   ${amount(parseMinor(share.pool), currency)} × ${share.points} / ${share.ofPoints} = ${amount(parseMinor(share.amount), currency)} (${share.method})`,
    ...bonuses.map(
      ({ referrer, level, amount: bonus, state }) =>
        `  bonus   ${amount(bonus, currency)} to ${referrer}, who brought ${participant}${level === 1 ? '' : ` (level ${level})`}: ${bonusNote(state, bonusesFundedBy)}`,
    ),
  ];
}

function bonusNote(state: string, fundedBy: ShareExplanation['bonusesFundedBy']): string {
  if (state === 'inactive' || state === 'unknown') return 'not paid, because the referrer does not take part';
  return fundedBy === 'pool' ? 'taken out of this share' : 'paid on top by the platform';
}

/** Why a participant got nothing, or cannot use it yet. */
export function whyNotLines(participant: string, reasons: readonly WhyNotReason[]): readonly string[] {
  return reasons.map((reason) => `${participant}: ${whyNotText(reason)}`);
}

function whyNotText(reason: WhyNotReason): string {
  switch (reason.reason) {
    case 'no_interactions':
      return 'nothing, without an interaction in this period';
    case 'not_known':
      return `nothing, as nobody knows them; ${reason.next}`;
    case 'inactive':
      return `nothing, as they are not active; ${reason.next}`;
    case 'no_points':
      return 'nothing, as none of their interactions counts';
    case 'share_below_one_unit':
      return `nothing, as ${reason.points} of ${reason.ofPoints} points are less than one unit of the pool`;
    case 'on_hold':
      return `on hold until ${reason.until}`;
    case 'not_verified':
      return `held until they are verified; ${reason.next}`;
  }
}
