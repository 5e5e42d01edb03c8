import type { ViewFailure } from '@payout-engines/core';
import type { ApifyActor } from './actors.ts';
import type { ApifyClientLike, ApifyRun } from './apify-client.ts';

/** How far a run of an actor may go. */
export interface RunLimits {
  readonly timeoutSecs: number;
  readonly maxTotalChargeUsd?: number;
  readonly memoryMbytes?: number;
}

/** What a run left in its dataset, and why it may have left things out. */
export interface ActorAnswer {
  readonly items: readonly unknown[];
  /** Left out when the run has ended as it should. */
  readonly failure?: ViewFailure;
}

/** A page of a dataset. */
const PAGE = 1_000;

/**
 * Runs an actor for some addresses and reads what it found: all of it, also where the run has failed halfway, because
 * each item stands for itself. When the signal aborts, the run is stopped at Apify too, where it would cost more.
 */
export async function runActor(
  client: ApifyClientLike,
  actor: ApifyActor,
  addresses: readonly string[],
  limits: RunLimits,
  signal: AbortSignal,
): Promise<ActorAnswer> {
  const { timeoutSecs, maxTotalChargeUsd, memoryMbytes } = limits;
  const started = await client.actor(actor.id).start(inputOf(actor, addresses), {
    timeout: timeoutSecs,
    ...(maxTotalChargeUsd === undefined ? {} : { maxTotalChargeUsd }),
    ...(memoryMbytes === undefined ? {} : { memory: memoryMbytes }),
  });
  const stop = () => {
    // Whether it could be stopped changes no answer; its own timeout ends it too.
    client
      .run(started.id)
      .abort()
      .catch(() => undefined);
  };
  if (signal.aborted) {
    stop();
    return { items: [], failure: 'aborted' };
  }
  signal.addEventListener('abort', stop);
  try {
    const run = await client.run(started.id).waitForFinish({ waitSecs: timeoutSecs });
    // Several items for a clip are more than it should have; twice as many leave room for notes between them.
    const items = await itemsOf(client, run, addresses.length * 2 + PAGE);
    const failure = items === undefined ? 'unreadable' : failureOf(run);
    return { items: items ?? [], ...(failure === undefined ? {} : { failure }) };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function inputOf(
  { addresses, input }: ApifyActor,
  urls: readonly string[],
): Readonly<Record<string, unknown>> {
  return { ...input, [addresses.input]: addresses.as === 'text' ? urls : urls.map((url) => ({ url })) };
}

/** The items of a run's dataset; `undefined` when what comes is no list. */
async function itemsOf(
  client: ApifyClientLike,
  run: ApifyRun,
  most: number,
): Promise<readonly unknown[] | undefined> {
  const items: unknown[] = [];
  while (items.length < most) {
    const page = await client.dataset(run.defaultDatasetId).listItems({ offset: items.length, limit: PAGE });
    if (!isList(page.items)) return undefined;
    items.push(...page.items);
    if (page.items.length < PAGE) break;
  }
  return items;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function failureOf({ status }: ApifyRun): ViewFailure | undefined {
  if (status === 'SUCCEEDED') return undefined;
  // Still going when we stopped waiting, or stopped by the timeout that we gave it.
  return ['READY', 'RUNNING', 'TIMING-OUT', 'TIMED-OUT'].includes(status) ? 'timeout' : 'unavailable';
}
