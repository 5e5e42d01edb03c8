import { PayoutError } from '../../errors.ts';
import type { PayableCurrency, PaymentProvider, ProviderAccount } from '../../ports/provider.ts';
import { systemRandomness, systemTimers } from '../../ports/timers.ts';
import type { PayoutPorts } from './payouts.ts';
import { checkPayoutEngineRules } from './rules.ts';
import { type CheckedPayoutEngineRules } from './rules.ts';

/** What every step of the engine works with: its ports, and its rules once they were checked. */
export interface PayoutContext extends Required<
  Pick<PayoutPorts, 'store' | 'directory' | 'timers' | 'random'>
> {
  readonly observe: NonNullable<PayoutPorts['observe']>;
  readonly rules: CheckedPayoutEngineRules;
  readonly providers: ReadonlyMap<string, PaymentProvider>;
  /** Pays where a destination names no provider. */
  readonly defaultProvider: string;
}

/** The date of what never comes due by itself: a person must act. */
export const NEVER = new Date(Date.UTC(9999, 0, 1));

/** What manual payments go through where no manual provider is configured. */
export const MANUAL = 'manual';

/** The length of every attempt key. */
const KEY_LENGTH = 32;

/**
 * Checks ports and rules once.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `UNFIT_PROVIDER` and others that name what is wrong with a rule
 */
export function payoutContext(ports: PayoutPorts): PayoutContext {
  const {
    store,
    directory,
    timers = systemTimers,
    random = systemRandomness,
    observe = () => undefined,
  } = ports;
  const rules = checkPayoutEngineRules(ports.rules);
  const [first] = ports.providers;
  if (first === undefined) {
    throw new PayoutError('INVALID_INPUT', {
      issues: [{ path: 'providers', reason: 'there must be one at least' }],
    });
  }
  const providers = new Map(ports.providers.map((provider) => [provider.id, provider]));
  if (providers.size !== ports.providers.length) {
    throw new PayoutError('INVALID_INPUT', { issues: [{ path: 'providers', reason: 'an id occurs twice' }] });
  }
  for (const provider of ports.providers) assertFit(provider, rules);
  return { store, directory, timers, random, observe, rules, providers, defaultProvider: first.id };
}

/** Refuses a provider whose promises do not suffice to pay once. */
function assertFit({ id, capabilities }: PaymentProvider, rules: CheckedPayoutEngineRules): void {
  const { keys, lookup, manual, inFlightMs } = capabilities;
  const refuse = (reason: string): PayoutError => new PayoutError('UNFIT_PROVIDER', { provider: id, reason });
  if (manual === true) return;
  if (keys === undefined && lookup?.authoritative !== true && !rules.allowManualReview) {
    throw refuse(
      'it has neither idempotency keys nor an authoritative lookup; allowManualReview accepts that people must look',
    );
  }
  if (keys !== undefined && keys.lengthMax < KEY_LENGTH) {
    throw refuse(`its keys take ${keys.lengthMax} characters and ours have ${KEY_LENGTH}`);
  }
  if (keys !== undefined && keys.windowMs <= rules.leaseMs + rules.marginMs + inFlightMs) {
    throw refuse('its keys are forgotten sooner than a send may take; make leaseMs and marginMs shorter');
  }
}

/** @throws {@link PayoutError} with code `UNKNOWN_PROVIDER` */
export function providerOf({ providers }: Pick<PayoutContext, 'providers'>, id: string): PaymentProvider {
  const provider = providers.get(id);
  if (provider === undefined) throw new PayoutError('UNKNOWN_PROVIDER', { provider: id });
  return provider;
}

/** How a provider counts a currency, or nothing where it does not pay it. */
export function payableCurrency(
  context: PayoutContext,
  provider: string,
  currency: string,
): PayableCurrency | undefined {
  const currencies = context.providers.get(provider)?.capabilities.currencies;
  return currencies !== undefined && Object.hasOwn(currencies, currency) ? currencies[currency] : undefined;
}

/** Asks a provider whose credentials it has, and refuses those of the other environment. */
export async function accountOf(context: PayoutContext, provider: PaymentProvider): Promise<ProviderAccount> {
  const account = await asked(provider);
  if (account.environment !== context.rules.environment) {
    throw new PayoutError('WRONG_ENVIRONMENT', {
      provider: provider.id,
      expected: context.rules.environment,
      actual: account.environment,
    });
  }
  return account;
}

async function asked(provider: PaymentProvider): Promise<ProviderAccount> {
  try {
    return await provider.account();
  } catch (error) {
    const reason = 'whose credentials these are could not be found out';
    throw PayoutError.is(error) ? error : new PayoutError('PROVIDER_UNAVAILABLE', { reason });
  }
}

/** The lock under which everything that changes a participant's money is done. */
export function participantLock(participant: string): string {
  return `participant/${participant}`;
}

/** The lock under which an earning that may not have arrived yet is looked for. It sorts before all participants. */
export function earningLock(earning: string): string {
  return `earning/${earning}`;
}
