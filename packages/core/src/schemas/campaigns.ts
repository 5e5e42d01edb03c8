import * as z from 'zod';
import type { CampaignRate, CampaignTerms } from '../campaigns/campaign.ts';
import { PLATFORMS } from '../campaigns/platform.ts';
import type { PricedViews } from '../campaigns/priced-views.ts';
import type { DailySpend } from '../campaigns/spending.ts';
import { assertInvariant } from '../errors.ts';

/** Parts of campaigns and clips as a store keeps them: JSON, in which amounts are decimal integer strings. */

const amount = z
  .string()
  .regex(/^(?:0|-?[1-9]\d*)$/)
  .transform((text) => BigInt(text));
const instant = z.iso.datetime().transform((text) => new Date(text));

const termsSchema: z.ZodType<CampaignTerms> = z.strictObject({
  currency: z.string(),
  minimumViews: amount,
  clipCap: amount.exactOptional(),
  participantCap: amount.exactOptional(),
  platforms: z.array(z.enum(PLATFORMS)),
  startsAt: instant.exactOptional(),
  endsAt: instant.exactOptional(),
  idleDays: z.int().exactOptional(),
  hold: z.strictObject({ completion: z.boolean(), days: z.int() }),
  approval: z.strictObject({ hours: z.int(), outcome: z.enum(['approve', 'reject']) }).exactOptional(),
  whenSpent: z.enum(['complete', 'forfeit', 'owe']),
  viewsPerHour: amount.exactOptional(),
  tracking: z.strictObject({ everyMs: z.int(), slowAfterMs: z.int(), longestMs: z.int() }),
});

const ratesSchema: z.ZodType<readonly CampaignRate[]> = z.array(
  z.strictObject({ perThousand: z.string(), from: instant, by: z.string() }),
);

const recentSchema: z.ZodType<readonly DailySpend[]> = z.array(z.strictObject({ day: z.string(), amount }));

/** Writes what a campaign promises. */
export function campaignTermsText(terms: CampaignTerms): string {
  return JSON.stringify(terms, withAmounts);
}

/** Reads what {@link campaignTermsText} wrote. */
export function readCampaignTerms(text: string): CampaignTerms {
  return read(termsSchema, text, 'the stored terms of a campaign can be read');
}

/** Writes the rates that a campaign has had. */
export function campaignRatesText(rates: readonly CampaignRate[]): string {
  return JSON.stringify(rates);
}

/** Reads what {@link campaignRatesText} wrote. */
export function readCampaignRates(text: string): readonly CampaignRate[] {
  return read(ratesSchema, text, 'the stored rates of a campaign can be read');
}

/** Writes what was spent on the last days. */
export function dailySpendText(recent: readonly DailySpend[]): string {
  return JSON.stringify(recent, withAmounts);
}

/** Reads what {@link dailySpendText} wrote. */
export function readDailySpend(text: string): readonly DailySpend[] {
  return read(recentSchema, text, 'the stored spend of a campaign can be read');
}

/** Writes the views of a clip by rate: `0:5000,1:1500`. There is one of these for each clip, so that it is no JSON. */
export function pricedViewsText(priced: readonly PricedViews[]): string {
  return priced.map(({ rate, views }) => `${rate}:${views}`).join(',');
}

/** Reads what {@link pricedViewsText} wrote. */
export function readPricedViews(text: string): readonly PricedViews[] {
  if (text === '') return [];
  return text.split(',').map((part) => {
    const [, rate = '', views = ''] = PRICED.exec(part) ?? [];
    const place: unknown = rate === '' ? undefined : JSON.parse(rate);
    assertInvariant(typeof place === 'number', 'the stored views of a clip can be read');
    return { rate: place, views: BigInt(views) };
  });
}

const PRICED = /^(0|[1-9]\d{0,3}):([1-9]\d*)$/;

function withAmounts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function read<Value>(schema: z.ZodType<Value>, text: string, invariant: string): Value {
  const parsed = schema.safeParse(JSON.parse(text));
  assertInvariant(parsed.success, invariant);
  return parsed.data;
}
