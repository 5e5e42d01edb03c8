import { describe, it } from 'vitest';
import { registerViewSourceCases, viewSourceCases } from '@payout-engines/core/testing';
import { youtubeViews } from '../../src/index.ts';
import { loopbackYoutube, YOUTUBE_KEY } from './loopback-youtube.ts';

describe('the view source on YouTube keeps the contract', () => {
  registerViewSourceCases(it, viewSourceCases, {
    platforms: ['youtube'],
    unknown: ['missing', 'private', 'removed', 'hidden'],
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
    secret: YOUTUBE_KEY,
    open: async () => {
      const youtube = await loopbackYoutube();
      return {
        source: youtubeViews({ key: YOUTUBE_KEY, baseUrl: youtube.baseUrl, timeoutMs: 400 }),
        show: async (clip, views) => youtube.show(clip, views),
        fail: async (code) => youtube.fail(code),
        stall: async () => {
          youtube.answer({ never: true });
          return { asked: youtube.asked() };
        },
        close: () => youtube.close(),
      };
    },
  });
});
