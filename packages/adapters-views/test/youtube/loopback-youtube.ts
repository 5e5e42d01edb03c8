import type { ClipContent, ViewFailure } from '@payout-engines/core';
import type { ShownViews } from '@payout-engines/core/testing';
import { type Arrived, loopback, type Loopback, type Sent } from '../loopback.ts';

/** What the loopback takes for a good key. */
export const YOUTUBE_KEY = 'AIzaSyLoopback-key-that-nobody-may-see';

/**
 * Answers as the YouTube Data API v3 gives them. A list of videos: as recorded in answers to `videos.list` that public
 * repositories quote (kind, etag, items with text counts, pageInfo), with the `status` part of another. Errors: as
 * users quote them in issues (ShareX 4477 and iSponsorBlockTV 34: quotaExceeded of the domain youtube.quota, and
 * API_KEY_SERVICE_BLOCKED), and the answer of Google's interfaces to a wrong key (API_KEY_INVALID).
 */
export const QUOTA_EXCEEDED = {
  error: {
    code: 403,
    message:
      'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.',
    errors: [
      {
        message:
          'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.',
        domain: 'youtube.quota',
        reason: 'quotaExceeded',
      },
    ],
  },
};

export const SERVICE_BLOCKED = {
  error: {
    code: 403,
    message: 'Requests to this API youtube method youtube.api.v3.V3DataVideoService.List are blocked.',
    errors: [
      {
        message: 'Requests to this API youtube method youtube.api.v3.V3DataVideoService.List are blocked.',
        domain: 'global',
        reason: 'forbidden',
      },
    ],
    status: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_SERVICE_BLOCKED',
        domain: 'googleapis.com',
        metadata: { service: 'youtube.googleapis.com', consumer: 'projects/1' },
      },
    ],
  },
};

export const KEY_INVALID = {
  error: {
    code: 400,
    message: 'API key not valid. Please pass a valid API key.',
    errors: [
      {
        message: 'API key not valid. Please pass a valid API key.',
        domain: 'global',
        reason: 'badRequest',
      },
    ],
    status: 'INVALID_ARGUMENT',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'youtube.googleapis.com' },
      },
    ],
  },
};

export const RATE_LIMITED = {
  error: {
    code: 429,
    message: 'Resource has been exhausted (e.g. check quota).',
    errors: [
      {
        message: 'Resource has been exhausted (e.g. check quota).',
        domain: 'global',
        reason: 'rateLimitExceeded',
      },
    ],
    status: 'RESOURCE_EXHAUSTED',
  },
};

/** How the service fails, by what the source is to make of it. */
const FAILURES: Readonly<Partial<Record<ViewFailure, Sent>>> = {
  quota_exceeded: { status: 403, body: JSON.stringify(QUOTA_EXCEEDED) },
  rate_limited: { status: 429, body: JSON.stringify(RATE_LIMITED) },
  unauthorized: { status: 400, body: JSON.stringify(KEY_INVALID) },
  refused: { status: 404, body: '' },
  timeout: { never: true },
  unavailable: { status: 503, body: '<html>Service Unavailable</html>' },
  unreadable: { status: 200, body: '{"kind": "youtube#videoListResponse", "items": [' },
};

/** A YouTube on the loopback interface, with videos that tests put there. */
export interface LoopbackYoutube extends Loopback {
  show(clip: ClipContent, views: ShownViews): void;
  fail(code: ViewFailure | undefined): void;
  /** From now on each request is answered so. */
  answer(sent: Sent | undefined): void;
  /** Resolves when the next request has arrived. */
  asked(): Promise<void>;
}

export async function loopbackYoutube(): Promise<LoopbackYoutube> {
  const videos = new Map<string, ShownViews>();
  let failing: Sent | undefined;
  let onAsked = (): void => undefined;
  const served = await loopback((request) => {
    onAsked();
    return failing ?? videosList(request, videos);
  });
  return {
    ...served,
    show: ({ content }, views) => void videos.set(content, views),
    fail: (code) => {
      failing = code === undefined ? undefined : FAILURES[code];
      if (code !== undefined && failing === undefined) throw new Error(`no ${code} is recorded`);
    },
    answer: (sent) => {
      failing = sent;
    },
    asked: () => new Promise((resolve) => (onAsked = resolve)),
  };
}

function videosList({ method, url }: Arrived, videos: ReadonlyMap<string, ShownViews>): Sent {
  if (method !== 'GET' || url.pathname !== '/youtube/v3/videos') return { status: 404, body: '' };
  if (url.searchParams.get('key') !== YOUTUBE_KEY) return { status: 400, body: JSON.stringify(KEY_INVALID) };
  const ids = (url.searchParams.get('id') ?? '').split(',');
  if (ids.length > 50)
    return { status: 400, body: '{"error":{"code":400,"errors":[{"reason":"invalidFilters"}]}}' };
  const items = ids.flatMap((id) => {
    const views = videos.get(id);
    return views === undefined || views === 'missing' ? [] : [video(id, views)];
  });
  const pageInfo = { totalResults: items.length, resultsPerPage: items.length };
  return {
    body: JSON.stringify({
      kind: 'youtube#videoListResponse',
      etag: 'xRmd1tBlLrP1IGFtHA7F_vzsx6Y',
      items,
      pageInfo,
    }),
  };
}

/** A video as `part=statistics,status` shows it; a count that is hidden is left out. */
function video(id: string, views: ShownViews): unknown {
  return {
    kind: 'youtube#video',
    etag: 'A_wV4zXW8xKWErtPeL3rkwoypqE',
    id,
    status: {
      uploadStatus: views === 'removed' ? 'rejected' : 'processed',
      privacyStatus: views === 'private' ? 'private' : 'public',
    },
    statistics: {
      ...(typeof views === 'bigint' ? { viewCount: views.toString() } : {}),
      likeCount: '7796',
      favoriteCount: '0',
      commentCount: '157',
    },
  };
}
