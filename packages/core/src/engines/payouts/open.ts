import { participantAccount } from '../../ledger/account.ts';
import { PayoutError } from '../../errors.ts';
import { money } from '../../money/money.ts';
import { payablePart, toProviderAmount } from '../../money/provider-amount.ts';
import { approvalDigest } from '../../payouts/approval.ts';
import { eligibility, type IneligibleReason } from '../../payouts/eligibility.ts';
import { type FeeQuote, grossFor, quote } from '../../payouts/fees.ts';
import type { Destination, Payout } from '../../payouts/payout.ts';
import type { Participant } from '../../ports/directory.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { PayoutChange } from './change.ts';
import { NEVER, payableCurrency, type PayoutContext } from './context.ts';

/** Somebody who may get a payout in one currency. */
export interface Candidate {
  readonly id: string;
  readonly participant: string;
  readonly currency: string;
  /** Gross; left out, all that is available and payable. */
  readonly amount?: bigint;
  readonly requestedBy: string;
  readonly batch?: string;
}

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

/** Everything that the decision about one candidate depends on. */
export interface CandidateStanding {
  readonly person: Participant | undefined;
  readonly provider: string;
  readonly destination: Destination | undefined;
  readonly blocked: boolean;
  readonly available: bigint;
  readonly held: readonly { readonly amount: bigint; readonly until?: Date }[];
  readonly openPayout: string | undefined;
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

/** Reads what decides about candidates, as sets, in their order. */
export async function standingsOf(
  context: PayoutContext,
  unit: UnitOfWork,
  people: ReadonlyMap<string, Participant>,
  candidates: readonly Pick<Candidate, 'participant' | 'currency'>[],
): Promise<readonly CandidateStanding[]> {
  const participants = [...new Set(candidates.map(({ participant }) => participant))];
  const balances = await unit.ledger.balances(
    candidates.map(({ participant, currency }) => ({
      account: participantAccount(participant, 'available'),
      currency,
    })),
  );
  const open = new Map<string, string>();
  for (const { id, participant, currency } of await unit.payouts.openOf(participants)) {
    open.set(keyOf(participant, currency), id);
  }
  const held = new Map<string, { readonly amount: bigint; readonly until?: Date }[]>();
  for (const { participant, currency, held: amount, hold, fulfilled } of await unit.earnings.heldOf(
    participants,
  )) {
    const waits = hold?.condition !== undefined && fulfilled !== true;
    const until = waits ? undefined : hold?.until;
    const key = keyOf(participant, currency);
    held.set(key, [...(held.get(key) ?? []), { amount, ...(until === undefined ? {} : { until }) }]);
  }
  const destinations = candidates.map(({ participant }) => people.get(participant)?.destination);
  const providers = destinations.map((destination) => destination?.provider ?? context.defaultProvider);
  const named = destinations.flatMap((destination, index) =>
    destination === undefined
      ? []
      : [{ provider: providers[index] ?? '', id: destination.id, version: destination.version }],
  );
  const blocked = named.length === 0 ? [] : [...(await unit.participants.areBlocked(named))];
  return candidates.map(({ participant, currency }, index) => {
    const destination = destinations[index];
    const key = keyOf(participant, currency);
    return {
      person: people.get(participant),
      provider: providers[index] ?? '',
      destination,
      blocked: destination !== undefined && blocked.shift() === true,
      available: balances[index] ?? 0n,
      held: held.get(key) ?? [],
      openPayout: open.get(key),
    };
  });
}

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

/** What was decided about a candidate. */
export type Decision =
  | { readonly kind: 'payable'; readonly quote: FeeQuote }
  | { readonly kind: 'left_out'; readonly reasons: readonly IneligibleReason[] };

/** Whether a candidate gets a payout, what it comes to, and if not, everything that stands in the way. */
export function decide(
  context: PayoutContext,
  candidate: Pick<Candidate, 'currency' | 'amount'>,
  standing: CandidateStanding,
  now: Date,
): Decision {
  const { person, provider, destination, available, held, openPayout } = standing;
  const { currency, amount } = candidate;
  const eligible = eligibility(
    {
      currency,
      ...(person?.tier === undefined ? {} : { tier: person.tier }),
      active: person?.active ?? false,
      verified: person?.verified ?? false,
      ...(destination === undefined ? {} : { destination: destination.id }),
      available: amount === undefined || amount > available ? available : amount,
      held,
      ...(openPayout === undefined ? {} : { openPayout }),
    },
    context.rules.payout,
    now,
  );
  const reasons: IneligibleReason[] = eligible.kind === 'eligible' ? [] : [...eligible.reasons];
  if (standing.blocked) reasons.push({ kind: 'destination_blocked' });
  if (amount !== undefined && amount > available) {
    reasons.push({ kind: 'insufficient_available', missing: amount - (available > 0n ? available : 0n) });
  }
  const payable =
    reasons.length > 0 ? undefined : payableQuote(context, provider, currency, available, amount);
  if (payable !== undefined) return { kind: 'payable', quote: payable };
  return { kind: 'left_out', reasons: reasons.length > 0 ? reasons : [{ kind: 'not_payable', provider }] };
}

/**
 * What a payout comes to. All that is available is rounded down to what the provider can move, after the fee; an amount
 * that was named is exact or refused.
 *
 * @throws {@link PayoutError} with code `INEXACT_CONVERSION` for a named amount that the provider cannot move exactly
 */
export function payableQuote(
  context: PayoutContext,
  provider: string,
  currency: string,
  available: bigint,
  amount: bigint | undefined,
): FeeQuote | undefined {
  const payable = payableCurrency(context, provider, currency);
  if (payable === undefined) return undefined;
  const rule = context.rules.feeRule(currency);
  const asked = quote(rule, amount ?? available);
  if (asked.net <= 0n) return undefined;
  let exact = asked;
  if (amount === undefined) {
    const part = payablePart(money(payable.currency, asked.net), payable).payable.minor;
    if (part !== asked.net) exact = grossFor(rule, part);
  } else {
    toProviderAmount(money(payable.currency, asked.net), payable);
  }
  return exact.net <= 0n || exact.net < (payable.minimum ?? 0n) ? undefined : exact;
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

/** The payout as it is once somebody has agreed to all that is in it. */
export function approved(
  context: PayoutContext,
  program: string,
  payout: Payout,
  by: string,
  at: Date,
): Payout {
  const digest = approvalDigest(program, payout);
  return {
    ...payout,
    state: 'approved',
    approval: { by, at, digest },
    dueAt: whenSendable(context, payout, at),
    updatedAt: at,
  };
}

/** An approved payout is sent at once, unless a person pays it. */
export function whenSendable(
  context: PayoutContext,
  { provider }: Pick<Payout, 'provider'>,
  now: Date,
): Date {
  return context.providers.get(provider)?.capabilities.manual === true ? NEVER : now;
}

/** Until when nothing is approved to a destination that replaced another one. */
export function holdEnd({ rules }: PayoutContext, destination: Destination | undefined): Date | undefined {
  if (destination?.since === undefined || rules.destinationHoldMs === 0) return undefined;
  return new Date(destination.since.getTime() + rules.destinationHoldMs);
}

/** A line feed is in no id. */
export function keyOf(participant: string, currency: string): string {
  return `${participant}\n${currency}`;
}
