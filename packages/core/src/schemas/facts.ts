import * as z from 'zod';
import type { Participant } from '../ports/directory.ts';
import type { Period } from '../periods/period.ts';
import type { Referral } from '../referrals/referral.ts';
import type { Interaction } from '../scoring/interaction.ts';
import { dateSchema, idSchema } from './primitives.ts';

/** One interaction, as a caller records it. */
export const interactionSchema: z.ZodType<Interaction> = z.strictObject({
  id: idSchema,
  kind: idSchema,
  participant: idSchema,
  actor: idSchema.exactOptional(),
  at: dateSchema,
});

/** One participant, as a caller stores it. */
export const participantSchema: z.ZodType<Participant> = z.strictObject({
  id: idSchema,
  active: z.boolean(),
  tier: idSchema.exactOptional(),
  verified: z.boolean(),
  destination: z
    .strictObject({
      id: idSchema,
      version: z.int().min(0),
      provider: idSchema.exactOptional(),
      since: dateSchema.exactOptional(),
    })
    .exactOptional(),
});

/** One referral, as a caller stores it. */
export const referralSchema: z.ZodType<Referral> = z.strictObject({
  referrer: idSchema,
  referred: idSchema,
  since: dateSchema,
});

/** One period, as a caller opens it. */
export const periodSchema: z.ZodType<Period> = z.strictObject({
  id: idSchema,
  start: dateSchema,
  end: dateSchema,
});
