import type { TrueMovement } from '../../../providers/simulated-movement.ts';
import type { SeenRequest } from '../../../providers/simulated-provider.ts';
import type { Intent } from './intents.ts';
import { checkMovesOnce } from './once.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';
import type { WatchedProvider } from './watched.ts';

const LEASE_MS = 300_000;

/** Follows what each provider sees and does, from where it stopped the last time. */
export class Sends {
  readonly #watch: Watch;
  readonly #seen: { readonly provider: WatchedProvider; requests: number; movements: number }[];
  readonly #moved: (movement: TrueMovement, seenAt: number) => void;

  constructor(watch: Watch, moved: (movement: TrueMovement, seenAt: number) => void) {
    this.#watch = watch;
    this.#moved = moved;
    this.#seen = watch.world.providers.map((provider) => ({ provider, requests: 0, movements: 0 }));
  }

  /** Looks at every request that was begun since, and at everything that moved since. */
  follow(): void {
    for (const seen of this.#seen) {
      const requests = seen.provider.requests();
      while (seen.requests < requests.length) {
        const request = requests[seen.requests];
        seen.requests += 1;
        if (request !== undefined) checkRequest(this.#watch, seen.provider.id, request);
      }
      const truth = seen.provider.truth();
      while (seen.movements < truth.length) {
        const movement = truth[seen.movements];
        seen.movements += 1;
        if (movement === undefined) continue;
        const seenAt = this.#watch.storeNow();
        this.#watch.truth.add({ provider: seen.provider.id, movement, seenAt });
        checkMovement(this.#watch, movement);
        this.#moved(movement, seenAt);
      }
    }
  }
}

/** I4, I6, I7 and I14 of a request that has just been begun. */
function checkRequest(watch: Watch, provider: string, { request }: SeenRequest): void {
  const { program, payout, attempt: number, key } = request;
  const where = { program, payout, attempt: number, key };
  const intent = watch.intents.of(key);
  // After a loss everybody begins anew: nobody may go on with an attempt that is not there any more.
  if (intent === undefined || intent.lost)
    throw new Violation('I4', 'a request without a committed attempt', where);
  if (intent.program !== program || intent.payout !== payout || intent.number !== number) {
    throw new Violation('I6', 'a request under the key of another attempt', {
      ...where,
      owner: intent.payout,
    });
  }
  if (!intent.frozen.has(request.frozen))
    throw new Violation('I6', 'a request with other bytes than its attempt', where);
  const isApproved =
    intent.provider === provider &&
    intent.account === request.account &&
    intent.participant === request.participant &&
    intent.destination === request.destination &&
    intent.currency === request.currency &&
    intent.net === request.amount;
  if (!isApproved) throw new Violation('I14', 'a request for something else than was approved', where);

  const books = watch.program(program);
  const attempt = books.attempt(payout, number);
  const state = books.payouts.get(payout)?.state;
  if (attempt?.end === undefined && state === 'processing') return;
  // Evidence may settle an attempt between the claim and the send of whoever is sending it again: the key protects it.
  const leaseMs = watch.world.leaseMsMax ?? watch.world.rules.leaseMs ?? LEASE_MS;
  if (attempt?.end === 'paid' && watch.world.now() - intent.claimedAt <= leaseMs) return;
  if (attempt?.end !== undefined)
    throw new Violation('I7', 'an attempt was sent that had ended', { ...where, end: attempt.end });
  throw new Violation('I4', 'a request for a payout that is not processing', { ...where, state });
}

/** I1, I3, I10, I14 and I15 of money that has just moved. */
function checkMovement(watch: Watch, movement: TrueMovement): void {
  const { key, reference, object, amount } = movement;
  const { program, payout, attempt: number } = reference;
  const where = { program, payout, attempt: number, object, amount };
  const intent = watch.intents.of(key);
  if (intent === undefined) throw new Violation('I4', 'money moved without a committed attempt', where);
  checkIsIntended(movement, intent);
  if (movement.environment !== watch.world.rules.environment) {
    throw new Violation('I15', 'money moved in another environment', {
      ...where,
      environment: movement.environment,
    });
  }
  const books = watch.program(program);
  checkMovesOnce(watch, books, payout);
  if (watch.intents.wasLost(program, payout) || watch.intents.isDeclared(program, payout, number)) return;
  const state = books.payouts.get(payout)?.state;
  if (state === 'cancelled' || state === 'rejected') {
    throw new Violation('I10', 'a payout moved that had been called off', { ...where, state });
  }
  const end = books.attempt(payout, number)?.end;
  if (end !== undefined && end !== 'paid') {
    throw new Violation('I3', 'an attempt moved that had been released', { ...where, end });
  }
}

function checkIsIntended(movement: TrueMovement, intent: Intent): void {
  const { reference, object, participant, account, destination, currency, amount } = movement;
  const isIntended =
    reference.program === intent.program &&
    reference.payout === intent.payout &&
    reference.attempt === intent.number &&
    participant === intent.participant &&
    // An attempt that was lost and opened again may say otherwise than the one whose request was under way.
    ((intent.destination === destination && intent.account === account) || intent.frozen.size > 1) &&
    currency === intent.currency &&
    amount === intent.net;
  if (isIntended) return;
  throw new Violation('I14', 'what moved is not what was approved', {
    program: reference.program,
    payout: reference.payout,
    object,
    amount,
    approved: intent.net,
  });
}
