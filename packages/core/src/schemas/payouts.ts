import * as z from 'zod';
import { EARNING_KINDS } from '../ledger/earning.ts';
import { ROUNDING_MODES } from '../money/rounding.ts';
import { PAYOUT_STATES } from '../payouts/states.ts';
import { dateSchema, decimalInputSchema, idSchema } from './primitives.ts';

/** The most items that one call takes. */
const ITEMS_MAX = 10_000;
/** The most that an operator can say about one payout. */
const NOTE_MAX = 1000;

const amount = z.bigint();
const decimal = decimalInputSchema;
const milliseconds = z.int().min(0).max(2_147_483_647);
const isWellFormed = (text: string): boolean => !/[\p{Surrogate}\0]/u.test(text);

/** What an operator says about a payout: any text that says something and that every store can keep. */
export const noteSchema = z
  .string()
  .max(NOTE_MAX)
  .refine((note) => note.trim() !== '', { error: 'it says nothing' })
  .refine(isWellFormed, { error: 'it has a NUL character or half a surrogate pair' });

/** A program alone. */
export const programSchema = z.strictObject({ program: idSchema });

const feeRuleSchema = z.strictObject({
  bearer: z.enum(['participant', 'platform']),
  fixed: amount,
  rate: decimal,
  rounding: z.enum(ROUNDING_MODES),
  minimum: amount.exactOptional(),
  maximum: amount.exactOptional(),
});

const byCurrency = <Value extends z.ZodType>(value: Value) => z.record(idSchema, value);

/** The rules of the payout engine, shape only; what they mean is checked where it is known. */
export const payoutEngineRulesSchema = z.strictObject({
  thresholds: z.looseObject({}),
  require: z.looseObject({}),
  environment: z.enum(['live', 'test']),
  approval: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('automatic') }),
    z.strictObject({ mode: z.literal('manual'), fourEyes: z.boolean() }),
  ]),
  destinationHoldDays: z.int().min(0).max(3650),
  fees: byCurrency(feeRuleSchema).exactOptional(),
  caps: z
    .strictObject({
      participant: byCurrency(amount).exactOptional(),
      program: byCurrency(amount).exactOptional(),
    })
    .exactOptional(),
  retry: z
    .strictObject({
      firstMs: milliseconds,
      longestMs: milliseconds,
      triesMax: milliseconds,
      refusedMs: milliseconds,
      attemptsMax: milliseconds,
    })
    .exactOptional(),
  runRefusalMs: milliseconds.exactOptional(),
  leaseMs: milliseconds.exactOptional(),
  marginMs: milliseconds.exactOptional(),
  allowManualReview: z.boolean().exactOptional(),
});

const holdSchema = z.strictObject({
  days: z.int().min(0),
  conditions: z.array(idSchema).exactOptional(),
});

/** Earnings to credit. */
export const creditSchema = z.strictObject({
  program: idSchema,
  credits: z
    .array(
      z.strictObject({
        key: idSchema,
        participant: idSchema,
        currency: idSchema,
        amount: z.union([
          amount,
          z.strictObject({
            unit: idSchema,
            quantity: decimal,
            rate: decimal,
            rounding: z.enum(ROUNDING_MODES),
          }),
        ]),
        kind: z.enum(EARNING_KINDS),
        subject: idSchema,
        earnedAt: dateSchema.exactOptional(),
        hold: holdSchema.exactOptional(),
        bonusOf: z.strictObject({ earning: idSchema, rate: decimal }).exactOptional(),
      }),
    )
    .max(ITEMS_MAX),
});

/** A condition that is met for earnings. */
export const fulfilSchema = z.strictObject({
  program: idSchema,
  condition: idSchema,
  earnings: z.array(idSchema).max(ITEMS_MAX),
});

const positive = amount.refine((value) => value > 0n, { error: 'it must be above zero' });

/** A reversal of an earning. */
export const reverseSchema = z.strictObject({
  program: idSchema,
  key: idSchema,
  earning: idSchema,
  amount: positive.exactOptional(),
  reason: idSchema,
});

/** An operator's adjustment. */
export const adjustSchema = z.strictObject({
  program: idSchema,
  key: idSchema,
  participant: idSchema,
  currency: idSchema,
  amount,
  reason: idSchema,
  by: idSchema,
});

/** A payout that somebody asks for. */
export const payoutRequestSchema = z.strictObject({
  program: idSchema,
  key: idSchema,
  participant: idSchema,
  currency: idSchema,
  amount: positive.exactOptional(),
  by: idSchema.exactOptional(),
});

const action = { program: idSchema, payout: idSchema, by: idSchema };

/** A step of one payout. */
export const actionSchema = z.strictObject(action);
/** A step that needs a reason. */
export const actionWithReasonSchema = z.strictObject({ ...action, reason: noteSchema });
/** An approval. */
export const approveSchema = z.strictObject({ ...action, digest: idSchema.exactOptional() });
/** A payment by hand. */
export const completeManuallySchema = z.strictObject({
  ...action,
  transaction: idSchema,
  amount: positive.exactOptional(),
});

/** A batch to open. */
export const batchSchema = z.strictObject({
  program: idSchema,
  key: idSchema,
  currency: idSchema.exactOptional(),
});
/** A batch that was opened. */
export const batchKeySchema = z.strictObject({ program: idSchema, key: idSchema });

/** A run of the workers. */
export const processSchema = z.strictObject({
  program: idSchema,
  limit: z.int().min(0).exactOptional(),
  chunk: z.int().min(1).max(1000).exactOptional(),
  concurrency: z.int().min(1).max(1000).exactOptional(),
});

/** An event as it arrived. Its body is nobody's word until its provider has verified it. */
export const receiveSchema = z.strictObject({
  provider: idSchema,
  raw: z.strictObject({
    body: z.string().max(1_000_000),
    headers: z.record(z.string(), z.string()),
  }),
});

/** A time from which on books are compared. */
export const reconcileSchema = z.strictObject({ program: idSchema, since: dateSchema });

const filter = {
  states: z.array(z.enum(PAYOUT_STATES)).exactOptional(),
  participant: idSchema.exactOptional(),
  batch: idSchema.exactOptional(),
  currency: idSchema.exactOptional(),
  provider: idSchema.exactOptional(),
};

/** A page of payouts. */
export const listSchema = z.strictObject({
  program: idSchema,
  ...filter,
  cursor: z.string().max(300).exactOptional(),
  limit: z.int().min(1).max(1000).exactOptional(),
});
/** Totals of payouts. */
export const summarySchema = z.strictObject({ program: idSchema, ...filter });

/** A participant. */
export const participantOfSchema = z.strictObject({ program: idSchema, participant: idSchema });
/** A participant in one currency. */
export const participantCurrencySchema = z.strictObject({
  program: idSchema,
  participant: idSchema,
  currency: idSchema,
});
/** A payout. */
export const payoutOfSchema = z.strictObject({ program: idSchema, payout: idSchema });

/** A fee to compute. */
export const quoteSchema = z.union([
  z.strictObject({ currency: idSchema, gross: amount }),
  z.strictObject({ currency: idSchema, net: amount }),
]);

/** A stop of sends, or its end. */
export const stopSchema = z.strictObject({
  program: idSchema,
  provider: idSchema.exactOptional(),
  account: idSchema.exactOptional(),
  currency: idSchema.exactOptional(),
  reason: idSchema,
  by: idSchema,
});
/** A raise of the store's epoch. */
export const epochSchema = z.strictObject({
  program: idSchema,
  by: idSchema,
  reason: idSchema,
  since: dateSchema.exactOptional(),
});
