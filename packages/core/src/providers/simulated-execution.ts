import { PayoutError } from '../errors.ts';
import { money } from '../money/money.ts';
import { toProviderAmount } from '../money/provider-amount.ts';
import type { RefusalScope } from '../payouts/verdict.ts';
import type { Clock } from '../ports/clock.ts';
import type { PaymentRequest, ProviderCapabilities, SendOutcome } from '../ports/provider.ts';
import { balanceOf, type KeptAnswer, type SimulatedAccount } from './simulated-account.ts';
import type { SendFault } from './simulated-faults.ts';

/** Whether someone can be paid: `not_ready` may become ready again, `closed` never does. */
export type RecipientState = 'ready' | 'not_ready' | 'closed';

/** By which rules a simulated provider executes what arrives. */
export interface ExecutionRules {
  readonly clock: Clock;
  readonly currencies: ProviderCapabilities['currencies'];
  /** Left out, there are no keys: every send that arrives is a new payment. */
  readonly keys?: NonNullable<ProviderCapabilities['keys']>;
  /** When keys are really forgotten. */
  readonly keysPrunedAfterMs: number;
  recipient(destination: string): RecipientState;
  /** Moves the money, and says so. */
  move(
    account: SimulatedAccount,
    request: PaymentRequest,
    destination: string,
    fault?: SendFault,
  ): SendOutcome;
}

/** Executes a request that arrived at an account, and gives the provider's answer. */
export type Execute = (account: SimulatedAccount, request: PaymentRequest, fault?: SendFault) => SendOutcome;

/**
 * What a provider in the manner of Stripe does with a request that arrives: a known key is answered with its first
 * answer, an error of the first execution included; what is not valid is refused before the key counts as used;
 * everything later is kept.
 */
export function simulatedExecution(rules: ExecutionRules): Execute {
  const { clock, keys } = rules;
  return (account, request, fault) => {
    const at = clock().getTime();
    const kept =
      keys === undefined ? undefined : keptAnswer(account, request.key, at, fault, keys.windowMs, rules);
    if (kept !== undefined) return kept.frozen === request.frozen ? kept.answer : KEY_REUSED;
    if (fault?.name === 'refused_not_stored') return refusal('payout', 'parameter_invalid');
    const invalid = validationRefusal(request, rules.currencies);
    if (invalid !== undefined) return invalid;

    const done = firstExecution(account, request, fault, rules);
    const first = fault?.name === 'error_500_executed' && done.kind === 'object' ? INTERNAL_ERROR : done;
    if (keys === undefined) return first;
    if (!keys.replaysFirstAnswer) {
      // A provider of this kind repeats what it has done, and tries again what it has not.
      if (done.kind === 'object') account.keys.set(request.key, { at, frozen: request.frozen, answer: done });
      return first;
    }
    const answer: SendOutcome = first.kind === 'refused' ? { ...first, stored: true } : first;
    account.keys.set(request.key, { at, frozen: request.frozen, answer });
    return answer;
  };
}

const KEY_REUSED: SendOutcome = Object.freeze({ kind: 'unknown', code: 'key_reused' });
const INTERNAL_ERROR: SendOutcome = Object.freeze({ kind: 'unknown', code: 'internal_error' });

function refusal(scope: RefusalScope, code: string): SendOutcome {
  return { kind: 'refused', scope, code };
}

/** What is kept under the key, unless it is forgotten by now. */
function keptAnswer(
  account: SimulatedAccount,
  key: string,
  at: number,
  fault: SendFault | undefined,
  windowMs: number,
  { keysPrunedAfterMs }: ExecutionRules,
): KeptAnswer | undefined {
  const kept = account.keys.get(key);
  if (kept === undefined) return undefined;
  const age = at - kept.at;
  const forgotten =
    age >= keysPrunedAfterMs ||
    (fault?.name === 'keys_pruned' && age >= windowMs) ||
    fault?.name === 'keys_pruned_early';
  if (!forgotten) return kept;
  account.keys.delete(key);
  return undefined;
}

/** What the provider says of a request that it would never execute. */
function validationRefusal(
  request: PaymentRequest,
  currencies: ProviderCapabilities['currencies'],
): SendOutcome | undefined {
  const declared = Object.hasOwn(currencies, request.currency) ? currencies[request.currency] : undefined;
  if (declared === undefined) return refusal('payout', 'currency_not_supported');
  if (request.amount <= 0n) return refusal('payout', 'amount_not_positive');
  if (request.amount < (declared.minimum ?? 0n)) return refusal('payout', 'amount_too_small');
  try {
    toProviderAmount(money(declared.currency, request.amount), declared);
  } catch (error) {
    if (!PayoutError.is(error)) throw error;
    return refusal(
      'payout',
      PayoutError.is(error, 'INEXACT_CONVERSION') ? 'amount_off_step' : 'amount_too_large',
    );
  }
  return request.destination === undefined ? refusal('recipient', 'no_destination') : undefined;
}

function firstExecution(
  account: SimulatedAccount,
  request: PaymentRequest,
  fault: SendFault | undefined,
  rules: ExecutionRules,
): SendOutcome {
  const { destination = '' } = request;
  if (fault?.name === 'error_500_stored') return INTERNAL_ERROR;
  const recipient = fault?.name === 'recipient_not_ready' ? 'not_ready' : rules.recipient(destination);
  if (recipient !== 'ready') return refusal('recipient', `recipient_${recipient}`);
  const balance = fault?.name === 'balance_insufficient' ? 0n : balanceOf(account, request.currency);
  if (balance !== undefined && balance < request.amount) return refusal('run', 'balance_insufficient');
  return rules.move(account, request, destination, fault);
}
