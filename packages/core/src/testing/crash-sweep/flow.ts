import type { PayoutEngineRules } from '../../engines/payouts/rules.ts';
import type { ErrorCode } from '../../errors.ts';
import type { SimulatedFaults } from '../../providers/simulated-faults.ts';
import type { SimulatedProviderOptions } from '../../providers/simulated-provider.ts';
import type { SweepWorker } from './worker.ts';
import type { SweepWorld } from './world.ts';

/** Calls as an application makes them: it makes them again, in their order, until all have been answered. */
export interface CrashFlow {
  /** Stable, in kebab case, unique in the sweep. */
  readonly id: string;
  /** A sentence about money. */
  readonly title: string;
  /** Whether it moves payouts, so that pairs of crashes are swept too. */
  readonly pairs?: boolean;
  readonly rules?: Partial<PayoutEngineRules>;
  readonly provider?: Partial<SimulatedProviderOptions>;
  /** What goes wrong at the provider, made anew for each run. */
  readonly faults?: () => SimulatedFaults;
  /** Whether the provider tells of its payments by events. */
  readonly events?: boolean;
  /** What there is before the first call; nobody dies in it. */
  prepare?(world: SweepWorld, worker: SweepWorker): Promise<void>;
  /** The calls that may be interrupted. */
  readonly calls: readonly ((worker: SweepWorker, world: SweepWorld) => Promise<unknown>)[];
  /** What the first call may be refused with although nothing is wrong. */
  readonly refused?: readonly ErrorCode[];
  /** What a repeated call is refused with if the call before it has had its effect. */
  readonly refusedAgain?: readonly ErrorCode[];
  /** What happens elsewhere after the calls: funds arrive, a recipient becomes ready. */
  meanwhile?(world: SweepWorld): void;
  /** Something more to compare, read after everything has come to rest. */
  also?(worker: SweepWorker): Promise<unknown>;
  /**
   * How alike the ends must be. `exactly`: transfers, attempts and notifications too. `in_the_end`: states, balances,
   * earnings and what the provider moved; for flows in which an interrupted attempt takes another way to the same end.
   *
   * @defaultValue `'exactly'`
   */
  readonly alike?: 'exactly' | 'in_the_end';
}
