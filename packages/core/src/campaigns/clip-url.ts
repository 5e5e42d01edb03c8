import { PayoutError } from '../errors.ts';
import { type ClipContent, type Platform, PLATFORMS } from './platform.ts';
import { type ClipUrlProblem, PLATFORM_ADDRESSES } from './platform-addresses.ts';
import { ADDRESS_LENGTH_MAX, readWebAddress } from './web-address.ts';

export { PLATFORMS, type ClipContent, type Platform } from './platform.ts';

/** What an address opens. */
export type ClipUrl =
  | {
      readonly kind: 'clip';
      readonly platform: Platform;
      readonly content: string;
      /** The address to open it by, without whatever else was in the one given. */
      readonly url: string;
    }
  /**
   * Only the platform knows what it opens. Ask for it without following redirects (`HEAD`, `redirect: 'manual'`), and
   * read the `location` of the answer the same way, at most a few times.
   */
  | { readonly kind: 'short_link'; readonly platform: Platform }
  | { readonly kind: 'refused'; readonly reason: ClipUrlProblem };

/**
 * Reads the address of a clip: the same content in any spelling (mobile hosts, embeds, tracking parameters, short
 * forms that carry the id) is the same `platform` and `content`. Never throws, whatever it is given.
 *
 * @example
 * ```ts
 * import { readClipUrl } from '@payout-engines/core';
 *
 * const url = 'https://x.com/i/status/20';
 * readClipUrl('https://mobile.twitter.com/jack/status/20?s=21'); // => { kind: 'clip', platform: 'x', content: '20', url }
 * readClipUrl('https://vm.tiktok.com/ZMabc123/'); // => { kind: 'short_link', platform: 'tiktok' }
 * ```
 */
export function readClipUrl(text: unknown): ClipUrl {
  if (typeof text !== 'string' || text.length > ADDRESS_LENGTH_MAX) return refused('not_an_address');
  const address = readWebAddress(text);
  if (address === undefined) return refused('not_an_address');
  for (const platform of PLATFORMS) {
    const found = PLATFORM_ADDRESSES[platform].read(address);
    if (found === undefined) continue;
    if (found.kind === 'refused') return found;
    if (found.kind === 'short_link') return { kind: 'short_link', platform };
    return { kind: 'clip', platform, content: found.content, url: found.url };
  }
  return refused('other_platform');
}

/**
 * The content that an address opens, as {@link readClipUrl} reads it.
 *
 * @throws {@link PayoutError} with code `CLIP_URL_REFUSED`, which says what to do
 */
export function clipContent(text: unknown): ClipContent {
  const read = readClipUrl(text);
  if (read.kind === 'clip') return { platform: read.platform, content: read.content };
  const problem = read.kind === 'refused' ? read.reason : read.kind;
  throw new PayoutError('CLIP_URL_REFUSED', { problem, advice: ADVICE[problem] });
}

/** The address that opens a piece of content. */
export function clipUrl({ platform, content }: ClipContent): string {
  return PLATFORM_ADDRESSES[platform].url(content);
}

/** Whether a text is an id as the platform gives them, in its one spelling. */
export function isContentId({ platform, content }: ClipContent): boolean {
  return PLATFORM_ADDRESSES[platform].id(content) === content;
}

const ADVICE: Readonly<Record<ClipUrlProblem | 'short_link', string>> = {
  short_link: 'only the platform knows what a short link opens; follow it and give the address it leads to',
  not_an_address: 'give the address of the clip as the platform shows it, beginning with https://',
  other_platform: 'give the address of a clip on TikTok, Instagram, YouTube or X',
  not_content: 'give the address of one video or post, not of a profile, a list, a story or a stream',
  not_an_id: 'copy the whole address again; the id in it is none that the platform gives',
  ambiguous: 'it names two pieces of content; give the address of one',
};

function refused(reason: ClipUrlProblem): ClipUrl {
  return { kind: 'refused', reason };
}
