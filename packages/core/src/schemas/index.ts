/** The zod schemas that the engines check their input with. */

export { interactionSchema, participantSchema, periodSchema, referralSchema } from './facts.ts';
export { parseInput } from './parse-input.ts';
export { currencySchema, decimalInputSchema, idSchema } from './primitives.ts';
export { digestSchema, periodRequestSchema, revenueShareRulesSchema } from './revenue-share.ts';
