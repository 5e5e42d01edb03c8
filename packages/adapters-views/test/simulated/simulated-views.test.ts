import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PLATFORMS, type ViewQuery } from '@payout-engines/core';
import { registerViewSourceCases, sampleClips, viewSourceCases } from '@payout-engines/core/testing';
import { simulatedViews } from '../../src/index.ts';
import { draw } from '../../src/simulated/draw.ts';

const HOUR = 3_600_000;
const since = new Date('2026-01-01T00:00:00Z');
const never = new AbortController().signal;
const after = (hours: number) => new Date(since.getTime() + hours * HOUR);

describe('the simulated view source keeps the contract', () => {
  registerViewSourceCases(it, viewSourceCases, {
    platforms: PLATFORMS,
    unknown: ['missing', 'private', 'removed', 'hidden', 'uncounted'],
    failures: {
      quota_exceeded: { retryable: true },
      rate_limited: { retryable: true },
      unauthorized: { retryable: false },
      refused: { retryable: false },
      timeout: { retryable: true },
      unavailable: { retryable: true },
      unreadable: { retryable: true },
    },
    stalls: true,
    open: async () => {
      const source = simulatedViews({ clock: () => since });
      // Nothing is there until it is shown.
      for (const platform of PLATFORMS)
        for (const clip of sampleClips(platform, 60)) source.set(clip, 'missing');
      return {
        source,
        show: async (clip, views) => source.set(clip, views),
        fail: async (code) => source.fail(code),
        stall: async () => {
          source.stall();
          return { asked: Promise.resolve() };
        },
      };
    },
  });
});

describe('a simulated view source', () => {
  const clips = sampleClips('tiktok', 40);
  const world = { since, perHour: 1_000n, falls: 100, gaps: 50, failures: 50, batchSize: 100 };

  it('gives the same for the same seed, clip and hour, in whatever order it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 5_000 }),
        fc.shuffledSubarray([...clips], { minLength: 1 }),
        async (hours, some) => {
          const ask = async (queries: readonly ViewQuery[]) => {
            const counts = await simulatedViews({ ...world, clock: () => after(hours) }).views(
              queries,
              never,
            );
            return new Map(queries.map(({ content }, index) => [content, counts[index]]));
          };
          const all = await ask(clips);
          for (const [content, count] of await ask(some)) expect(count).toEqual(all.get(content));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('grows with the clock, and falls, hides and fails about as often as it is told to', async () => {
    let now = since;
    const source = simulatedViews({ ...world, clock: () => now });
    const steady = simulatedViews({ since, perHour: 1_000n, batchSize: 100, clock: () => now });
    const seen = { counted: 0, unknown: 0, failed: 0, fallen: 0 };
    let before = await steady.views(clips, never);
    for (let hours = 1; hours <= 250; hours += 1) {
      now = after(hours);
      const right = await steady.views(clips, never);
      for (const [index, count] of (await source.views(clips, never)).entries()) {
        seen[count.kind] += 1;
        const true_ = right[index];
        if (true_?.kind !== 'counted') throw new Error('a steady world shows every count');
        const earlier = before[index];
        expect(earlier?.kind === 'counted' && earlier.views <= true_.views).toBe(true);
        expect(true_.views <= BigInt(hours) * 1_000n).toBe(true);
        if (count.kind === 'counted' && count.views < true_.views) seen.fallen += 1;
        if (count.kind === 'counted') expect(count.views <= true_.views).toBe(true);
      }
      before = right;
    }
    const readings = 250 * clips.length;
    const about = (count: number, perMille: number) => {
      expect(count).toBeGreaterThan((readings * perMille) / 1_500);
      expect(count).toBeLessThan((readings * perMille) / 700);
    };
    about(seen.failed, 50);
    about(seen.unknown, 50);
    about(seen.fallen, 90);
    expect(source.asked).toEqual({ calls: 250, clips: readings });
  });

  it('shows what it is told to, until it is let go', async () => {
    const [clip] = clips as [ViewQuery];
    const source = simulatedViews({ clock: () => after(10), since });
    const [grown] = await source.views([clip], never);
    source.set(clip, 5n);
    expect(await source.views([clip], never)).toEqual([{ kind: 'counted', views: 5n }]);
    source.set(clip, { failed: 'rate_limited' });
    expect(await source.views([clip], never)).toEqual([
      { kind: 'failed', code: 'rate_limited', retryable: true },
    ]);
    source.release(clip);
    expect(await source.views([clip], never)).toEqual([grown]);
  });

  it('answers what waited for it when it goes on', async () => {
    const [clip] = clips as [ViewQuery];
    const source = simulatedViews({ clock: () => since });
    source.set(clip, 5n);
    source.stall();
    const waiting = source.views([clip], never);
    source.resume();
    expect(await waiting).toEqual([{ kind: 'counted', views: 5n }]);
  });

  it('draws each lot about as often', () => {
    const drawn = Array.from({ length: 10 }, () => 0);
    for (let lot = 0; lot < 20_000; lot += 1) {
      const index = Number(draw(`lot/${lot}`, 10n));
      drawn[index] = (drawn[index] ?? 0) + 1;
    }
    for (const times of drawn) expect(Math.abs(times - 2_000)).toBeLessThan(250);
  });
});
