import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipUrl, type ClipContent, PLATFORMS, type ViewCount } from '@payout-engines/core';
import {
  registerViewSourceCases,
  sampleClips,
  type ShownViews,
  viewSourceCases,
} from '@payout-engines/core/testing';
import { csvViews } from '../../src/index.ts';
import { csvRecords } from '../../src/csv/csv-records.ts';

describe('the view source on a file keeps the contract', () => {
  registerViewSourceCases(it, viewSourceCases, {
    platforms: PLATFORMS,
    unknown: ['missing', 'private', 'removed', 'hidden', 'uncounted'],
    failures: {
      timeout: { retryable: true },
      unavailable: { retryable: true },
      unreadable: { retryable: true },
    },
    stalls: true,
    open: async () => {
      const shown = new Map<string, readonly [ClipContent, ShownViews]>();
      let read = async () => written([...shown.values()]);
      const right = read;
      return {
        source: csvViews({ read: () => read(), timeoutMs: 300 }),
        show: async (clip, views) => void shown.set(clipUrl(clip), [clip, views]),
        fail: async (code) => {
          if (code === undefined) read = right;
          if (code === 'timeout') read = () => new Promise(() => undefined);
          if (code === 'unavailable') read = () => Promise.reject(new Error('no such file'));
          if (code === 'unreadable') read = () => Promise.resolve('<html>');
        },
        stall: async () => ({
          asked: new Promise((resolve) => {
            read = () => {
              resolve();
              return new Promise(() => undefined);
            };
          }),
        }),
      };
    },
  });
});

function written(rows: readonly (readonly [ClipContent, ShownViews])[]): string {
  const lines = rows.map(([clip, views]) =>
    typeof views === 'bigint' ? `${clipUrl(clip)},${views},` : `${clipUrl(clip)},,${views}`,
  );
  return ['url,views,status', ...lines, ''].join('\r\n');
}

describe('a view source on a file', () => {
  const clip = { platform: 'youtube', content: 'jNQXAC9IVRw' } as const;
  const other = { platform: 'x', content: '20' } as const;
  const ask = async (text: string, onUnreadable?: (line: number, reason: string) => void) =>
    csvViews({
      read: () => Promise.resolve(text),
      ...(onUnreadable === undefined ? {} : { onUnreadable }),
    }).views([clip, other], new AbortController().signal);
  const first = async (text: string): Promise<ViewCount | undefined> => (await ask(text))[0];

  it('knows a clip in any spelling, with columns in any order', async () => {
    const text =
      '\uFEFFnote,Views,URL\n"a, ""b""\nc",7,https://m.youtube.com/watch?v=jNQXAC9IVRw&t=1\n,8,x.com/jack/status/20';
    expect(await ask(text)).toEqual([
      { kind: 'counted', views: 7n },
      { kind: 'counted', views: 8n },
    ]);
  });

  it('takes the last of several records of a clip', async () => {
    expect(await first('url,views\nyoutu.be/jNQXAC9IVRw,7\nyoutu.be/jNQXAC9IVRw,5\n')).toEqual({
      kind: 'counted',
      views: 5n,
    });
  });

  it.each([
    ['1,234', 'counted'],
    ['"1,234"', 'failed'],
    ['1.2K', 'failed'],
    ['-5', 'failed'],
    ['5.0', 'failed'],
    ['0x10', 'failed'],
    ['１２', 'failed'],
    ['', 'unknown'],
    ['-1', 'unknown'],
    [' 12 ', 'counted'],
  ])('reads the count %j as %s', async (count, kind) => {
    expect((await first(`url,views\nyoutu.be/jNQXAC9IVRw,${count}\n`))?.kind).toBe(kind);
  });

  it('takes a status that nobody knows, and a record without a count, for none that it can read', async () => {
    const unreadable = { kind: 'failed', code: 'unreadable', retryable: true };
    expect(await first('url,views,status\nyoutu.be/jNQXAC9IVRw,7,flagged\n')).toEqual(unreadable);
    expect(await first('url,views\nyoutu.be/jNQXAC9IVRw\n')).toEqual(unreadable);
  });

  it('tells of each record that names no clip, by its line, and counts the others', async () => {
    const told: (readonly [number, string])[] = [];
    const text =
      'url,views\n"\n",1\nhttps://vm.tiktok.com/Z/,2\nyoutu.be/jNQXAC9IVRw,3\nhttps://example.com/,4\n';
    const counts = await ask(text, (line, reason) => told.push([line, reason]));
    expect(counts[0]).toEqual({ kind: 'counted', views: 3n });
    expect(told).toEqual([
      [2, 'not_an_address'],
      [4, 'short_link'],
      [6, 'other_platform'],
    ]);
  });

  it.each([[''], ['\n\n'], ['views\n7\n'], ['url;views\nyoutu.be/jNQXAC9IVRw;7\n'], ['{"items":[]}']])(
    'takes the text %j for no file of counts, never for clips that are gone',
    async (text) => {
      expect((await first(text))?.kind).toBe('failed');
    },
  );

  it('reads back every field that is written as RFC 4180 says', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 }), (records) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = records.map((fields) => fields.map(quoted).join(',')).join('\r\n');
        expect([...csvRecords(text)].map(({ fields }) => fields)).toEqual(records);
      }),
    );
  });

  it('gives each clip an answer whatever text comes, and does not take long', async () => {
    const piece = fc.constantFrom(
      'url',
      'views',
      ',',
      '\n',
      '\r\n',
      '"',
      'youtu.be/jNQXAC9IVRw',
      '7',
      '-1',
      '\u0000',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
        expect((await ask(pieces.join(''))).length).toBe(2);
      }),
    );
    expect((await ask(`url,views\n${'"'.repeat(1_000_001)}`)).length).toBe(2);
    const many = sampleClips('x', 300).map((one) => `${one.url},1`);
    expect(
      (await ask(`url,views\n${Array.from({ length: 100 }, () => many.join('\n')).join('\n')}`))[1],
    ).toEqual({
      kind: 'unknown',
      reason: 'missing',
    });
  });
});
