import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clipContent, clipUrl, isContentId, readClipUrl } from '../../src/campaigns/clip-url.ts';
import { PLATFORMS } from '../../src/campaigns/platform.ts';
import { PayoutError } from '../../src/errors.ts';
import { sampleClips } from '../../src/testing/views/sample-clips.ts';
import { needsData } from '../data-folder.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

/** The same content, in the spellings that sites and apps give and people paste. */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  'tiktok/7123456789012345678': [
    'https://www.tiktok.com/@some.body_1/video/7123456789012345678',
    'https://www.tiktok.com/@some.body_1/video/7123456789012345678?is_copy_url=1&is_from_webapp=v1&lang=en',
    'http://tiktok.com/@some.body_1/video/7123456789012345678/',
    'https://www.tiktok.com/@/video/7123456789012345678',
    'https://www.tiktok.com/@some.body_1/photo/7123456789012345678',
    'https://www.tiktok.com/en-US/@some.body_1/video/7123456789012345678',
    'https://m.tiktok.com/v/7123456789012345678.html?u_code=x#top',
    'https://m.tiktok.com/v/7123456789012345678',
    'https://us.tiktok.com/@some.body_1/video/7123456789012345678',
    'https://t.tiktok.com/i18n/share/video/7123456789012345678/?_d=1',
    'https://www.tiktok.com/share/video/7123456789012345678',
    'https://www.tiktok.com/embed/7123456789012345678',
    'https://www.tiktok.com/embed/v2/7123456789012345678?lang=de',
    'https://www.tiktok.com/player/v1/7123456789012345678?autoplay=1',
    'www.tiktok.com/@some.body_1/video/7123456789012345678',
    '  https://www.tiktok.com/%40some.body_1/video/7123456789012345678\n',
  ],
  'instagram/CDUMkliABpa': [
    'https://www.instagram.com/reel/CDUMkliABpa/',
    'https://www.instagram.com/reels/CDUMkliABpa/',
    'https://www.instagram.com/p/CDUMkliABpa/?igsh=MzRlODBiNWFlZA==',
    'https://www.instagram.com/tv/CDUMkliABpa/?utm_source=ig_web_copy_link',
    'https://www.instagram.com/some.body/reel/CDUMkliABpa/',
    'https://www.instagram.com/some.body/p/CDUMkliABpa',
    'https://www.instagram.com/p/CDUMkliABpa/embed/captioned/?cr=1',
    'https://m.instagram.com/p/CDUMkliABpa/c/17900000000000000/',
    'http://instagr.am/p/CDUMkliABpa/',
    'instagram.com/p/CDUMkliABpa#abc',
    // The address of a private post has a secret behind the id.
    'https://www.instagram.com/p/CDUMkliABpaAbCdEfGhIjKlMnOpQrStUvWxYz01/',
  ],
  'youtube/jNQXAC9IVRw': [
    'https://www.youtube.com/watch?v=jNQXAC9IVRw',
    'https://www.youtube.com/watch?feature=share&v=jNQXAC9IVRw&t=4s&list=PL0&index=2',
    'https://youtu.be/jNQXAC9IVRw?si=abcDEF',
    'https://youtu.be/watch?v=jNQXAC9IVRw',
    'https://m.youtube.com/watch?v=jNQXAC9IVRw&pp=ygU',
    'https://music.youtube.com/watch?v=jNQXAC9IVRw',
    'https://gaming.youtube.com/watch?v=jNQXAC9IVRw',
    'https://www.youtube.com/shorts/jNQXAC9IVRw?feature=share',
    'https://youtube.com/shorts/jNQXAC9IVRw/',
    'https://www.youtube.com/live/jNQXAC9IVRw?si=x',
    'https://www.youtube.com/embed/jNQXAC9IVRw?autoplay=1',
    'https://www.youtube-nocookie.com/embed/jNQXAC9IVRw',
    'https://www.youtubekids.com/watch?v=jNQXAC9IVRw',
    'https://www.youtube.com/v/jNQXAC9IVRw&hl=en_US',
    'https://www.youtube.com/e/jNQXAC9IVRw',
    'https://www.youtube.com/?v=jNQXAC9IVRw',
    'HTTPS://WWW.YouTube.COM./watch?v=jNQXAC9IVR%77',
    'https://www.youtube.com:443/watch?v=jNQXAC9IVRw&v=jNQXAC9IVRw',
    '//youtu.be/jNQXAC9IVRw',
  ],
  'x/1955896617057574986': [
    'https://x.com/some_body/status/1955896617057574986',
    'https://x.com/some_body/status/1955896617057574986?s=46&t=abc',
    'https://x.com/some_body/status/1955896617057574986/video/1',
    'https://x.com/some_body/status/1955896617057574986/analytics',
    'https://twitter.com/some_body/status/1955896617057574986',
    'https://mobile.twitter.com/some_body/statuses/1955896617057574986',
    'https://m.twitter.com/some_body/status/1955896617057574986',
    'https://mobile.x.com/some_body/status/1955896617057574986',
    'https://x.com/i/status/1955896617057574986',
    'https://x.com/i/web/status/1955896617057574986',
    'https://twitter.com/statuses/1955896617057574986',
    'https://twitter.com/i/videos/tweet/1955896617057574986',
    'https://twitter.com/#!/some_body/status/1955896617057574986',
    'https://platform.twitter.com/embed/Tweet.html?dnt=true&id=1955896617057574986&theme=dark',
    'x.com/some_body/status/1955896617057574986',
  ],
};

