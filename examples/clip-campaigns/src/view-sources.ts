import {
  apifyViews,
  type SimulatedViews,
  simulatedViews,
  youtubeViews,
} from '@payout-engines/adapters-views';
import type { Clock, ViewSource } from '@payout-engines/core';
import type { Query } from '@payout-engines/example-kit';
import { ApifyClient } from 'apify-client';

/** What tells which sources are real. */
export interface SourceSettings {
  /** A key of the YouTube Data API. */
  readonly YOUTUBE_API_KEY?: string | undefined;
  /** A token of Apify, for TikTok, Instagram, X, and YouTube where there is no key. */
  readonly APIFY_TOKEN?: string | undefined;
}

/** The real sources that the environment has credentials for; of those that count a platform, the first is asked. */
export function realSources({
  YOUTUBE_API_KEY: key,
  APIFY_TOKEN: token,
}: SourceSettings): readonly ViewSource[] {
  const youtube = key === undefined || key === '' ? [] : [youtubeViews({ key })];
  if (token === undefined || token === '') return youtube;
  // Each run costs: a few clips too many would cost more than they earn.
  return [...youtube, apifyViews(new ApifyClient({ token, maxRetries: 2 }), { maxTotalChargeUsd: 1 })];
}

/** The views of a world that began two weeks before the app did: they grow, sometimes fall, and sometimes cannot be read. */
export function simulatedWorld(since: Date, clock: Clock): SimulatedViews {
  return simulatedViews({ clock, since, seed: 7, perHour: 2_500n, falls: 25, gaps: 15, failures: 25 });
}

const TWO_WEEKS_MS = 14 * 86_400_000;

/** When the simulated world of this database began. The first to ask says when: a restart does not change any count. */
export async function worldBegan(query: Query, now: Date): Promise<Date> {
  const since = new Date(now.getTime() - TWO_WEEKS_MS);
  await query('INSERT INTO simulated_world (since) VALUES ($1) ON CONFLICT DO NOTHING', [
    since.toISOString(),
  ]);
  const [row] = await query('SELECT since FROM simulated_world');
  const stored = row?.['since'];
  return stored instanceof Date ? stored : new Date(String(stored));
}
