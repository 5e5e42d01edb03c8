import type { ClipContent, Platform } from '../campaigns/platform.ts';
import type { StopSignal } from './provider.ts';

/** One clip whose views are asked for. */
export interface ViewQuery extends ClipContent {
  /** An address that opens it, as `readClipUrl` gives it; some sources find a clip by nothing else. */
  readonly url?: string;
}

/** Why nobody can say how many views a clip has. None of these is a zero. */
export type UnknownViews =
  /** The platform knows no such content, or does not say why it shows none. */
  | 'missing'
  /** It exists, and only some may see it. */
  | 'private'
  /** The platform or its author took it away. */
  | 'removed'
  /** It is there, and its count is not shown. */
  | 'hidden'
  /** It is of a kind that has no views: a picture among videos. */
  | 'uncounted';

/** Why a source could not look, as codes. */
export const VIEW_FAILURES = [
  /** The allowance of the credentials is used up, for the day or the month. */
  'quota_exceeded',
  /** Too many requests in too short a time. */
  'rate_limited',
  /** The credentials were refused, or may not do this. */
  'unauthorized',
  /** The service says that the request itself is wrong. */
  'refused',
  /** The source does not count this platform, or cannot ask for this content. */
  'unsupported',
  /** No answer in the time that there was. */
  'timeout',
  /** The caller's signal ended the wait. */
  'aborted',
  /** The service could not be reached, or failed. */
  'unavailable',
  /** An answer came that is none: no JSON, another shape, a count that is no count, larger than it may be. */
  'unreadable',
] as const;

/** Why a source could not look, as a code. */
export type ViewFailure = (typeof VIEW_FAILURES)[number];

/** What a source says of one clip. */
export type ViewCount =
  | { readonly kind: 'counted'; readonly views: bigint }
  /** The source looked, and there is no count. Never the same as zero. */
  | { readonly kind: 'unknown'; readonly reason: UnknownViews }
  /** The source could not look. */
  | {
      readonly kind: 'failed';
      readonly code: ViewFailure;
      /** Whether asking again, later and unchanged, can succeed. */
      readonly retryable: boolean;
      /** How long the service asks to be left alone, in milliseconds. */
      readonly retryAfterMs?: number;
    };

/** Reads view counts from the outside. */
export interface ViewSource {
  readonly id: string;
  /** Whose content it counts. */
  readonly platforms: readonly Platform[];
  /** At most so many clips in one call. */
  readonly batchSize: number;
  /**
   * The views of each clip, in the order of the queries: one answer for each, whatever became of the others. What goes
   * wrong outside is an answer, never an error thrown; when the signal aborts, what is not known yet is `aborted`, at
   * once. The same clip asked for twice gets the same answer twice.
   *
   * @throws {@link PayoutError} with code `INVALID_INPUT` when there are more queries than `batchSize`
   */
  views(queries: readonly ViewQuery[], signal: StopSignal): Promise<readonly ViewCount[]>;
}
