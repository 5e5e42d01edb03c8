import type { StopSignal } from '../../ports/provider.ts';

/** A signal of the runtime's own kind, because adapters hand it on to its network client. */
export interface Stop {
  readonly signal: StopSignal;
  abort(): void;
}

// What every runtime has and the language's own library does not declare.
declare const AbortController: new () => Stop;

/** A signal that nobody has aborted yet. */
export function stop(): Stop {
  return new AbortController();
}
