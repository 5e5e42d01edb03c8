import type { Store } from '../../ports/store.ts';

/**
 * What some stores can do and others cannot.
 *
 * - `concurrency`: two transactions can be open at the same time. Without it they wait for each other.
 * - `time`: the harness can let time pass for the store's clock.
 */
export type Ability = 'concurrency' | 'time';

/** How the contract suite reaches the store under test. */
export interface StoreHarness {
  /** Opens a store, or gives a shared one: cases keep to programs of their own. */
  open(): Promise<{ readonly store: Store; close?(): Promise<void> }>;
  readonly abilities: Readonly<Record<Ability, boolean>>;
  /** Lets so many milliseconds pass for the store's clock: moves a clock, or waits. Needed with `time`. */
  passTime?(ms: number): Promise<void>;
  /** Begins every program id of the suite; a new one for each run on a database that is kept. */
  readonly prefix?: string;
  /** Shows a case as skipped. Left out, it is registered as a test whose name says that it is not supported. */
  skip?(title: string, reason: string): unknown;
}

/** One promise of the port, as data. */
export interface StoreCase {
  /** Stable, in kebab case, unique in the suite. */
  readonly id: string;
  /** A sentence about money. */
  readonly title: string;
  readonly needs?: readonly Ability[];
  /** Resolves when the store keeps the promise, rejects when not. */
  run(harness: StoreHarness): Promise<void>;
}
