/** What authors of adapters run to prove that theirs keep the promises of the ports. No test framework needed. */

// the contract of the Store port
export type { Ability, StoreCase, StoreHarness } from './store/harness.ts';
export { registerCases, type TestFunction } from './store/register.ts';
export { storeCases } from './store/cases.ts';

// the contract of the PaymentProvider port
export type { OpenedProvider, ProviderAbility, ProviderCase, ProviderHarness } from './provider/harness.ts';
export { registerProviderCases } from './provider/register.ts';
export { providerCases } from './provider/cases.ts';

// the contract of the ViewSource port
export type { OpenedViewSource, ShownViews, ViewSourceCase, ViewSourceHarness } from './views/harness.ts';
export { registerViewSourceCases } from './views/register.ts';
export { sampleClips } from './views/sample-clips.ts';
export { viewSourceCases } from './views/cases.ts';

// what two stores are compared by
export { plain, type Plain, plainText } from './plain.ts';
export { type StateIds, stateOf } from './store/state.ts';

// two stores, step by step
export type { StoreCommand, StoreOperation } from './commands/command.ts';
export { randomStoreCommands } from './commands/random.ts';
export { type CommandOutcome, runCommands } from './commands/run.ts';
export { countOutcomes, missingOutcomes, POSSIBLE_OUTCOMES } from './commands/outcomes.ts';

// a crash at every port call
export { type CrashFlow } from './crash-sweep/flow.ts';
export { crashFlows } from './crash-sweep/flows.ts';
export { checkMoney, type MoneyToCheck } from './crash-sweep/check-money.ts';
export { registerCrashSweep, registerPairSweep } from './crash-sweep/register.ts';
export { sweepCrashes, sweepPairs, type SweepOptions, type SweepReport } from './crash-sweep/sweep.ts';
export { type OpenStore } from './crash-sweep/world.ts';

// the engines under faults, over virtual time, and the checker that watches them
export { createChecker, Violation } from './simulator/checker/checker.ts';
export { FAULT_NAMES, FAULTS, type FaultName } from './simulator/faults.ts';
export { missingReach, type SeedsSummary } from './simulator/reach.ts';
export { runSeed, type SeedOptions, type SeedResult, type SeedViolation } from './simulator/run-seed.ts';
