import { clipUrl } from '../../campaigns/clip-url.ts';
import type { Platform } from '../../campaigns/platform.ts';
import type { ViewQuery } from '../../ports/view-source.ts';

const DIGITS = 'BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz234567';

/** The beginning of an id as each platform gives them, and what it may have behind a number. */
const IDS: Readonly<Record<Platform, (text: string) => string>> = {
  tiktok: (text) => `7${text.padStart(18, '0')}`,
  instagram: (text) => `C${letters(text).padStart(10, 'B')}`,
  youtube: (text) => `${letters(text).padStart(10, 'B')}k`,
  x: (text) => `1${text.padStart(18, '0')}`,
};

/** So many clips of a platform, each with an id as the platform gives them. */
export function sampleClips(platform: Platform, count: number): readonly ViewQuery[] {
  return Array.from({ length: count }, (_, index) => {
    const content = IDS[platform](index.toString());
    return { platform, content, url: clipUrl({ platform, content }) };
  });
}

function letters(digits: string): string {
  return Array.from(digits, (digit) => DIGITS.charAt(digit.charCodeAt(0) - 48)).join('');
}
