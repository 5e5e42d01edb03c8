import type { Platform } from '@payout-engines/core';

/** How one actor of Apify is asked for clips, and where in its answers their views are. */
export interface ApifyActor {
  /** `owner/name`, as in its address in the store. */
  readonly id: string;
  /** The input that takes the addresses of the clips: each as text, or as an object with a `url`. */
  readonly addresses: { readonly input: string; readonly as: 'text' | 'object' };
  /** The rest of its input. */
  readonly input: Readonly<Record<string, unknown>>;
  /**
   * The one property that has the count. Never one and, where that is absent, another: they count different things,
   * and going from one to the other would look like views that nobody had.
   */
  readonly count: string;
  /** The properties that can hold the platform's id of the content. */
  readonly ids: readonly string[];
  /** The properties that can hold an address of the content. */
  readonly urls: readonly string[];
  /** What an item without a count says when it is of a kind that has none. */
  readonly uncounted?: { readonly property: string; readonly values: readonly string[] };
}

/**
 * An actor for each platform, with the shapes that their pages in the Apify store describe and that public code
 * records: input by address, one item for each clip, an item with `error` for one that cannot be read.
 */
export const APIFY_ACTORS: Readonly<Record<Platform, ApifyActor>> = {
  tiktok: {
    id: 'clockworks/tiktok-scraper',
    addresses: { input: 'postURLs', as: 'text' },
    input: {
      resultsPerPage: 1,
      scrapeRelatedVideos: false,
      shouldDownloadVideos: false,
      shouldDownloadCovers: false,
      shouldDownloadSubtitles: false,
      shouldDownloadSlideshowImages: false,
    },
    count: 'playCount',
    ids: ['id'],
    urls: ['webVideoUrl', 'submittedVideoUrl', 'url'],
  },
  instagram: {
    id: 'apify/instagram-scraper',
    addresses: { input: 'directUrls', as: 'text' },
    input: { resultsType: 'posts', resultsLimit: 1, addParentData: false },
    // `videoViewCount` is there too, and a fraction of it: it leaves out what was played again.
    count: 'videoPlayCount',
    ids: ['shortCode'],
    urls: ['url', 'inputUrl'],
    uncounted: { property: 'type', values: ['Image', 'Sidecar'] },
  },
  youtube: {
    id: 'streamers/youtube-scraper',
    addresses: { input: 'startUrls', as: 'object' },
    input: { maxResults: 1, maxResultsShorts: 1, maxResultStreams: 1, downloadSubtitles: false },
    count: 'viewCount',
    ids: ['id'],
    urls: ['url', 'input'],
  },
  x: {
    id: 'apidojo/tweet-scraper',
    addresses: { input: 'startUrls', as: 'text' },
    input: {},
    count: 'viewCount',
    ids: ['id'],
    urls: ['url', 'twitterUrl'],
  },
};
