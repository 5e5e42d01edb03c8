import type { PayoutEngineRules } from '../../../engines/payouts/rules.ts';
import type { Earning } from '../../../ledger/earning.ts';
import type { Transfer } from '../../../ledger/transfer.ts';
import type { Attempt, Movement, Payout } from '../../../payouts/payout.ts';
import type { Participant } from '../../../ports/directory.ts';
import type { Notification } from '../../../ports/notifier.ts';
import type { ProviderCapabilities } from '../../../ports/provider.ts';
import type { Controls, Store } from '../../../ports/store.ts';
import type { TrueMovement } from '../../../providers/simulated-movement.ts';
import type { SeenRequest } from '../../../providers/simulated-provider.ts';

/**
 * What one committed transaction wrote, as the Store port was asked and answered: rows as they are stored after each
 * write, in the order of the writes, no two writes merged.
 */
export interface Commit {
  readonly program: string;
  /** The store's clock, in milliseconds. */
  readonly at: number;
  /** Who: `worker-3`, `user`, `operator`, `webhook`. */
  readonly actor: string;
  /** The number of the call that it was made in, where it was made in one. */
  readonly call?: number;
  /** What `ledger.post` answered; repeats are known by their ids. */
  readonly transfers: readonly Transfer[];
  readonly payouts: readonly Payout[];
  readonly attempts: readonly Attempt[];
  readonly movements: readonly Movement[];
  readonly earnings: readonly Earning[];
  readonly notifications: readonly Notification[];
  /** As they are stored, with the `since` of their destinations. */
  readonly participants?: readonly Participant[];
  readonly controls?: Controls;
}

/** A call of the engine's public face by an actor, and its answer. */
export interface Call {
  /** The number that its commits carry. */
  readonly call?: number;
  readonly actor: string;
  readonly program: string;
  /** The name of the method: `request`, `process`. */
  readonly name: string;
  /** What it was given. That of `receive` may say `event`, the event's id, and `forged: true`. */
  readonly input: unknown;
  readonly outcome: 'ok' | 'refused' | 'crashed' | 'unavailable';
  /** What it answered; of a refused call the error, its code and message, or the text of both. */
  readonly value?: unknown;
  readonly at: number;
}

/** A provider whose truth can be seen. Both lists only grow; their rows are kept up to date. */
export interface WatchedProvider {
  readonly id: string;
  truth(): readonly TrueMovement[];
  requests(): readonly SeenRequest[];
  /** Left out, its lookup counts as authoritative. */
  readonly capabilities?: ProviderCapabilities;
}

/** What the checker may look at. */
export interface World {
  /** The bare store, without faults. */
  readonly store: Store;
  readonly programs: readonly string[];
  readonly providers: readonly WatchedProvider[];
  readonly rules: PayoutEngineRules;
  /** What takes the place of the rules at some time, where something does. */
  readonly laterRules?: PayoutEngineRules;
  /** Virtual time, in milliseconds. */
  readonly now: () => number;
  /** The store's clock, where it is another one than virtual time. */
  readonly storeNow?: () => number;
  /** The longest lease of any worker, where that is not the one of the rules. */
  readonly leaseMsMax?: number;
  /** Whether the credentials of today see what an account of a provider has paid. Left out, they see all. */
  isVisible?(provider: string, account: string): boolean;
  /** Texts that were put into inputs, and may be in no error and no event. */
  readonly canaries?: readonly string[];
  /** Whether a payout may be left undone at rest, for a reason that only the world knows. */
  excused?(program: string, payout: string): boolean;
}

/** Watches a run, and throws a `Violation` at the first invariant that does not hold. */
export interface Checker {
  /** A transaction was committed. */
  committed(commit: Commit): void;
  /** A call of the public face was answered, or its caller crashed. */
  called(call: Call): void;
  /** Something was told to the engine's observer. */
  observed(event: unknown): void;
  /** After every event: looks at what the providers did since. */
  event(): void;
  /** The store has lost its last commits: forgets what the tap said, and reads everything again. */
  lost(): Promise<void>;
  /** Reads everything, and compares it with what the tap said. Needs a store with no transaction under way. */
  full(): Promise<void>;
  /** Faults are off and everything is done: nothing may be left. */
  quiescent(): Promise<void>;
}
