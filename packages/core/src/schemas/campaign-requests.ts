import * as z from 'zod';
import { CLIP_STATES } from '../campaigns/clip-states.ts';
import { PLATFORMS } from '../campaigns/platform.ts';
import { dateSchema, decimalInputSchema, idSchema } from './primitives.ts';

/** What callers ask of the campaign engine, shape only; what it means is checked where it is known. */

const amount = z.bigint();
const positive = amount.refine((value) => value > 0n, { error: 'it must be above zero' });
const ofCampaign = { program: idSchema, campaign: idSchema };
const ofClip = { program: idSchema, clip: idSchema, by: idSchema };
const milliseconds = z.int().min(1).max(2_147_483_647);

/** A campaign to create. */
export const createCampaignSchema = z.strictObject({
  program: idSchema,
  id: idSchema,
  by: idSchema,
  currency: idSchema,
  ratePerThousand: decimalInputSchema,
  minimumViews: amount.exactOptional(),
  clipCap: amount.exactOptional(),
  participantCap: amount.exactOptional(),
  platforms: z.array(z.enum(PLATFORMS)).max(100),
  startsAt: dateSchema.exactOptional(),
  endsAt: dateSchema.exactOptional(),
  idleDays: z.int().exactOptional(),
  hold: z.strictObject({ completion: z.boolean(), days: z.int() }).exactOptional(),
  approval: z.strictObject({ hours: z.int(), outcome: z.enum(['approve', 'reject']) }).exactOptional(),
  whenSpent: z.enum(['complete', 'forfeit', 'owe']).exactOptional(),
  viewsPerHour: amount.exactOptional(),
  tracking: z.strictObject({ everyMs: z.int(), slowAfterMs: z.int(), longestMs: z.int() }).exactOptional(),
});

/** A campaign. */
export const campaignOfSchema = z.strictObject(ofCampaign);
/** A step of a campaign. */
export const campaignActionSchema = z.strictObject({ ...ofCampaign, by: idSchema });
/** A deposit. */
export const depositSchema = z.strictObject({
  ...ofCampaign,
  key: idSchema,
  amount: positive,
  currency: idSchema,
});
/** A refund. */
export const refundSchema = z.strictObject({
  ...ofCampaign,
  key: idSchema,
  amount: positive.exactOptional(),
});
/** Another rate. */
export const changeRateSchema = z.strictObject({
  ...ofCampaign,
  by: idSchema,
  ratePerThousand: decimalInputSchema,
});

/** A clip to submit. Its address is read by `readClipUrl`. */
export const submitClipSchema = z.strictObject({
  ...ofCampaign,
  participant: idSchema,
  url: z.string().max(10_000),
});
/** A clip. */
export const clipOfSchema = z.strictObject({ program: idSchema, clip: idSchema });
/** A step of a clip. */
export const clipActionSchema = z.strictObject(ofClip);
/** A step of a clip that needs a reason. */
export const clipActionWithReasonSchema = z.strictObject({ ...ofClip, reason: idSchema });
/** What somebody says of views that came too fast. */
export const reviewSchema = z.strictObject({ ...ofClip, verdict: z.enum(['accept', 'exclude']) });

/** Counts that somebody else has read. */
export const recordReadingsSchema = z.strictObject({
  program: idSchema,
  readings: z
    .array(
      z.strictObject({
        clip: idSchema,
        views: amount.refine((views) => views >= 0n, { error: 'it must be zero or more' }),
        at: dateSchema,
      }),
    )
    .max(10_000),
});

/** A run of the tracker. */
export const trackSchema = z.strictObject({
  program: idSchema,
  limit: z.int().min(0).exactOptional(),
  chunk: z.int().min(1).max(50_000).exactOptional(),
  leaseMs: milliseconds.exactOptional(),
});

/** Which clips to list. */
export const listClipsSchema = z.strictObject({
  program: idSchema,
  campaign: idSchema.exactOptional(),
  participant: idSchema.exactOptional(),
  states: z.array(z.enum(CLIP_STATES)).exactOptional(),
  after: idSchema.exactOptional(),
  limit: z.int().min(1).max(10_000).exactOptional(),
});
