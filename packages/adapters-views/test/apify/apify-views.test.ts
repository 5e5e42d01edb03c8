import { inspect } from 'node:util';
import { ApifyClient } from 'apify-client';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { PLATFORMS, type ViewCount, type ViewQuery } from '@payout-engines/core';
import { sampleClips } from '@payout-engines/core/testing';
import { APIFY_ACTORS, type ApifyClientLike, apifyViews } from '../../src/index.ts';
import { APIFY_TOKEN, errorOf, loopbackApify, type LoopbackApify } from './loopback-apify.ts';

const unavailable: ViewCount = { kind: 'failed', code: 'unavailable', retryable: true };
const unreadable: ViewCount = { kind: 'failed', code: 'unreadable', retryable: true };
const missing: ViewCount = { kind: 'unknown', reason: 'missing' };
const hidden: ViewCount = { kind: 'unknown', reason: 'hidden' };
const counted = (views: bigint): ViewCount => ({ kind: 'counted', views });
const [tiktok, tiktok2] = sampleClips('tiktok', 2) as [ViewQuery, ViewQuery];
const [instagram] = sampleClips('instagram', 1) as [ViewQuery];
const [youtube] = sampleClips('youtube', 1) as [ViewQuery];
const [x, x2] = sampleClips('x', 2) as [ViewQuery, ViewQuery];

