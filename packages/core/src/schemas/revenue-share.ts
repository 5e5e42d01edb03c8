import * as z from 'zod';
import { currencySchema, decimalInputSchema, idSchema } from './primitives.ts';

/** The most revenue sources one program can have. */
const SOURCES_MAX = 1000;

/** The rules of a revenue share. Weights, rates and the currency are checked again where their meaning is known. */
export const revenueShareRulesSchema = z.strictObject({
  currency: currencySchema,
  revenue: z
    .array(z.strictObject({ source: idSchema, rate: decimalInputSchema }))
    .min(1)
    .max(SOURCES_MAX),
  scoring: z.strictObject({
    weights: z.record(z.string(), decimalInputSchema),
    ownActsCount: z.record(z.string(), z.boolean()).exactOptional(),
    caps: z.record(z.string(), z.int().min(0)).exactOptional(),
  }),
  referrals: z
    .strictObject({
      rates: z.array(decimalInputSchema),
      fundedBy: z.enum(['platform', 'pool']),
      capPerReferrer: z.bigint().exactOptional(),
      months: z.int().exactOptional(),
    })
    .exactOptional(),
  hold: z
    .strictObject({
      days: z.int().min(0).max(3650).exactOptional(),
      untilVerified: z.boolean().exactOptional(),
    })
    .exactOptional(),
  idOrder: z.enum(['code-unit', 'numeric']).exactOptional(),
});

/** A period of a program to plan or commit. */
export const periodRequestSchema = z.strictObject({ program: idSchema, period: idSchema });

/** The digest of a plan: a SHA-256 in hexadecimal. */
export const digestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: 'it is not a SHA-256 in hexadecimal' });

/** How many participants one transaction covers. */
export const pageSizeSchema = z.int().min(1).max(100_000);
