import { PayoutError } from '../../errors.ts';
import { requestedPayoutId } from '../../payouts/keys.ts';
import type { Payout } from '../../payouts/payout.ts';
import type { Participant } from '../../ports/directory.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { payoutRequestSchema } from '../../schemas/payouts.ts';
import { participantLock, type PayoutContext } from './context.ts';
import { openPayouts } from './open.ts';
import { peopleFor } from './people.ts';
import type { PayoutRequest } from './requests.ts';

/** Opens a payout that somebody asked for. See `Payouts.request`. */
export async function requestPayout(context: PayoutContext, input: PayoutRequest): Promise<Payout> {
  const request = parseInput(payoutRequestSchema, input);
  const { program, participant } = request;
  const people = await peopleFor(context, program, [participant]);
  return context.store.transact(program, async (unit) => {
    await unit.locks.take([participantLock(participant)]);
    const id = requestedPayoutId(request.key);
    const [existing] = await unit.payouts.find([id]);
    if (existing !== undefined) return assertSame(existing, request);
    return open(context, unit, await people(unit), id, request);
  });
}

async function open(
  context: PayoutContext,
  unit: UnitOfWork,
  people: ReadonlyMap<string, Participant>,
  id: string,
  { participant, currency, amount, by = participant }: PayoutRequest,
): Promise<Payout> {
  if (!people.has(participant)) throw new PayoutError('PARTICIPANT_NOT_FOUND', { participant });
  const candidate = {
    id,
    participant,
    currency,
    requestedBy: by,
    ...(amount === undefined ? {} : { amount }),
  };
  const [opening] = await openPayouts(context, unit, people, [candidate]);
  if (opening?.kind === 'opened') return opening.payout;
  const reasons = opening?.reasons.map(({ kind }) => kind) ?? [];
  throw new PayoutError('NOT_ELIGIBLE', { participant, reasons });
}

/** The same key asks for the same payout: a repeated request gets it as it is now. */
function assertSame(stored: Payout, { key, participant, currency, amount }: PayoutRequest): Payout {
  if (
    stored.participant === participant &&
    stored.currency === currency &&
    (amount ?? stored.amount) === stored.amount
  ) {
    return stored;
  }
  throw new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'payout request', id: key });
}
