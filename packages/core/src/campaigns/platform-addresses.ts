import type { Platform } from './platform.ts';
import type { WebAddress } from './web-address.ts';

/** Why an address is no clip's. */
export type ClipUrlProblem =
  /** Not an address of the web, or one that could open another place than it seems to. */
  | 'not_an_address'
  /** An address of the web, of none of the platforms. */
  | 'other_platform'
  /** The platform's, but of a profile, a list, a story or a stream: nothing whose views are counted as a clip's. */
  | 'not_content'
  /** It opens content by the look of it, but that is no id which the platform gives. */
  | 'not_an_id'
  /** It names two pieces of content. */
  | 'ambiguous';

/** What an address of a platform opens; `undefined` when it is not an address of that platform. */
export type PlatformReading =
  | { readonly kind: 'clip'; readonly content: string; readonly url: string }
  | { readonly kind: 'short_link' }
  | { readonly kind: 'refused'; readonly reason: ClipUrlProblem }
  | undefined;

/** How one platform spells the addresses of its content. */
export interface PlatformAddresses {
  /** The one spelling of an id; `undefined` when the platform gives no such id. */
  readonly id: (text: string) => string | undefined;
  /** The address that opens a piece of content, with what is useful of the one that it was read from. */
  readonly url: (content: string, given?: WebAddress) => string;
  readonly read: (address: WebAddress) => PlatformReading;
}

/** Patterns of paths, joined by `/`; what they capture first is the id. */
interface PathForms {
  readonly content: readonly RegExp[];
  readonly shortLinks: readonly RegExp[];
}

const NUMBER_ID = /^[1-9]\d{0,19}$/;
/** 64 bits in 11 digits of 6 bits: the last digit has only 4 of them. All 2,128 whole ids of a real data set keep to it. */
const YOUTUBE_ID = /^[\w-]{10}[AEIMQUYcgkosw048]$/;
/** A number in digits of 6 bits, `A` being zero: no id begins with it. */
const INSTAGRAM_ID = /^[B-Za-z0-9_-][\w-]{1,10}$/;
/** What a private post's address has behind its id. */
const INSTAGRAM_SECRET_LENGTH = 28;

const TIKTOK_NAME = /^@[\w.]{1,30}$/;
const NOWHERE: WebAddress = { host: '', segments: [], parameters: new Map() };

const numberId = (text: string) => (NUMBER_ID.test(text) ? text : undefined);

const tiktok: PlatformAddresses = {
  id: numberId,
  // Any name before the id opens it; TikTok puts the right one there. Services that are less lenient get it where it
  // was given.
  url: (content, { segments } = NOWHERE) =>
    `https://www.tiktok.com/${segments.find((segment) => TIKTOK_NAME.test(segment)) ?? '@_'}/video/${content}`,
  read: (address) => {
    if (/^v[mt]\.tiktok\.com$/.test(address.host)) return { kind: 'short_link' };
    if (!/^(?:(?:www|m|t|[a-z]{2})\.)?tiktok\.com$/.test(address.host)) return undefined;
    return readPath(tiktok, address, {
      content: [
        /^(?:[a-z]{2}(?:-[a-z]{2})?\/)?@[^/]*\/(?:video|photo)\/([^/]+)$/i,
        /^(?:i18n\/)?share\/(?:video|photo)\/([^/]+)$/,
        /^(?:embed|player)(?:\/v\d)?\/([^/]+)$/,
        /^video\/([^/]+)$/,
        /^v\/([^/]+?)(?:\.html)?$/,
      ],
      shortLinks: [/^t\/[^/]+$/],
    });
  },
};

const instagram: PlatformAddresses = {
  id: (text) => {
    const id = text.length > INSTAGRAM_SECRET_LENGTH ? text.slice(0, -INSTAGRAM_SECRET_LENGTH) : text;
    return INSTAGRAM_ID.test(id) ? id : undefined;
  },
  url: (content) => `https://www.instagram.com/p/${content}/`,
  read: (address) => {
    if (!/^(?:(?:www|m)\.)?(?:instagram\.com|instagr\.am)$/.test(address.host)) return undefined;
    return readPath(instagram, address, {
      content: [/^(?:(?!share\/)[^/]+\/)?(?:p|reels?|tv)\/(?!audio(?:\/|$))([^/]+)(?:\/.*)?$/],
      shortLinks: [/^share(?:\/(?:p|reel|tv))?\/[^/]+$/],
    });
  },
};

const youtube: PlatformAddresses = {
  id: (text) => (YOUTUBE_ID.test(text) ? text : undefined),
  url: (content) => `https://www.youtube.com/watch?v=${content}`,
  read: (address) => {
    if (/^(?:www\.)?youtu\.be$/.test(address.host)) {
      return readPath(youtube, address, { content: [/^(?!watch$)([^/]+)$/], shortLinks: [] }, 'v');
    }
    if (!/^(?:(?:www|m|music|gaming)\.)?youtube(?:-nocookie|kids)?\.com$/.test(address.host))
      return undefined;
    const path = address.segments.join('/');
    // Of a list, a player shows what comes first in it today.
    if (path === 'embed/videoseries' || path === 'embed/live_stream')
      return { kind: 'refused', reason: 'not_content' };
    const forms = {
      content: [/^(?:shorts|embed|live|v|e|vi|watch)\/([^/&]+)(?:&.*)?$/],
      shortLinks: [/^clip\/[^/]+$/],
    };
    return readPath(youtube, address, forms, path === 'watch' || path === '' ? 'v' : undefined);
  },
};

const x: PlatformAddresses = {
  id: numberId,
  url: (content) => `https://x.com/i/status/${content}`,
  read: (address) => {
    if (address.host === 't.co') return { kind: 'short_link' };
    if (/^platform\.(?:twitter|x)\.com$/.test(address.host)) {
      return readPath(x, address, { content: [], shortLinks: [] }, 'id');
    }
    if (!/^(?:(?:www|m|mobile)\.)?(?:twitter|x)\.com$/.test(address.host)) return undefined;
    return readPath(x, address, {
      content: [
        /^(?:[^/]+|i\/web)\/status(?:es)?\/([^/]+)(?:\/.*)?$/,
        /^statuses\/([^/]+)$/,
        /^i\/videos\/(?:tweet\/)?([^/]+)$/,
      ],
      shortLinks: [],
    });
  },
};

/** How each platform spells the addresses of its content. */
export const PLATFORM_ADDRESSES: Readonly<Record<Platform, PlatformAddresses>> = {
  tiktok,
  instagram,
  youtube,
  x,
};

/** Reads the id from the path, or from a parameter where the platform puts it there. */
function readPath(
  platform: PlatformAddresses,
  address: WebAddress,
  { content, shortLinks }: PathForms,
  parameter?: string,
): PlatformReading {
  const { segments, parameters } = address;
  // A segment with a slash decoded from it is not one that any of the forms means.
  const path = segments.some((segment) => segment.includes('/')) ? '' : segments.join('/');
  if (shortLinks.some((form) => form.test(path))) return { kind: 'short_link' };
  const named = [
    ...content.flatMap((form) => form.exec(path)?.[1] ?? []),
    ...(parameter === undefined ? [] : (parameters.get(parameter) ?? [])),
  ];
  if (named.length === 0) return { kind: 'refused', reason: 'not_content' };
  const ids = named.map((text) => platform.id(text));
  const [id] = ids;
  if (id === undefined) return { kind: 'refused', reason: 'not_an_id' };
  if (ids.some((other) => other !== id)) return { kind: 'refused', reason: 'ambiguous' };
  return { kind: 'clip', content: id, url: platform.url(id, address) };
}
