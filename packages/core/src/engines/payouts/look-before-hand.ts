import { PayoutError } from '../../errors.ts';
import type { PaymentObject } from '../../ports/provider.ts';
import { accountOf, type PayoutContext } from './context.ts';
import { settleFindings } from './settle-findings.ts';

/**
 * Settles what the payout's provider shows, before an operator pays it or says what became of it: a store that was ever
 * restored may have forgotten that a worker sent it, and of a payout in review the provider's own object says more than
 * anybody's word.
 *
 * @returns what was found
 */
export async function lookBeforeHand(
  context: PayoutContext,
  program: string,
  payout: string,
): Promise<readonly PaymentObject[]> {
  const { found, epoch } = await context.store.transact(program, async (unit) => ({
    found: (await unit.payouts.find([payout]))[0],
    epoch: (await unit.controls.read()).epoch,
  }));
  const isForgettable = epoch > 0 && found?.state === 'approved';
  const provider = context.providers.get(found?.provider ?? '');
  const isWorthIt = isForgettable || found?.state === 'needs_review';
  if (provider?.capabilities.lookup === undefined || !isWorthIt) return [];
  let objects: readonly PaymentObject[];
  try {
    const { id: account } = await accountOf(context, provider);
    objects = await provider.find({ program, payout, account });
  } catch {
    // In review an operator's word is enough: that nothing can be seen is why it is there.
    if (!isForgettable) return [];
    const reason = 'whether it was sent before could not be found out';
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason });
  }
  if (objects.length === 0) return objects;
  await settleFindings(context, program, [{ program, payout, provider, objects }]);
  return objects;
}
