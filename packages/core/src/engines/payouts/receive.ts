import { PayoutError } from '../../errors.ts';
import { idProblem } from '../../id.ts';
import type { PaymentObject, PaymentProvider, ProviderEvent, RawEvent } from '../../ports/provider.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { receiveSchema } from '../../schemas/payouts.ts';
import { settleWithin } from './settle-findings.ts';
import { accountOf, participantLock, type PayoutContext, providerOf } from './context.ts';
import type { Received } from './results.ts';

/**
 * Takes an event of a provider. See `Payouts.receive`. An event is a hint: once it is verified, the payment itself is
 * read again, and what it shows is settled in the transaction that remembers the event.
 */
export async function receiveEvent(
  context: PayoutContext,
  input: { readonly provider: string; readonly raw: RawEvent },
): Promise<Received> {
  const { provider, raw } = parseInput(receiveSchema, input);
  try {
    return await receive(context, providerOf(context, provider), raw);
  } catch (error) {
    if (PayoutError.is(error)) context.observe({ kind: 'event_refused', provider, code: error.code });
    throw error;
  }
}

async function receive(context: PayoutContext, provider: PaymentProvider, raw: RawEvent): Promise<Received> {
  const { id } = provider;
  const event = await verified(provider, raw);
  const account = await accountOf(context, provider);
  if (event.account !== account.id || event.environment !== account.environment) {
    throw new PayoutError('EVENT_REFUSED', {
      provider: id,
      reason: 'it is about another account or environment',
    });
  }
  if (event.payment === undefined) return { kind: 'ignored', why: 'not_about_a_payment' };
  const { program, payout } = event.payment.reference;
  // What stands in the payment's metadata may have been written by anybody who can write there.
  if (idProblem(program) !== undefined || idProblem(payout) !== undefined) {
    return { kind: 'ignored', why: 'unknown_payout' };
  }
  const objects = await readAgain(provider, event, account.id);
  return context.store.transact(program, async (unit): Promise<Received> => {
    const [found] = await unit.payouts.find([payout]);
    if (found === undefined) return { kind: 'ignored', why: 'unknown_payout' };
    await unit.locks.take([participantLock(found.participant)]);
    const [isNew] = await unit.events.add(id, [{ id: event.id, type: event.type }]);
    if (isNew !== true) return { kind: 'duplicate' };
    await settleWithin(context, unit, [{ program, payout, provider, objects }]);
    return { kind: 'settled', program, payout };
  });
}

/** The event, once its provider has verified it. Whatever goes wrong with that, it is not believed. */
async function verified(provider: PaymentProvider, raw: RawEvent): Promise<ProviderEvent> {
  const { id } = provider;
  if (provider.event === undefined)
    throw new PayoutError('UNFIT_PROVIDER', { provider: id, reason: 'it sends no events' });
  try {
    return await provider.event(raw);
  } catch (error) {
    if (PayoutError.is(error)) throw error;
    throw new PayoutError('EVENT_REFUSED', { provider: id, reason: 'it could not be verified' });
  }
}

/** The payments of the event's payout. One that the event names and that cannot be seen yet is asked for again later. */
async function readAgain(
  provider: PaymentProvider,
  { payment }: ProviderEvent,
  account: string,
): Promise<readonly PaymentObject[]> {
  if (payment === undefined) return [];
  const { program, payout } = payment.reference;
  let objects: readonly PaymentObject[];
  try {
    objects = await provider.find({ program, payout, account });
  } catch {
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'the payment could not be read' });
  }
  if (payment.object !== undefined && !objects.some(({ id }) => id === payment.object)) {
    throw new PayoutError('PROVIDER_UNAVAILABLE', { reason: 'the payment cannot be seen yet' });
  }
  return objects;
}
