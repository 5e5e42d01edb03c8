import type { StopSignal } from '@payout-engines/core';

/** How work ended: with a value, with an error, or because nobody waits for it any more. */
export type Ended<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'thrown'; readonly error: unknown }
  | { readonly kind: 'given_up'; readonly code: 'timeout' | 'aborted' };

/**
 * Runs work until it ends, the caller's signal aborts or the time is over, whichever comes first. The work gets a
 * signal to heed; nobody waits for work that does not.
 */
export async function within<T>(
  timeoutMs: number,
  stopped: StopSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Ended<T>> {
  if (stopped.aborted) return { kind: 'given_up', code: 'aborted' };
  const controller = new AbortController();
  let giveUp: (code: 'timeout' | 'aborted') => void = () => undefined;
  const givenUp = new Promise<Ended<T>>((resolve) => {
    giveUp = (code) => {
      // The answer first: aborting makes the work throw, and that error is not why it ended.
      resolve({ kind: 'given_up', code });
      controller.abort();
    };
  });
  const timer = setTimeout(() => {
    giveUp('timeout');
  }, timeoutMs);
  const onAbort = () => {
    giveUp('aborted');
  };
  stopped.addEventListener('abort', onAbort);
  try {
    return await Promise.race([givenUp, ended(work(controller.signal))]);
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener('abort', onAbort);
  }
}

async function ended<T>(work: Promise<T>): Promise<Ended<T>> {
  try {
    return { kind: 'done', value: await work };
  } catch (error) {
    return { kind: 'thrown', error };
  }
}
