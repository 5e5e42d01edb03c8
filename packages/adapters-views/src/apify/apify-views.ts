import {
  clipUrl,
  isContentId,
  type Platform,
  PLATFORMS,
  readClipUrl,
  type ViewCount,
  type ViewQuery,
  type ViewSource,
} from '@payout-engines/core';
import { assertBatch } from '../batch.ts';
import { failed } from '../failed.ts';
import { type Ended, within } from '../within.ts';
import { type ApifyActor, APIFY_ACTORS } from './actors.ts';
import type { ApifyClientLike } from './apify-client.ts';
import { apifyFailure } from './apify-failure.ts';
import { contentsOf, itemCount } from './item-count.ts';
import { type ActorAnswer, runActor } from './run-actor.ts';

/** How actors of Apify are run. */
export interface ApifyViewsOptions {
  /** The actor of each platform that is to be counted. Left out, those of {@link APIFY_ACTORS}. */
  readonly actors?: Readonly<Partial<Record<Platform, ApifyActor>>>;
  /** How long a run may take, in seconds. Left out, 300. */
  readonly timeoutSecs?: number;
  /** At most so many clips in one run of each actor. Left out, 50. */
  readonly batchSize?: number;
  /** The most that one run of an actor that is paid by event may cost, in US dollars. */
  readonly maxTotalChargeUsd?: number;
  readonly memoryMbytes?: number;
  /** Left out, `apify`. */
  readonly id?: string;
}

/**
 * Views from actors of Apify, by the `apify-client` package: one run for each platform in a batch.
 *
 * @example
 * ```ts no-run
 * import { ApifyClient } from 'apify-client';
 * import { APIFY_ACTORS, apifyViews } from '@payout-engines/adapters-views';
 *
 * const source = apifyViews(new ApifyClient({ token: process.env.APIFY_TOKEN }), {
 *   actors: { tiktok: APIFY_ACTORS.tiktok },
 * });
 * ```
 */
export function apifyViews(client: ApifyClientLike, options: ApifyViewsOptions = {}): ViewSource {
  const { actors = APIFY_ACTORS, batchSize = 50 } = options;
  return {
    id: options.id ?? 'apify',
    platforms: PLATFORMS.filter((platform) => actors[platform] !== undefined),
    batchSize,
    views: async (queries, signal) => {
      assertBatch(queries, batchSize);
      const answers = new Map<Platform, (query: ViewQuery) => ViewCount>();
      const ask = async (platform: Platform, actor: ApifyActor): Promise<void> => {
        const asked = queries.filter((query) => query.platform === platform && isContentId(query));
        if (asked.length === 0) return;
        // The same address for the same clip, however often it is asked for: each one costs.
        const addresses = [...new Map(asked.map((query) => [query.content, addressOf(query)])).values()];
        const timeoutSecs = options.timeoutSecs ?? 300;
        const ended = await within(timeoutSecs * 1_000 + GRACE_MS, signal, (stopped) =>
          runActor(client, actor, addresses, { ...options, timeoutSecs }, stopped),
        );
        answers.set(platform, answersOf(ended, actor, platform));
      };
      // One actor that fails is no reason to know nothing of the others.
      await Promise.all(
        PLATFORMS.map(async (platform) => {
          const actor = actors[platform];
          if (actor !== undefined) await ask(platform, actor);
        }),
      );
      return queries.map((query) => {
        if (signal.aborted && !answers.has(query.platform)) return failed('aborted');
        return isContentId(query)
          ? (answers.get(query.platform)?.(query) ?? failed('unsupported'))
          : failed('unsupported');
      });
    },
  };
}

/** The address that was given, if it is one of this clip: another one would cost, and count something else. */
function addressOf(query: ViewQuery): string {
  const read = readClipUrl(query.url);
  const same = read.kind === 'clip' && read.platform === query.platform && read.content === query.content;
  return same ? read.url : clipUrl(query);
}

/** For what is around a run: starting it, and reading its dataset. */
const GRACE_MS = 30_000;

function answersOf(
  ended: Ended<ActorAnswer>,
  actor: ApifyActor,
  platform: Platform,
): (query: ViewQuery) => ViewCount {
  if (ended.kind !== 'done') {
    const failure = failed(ended.kind === 'thrown' ? apifyFailure(ended.error) : ended.code);
    return () => failure;
  }
  const counts = new Map<string, ViewCount>();
  let unplaced = false;
  for (const item of ended.value.items) {
    const contents = contentsOf(item, actor, platform);
    if (contents.size === 0) unplaced = true;
    for (const content of contents) counts.set(content, lower(counts.get(content), itemCount(item, actor)));
  }
  const rest = failed(ended.value.failure ?? 'unavailable');
  // An actor that is throttled, or not paid for, says `noResults` and nothing about which clips: they may be there.
  const absent: ViewCount =
    unplaced || ended.value.failure !== undefined ? rest : { kind: 'unknown', reason: 'missing' };
  return ({ content }) => counts.get(content) ?? absent;
}

/** Of two counts for one clip in one answer, the lower: the next reading makes up for it, and never for the higher. */
function lower(before: ViewCount | undefined, count: ViewCount): ViewCount {
  if (before?.kind !== 'counted') return count;
  return count.kind === 'counted' && count.views < before.views ? count : before;
}
