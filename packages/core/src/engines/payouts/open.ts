import { PayoutError } from '../../errors.ts';
import type { IneligibleReason } from '../../payouts/eligibility.ts';
import type { FeeQuote } from '../../payouts/fees.ts';
import type { Payout } from '../../payouts/payout.ts';
import type { Participant } from '../../ports/directory.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { approved, holdEnd } from './approved.ts';
import { type Candidate, type CandidateStanding, standingsOf } from './candidates.ts';
import { PayoutChange } from './change.ts';
import { NEVER, type PayoutContext } from './context.ts';
import { type Decision, decide } from './decide.ts';

/** What was decided about a candidate. */
export type Opening =
  | { readonly kind: 'opened'; readonly candidate: Candidate; readonly payout: Payout }
  | {
      readonly kind: 'left_out';
      readonly candidate: Candidate;
      readonly available: bigint;
      readonly reasons: readonly IneligibleReason[];
    }
  /** The rules have no answer for what somebody asked for by themselves, or it is no right question. */
  | { readonly kind: 'refused'; readonly candidate: Candidate; readonly error: PayoutError };

/**
 * Decides about candidates and opens payouts for those who are eligible, as one set: no candidate stops the others. The
 * caller holds the participants' locks, has made sure that none of the payouts exists, and gives nobody twice in one
 * currency.
 */
export async function openPayouts(
  context: PayoutContext,
  unit: UnitOfWork,
  people: ReadonlyMap<string, Participant>,
  candidates: readonly Candidate[],
): Promise<readonly Opening[]> {
  if (candidates.length === 0) return [];
  const now = await unit.now();
  const { epoch } = await unit.controls.read();
  const standings = await standingsOf(context, unit, people, candidates);
  const openings = candidates.map((candidate, index): Opening => {
    const standing = standings[index] ?? NOTHING;
    const decided = decideOrRefuse(context, candidate, standing, now);
    if (decided.kind === 'refused') return { ...decided, candidate };
    if (decided.kind === 'left_out') return { ...decided, candidate, available: standing.available };
    const payout = newPayout(context, unit.program, candidate, standing, decided.quote, now, epoch);
    return { kind: 'opened', candidate, payout };
  });
  const opened = openings.flatMap((opening) => (opening.kind === 'opened' ? [opening.payout] : []));
  if (opened.length === 0) return openings;
  await unit.payouts.add(opened);
  const changes = opened.map((payout) => {
    const change = new PayoutChange({ payout, attempts: [], movements: [] }, now);
    change.reserve(payout.attempt);
    change.tell('');
    return change;
  });
  await unit.ledger.post(changes.flatMap((change) => change.transfers));
  await unit.outbox.add(changes.flatMap((change) => change.told));
  return openings;
}

const NOTHING: CandidateStanding = {
  person: undefined,
  provider: '',
  destination: undefined,
  blocked: false,
  available: 0n,
  held: [],
  openPayout: undefined,
};

/**
 * Whether a candidate gets a payout. One that the rules have no answer for, or whom nobody knows, must not stop the others:
 * a batch leaves them out, and who asks for a payout by themselves gets the error.
 */
function decideOrRefuse(
  context: PayoutContext,
  candidate: Candidate,
  standing: CandidateStanding,
  now: Date,
): Decision | { readonly kind: 'refused'; readonly error: PayoutError } {
  const { participant, batch } = candidate;
  if (standing.person === undefined) {
    if (batch !== undefined) return { kind: 'left_out', reasons: [{ kind: 'not_known' }] };
    return { kind: 'refused', error: new PayoutError('PARTICIPANT_NOT_FOUND', { participant }) };
  }
  try {
    return decide(context, candidate, standing, now);
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    if (batch === undefined) return { kind: 'refused', error };
    return { kind: 'left_out', reasons: [{ kind: 'outside_rules', code: error.code }] };
  }
}

function newPayout(
  context: PayoutContext,
  program: string,
  { id, participant, currency, requestedBy, batch }: Candidate,
  { provider, destination }: CandidateStanding,
  { gross, fee, bearer }: FeeQuote,
  now: Date,
  epoch: number,
): Payout {
  const pending: Payout = {
    id,
    participant,
    currency,
    amount: gross,
    fee,
    feeBearer: bearer,
    ...(batch === undefined ? {} : { batch }),
    requestedBy,
    openedAt: now,
    state: 'pending',
    provider,
    ...(destination === undefined
      ? {}
      : { destination: { id: destination.id, version: destination.version } }),
    attempt: 1,
    fence: 0,
    dueAt: NEVER,
    epoch,
    paid: 0n,
    returned: 0n,
    updatedAt: now,
  };
  if (context.rules.approval.mode === 'manual') return pending;
  const heldUntil = holdEnd(context, destination);
  if (heldUntil !== undefined && now.getTime() < heldUntil.getTime()) {
    return { ...pending, dueAt: heldUntil, reason: 'destination_hold' };
  }
  return approved(context, program, pending, 'policy', now);
}
