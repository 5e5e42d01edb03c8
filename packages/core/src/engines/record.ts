import * as z from 'zod';
import type { Period } from '../periods/period.ts';
import type { Participant } from '../ports/directory.ts';
import type { InteractionReceipt, Store } from '../ports/store.ts';
import type { Referral } from '../referrals/referral.ts';
import { interactionSchema, participantSchema, periodSchema, referralSchema } from '../schemas/facts.ts';
import { parseInput } from '../schemas/parse-input.ts';
import { idSchema } from '../schemas/primitives.ts';
import type { Interaction } from '../scoring/interaction.ts';

/** Facts from outside, checked to the last field and stored. Each call is all or nothing, and can be repeated. */

const interactionsSchema = z.array(interactionSchema);
const participantsSchema = z.array(participantSchema);
const referralsSchema = z.array(referralSchema);
const periodsSchema = z.array(periodSchema);

/**
 * Opens periods. One that is open already with the same bounds is left as it is.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `INVALID_INSTANT`, `PERIOD_OVERLAP` or `IDEMPOTENCY_CONFLICT`
 */
export async function openPeriods(store: Store, program: string, periods: readonly Period[]): Promise<void> {
  parseInput(idSchema, program);
  const checked = parseInput(periodsSchema, periods);
  return store.transact(program, (unit) => unit.periods.open(checked));
}

/**
 * Stores participants in the default Directory, replacing those that exist.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`
 */
export async function putParticipants(
  store: Store,
  program: string,
  participants: readonly Participant[],
): Promise<void> {
  parseInput(idSchema, program);
  const checked = parseInput(participantsSchema, participants);
  return store.transact(program, (unit) => unit.participants.put(checked));
}

/**
 * Adds referrals to the default Directory.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `SELF_REFERRAL`, `REFERRER_ALREADY_SET`, `REFERRAL_CYCLE` or
 * `IDEMPOTENCY_CONFLICT`
 */
export async function addReferrals(
  store: Store,
  program: string,
  referrals: readonly Referral[],
): Promise<void> {
  parseInput(idSchema, program);
  const checked = parseInput(referralsSchema, referrals);
  return store.transact(program, (unit) => unit.referrals.add(checked));
}

/**
 * Records interactions: each counted once by its id, in exactly one period.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `OUTSIDE_EVERY_PERIOD` or `IDEMPOTENCY_CONFLICT`
 */
export async function recordInteractions(
  store: Store,
  program: string,
  interactions: readonly Interaction[],
): Promise<InteractionReceipt> {
  parseInput(idSchema, program);
  const checked = parseInput(interactionsSchema, interactions);
  return store.transact(program, (unit) => unit.interactions.record(checked));
}
