import type { ClipContent, Platform, ViewFailure } from '@payout-engines/core';
import { PLATFORMS, readClipUrl } from '@payout-engines/core';
import type { ShownViews } from '@payout-engines/core/testing';
import { APIFY_ACTORS } from '../../src/index.ts';
import { type Arrived, loopback, type Loopback, type Sent } from '../loopback.ts';

/** What the loopback takes for a good token. */
export const APIFY_TOKEN = 'apify_api_LoopbackTokenThatNobodyMaySee';

/**
 * The items of the actors as public repositories record them. TikTok: an answer of clockworks/tiktok-scraper with its
 * input (`playCount`, `webVideoUrl`, `submittedVideoUrl` without the query), and `error` with `errorCode` NOT_FOUND for
 * one that is deleted or private. Instagram: the dataset of a run of apify/instagram-scraper (`videoViewCount` beside
 * `videoPlayCount`; no count where `type` is Image), and `error` not_found or no_items with `inputUrl`. YouTube: items
 * of streamers/youtube-scraper. X: an item as apidojo/tweet-scraper gives it, and `noResults`, which it also gives
 * where it is throttled. Runs: the object that the client prints for one.
 */
const ITEMS: Readonly<Record<Platform, (content: string, url: string, shown: ShownViews) => unknown>> = {
  tiktok: (id, url, shown) =>
    typeof shown !== 'bigint' && shown !== 'hidden'
      ? { error: 'Post not found or private.', errorCode: 'NOT_FOUND', url }
      : {
          id,
          text: 'a caption',
          createTimeISO: '2024-07-01T17:59:46.000Z',
          authorMeta: { name: 'somebody', fans: 177_600, heart: 593_300, video: 1687 },
          webVideoUrl: `https://www.tiktok.com/@somebody/video/${id}`,
          diggCount: 48_800,
          shareCount: 10_200,
          playCount: shown === 'hidden' ? -1 : json(shown),
          commentCount: 374,
          submittedVideoUrl: url,
        },
  instagram: (shortCode, url, shown) =>
    typeof shown !== 'bigint' && shown !== 'hidden' && shown !== 'uncounted'
      ? {
          url,
          inputUrl: url,
          requestErrorMessages: [],
          error: 'no_items',
          errorDescription: 'Empty or private data for provided input',
        }
      : {
          inputUrl: url,
          id: '3696775766840372904',
          type: shown === 'uncounted' ? 'Image' : 'Video',
          shortCode,
          url: `https://www.instagram.com/p/${shortCode}/`,
          likesCount: 1492,
          ...(shown === 'uncounted' ? {} : { videoViewCount: 4584 }),
          ...(typeof shown === 'bigint' ? { videoPlayCount: json(shown) } : {}),
          timestamp: '2025-08-11T11:00:00.000Z',
          productType: 'clips',
        },
  youtube: (id, url, shown) => ({
    title: 'a title',
    type: 'shorts',
    id,
    url: `https://www.youtube.com/shorts/${id}`,
    viewCount: typeof shown === 'bigint' ? json(shown) : null,
    likes: 6,
    commentsCount: 0,
    fromYTUrl: url,
    input: url,
  }),
  x: (id, _url, shown) => ({
    type: 'tweet',
    id,
    url: `https://x.com/somebody/status/${id}`,
    twitterUrl: `https://twitter.com/somebody/status/${id}`,
    retweetCount: 9,
    likeCount: 116,
    ...(typeof shown === 'bigint' ? { viewCount: json(shown) } : {}),
  }),
};

/** A count as a JSON number; the actors give no larger ones. */
function json(views: bigint): number {
  return Number(views);
}

/** How the service fails, by what the source is to make of it. */
const FAILURES: Readonly<Partial<Record<ViewFailure, Sent>>> = {
  quota_exceeded: errorOf(402, 'not-enough-usage-to-run-paid-actor'),
  rate_limited: errorOf(429, 'rate-limit-exceeded'),
  unauthorized: errorOf(401, 'user-or-token-not-found'),
  refused: errorOf(400, 'invalid-input'),
  unavailable: errorOf(500, 'internal-server-error'),
};

export function errorOf(status: number, type: string): Sent {
  return { status, body: JSON.stringify({ error: { type, message: `in words, with ${APIFY_TOKEN}` } }) };
}

