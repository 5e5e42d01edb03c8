/** The zod schemas that the engines check their input with. */

export {
  campaignRatesText,
  campaignTermsText,
  dailySpendText,
  pricedViewsText,
  readCampaignRates,
  readCampaignTerms,
  readDailySpend,
  readPricedViews,
} from './campaigns.ts';
export { interactionSchema, participantSchema, periodSchema, referralSchema } from './facts.ts';
export { assertNotification, notificationText, readNotification } from './notification.ts';
export { parseInput } from './parse-input.ts';
export { currencySchema, dateSchema, decimalInputSchema, idSchema } from './primitives.ts';
export { scheduleSchema } from './schedule.ts';
export {
  digestSchema,
  pageSizeSchema,
  periodRequestSchema,
  revenueShareRulesSchema,
} from './revenue-share.ts';
