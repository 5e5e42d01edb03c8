import * as z from 'zod';
import { idProblem } from '../id.ts';

/** An id: 1 to 255 UTF-16 units, well-formed, without control characters. */
export const idSchema = z
  .string()
  .refine((id) => idProblem(id) === undefined, { error: 'it is not a valid id' });

/** A decimal as a caller writes it; what it may say is checked where its meaning is known. */
export const decimalInputSchema = z.union([z.string().max(60), z.int(), z.bigint()]);

/** A known or user-defined currency. */
export const currencySchema = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9]{1,11}$/, { error: 'a code is 2 to 12 capital letters and digits' }),
  exponent: z.int().min(0).max(18),
});

/** An instant. */
export const dateSchema = z.date({ error: 'it is not a valid Date' });
