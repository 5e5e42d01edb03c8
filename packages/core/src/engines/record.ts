import * as z from 'zod';
import type { InteractionReceipt, Store } from '../ports/store.ts';
import { interactionSchema } from '../schemas/facts.ts';
import { parseInput } from '../schemas/parse-input.ts';
import { idSchema } from '../schemas/primitives.ts';
import type { Interaction } from '../scoring/interaction.ts';

const batchSchema = z.array(interactionSchema);

/**
 * Records a batch of interactions, all or nothing: each counted once by its id, in exactly one period.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, `OUTSIDE_EVERY_PERIOD` or `IDEMPOTENCY_CONFLICT`
 */
export async function recordInteractions(
  store: Store,
  program: string,
  interactions: readonly Interaction[],
): Promise<InteractionReceipt> {
  parseInput(idSchema, program);
  const checked = parseInput(batchSchema, interactions);
  return store.transact(program, (unit) => unit.interactions.record(checked));
}
