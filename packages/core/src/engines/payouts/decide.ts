import { money } from '../../money/money.ts';
import { payablePart, toProviderAmount } from '../../money/provider-amount.ts';
import { eligibility, type IneligibleReason } from '../../payouts/eligibility.ts';
import { type FeeQuote, grossFor, quote } from '../../payouts/fees.ts';
import type { Candidate, CandidateStanding } from './candidates.ts';
import { payableCurrency, type PayoutContext } from './context.ts';

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
