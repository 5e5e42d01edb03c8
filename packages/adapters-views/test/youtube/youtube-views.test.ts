import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ViewCount, ViewQuery } from '@payout-engines/core';
import { sampleClips } from '@payout-engines/core/testing';
import { youtubeViews } from '../../src/index.ts';
import {
  loopbackYoutube,
  type LoopbackYoutube,
  QUOTA_EXCEEDED,
  RATE_LIMITED,
  SERVICE_BLOCKED,
  YOUTUBE_KEY,
} from './loopback-youtube.ts';

const unreadable: ViewCount = { kind: 'failed', code: 'unreadable', retryable: true };
const [first, second] = sampleClips('youtube', 2) as [ViewQuery, ViewQuery];

describe('a view source on YouTube', () => {
  let youtube: LoopbackYoutube;
  beforeAll(async () => void (youtube = await loopbackYoutube()));
  beforeEach(() => youtube.answer(undefined));
  afterAll(() => youtube.close());

  const ask = (queries: readonly ViewQuery[], timeoutMs = 5_000, signal = new AbortController().signal) =>
    youtubeViews({ key: YOUTUBE_KEY, baseUrl: youtube.baseUrl, timeoutMs }).views(queries, signal);
  const askOne = async () => (await ask([first]))[0];
  const answering = (body: unknown, status = 200, headers = {}) =>
    youtube.answer({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

  it('asks for 50 videos in one request, each once, and for no more of them than it needs', async () => {
    const before = youtube.arrived.length;
    await ask([...sampleClips('youtube', 49), first]);
    expect(youtube.arrived.length).toBe(before + 1);
    const parameters = youtube.arrived.at(-1)?.url.searchParams;
    expect(parameters?.get('id')?.split(',').length).toBe(49);
    expect(parameters?.get('part')).toBe('statistics,status');
    expect(parameters?.get('fields')).toBe(
      'items(id,statistics/viewCount,status(uploadStatus,privacyStatus))',
    );
  });

  it('asks for nothing where there is no id to ask for', async () => {
    const before = youtube.arrived.length;
    const counts = await ask([{ platform: 'youtube', content: `${first.content},${second.content}` }]);
    expect(counts).toEqual([{ kind: 'failed', code: 'unsupported', retryable: false }]);
    expect(youtube.arrived.length).toBe(before);
  });

  it.each([
    ['the quota of the day', 403, QUOTA_EXCEEDED, 'quota_exceeded', true],
    ['too many requests', 429, RATE_LIMITED, 'rate_limited', true],
    [
      'the same in its older form',
      403,
      { error: { errors: [{ reason: 'userRateLimitExceeded' }] } },
      'rate_limited',
      true,
    ],
    ['a key that may not do this', 403, SERVICE_BLOCKED, 'unauthorized', false],
    ['no key', 403, { error: { code: 403, status: 'PERMISSION_DENIED' } }, 'unauthorized', false],
    ['an unknown refusal', 400, { error: { errors: [{ reason: 'invalidFilters' }] } }, 'refused', false],
    ['a failure', 500, { error: { errors: [{ reason: 'backendError' }] } }, 'unavailable', true],
    ['a gateway’s page', 502, '<html>', 'unavailable', true],
    ['a redirect', 302, '', 'unavailable', true],
  ] as const)('knows %s', async (_, status, body, code, retryable) => {
    answering(body, status, status === 302 ? { location: 'http://127.0.0.1:9/' } : {});
    expect(await askOne()).toEqual({ kind: 'failed', code, retryable });
  });

  it('hands on how long the service asks to be left alone, and no date that it cannot compare', async () => {
    answering(RATE_LIMITED, 429, { 'retry-after': '13' });
    expect(await askOne()).toEqual({
      kind: 'failed',
      code: 'rate_limited',
      retryable: true,
      retryAfterMs: 13_000,
    });
    for (const header of ['Fri, 31 Dec 2027 23:59:59 GMT', '-1', '1e9', '012', '99999999999']) {
      answering(RATE_LIMITED, 429, { 'retry-after': header });
      expect(await askOne()).toEqual({ kind: 'failed', code: 'rate_limited', retryable: true });
    }
  });

  it.each([
    ['no JSON', 'items'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['no items', '{"kind":"youtube#videoListResponse"}'],
    ['items that are none', '{"items":{}}'],
  ])('takes %s for no answer, never for videos that are gone', async (_, body) => {
    answering(body);
    expect(await askOne()).toEqual(unreadable);
  });

  it.each([
    ['1.2K'],
    ['1,234'],
    ['-5'],
    ['12.0'],
    ['0x10'],
    ['007'],
    [' 5'],
    ['9999999999999999999'],
    [1.5],
    [1e300],
    [2 ** 53],
    [true],
    [{}],
  ])('takes the count %j for none that it can read', async (viewCount) => {
    answering({ items: [{ id: first.content, statistics: { viewCount } }] });
    expect(await askOne()).toEqual(unreadable);
  });

  it.each([[undefined], [null], [''], [-1], ['-1']])('takes the count %j for hidden', async (viewCount) => {
    answering({ items: [{ id: first.content, statistics: { viewCount } }] });
    expect(await askOne()).toEqual({ kind: 'unknown', reason: 'hidden' });
  });

  it('counts the others when an item is broken, and calls none missing that it may have been about', async () => {
    answering({ items: [{ id: first.content, statistics: { viewCount: '5' } }, { id: 7 }] });
    expect(await ask([first, second])).toEqual([{ kind: 'counted', views: 5n }, unreadable]);
  });

  it('counts no video that it did not ask for', async () => {
    answering({ items: [{ id: second.content, statistics: { viewCount: '5' } }] });
    expect(await askOne()).toEqual(unreadable);
  });

  it('reads no more of an answer without an end than an answer has', async () => {
    youtube.answer({ endless: ' '.repeat(65_536) });
    expect(await askOne()).toEqual(unreadable);
  });

  it('gives up on an answer that comes too slowly, or stops halfway', async () => {
    youtube.answer({ never: true });
    expect(await ask([first], 50)).toEqual([{ kind: 'failed', code: 'timeout', retryable: true }]);
    youtube.answer({ cutOff: true, body: '{"items":[' });
    expect(await askOne()).toEqual({ kind: 'failed', code: 'unavailable', retryable: true });
  });

  it('knows a service that is not there', async () => {
    const gone = await loopbackYoutube();
    await gone.close();
    const source = youtubeViews({ key: YOUTUBE_KEY, baseUrl: gone.baseUrl });
    expect(await source.views([first], new AbortController().signal)).toEqual([
      { kind: 'failed', code: 'unavailable', retryable: true },
    ]);
  });

  it('asks for its key each time, and tells nobody of it or of why it has none', async () => {
    const source = youtubeViews({
      key: () => Promise.reject(new Error(`vault: ${YOUTUBE_KEY}`)),
      baseUrl: youtube.baseUrl,
    });
    const counts = await source.views([first], new AbortController().signal);
    expect(counts).toEqual([{ kind: 'failed', code: 'unavailable', retryable: true }]);
    expect(inspect([source, counts], { depth: 9 })).not.toContain(YOUTUBE_KEY);
  });

  it('gives each video an answer whatever JSON comes, and never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom(200, 204, 400, 403, 429, 500), async (body, status) => {
        youtube.answer({ status, body: status === 204 ? '' : body });
        const counts = await ask([first, second]);
        expect(counts.map(({ kind }) => kind)).toEqual(['failed', 'failed']);
      }),
      { numRuns: 60 },
    );
  });

  it('gives each video an answer whatever stands in its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (video) => {
        answering({
          items: [
            { id: first.content, statistics: video, status: video },
            { id: second.content, statistics: { viewCount: '8' } },
          ],
        });
        const [one, other] = await ask([first, second]);
        expect(['counted', 'unknown', 'failed']).toContain(one?.kind);
        expect(other).toEqual({ kind: 'counted', views: 8n });
      }),
      { numRuns: 40 },
    );
  });
});