const clip = fc
  .tuple(fc.constantFrom(...PLATFORMS), fc.integer({ min: 1, max: 300 }))
  .map(([platform, count]) => sampleClips(platform, count).at(-1));

describe('the address of a clip', () => {
  for (const [content, spellings] of Object.entries(SPELLINGS)) {
    it.each(spellings)(`is ${content} in the spelling %j`, (spelling) => {
      const read = readClipUrl(spelling);
      expect(read.kind === 'clip' && `${read.platform}/${read.content}`).toBe(content);
    });
  }

  it('is read from the address that it gives, with the name that TikTok had in it', () => {
    for (const spelling of Object.values(SPELLINGS).flat()) {
      const read = readClipUrl(spelling);
      expect(read.kind).toBe('clip');
      if (read.kind === 'clip') expect(readClipUrl(read.url)).toEqual(read);
    }
    expect(readClipUrl('https://m.tiktok.com/@a.b/video/7123456789012345678?x=1')).toMatchObject({
      url: 'https://www.tiktok.com/@a.b/video/7123456789012345678',
    });
  });

  it('opens every piece of content by one that names it', () => {
    fc.assert(
      fc.property(clip, (one) => {
        if (one === undefined) throw new Error('there is a clip of every platform');
        const { platform, content } = one;
        expect(isContentId(one)).toBe(true);
        expect(clipContent(clipUrl(one))).toEqual({ platform, content });
        expect(clipContent(`  ${clipUrl(one)}#x `)).toEqual({ platform, content });
      }),
      runs(100),
    );
  });

  it.each([
    ['https://vm.tiktok.com/ZMabc123/', 'tiktok'],
    ['https://vt.tiktok.com/ZSabc123/?k=1', 'tiktok'],
    ['https://www.tiktok.com/t/ZTabc123/', 'tiktok'],
    ['https://www.instagram.com/share/reel/BAabc123', 'instagram'],
    ['https://www.instagram.com/share/BAabc123', 'instagram'],
    ['https://www.youtube.com/clip/UgkxAbc', 'youtube'],
    ['https://t.co/abc123', 'x'],
  ] as const)('that only the platform can follow is a short link: %s', (url, platform) => {
    expect(readClipUrl(url)).toEqual({ kind: 'short_link', platform });
    const { code, message } = refusal(() => clipContent(url));
    expect(code).toBe('CLIP_URL_REFUSED');
    expect(message).toContain('follow it');
  });

  it.each([
    ['https://www.facebook.com/watch/?v=1', 'other_platform'],
    ['https://youtube.com.evil.example/watch?v=jNQXAC9IVRw', 'other_platform'],
    ['https://evilyoutube.com/watch?v=jNQXAC9IVRw', 'other_platform'],
    ['https://notx.com/a/status/1', 'other_platform'],
    ['https://x.com.co/a/status/1', 'other_platform'],
    ['https://www.tiktok.com@evil.example/@a/video/7123456789012345678', 'not_an_address'],
    ['https://user:secret@www.youtube.com/watch?v=jNQXAC9IVRw', 'not_an_address'],
    ['https://www.youtube.com:8443/watch?v=jNQXAC9IVRw', 'not_an_address'],
    ['https://evil.example\\@www.youtube.com/watch?v=jNQXAC9IVRw', 'not_an_address'],
    ['https://www.youtube.com\\watch?v=jNQXAC9IVRw', 'not_an_address'],
    ['javascript://www.youtube.com/watch?v=jNQXAC9IVRw', 'not_an_address'],
    ['ftp://www.youtube.com/watch?v=jNQXAC9IVRw', 'not_an_address'],
    ['https://www.youtube.com/watch?v=jNQXAC9IVRw\u0000', 'not_an_address'],
    ['https://www.youtube.com/wat ch?v=jNQXAC9IVRw', 'not_an_address'],
    ['https://www.yоutube.com/watch?v=jNQXAC9IVRw', 'not_an_address'],
    ['https://www.youtube.com/watch?v=%E0%A4%A', 'not_an_address'],
    ['', 'not_an_address'],
    [' ', 'not_an_address'],
    ['https://', 'not_an_address'],
    [null, 'not_an_address'],
    [undefined, 'not_an_address'],
    [7, 'not_an_address'],
    [{ toString: () => 'https://youtu.be/jNQXAC9IVRw' }, 'not_an_address'],
    [`https://youtu.be/jNQXAC9IVRw?${'x'.repeat(2_100)}`, 'not_an_address'],
    ['https://www.youtube.com/@somebody', 'not_content'],
    ['https://www.youtube.com/channel/UC_x5XG1OV2P6uZZ5FSM9Ttw', 'not_content'],
    ['https://www.youtube.com/playlist?list=PL0', 'not_content'],
    ['https://www.youtube.com/embed/videoseries?list=PL0', 'not_content'],
    ['https://www.youtube.com/', 'not_content'],
    ['https://youtu.be/', 'not_content'],
    ['https://www.tiktok.com/@somebody', 'not_content'],
    ['https://www.tiktok.com/@somebody/live', 'not_content'],
    ['https://www.tiktok.com/music/a-7123456789012345678', 'not_content'],
    ['https://www.instagram.com/somebody/', 'not_content'],
    ['https://www.instagram.com/stories/somebody/3123456789012345678/', 'not_content'],
    ['https://www.instagram.com/reels/audio/1234567890/', 'not_content'],
    ['https://x.com/somebody', 'not_content'],
    ['https://x.com/i/spaces/1abc', 'not_content'],
    ['https://www.youtube.com/watch%2F?v=jNQXAC9IVRw', 'not_content'],
    ['https://www.youtube.com/watch?v=jNQXAC9IVR', 'not_an_id'],
    ['https://www.youtube.com/watch?v=jNQXAC9IVRww', 'not_an_id'],
    ['https://www.youtube.com/watch?v=jNQXAC9IVRx', 'not_an_id'],
    ['https://www.youtube.com/watch?v=', 'not_an_id'],
    ['https://www.youtube.com/watch?v=jNQXAC9IVRw,dQw4w9WgXcQ', 'not_an_id'],
    ['https://www.tiktok.com/@a/video/07123456789012345678', 'not_an_id'],
    ['https://www.tiktok.com/@a/video/0', 'not_an_id'],
    ['https://www.tiktok.com/@a/video/71234567890123456789012', 'not_an_id'],
    ['https://www.instagram.com/p/ACDUMkliABp/', 'not_an_id'],
    ['https://x.com/a/status/-1', 'not_an_id'],
    ['https://x.com/a/status/1e18', 'not_an_id'],
    ['https://x.com/a/status/٧', 'not_an_address'],
    ['https://www.youtube.com/watch?v=jNQXAC9IVRw&v=dQw4w9WgXcQ', 'ambiguous'],
    ['https://youtu.be/jNQXAC9IVRw?v=dQw4w9WgXcQ', 'ambiguous'],
  ] as const)('is refused where it is none: %j is %s', (url, reason) => {
    expect(readClipUrl(url)).toEqual({ kind: 'refused', reason });
    const error = refusal(() => clipContent(url));
    expect(error.details).toMatchObject({ problem: reason });
  });

  it('is never more than read or refused, whatever text it is', () => {
    const pieces = fc.oneof(
      fc.constantFrom(
        'https://',
        'www.youtube.com',
        'tiktok.com',
        'x.com',
        '/watch?v=',
        '/@a/video/',
        '%',
        '%2F',
        '#!/',
        '?',
        '&',
        '=',
        '..',
        '@',
        ':',
        '\\',
        '\u202e',
        '__proto__',
      ),
      fc.string({ unit: 'binary' }),
      fc.webUrl(),
    );
    const text = fc.array(pieces, { maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.anything()), (value) => {
        const read = readClipUrl(value);
        expect(['clip', 'short_link', 'refused']).toContain(read.kind);
        try {
          clipContent(value);
        } catch (error) {
          expect(PayoutError.is(error, 'CLIP_URL_REFUSED')).toBe(true);
        }
      }),
      runs(500),
    );
  });

  it('takes no time, however it is made to be slow', () => {
    const hostile = [
      '%'.repeat(2_000),
      '/'.repeat(2_000),
      `x.com/${'a/'.repeat(900)}status/`,
      `x.com/?${'&='.repeat(1_000)}`,
      '.'.repeat(2_000),
      'h'.repeat(5_000_000),
    ];
    const started = performance.now();
    for (const text of hostile) for (let time = 0; time < 20; time += 1) readClipUrl(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('says of every id of real videos that it is one', (ctx) => {
    const rows = readFileSync(needsData(ctx, 'youtube-trending/views.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const ids = new Set(rows.map((row) => row.split(',')[1] ?? ''));
    // One is cut off in the source of the data: `FY8A-j_c`.
    const whole = [...ids].filter((id) => id.length === 11);
    expect(whole.length).toBe(2_128);
    for (const content of whole) expect(isContentId({ platform: 'youtube', content })).toBe(true);
  });
});