/** An Apify on the loopback interface, with clips that tests put there. */
export interface LoopbackApify extends Loopback {
  show(clip: ClipContent, views: ShownViews): void;
  fail(code: ViewFailure | undefined): void;
  /** From now on each request is answered so. */
  answer(sent: Sent | undefined): void;
  /** From now on runs end so, with these items instead of their own. */
  run(status: string, items?: readonly unknown[]): void;
  /** The inputs of the runs that were started, and the runs that were stopped. */
  readonly started: readonly { readonly actor: string; readonly input: Readonly<Record<string, unknown>> }[];
  readonly stopped: readonly string[];
  /** From now on runs do not end. Resolves when one is waited for. */
  stall(): Promise<void>;
  /** Resolves when a run is stopped. */
  whenStopped(): Promise<void>;
}

export async function loopbackApify(): Promise<LoopbackApify> {
  const clips = new Map<string, ShownViews>();
  const datasets = new Map<string, readonly unknown[]>();
  const started: { actor: string; input: Record<string, unknown> }[] = [];
  const stopped: string[] = [];
  let failing: Sent | undefined;
  let status = 'SUCCEEDED';
  let instead: readonly unknown[] | undefined;
  let stalled = false;
  let onWaited = (): void => undefined;
  let onStopped = (): void => undefined;

  const runObject = (id: string) => ({
    body: JSON.stringify({
      data: {
        id,
        actId: 'shu8hvrXbJbY3Eb9W',
        status,
        defaultDatasetId: `dataset-${id}`,
        startedAt: '2025-08-13T05:14:16.984Z',
      },
    }),
  });

  const served = await loopback((request) => {
    if (failing !== undefined) return failing;
    if (request.headers.authorization !== `Bearer ${APIFY_TOKEN}`)
      return errorOf(401, 'user-or-token-not-found');
    const path = request.url.pathname;
    const start = /^\/v2\/act(?:or)?s\/([^/]+)\/runs$/.exec(path)?.[1];
    if (request.method === 'POST' && start !== undefined) {
      const id = `run-${started.length}`;
      const actor = decodeURIComponent(start).replace('~', '/');
      started.push({ actor, input: JSON.parse(request.body) });
      datasets.set(`dataset-${id}`, instead ?? itemsFor(actor, request, clips));
      return { ...runObject(id), status: 201 };
    }
    const [, run, abort] = /^\/v2\/actor-runs\/([^/]+)(\/abort)?$/.exec(path) ?? [];
    if (run !== undefined) {
      if (abort !== undefined) {
        stopped.push(run);
        onStopped();
        return runObject(run);
      }
      if (stalled) {
        onWaited();
        return { never: true };
      }
      return runObject(run);
    }
    const dataset = /^\/v2\/datasets\/([^/]+)\/items$/.exec(path)?.[1];
    if (dataset === undefined) return errorOf(404, 'page-not-found');
    const offset = Number(request.url.searchParams.get('offset') ?? '0');
    const limit = Number(request.url.searchParams.get('limit') ?? '1000');
    const items = datasets.get(dataset) ?? [];
    return {
      body: JSON.stringify(items.slice(offset, offset + limit)),
      headers: {
        'x-apify-pagination-total': String(items.length),
        'x-apify-pagination-offset': String(offset),
        'x-apify-pagination-limit': String(limit),
      },
    };
  });

  return {
    ...served,
    started,
    stopped,
    show: ({ platform, content }, views) => void clips.set(`${platform}/${content}`, views),
    fail: (code) => {
      failing = code === undefined ? undefined : FAILURES[code];
      status = code === 'timeout' ? 'TIMED-OUT' : 'SUCCEEDED';
      instead = code === 'timeout' ? [] : undefined;
    },
    answer: (sent) => {
      failing = sent;
    },
    run: (as, items) => {
      status = as;
      instead = items;
    },
    stall: () => {
      stalled = true;
      return new Promise((resolve) => (onWaited = resolve));
    },
    whenStopped: () => new Promise((resolve) => (onStopped = resolve)),
  };
}

/** One item for each address that leads somewhere; the actor of X leaves out what it does not find. */
function itemsFor(
  actor: string,
  { body }: Arrived,
  clips: ReadonlyMap<string, ShownViews>,
): readonly unknown[] {
  const platform = PLATFORMS.find((one) => APIFY_ACTORS[one].id === actor);
  if (platform === undefined) return [];
  const addresses: readonly (string | { url: string })[] =
    JSON.parse(body)[APIFY_ACTORS[platform].addresses.input];
  return addresses.flatMap((address) => {
    const url = typeof address === 'string' ? address : address.url;
    const read = readClipUrl(url);
    if (read.kind !== 'clip') return [{ error: 'no address of a clip', url }];
    const shown = clips.get(`${platform}/${read.content}`) ?? 'missing';
    if ((platform === 'x' || platform === 'youtube') && (shown === 'missing' || shown === 'private'))
      return [];
    return [ITEMS[platform](read.content, url, shown)];
  });
}
