import { PayoutError } from '../../errors.ts';
import type { ProviderAccount } from '../../ports/provider.ts';
import type { PayoutContext } from './context.ts';
import type { Tally } from './tally.ts';

/** The accounts of the providers, asked before anything is claimed. A provider that does not answer is left out. */
export type Accounts = ReadonlyMap<string, ProviderAccount>;

/** Asks each provider whose credentials it has. One that does not answer, or has wrong ones, sends nothing this time. */
export async function accountsOf(context: PayoutContext, tally: Tally): Promise<Accounts> {
  const accounts = new Map<string, ProviderAccount>();
  for (const provider of context.providers.values()) {
    if (provider.capabilities.manual === true) continue;
    try {
      const account = await provider.account();
      if (account.environment === context.rules.environment) accounts.set(provider.id, account);
      else tally.halted({ provider: provider.id, currency: '*' }, 'wrong_environment');
    } catch (error) {
      if (PayoutError.is(error)) tally.halted({ provider: provider.id, currency: '*' }, error.code);
      else tally.halted({ provider: provider.id, currency: '*' }, 'account_unknown');
    }
  }
  return accounts;
}
