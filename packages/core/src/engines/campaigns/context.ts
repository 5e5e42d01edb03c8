import type { Platform } from '../../campaigns/platform.ts';
import { PayoutError } from '../../errors.ts';
import { backoffMs, checkRetryPolicy, DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../payouts/retry.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Store } from '../../ports/store.ts';
import { type Randomness, systemRandomness, systemTimers, type Timers } from '../../ports/timers.ts';
import type { ViewSource } from '../../ports/view-source.ts';

/** What the campaign engine works with. */
export interface CampaignPorts {
  readonly store: Store;
  /** Of those that count a platform, the first is asked. */
  readonly sources: readonly ViewSource[];
  /** How fruitless readings are repeated. @defaultValue `DEFAULT_RETRY_POLICY`: from half a minute to six hours */
  readonly retry?: RetryPolicy;
  /** How long one call of a source may take, in milliseconds. @defaultValue `60000` */
  readonly sourceTimeoutMs?: number;
  readonly observe?: Observer;
  /** @defaultValue the timers of the machine */
  readonly timers?: Timers;
  /** @defaultValue the randomness of the machine */
  readonly random?: Randomness;
}

/** The ports, once they were checked. */
export interface CampaignContext extends Required<CampaignPorts> {
  readonly sourceOf: ReadonlyMap<Platform, ViewSource>;
}

/** @throws {@link PayoutError} with code `INVALID_INPUT` */
export function campaignContext(ports: CampaignPorts): CampaignContext {
  const {
    store,
    sources,
    retry = DEFAULT_RETRY_POLICY,
    sourceTimeoutMs = 60_000,
    observe = () => undefined,
    timers = systemTimers,
    random = systemRandomness,
  } = ports;
  const sourceOf = new Map<Platform, ViewSource>();
  for (const source of sources) {
    if (!Number.isSafeInteger(source.batchSize) || source.batchSize < 1) {
      throw invalid('sources', 'the batchSize of a source must be a whole number, 1 or more');
    }
    for (const platform of source.platforms) if (!sourceOf.has(platform)) sourceOf.set(platform, source);
  }
  if (!Number.isSafeInteger(sourceTimeoutMs) || sourceTimeoutMs < 1) {
    throw invalid('sourceTimeoutMs', 'it must be a whole number, 1 or more');
  }
  return {
    store,
    sources,
    retry: checkRetryPolicy(retry),
    sourceTimeoutMs,
    observe,
    timers,
    random,
    sourceOf,
  };
}

/** When a clip is tried again after so many fruitless readings. */
export function retryAt({ retry, random }: CampaignContext, tries: number, now: Date, leastMs = 0): Date {
  return new Date(now.getTime() + Math.max(backoffMs(retry, tries, random()), leastMs));
}

/** The date of what never comes due by itself. */
export const NEVER = new Date(Date.UTC(9999, 0, 1));

function invalid(path: string, reason: string): PayoutError {
  return new PayoutError('INVALID_INPUT', { issues: [{ path, reason }] });
}
