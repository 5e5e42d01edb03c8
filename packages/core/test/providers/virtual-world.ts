/** A clock that only moves when it is told to, and what is to happen by it. */
export interface VirtualWorld {
  readonly clock: () => Date;
  readonly schedule: (afterMs: number, run: () => void) => void;
  /** Lets time pass; what is due happens at its instant, in order. */
  readonly pass: (ms: number) => void;
}

export function virtualWorld(): VirtualWorld {
  let now = Date.UTC(2026, 9, 31);
  const waiting: { readonly at: number; readonly run: () => void }[] = [];
  return {
    clock: () => new Date(now),
    schedule: (afterMs, run) => {
      const at = now + afterMs;
      const later = waiting.findIndex((other) => other.at > at);
      waiting.splice(later === -1 ? waiting.length : later, 0, { at, run });
    },
    pass: (ms) => {
      const until = now + ms;
      for (let first = waiting[0]; first !== undefined && first.at <= until; first = waiting[0]) {
        waiting.shift();
        now = first.at;
        first.run();
      }
      now = until;
    },
  };
}
