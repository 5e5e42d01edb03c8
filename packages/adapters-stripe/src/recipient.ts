import { PayoutError } from '@payout-engines/core';
import { type JsonObject, jsonObject } from './events/json-object.ts';
import { readFailure } from './failure.ts';
import type { StripeClient, StripeRequestOptions } from './stripe-client.ts';
import { stripeUnavailable } from './stripe-unavailable.ts';

/** Whether a connected account can be paid. */
export interface RecipientReadiness {
  readonly destination: string;
  /** A transfer to it would be taken. */
  readonly canReceive: boolean;
  /** What it receives goes on to a bank: else it is kept in the account. */
  readonly canPayOut: boolean;
  /** Why not, most urgent first. Empty where both are true and nothing is asked for. */
  readonly reasons: readonly ReadinessReason[];
}

/** One reason, who can do something about it, and what. */
export type ReadinessReason =
  /** There is no such account, it belongs to another platform, or its holder has withdrawn the connection. */
  | { readonly code: 'not_connected'; readonly who: 'participant'; readonly next: 'connect_again' }
  /** Stripe has turned the account down for good. */
  | {
      readonly code: 'rejected';
      readonly who: 'nobody';
      readonly next: 'other_destination';
      readonly why: string;
    }
  /** Stripe needs these before `by`, or has needed them since. */
  | {
      readonly code: 'information_due' | 'information_overdue';
      readonly who: 'participant';
      readonly next: 'finish_onboarding';
      /** Stripe's names of what is missing, such as `external_account`. */
      readonly fields: readonly string[];
      readonly by?: Date;
    }
  | { readonly code: 'being_verified'; readonly who: 'stripe'; readonly next: 'wait' }
  | { readonly code: 'paused'; readonly who: 'platform'; readonly next: 'unpause'; readonly why: string }
  | {
      readonly code: 'transfers_not_active' | 'payouts_not_enabled';
      readonly who: 'platform';
      readonly next: 'look_at_account';
      readonly why: string;
    };

/**
 * Whether an account can be paid now. An account that may not be paid because of where it is looks ready all the same:
 * only a transfer finds out.
 *
 * @throws {@link PayoutError} with code `PROVIDER_UNAVAILABLE`
 */
export async function recipientReadiness(
  stripe: Pick<StripeClient, 'accounts'>,
  destination: string,
  options: StripeRequestOptions,
): Promise<RecipientReadiness> {
  let answer: unknown;
  try {
    answer = await stripe.accounts.retrieve(destination, {}, options);
  } catch (error) {
    const { status, code } = readFailure(error, 1);
    const isUnknown =
      (status === 403 && code === 'account_invalid') || (status === 404 && code === 'resource_missing');
    if (!isUnknown) throw stripeUnavailable(error);
    return {
      destination,
      canReceive: false,
      canPayOut: false,
      reasons: [{ code: 'not_connected', who: 'participant', next: 'connect_again' }],
    };
  }
  const account = jsonObject(answer);
  if (account?.['object'] !== 'account' || account['id'] !== destination)
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'what it answered is not the account' });
  return readinessOf(destination, account);
}

/** The readiness that an account object shows, as it is read or as an event carries it. */
export function readinessOf(destination: string, account: JsonObject): RecipientReadiness {
  // Only `active` will do: of `pending` nobody knows what becomes of it.
  const transfers = jsonObject(account['capabilities'])?.['transfers'];
  const canReceive = transfers === 'active';
  const canPayOut = account['payouts_enabled'] === true;
  const requirements = jsonObject(account['requirements']) ?? {};
  const reasons = requirementReasons(requirements);
  if (reasons.length === 0 && !canReceive) {
    const why = typeof transfers === 'string' ? transfers : 'not_requested';
    reasons.push({ code: 'transfers_not_active', who: 'platform', next: 'look_at_account', why });
  }
  if (reasons.length === 0 && !canPayOut) {
    const why = textOf(requirements['disabled_reason']) ?? 'unknown';
    reasons.push({ code: 'payouts_not_enabled', who: 'platform', next: 'look_at_account', why });
  }
  return { destination, canReceive, canPayOut, reasons };
}

function requirementReasons(requirements: JsonObject): ReadinessReason[] {
  const why = textOf(requirements['disabled_reason']);
  if (why?.startsWith('rejected.') === true)
    return [{ code: 'rejected', who: 'nobody', next: 'other_destination', why }];
  const reasons: ReadinessReason[] = [];
  if (why === 'platform_paused' || why === 'action_required.requested_capabilities') {
    reasons.push({ code: 'paused', who: 'platform', next: 'unpause', why });
  }
  const overdue = textsOf(requirements['past_due']);
  const due = textsOf(requirements['currently_due']).filter((field) => !overdue.includes(field));
  const finish = { who: 'participant', next: 'finish_onboarding' } as const;
  if (overdue.length > 0) reasons.push({ code: 'information_overdue', ...finish, fields: overdue });
  if (due.length > 0) {
    const by = deadlineOf(requirements['current_deadline']);
    reasons.push({ code: 'information_due', ...finish, fields: due, ...(by !== undefined && { by }) });
  }
  const isBeingVerified =
    textsOf(requirements['pending_verification']).length > 0 ||
    why === 'requirements.pending_verification' ||
    why === 'under_review';
  if (isBeingVerified) reasons.push({ code: 'being_verified', who: 'stripe', next: 'wait' });
  return reasons;
}

function deadlineOf(seconds: unknown): Date | undefined {
  return typeof seconds === 'number' && Number.isSafeInteger(seconds) ? new Date(seconds * 1000) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((one) => textOf(one) ?? []);
}
