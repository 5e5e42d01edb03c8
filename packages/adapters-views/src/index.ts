/** View sources: where the counts of clips come from. */

export { youtubeViews, type YoutubeViewsOptions } from './youtube/youtube-views.ts';

export { apifyViews, type ApifyViewsOptions } from './apify/apify-views.ts';
export { APIFY_ACTORS, type ApifyActor } from './apify/actors.ts';
export type { ApifyClientLike, ApifyRun } from './apify/apify-client.ts';

export { csvViews, type CsvViewsOptions } from './csv/csv-views.ts';

export {
  simulatedViews,
  type SimulatedViews,
  type SimulatedViewsOptions,
} from './simulated/simulated-views.ts';
