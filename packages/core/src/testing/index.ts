/** What authors of adapters run to prove that theirs keep the promises of the ports. No test framework needed. */

// the contract of the Store port
export type { Ability, StoreCase, StoreHarness } from './store/harness.ts';
export { registerCases, type TestFunction } from './store/register.ts';
export { storeCases } from './store/cases.ts';

// the contract of the PaymentProvider port
export type { OpenedProvider, ProviderAbility, ProviderCase, ProviderHarness } from './provider/harness.ts';
export { registerProviderCases } from './provider/register.ts';
export { providerCases } from './provider/cases.ts';

// what two stores are compared by
export { plain, type Plain, plainText } from './plain.ts';
export { type StateIds, stateOf } from './store/state.ts';

// two stores, step by step
export type { StoreCommand, StoreOperation } from './commands/command.ts';
export { randomStoreCommands } from './commands/random.ts';
export { type CommandOutcome, runCommands } from './commands/run.ts';
export { countOutcomes, missingOutcomes, POSSIBLE_OUTCOMES } from './commands/outcomes.ts';
