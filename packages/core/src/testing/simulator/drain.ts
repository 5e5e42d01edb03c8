/** Resolves when everything that promises have under way has run to where it waits for something else. */
export type Drain = () => Promise<void>;

// What runtimes have, some the one and some the other, and the language's own library does not declare.
declare const process: { readonly nextTick?: (run: () => void) => void } | undefined;
declare const setImmediate: ((run: () => void) => unknown) | undefined;
interface Port {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
}
declare const MessageChannel: (new () => { readonly port1: Port; readonly port2: Port }) | undefined;

/** More steps than any chain of promises between two waits has. */
const MICROTASKS = 400;

/**
 * A drain for what waits for nothing but promises: nothing comes in from outside meanwhile. Where the runtime has a queue
 * that it looks at whenever no microtask is left, that is many times cheaper than a task.
 */
export function promiseDrain(): Drain {
  if (typeof process === 'undefined' || typeof process.nextTick !== 'function') return runtimeDrain();
  const { nextTick } = process;
  return () =>
    new Promise((resolve) => {
      nextTick(resolve);
    });
}

/**
 * The drain of this runtime: a task of its own, which comes after all microtasks, where there are such tasks; else a
 * count of microtasks that is larger than any chain.
 */
export function runtimeDrain(): Drain {
  if (typeof setImmediate === 'function') {
    const immediate = setImmediate;
    return () =>
      new Promise((resolve) => {
        immediate(resolve);
      });
  }
  if (typeof MessageChannel === 'function') {
    const { port1, port2 } = new MessageChannel();
    return () =>
      new Promise((resolve) => {
        port1.onmessage = () => {
          // An open port keeps a process alive.
          port1.onmessage = null;
          resolve();
        };
        port2.postMessage(null);
      });
  }
  return async () => {
    for (let count = 0; count < MICROTASKS; count += 1) await Promise.resolve();
  };
}
