import { ApifyClient } from 'apify-client';
import { describe, it } from 'vitest';
import { PLATFORMS, type Platform } from '@payout-engines/core';
import { registerViewSourceCases, viewSourceCases } from '@payout-engines/core/testing';
import { APIFY_ACTORS, apifyViews } from '../../src/index.ts';
import { APIFY_TOKEN, loopbackApify } from './loopback-apify.ts';

describe('the view source on Apify keeps the contract', () => {
  const harnessOf = (
    platforms: readonly Platform[],
    unknown: readonly ('missing' | 'hidden' | 'uncounted')[],
  ) => ({
    platforms,
    unknown,
    failures: {
      quota_exceeded: { retryable: true },
      rate_limited: { retryable: true },
      unauthorized: { retryable: false },
      refused: { retryable: false },
      timeout: { retryable: true },
      unavailable: { retryable: true },
    },
    stalls: true,
    secret: APIFY_TOKEN,
    open: async () => {
      const apify = await loopbackApify();
      const client = new ApifyClient({ baseUrl: apify.baseUrl, token: APIFY_TOKEN, maxRetries: 0 });
      const actors = Object.fromEntries(platforms.map((platform) => [platform, APIFY_ACTORS[platform]]));
      return {
        source: apifyViews(client, { actors, timeoutSecs: 1 }),
        show: async (...shown: Parameters<typeof apify.show>) => apify.show(...shown),
        fail: async (code: Parameters<typeof apify.fail>[0]) => apify.fail(code),
        stall: async () => ({ asked: apify.stall() }),
        close: () => apify.close(),
      };
    },
  });

  describe('with an actor for each platform', () => {
    registerViewSourceCases(it, viewSourceCases, harnessOf(PLATFORMS, ['missing', 'hidden']));
  });
  describe('with that of Instagram alone', () => {
    registerViewSourceCases(
      it,
      viewSourceCases,
      harnessOf(['instagram'], ['missing', 'hidden', 'uncounted']),
    );
  });
});
