import { compileScoring, parseDecimal, score, storeInteractions } from '@payout-engines/core';
import { formatDecimal, breakdown, type KindScore, type ParticipantCounts } from '@payout-engines/core';
import type { Period } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { PROGRAM, RULES } from './program.ts';

const SCORING = compileScoring(RULES.scoring);

/** How somebody's points stand in a period that goes on still. */
export interface PointsSoFar {
  readonly points: string;
  readonly ofPoints: string;
  readonly kinds: readonly KindScore[];
}

/** The points of a creator until now, and of all who count: by the same rules as when the period is shared out. */
export async function pointsSoFar(
  { store }: Database,
  period: Period,
  creator: string,
): Promise<PointsSoFar> {
  let all = 0n;
  let own: ParticipantCounts | undefined;
  for await (const batch of storeInteractions(store).counts(PROGRAM, period)) {
    const known = await store.transact(PROGRAM, (unit) =>
      unit.participants.find(batch.map(({ participant }) => participant)),
    );
    for (const [index, counts] of batch.entries()) {
      if (counts.participant === creator) own = counts;
      if (known[index]?.active === true) all += score(SCORING, counts).points;
    }
  }
  const text = (points: bigint): string => formatDecimal({ coefficient: points, scale: SCORING.scale });
  return {
    points: text(own === undefined ? 0n : score(SCORING, own).points),
    ofPoints: text(all),
    kinds: own === undefined ? [] : breakdown(SCORING, own),
  };
}

/** What points would come to if they counted: of somebody who does not take part. */
export function wouldBe(counts: ParticipantCounts): string {
  return formatDecimal({ coefficient: score(SCORING, counts).points, scale: SCORING.scale });
}

/** Points as a whole number at one scale, so that they can be drawn and compared. */
export function pointsAt(points: string, scale = 6): bigint {
  const { coefficient, scale: own } = parseDecimal(points);
  return coefficient * 10n ** BigInt(scale - own);
}

/** `0.7486 %`: a part of a whole, to four places, half up. */
export function percentOf(part: string, whole: string): string {
  const [one, all] = [pointsAt(part), pointsAt(whole)];
  if (all === 0n) return '0 %';
  const parts = (2n * one * 1_000_000n + all) / (2n * all);
  return `${formatDecimal({ coefficient: parts, scale: 4 })} %`;
}

/** `1,903.5`: a plain decimal with its thousands apart. */
export function grouped(decimal: string | number): string {
  const [whole = '', fraction] = String(decimal).split('.');
  const thousands = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
}
