import { parseMinor } from '../../money/minor.ts';
import type { Directory, Participant } from '../../ports/directory.ts';
import { referralBonuses } from '../../referrals/bonuses.ts';
import { buildReferralGraph } from '../../referrals/graph.ts';
import type { Referral, ReferralGraph } from '../../referrals/referral.ts';
import type { ReferralRules } from '../../referrals/rules.ts';
import type { PlanBonus } from './plan-text.ts';
import type { CanonicalRules } from './rules.ts';
import { stateOf } from './scores.ts';

/** How many ids one question to the directory names. */
const BATCH = 10_000;

/**
 * The bonuses on the shares of a period, by the referred participant.
 *
 * @param at the end of the period: a referral counts if it began before it.
 */
export async function planBonuses(
  directory: Directory,
  program: string,
  participants: readonly string[],
  shares: BigInt64Array,
  rules: CanonicalRules,
  at: Date,
): Promise<ReadonlyMap<string, readonly PlanBonus[]>> {
  const planned = new Map<string, PlanBonus[]>();
  if (rules.referrals === null) return planned;
  const { rates, fundedBy, capPerReferrer, months } = rules.referrals;
  const referralRules: ReferralRules = {
    rates,
    fundedBy,
    ...(capPerReferrer === null ? {} : { capPerReferrer: parseMinor(capPerReferrer) }),
    ...(months === null ? {} : { months }),
  };
  const paid = participants.filter((_, index) => (shares[index] ?? 0n) > 0n);
  const graph = await referralsAbove(directory, program, paid, rates.length);
  const bonuses = referralBonuses(earningsOf(participants, shares), graph, referralRules, at);
  const referrers = await participantsById(
    directory,
    program,
    bonuses.map(({ referrer }) => referrer),
  );
  for (const { referrer, referred, level, amount } of bonuses) {
    const state = stateOf(referrers.get(referrer), rules);
    const bonus = { referrer, level, amount, state };
    const before = planned.get(referred);
    if (before === undefined) planned.set(referred, [bonus]);
    else before.push(bonus);
  }
  return planned;
}

function* earningsOf(
  participants: readonly string[],
  shares: BigInt64Array,
): Generator<{ readonly participant: string; readonly amount: bigint }> {
  for (const [index, participant] of participants.entries()) {
    const amount = shares[index] ?? 0n;
    if (amount > 0n) yield { participant, amount };
  }
}

/** The referrals of the participants and of those above them, level by level. */
async function referralsAbove(
  directory: Directory,
  program: string,
  participants: readonly string[],
  levels: number,
): Promise<ReferralGraph> {
  const found = new Map<string, Referral>();
  let below: readonly string[] = participants;
  for (let level = 0; level < levels && below.length > 0; level += 1) {
    const above = new Set<string>();
    for (const ids of batchesOf(below)) {
      for (const referral of await directory.referrals(program, ids)) {
        if (referral === undefined || found.has(referral.referred)) continue;
        found.set(referral.referred, referral);
        above.add(referral.referrer);
      }
    }
    below = [...above].filter((id) => !found.has(id));
  }
  return buildReferralGraph(found.values());
}

async function participantsById(
  directory: Directory,
  program: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Participant>> {
  const found = new Map<string, Participant>();
  for (const batch of batchesOf([...new Set(ids)])) {
    for (const participant of await directory.participants(program, batch)) {
      if (participant !== undefined) found.set(participant.id, participant);
    }
  }
  return found;
}

function* batchesOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += BATCH) yield ids.slice(start, start + BATCH);
}
