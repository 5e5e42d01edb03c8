import type { StopSignal } from './provider.ts';

/** Time that is measured and waited for in this process; the store's clock decides about dates. */
export interface Timers {
  /** Milliseconds that never go back, whatever happens to the date. */
  monotonic(): number;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
  /** A signal that aborts after so many milliseconds, unless it is cancelled before. */
  deadline(ms: number): { readonly signal: StopSignal; cancel(): void };
}

/** A number from 0 up to but not including 2^32; the jitter of retries comes from it. */
export type Randomness = () => number;

// What every runtime has and the language's own library does not declare.
declare const performance: { now(): number };
declare function setTimeout(run: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare const AbortController: new () => { readonly signal: StopSignal; abort(): void };

/** The timers of the machine. */
export const systemTimers: Timers = {
  monotonic: () => performance.now(),
  wait: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
  deadline: (ms) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort();
    }, ms);
    return {
      signal: controller.signal,
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};

declare const crypto: { getRandomValues(into: Uint32Array): Uint32Array };

/** The randomness of the machine. */
export const systemRandomness: Randomness = () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
