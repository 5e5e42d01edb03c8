import type { StopSignal } from '../../ports/provider.ts';
import type { Timers } from '../../ports/timers.ts';
import type { Scheduler } from './scheduler.ts';
import type { Life, SimulatedProcess } from './simulated-process.ts';

/** The timers of one life of a process. Its monotonic clock counts from its start, as real ones do. */
export function virtualTimers(scheduler: Scheduler, process: SimulatedProcess, life: Life): Timers {
  return {
    monotonic: () => scheduler.now - life.startedAt,
    wait: (ms) => process.wait(life, ms),
    deadline: (ms) => {
      const signal = new VirtualSignal();
      let cancelled = false;
      process.resume(life, ms, () => {
        if (!cancelled) signal.abort();
      });
      return {
        signal,
        cancel: () => {
          cancelled = true;
        },
      };
    },
  };
}

class VirtualSignal implements StopSignal {
  readonly #listeners = new Set<() => void>();
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  abort(): void {
    this.#aborted = true;
    for (const listener of [...this.#listeners]) listener();
  }
}
