import { type ChildProcess, fork } from 'node:child_process';
import type { SimulatedProvider, StopSignal } from '@payout-engines/core';
import type { FromParent, FromWorker, Order, Point, ProviderAnswer, ProviderCall } from './messages.ts';

/** How a worker process has ended. */
export type WorkerEnd =
  | { readonly kind: 'killed'; readonly point: Point }
  | { readonly kind: 'ended'; readonly points: readonly Point[] };

/** A process that is ready for its order. Starting one takes longer than what it does. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<void>;

  /** @param file the bundled worker */
  constructor(file: string) {
    // Serialized in the advanced way, bigints and dates cross as what they are.
    this.#child = fork(file, { execArgv: [], serialization: 'advanced' });
    this.#ready = new Promise((resolve, reject) => {
      this.#child.once('message', () => resolve());
      this.#child.once('exit', () => reject(new Error('a worker process did not start')));
    });
  }

  /** Gives the order, lends it the provider, and resolves when the process is gone. */
  async run(order: Order, provider: SimulatedProvider): Promise<WorkerEnd> {
    await this.#ready;
    const child = this.#child;
    return new Promise((resolve, reject) => {
      let end: WorkerEnd | undefined;
      child.on('message', (message: FromWorker) => {
        if (message.kind === 'call') void this.#answer(message.id, message.call, provider);
        if (message.kind === 'dying') end = { kind: 'killed', point: message.point };
        if (message.kind === 'ended') end = { kind: 'ended', points: message.points };
      });
      // After its last words were read.
      child.once('close', (code, signal) => {
        if (end?.kind === 'killed' && signal === 'SIGKILL') resolve(end);
        else if (end?.kind === 'ended' && code === 0) resolve(end);
        else reject(new Error(`a worker process ended by ${signal ?? code} without having been told to`));
      });
      child.send({ kind: 'order', order } satisfies FromParent);
    });
  }

  /** Ends a process that was not needed. */
  stop(): void {
    this.#ready.catch(() => undefined);
    this.#child.kill('SIGKILL');
  }

  async #answer(id: number, call: ProviderCall, provider: SimulatedProvider): Promise<void> {
    const answer = await answerOf(call, provider);
    // Whoever asked may be gone.
    if (this.#child.connected) {
      this.#child.send({ kind: 'answer', id, answer } satisfies FromParent, () => undefined);
    }
  }
}

async function answerOf(call: ProviderCall, provider: SimulatedProvider): Promise<ProviderAnswer> {
  try {
    if (call.method === 'account') return { value: await provider.account() };
    if (call.method === 'send') return { value: await provider.send(call.request, UNHURRIED) };
    return { value: await provider.find(call.lookup) };
  } catch (error) {
    return { error: String(error) };
  }
}

const UNHURRIED: StopSignal = {
  aborted: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};