describe('a view source on Apify', () => {
  let apify: LoopbackApify;
  beforeEach(async () => void (apify = await loopbackApify()));
  afterEach(() => apify.close());

  const clientOf = (options = {}) =>
    new ApifyClient({ baseUrl: apify.baseUrl, token: APIFY_TOKEN, maxRetries: 0, ...options });
  const ask = (queries: readonly ViewQuery[], signal = new AbortController().signal) =>
    apifyViews(clientOf(), { timeoutSecs: 5 }).views(queries, signal);

  it('takes the client of Apify as it is', () => {
    expectTypeOf<ApifyClient>().toExtend<ApifyClientLike>();
  });

  it('runs one actor for each platform, each with its own input, and pays for no clip twice', async () => {
    const longer = `${tiktok.url}?is_from_webapp=1`;
    await ask([tiktok, { ...tiktok, url: longer }, tiktok2, instagram, youtube, x, x]);
    const inputs = new Map(apify.started.map(({ actor, input }) => [actor, input]));
    expect(apify.started.length).toBe(4);
    expect(inputs.get('clockworks/tiktok-scraper')).toMatchObject({ postURLs: [tiktok.url, tiktok2.url] });
    expect(inputs.get('apify/instagram-scraper')).toMatchObject({
      directUrls: [instagram.url],
      resultsType: 'posts',
    });
    expect(inputs.get('streamers/youtube-scraper')).toMatchObject({ startUrls: [{ url: youtube.url }] });
    expect(inputs.get('apidojo/tweet-scraper')).toMatchObject({ startUrls: [x.url] });
  });

  it('hands on the address that was given only where it is one of the clip', async () => {
    const named = `https://www.tiktok.com/@somebody/video/${tiktok.content}`;
    await ask([{ ...tiktok, url: named }]);
    await ask([{ ...tiktok, url: 'https://www.tiktok.com/@somebody' }]);
    await ask([{ ...tiktok, url: tiktok2.url ?? '' }]);
    const own = `https://www.tiktok.com/@_/video/${tiktok.content}`;
    expect(apify.started.map(({ input }) => input['postURLs'])).toEqual([[named], [own], [own]]);
  });

  it('never takes one count for another: views of Instagram without replays are no count', async () => {
    apify.run('SUCCEEDED', [{ shortCode: instagram.content, type: 'Video', videoViewCount: 4584 }]);
    expect(await ask([instagram])).toEqual([hidden]);
  });

  it.each([
    ['1.2K', unreadable],
    [-5, unreadable],
    [12.5, unreadable],
    [2 ** 53, unreadable],
    [[], unreadable],
    [-1, hidden],
    [null, hidden],
    ['', hidden],
    ['790', counted(790n)],
    [0, counted(0n)],
  ])('reads the count %j as what it is', async (playCount, expected) => {
    apify.run('SUCCEEDED', [{ id: tiktok.content, playCount }]);
    expect(await ask([tiktok])).toEqual([expected]);
  });

  it.each([
    [{ error: 'not_found', errorDescription: 'Post does not exist', inputUrl: instagram.url }, missing],
    [
      { error: 'no_items', errorDescription: 'Empty or private data for provided input', url: instagram.url },
      missing,
    ],
    [{ error: 'something_new', url: instagram.url }, unavailable],
    [{ error: { deep: 1 }, url: instagram.url }, unavailable],
  ])('reads the note %j of an actor as what it says', async (item, expected) => {
    apify.run('SUCCEEDED', [item]);
    expect(await ask([instagram])).toEqual([expected]);
  });

  it('calls nothing missing when an actor says that it has no results: it says so when it is throttled', async () => {
    apify.run('SUCCEEDED', [{ noResults: true }, { noResults: true }]);
    expect(await ask([x, x2])).toEqual([unavailable, unavailable]);
    apify.run('SUCCEEDED', [{ type: 'tweet', id: x.content, viewCount: 3407 }, { noResults: true }]);
    expect(await ask([x, x2])).toEqual([counted(3407n), unavailable]);
    apify.run('SUCCEEDED', [{ type: 'tweet', id: x.content, viewCount: 3407 }]);
    expect(await ask([x, x2])).toEqual([counted(3407n), missing]);
    apify.run('SUCCEEDED', []);
    expect(await ask([x, x2])).toEqual([missing, missing]);
  });

  it.each([
    ['FAILED', 'unavailable'],
    ['ABORTED', 'unavailable'],
    ['TIMED-OUT', 'timeout'],
    ['RUNNING', 'timeout'],
  ] as const)('keeps what a run found that ended as %s, and calls nothing missing', async (status, code) => {
    apify.run(status, [{ id: tiktok.content, playCount: 5 }]);
    const source = apifyViews(clientOf(), { timeoutSecs: status === 'RUNNING' ? 0 : 5 });
    expect(await source.views([tiktok, tiktok2], new AbortController().signal)).toEqual([
      counted(5n),
      { kind: 'failed', code, retryable: true },
    ]);
  });

  it('takes the lower of two counts for one clip', async () => {
    apify.run('SUCCEEDED', [
      { id: tiktok.content, playCount: 7 },
      { error: 'x', url: tiktok.url },
      { id: tiktok.content, playCount: 5 },
      { webVideoUrl: tiktok.url, playCount: 6 },
    ]);
    expect(await ask([tiktok])).toEqual([counted(5n)]);
  });

  it('counts nothing under a clip of another platform', async () => {
    apify.run('SUCCEEDED', [
      { url: x.url, playCount: 9 },
      { id: tiktok.content, playCount: 4 },
    ]);
    expect(await ask([tiktok])).toEqual([counted(4n)]);
  });

  it('knows the others when one platform’s actor fails', async () => {
    apify.show(x, 7n);
    const client = clientOf();
    const source = apifyViews(
      {
        ...bound(client),
        actor: (id) => (id === APIFY_ACTORS.tiktok.id ? clientOf({ token: 'wrong' }) : client).actor(id),
      },
      { timeoutSecs: 5 },
    );
    expect(await source.views([tiktok, x], new AbortController().signal)).toEqual([
      { kind: 'failed', code: 'unauthorized', retryable: false },
      counted(7n),
    ]);
  });

  it('reads all pages of a large dataset, and not for ever', async () => {
    const noise = Array.from({ length: 1_001 }, (_, index) => ({ id: `noise-${index}` }));
    apify.run('SUCCEEDED', [...noise, { id: tiktok.content, playCount: 5 }]);
    expect(await ask([tiktok])).toEqual([counted(5n)]);
    apify.run(
      'SUCCEEDED',
      Array.from({ length: 9_000 }, () => ({ noResults: true })),
    );
    const before = apify.arrived.length;
    expect(await ask([tiktok])).toEqual([unavailable]);
    expect(apify.arrived.length - before).toBeLessThan(6);
  });

  it.each([
    ['no JSON', { body: '[{"id":' }],
    ['an object', { body: '{"items":1}' }],
    ['a page of a gateway', { status: 502, body: '<html>' }],
    ['a cut-off answer', { cutOff: true as const, body: '[' }],
  ])('takes %s for a failure of each clip', async (_, sent) => {
    apify.answer(sent);
    const counts = await ask([tiktok, x]);
    expect(counts.map(({ kind }) => kind)).toEqual(['failed', 'failed']);
  });

  it('stops the run at Apify when it is aborted, so that it costs no more', async () => {
    const waited = apify.stall();
    const controller = new AbortController();
    const asked = ask([tiktok], controller.signal);
    await waited;
    const stopped = apify.whenStopped();
    controller.abort();
    expect(await asked).toEqual([{ kind: 'failed', code: 'aborted', retryable: true }]);
    await stopped;
    expect(apify.stopped).toEqual(['run-0']);
  });

  it('lets no error and no line of a log have the token in it', async () => {
    const lines: string[] = [];
    const spies = (['log', 'info', 'warn', 'error'] as const).map((name) =>
      vi
        .spyOn(console, name)
        .mockImplementation((...all: unknown[]) => void lines.push(inspect(all, { depth: 9 }))),
    );
    apify.answer(errorOf(500, 'internal-server-error'));
    const source = apifyViews(clientOf({ maxRetries: 2, minDelayBetweenRetriesMillis: 1 }), {
      timeoutSecs: 5,
    });
    const counts = await source.views([tiktok], new AbortController().signal);
    spies.forEach((spy) => spy.mockRestore());
    expect(counts).toEqual([unavailable]);
    expect(inspect(counts, { depth: 9 })).not.toContain(APIFY_TOKEN);
    expect(lines.filter((line) => line.includes(`Bearer ${APIFY_TOKEN}`))).toEqual([]);
  });

  it('gives each clip an answer whatever items come, and never throws', async () => {
    const item = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: fc.constantFrom(tiktok.content, tiktok2.content, 'x'), playCount: fc.jsonValue() }),
      fc.record({ webVideoUrl: fc.constantFrom(tiktok.url, 7, null), error: fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 5 }), async (items) => {
        apify.run('SUCCEEDED', items);
        for (const count of await ask([tiktok, tiktok2])) {
          expect(['counted', 'unknown', 'failed']).toContain(count.kind);
          if (count.kind === 'counted') expect(items.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has an actor for each platform, whose input and output are data', () => {
    expect(Object.keys(APIFY_ACTORS).toSorted()).toEqual([...PLATFORMS].toSorted());
    expect(JSON.parse(JSON.stringify(APIFY_ACTORS))).toEqual(APIFY_ACTORS);
  });
});

function bound(client: ApifyClient): ApifyClientLike {
  return {
    actor: (id) => client.actor(id),
    run: (id) => client.run(id),
    dataset: (id) => client.dataset(id),
  };
}
