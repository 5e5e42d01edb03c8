import { PayoutError } from '../../errors.ts';
import { requestedPayoutId } from '../../payouts/keys.ts';
import type { Payout } from '../../payouts/payout.ts';
import type { Participant } from '../../ports/directory.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { payoutRequestSchema } from '../../schemas/payouts.ts';
import { type Answer, Gatherer } from '../gather.ts';
import { participantLock, type PayoutContext } from './context.ts';
import type { Candidate } from './candidates.ts';
import { type Opening, openPayouts } from './open.ts';
import { type People, peopleFor } from './people.ts';
import type { PayoutRequest } from './requests.ts';

/** How many requests one transaction decides about. */
const SET_MAX = 500;
/** How many requests of one program may wait. */
const WAITING_MAX = 10_000;

/** A request that has been checked. */
interface Asked {
  readonly id: string;
  readonly request: PayoutRequest;
  readonly people: People;
}

/** Requests that are made at the same time, as sets. */
export type GatheredRequests = Gatherer<Asked, Payout>;

/**
 * Gathers requests. Two of one participant, or with one key, are never in one set: each sees what became of the one
 * before it. Others have nothing to do with each other.
 */
export function gatheredRequests(context: PayoutContext): GatheredRequests {
  return new Gatherer({
    write: (program, set) => context.store.transact(program, (unit) => openRequested(context, unit, set)),
    touches: ({ id, request }) => [id, participantLock(request.participant)],
    setMax: SET_MAX,
    waitingMax: WAITING_MAX,
  });
}

/** Opens a payout that somebody asked for. See `Payouts.request`. */
export async function requestPayout(
  context: PayoutContext,
  gathered: GatheredRequests,
  input: PayoutRequest,
): Promise<Payout> {
  const request = parseInput(payoutRequestSchema, input);
  const id = requestedPayoutId(request.key);
  // A directory outside the Store is asked by each for themselves: one that fails or hangs must not hold up the others.
  const people = await peopleFor(context, request.program, [request.participant]);
  return gathered.ask(request.program, { id, request, people });
}

async function openRequested(
  context: PayoutContext,
  unit: UnitOfWork,
  set: readonly Asked[],
): Promise<readonly Answer<Payout>[]> {
  await unit.locks.take(set.map(({ request }) => participantLock(request.participant)));
  const stored = await unit.payouts.find(set.map(({ id }) => id));
  const fresh = set.filter((_, index) => stored[index] === undefined);
  const people = fresh.length === 0 ? NOBODY : await peopleOf(context, unit, fresh);
  const openings = [...(await openPayouts(context, unit, people, fresh.map(candidateOf)))];
  const answers = set.map(({ request }, index) => {
    const existing = stored[index];
    if (existing !== undefined) return answerOfStored(existing, request);
    return answerOf(openings.shift(), request);
  });
  const [first] = answers;
  // Nothing is committed for one who asks alone and is refused.
  if (answers.length === 1 && first?.kind === 'refused') throw first.error;
  return answers;
}

const NOBODY: ReadonlyMap<string, Participant> = new Map();

/** Who they are: one look for all of them where the directory lives in the Store. */
async function peopleOf(
  context: PayoutContext,
  unit: UnitOfWork,
  set: readonly Asked[],
): Promise<ReadonlyMap<string, Participant>> {
  if (context.directory.within !== undefined) {
    const ids = set.map(({ request }) => request.participant);
    return (await peopleFor(context, unit.program, ids))(unit);
  }
  const found = await Promise.all(set.map(({ people }) => people(unit)));
  return new Map(found.flatMap((people) => [...people]));
}

function candidateOf({ id, request }: Asked): Candidate {
  const { participant, currency, amount, by = participant } = request;
  return { id, participant, currency, requestedBy: by, ...(amount === undefined ? {} : { amount }) };
}

function answerOf(opening: Opening | undefined, { participant }: PayoutRequest): Answer<Payout> {
  if (opening?.kind === 'opened') return { kind: 'done', result: opening.payout };
  if (opening?.kind === 'refused') return { kind: 'refused', error: opening.error };
  const reasons = opening?.reasons.map(({ kind }) => kind) ?? [];
  return { kind: 'refused', error: new PayoutError('NOT_ELIGIBLE', { participant, reasons }) };
}

/** The same key asks for the same payout: a repeated request gets it as it is now. */
function answerOfStored(
  stored: Payout,
  { key, participant, currency, amount }: PayoutRequest,
): Answer<Payout> {
  if (
    stored.participant === participant &&
    stored.currency === currency &&
    (amount ?? stored.amount) === stored.amount
  ) {
    return { kind: 'done', result: stored };
  }
  const error = new PayoutError('IDEMPOTENCY_CONFLICT', { kind: 'payout request', id: key });
  return { kind: 'refused', error };
}
