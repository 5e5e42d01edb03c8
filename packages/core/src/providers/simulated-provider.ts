import { PayoutError } from '../errors.ts';
import type { Environment } from '../payouts/payout.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  PaymentObject,
  PaymentProvider,
  PaymentRequest,
  ProviderCapabilities,
  RawEvent,
  SendOutcome,
  StopSignal,
} from '../ports/provider.ts';
import {
  addPayment,
  changeBalance,
  paymentsOf,
  type SimulatedAccount,
  simulatedAccount,
} from './simulated-account.ts';
import { eventBody, simulatedDeliveries } from './simulated-deliveries.ts';
import { readSimulatedEvent, signSimulatedEvent, type SimulatedEventBody } from './simulated-event.ts';
import { type RecipientState, simulatedExecution } from './simulated-execution.ts';
import { type SendFault, SimulatedFailure, type SimulatedFaults } from './simulated-faults.ts';
import { type ChangingMovement, paymentObject, type TrueMovement } from './simulated-movement.ts';

/** What a simulated provider is and does. Time, faults and everything that happens later are the caller's. */
export interface SimulatedProviderOptions {
  /** @defaultValue `'simulated'` */
  readonly id?: string;
  /** @defaultValue `'account-1'` */
  readonly account?: string;
  /** @defaultValue `'test'` */
  readonly environment?: Environment;
  readonly currencies: ProviderCapabilities['currencies'];
  readonly clock: Clock;
  /** Runs something later, in virtual or real time: answers under way, late executions, deliveries of events. */
  readonly schedule: (afterMs: number, run: () => void) => void;
  /** What goes wrong. Left out, nothing does. */
  readonly faults?: SimulatedFaults;
  /** How long one way to the provider or back takes, drawn for each. Left out, none takes any time. */
  readonly latencyMs?: () => number;
  /** What each account can pay, by currency; one not named has nothing. Left out, there is enough of everything. */
  readonly balance?: Readonly<Record<string, bigint>>;

  /** Whether there are idempotency keys. @defaultValue `true` */
  readonly keys?: boolean;
  /** @defaultValue 24 hours */
  readonly keyWindowMs?: number;
  /** When keys are really forgotten; not before the window ends, if the promise is to hold. @defaultValue the window */
  readonly keysPrunedAfterMs?: number;
  /** Whether everything that was answered first is replayed, or only what was paid. @defaultValue `true` */
  readonly replaysFirstAnswer?: boolean;
  /** Whether there is a lookup. Without it `find` gives nothing. @defaultValue `true` */
  readonly lookup?: boolean;
  /** The declared delay; only the fault `lookup_lags` uses it. @defaultValue `0` */
  readonly lookupDelayMs?: number;
  /** @defaultValue `true` */
  readonly authoritative?: boolean;
  /** The declared longest time under way. @defaultValue one minute */
  readonly inFlightMs?: number;
  /** Declared and kept: more sends in any second are not executed. Left out, there is no limit. */
  readonly perSecond?: number;

  /** Where events go: raw and signed. Left out, none are made. */
  readonly deliver?: (event: RawEvent) => void;
  /** How long after the answer an event is delivered. @defaultValue `0` */
  readonly eventDelayMs?: () => number;
  /** What events are signed with. @defaultValue a fixed one */
  readonly secret?: string;
}

/** A request that was sent, whatever became of it. */
export interface SeenRequest {
  readonly request: PaymentRequest;
  readonly account: string;
  readonly at: Date;
  readonly fault?: SendFault['name'];
}

/** A provider whose truth can be looked at, and changed. */
export interface SimulatedProvider extends PaymentProvider {
  /** Every payment there ever was, oldest first, over all accounts: the only truth. Kept up to date, not copied. */
  truth(): readonly TrueMovement[];
  /** Every send that left its caller, oldest first. Kept up to date, not copied. */
  requests(): readonly SeenRequest[];
  /** So much more of a payment comes back to the platform's balance. Says so by an event. */
  giveBack(object: string, amount: bigint): void;
  /** What the current account can pay in a currency, from now on. */
  setBalance(currency: string, amount: bigint): void;
  setRecipient(destination: string, state: RecipientState): void;
  /** Other credentials under the same provider id: the keys and payments of the old account are not visible. */
  switchAccount(account: string): void;
  /** The provider breaks its promise: a second movement of a payment, under the same key. Gives its object's id. */
  duplicate(object: string): string;
  /** A genuine event about a payment, signed now or when it is said, with a new id; tests change what it says. */
  eventFor(object: string, changes?: Partial<SimulatedEventBody>, signedAt?: Date): RawEvent;
  /** Delivers an event at once: a repeated one, a forged one, one of another account. */
  emit(event: RawEvent): void;
}

/**
 * A payment provider in memory, in the manner of Stripe's transfers: deterministic, with faults and with a truth to
 * check against. For tests, examples and simulations over virtual time.
 *
 * @example
 * ```ts
 * import { currency, simulatedProvider } from '@payout-engines/core';
 *
 * const usd = currency('USD');
 * const provider = simulatedProvider({
 *   currencies: { USD: { currency: usd, exponent: 2, step: 1n } },
 *   clock: () => new Date('2026-10-31T00:00:00Z'),
 *   // Everything happens at once; a simulation puts it into its queue.
 *   schedule: (_afterMs, run) => run(),
 *   // Executes every payment and loses every answer.
 *   faults: { send: () => ({ name: 'response_lost' }) },
 * });
 * provider.truth().length; // => 0
 * ```
 */
export function simulatedProvider(options: SimulatedProviderOptions): SimulatedProvider {
  const { id = 'simulated', environment = 'test', secret = 'a secret of the simulated provider' } = options;
  const { clock, schedule, faults = {}, latencyMs, deliver, eventDelayMs } = options;
  const capabilities = capabilitiesOf(options);
  const delayMs = capabilities.lookup?.delayMs ?? 0;

  const truth: ChangingMovement[] = [];
  const byObject = new Map<string, ChangingMovement>();
  const requests: SeenRequest[] = [];
  const accounts = new Map<string, SimulatedAccount>();
  const recipients = new Map<string, RecipientState>();
  const overLimit = rateLimit(capabilities.perSecond);
  let account = accountOf(options.account ?? 'account-1');
  let events = 0;

  const nextEventId = () => `event-${(events += 1)}`;
  const announce =
    deliver &&
    simulatedDeliveries({ clock, schedule, secret, deliver, fault: faults.event, nextId: nextEventId });
  const execute = simulatedExecution({
    clock,
    currencies: capabilities.currencies,
    ...(capabilities.keys && { keys: capabilities.keys }),
    keysPrunedAfterMs: options.keysPrunedAfterMs ?? capabilities.keys?.windowMs ?? 0,
    recipient: (destination) => recipients.get(destination) ?? 'ready',
    move: (from, request, destination, fault) => {
      const movement = moved(from, {
        object: `payment-${truth.length + 1}`,
        key: request.key,
        reference: { program: request.program, payout: request.payout, attempt: request.attempt },
        participant: request.participant,
        account: from.id,
        environment,
        destination,
        currency: request.currency,
        amount: request.amount + (fault?.name === 'other_amount' ? fault.by : 0n),
        at: clock(),
        status: 'moved',
        returned: 0n,
        frozen: request.frozen,
      });
      if (fault?.name === 'pending_moved') endLater(movement, 'moved', fault.afterMs);
      if (fault?.name === 'pending_failed') endLater(movement, 'failed', fault.afterMs);
      return { kind: 'object', object: paymentObject(movement) };
    },
  });

  return {
    id,
    capabilities,
    account: () => {
      const { id: current } = account;
      return travelled(() => {
        if (faults.account?.() !== undefined)
          throw new SimulatedFailure('the account could not be asked for');
        return { id: current, environment };
      });
    },
    send: (request, signal) => {
      if (signal.aborted) return Promise.reject(new SimulatedFailure('stopped before anything was sent'));
      if (request.account !== account.id) return Promise.resolve(ANOTHER_ACCOUNT);
      const [from, at] = [account, clock()];
      const fault = faults.send?.({ request, at });
      requests.push({ request, account: from.id, at, ...(fault && { fault: fault.name }) });
      return new Promise((resolve, reject) => {
        const caller = waitingCaller(resolve, reject, signal);
        // What is under way arrives, whether or not its caller still waits.
        after(latencyMs?.(), () => {
          arrive(from, request, fault, caller);
        });
      });
    },
    find: (reference) => {
      const from = account;
      return travelled(() => {
        const at = clock();
        const fault = faults.find?.({ ...reference, at });
        if (reference.account !== from.id)
          throw new SimulatedFailure('the credentials are of another account');
        if (fault?.name === 'lookup_error') throw new SimulatedFailure('the lookup failed');
        if (capabilities.lookup === undefined) return [];
        const payments = paymentsOf(from, reference);
        const seen =
          fault?.name === 'lookup_lags'
            ? payments.filter((movement) => at.getTime() - movement.at.getTime() >= delayMs)
            : payments;
        return seen.map(paymentObject);
      });
    },
    event: async (raw) => readSimulatedEvent(id, raw, secret, clock()),
    list: (since) => listed(truth, account.id, since),

    truth: () => truth,
    requests: () => requests,
    giveBack: (object, amount) => {
      const movement = movementOf(object);
      if (amount <= 0n) throw new PayoutError('INVALID_AMOUNT', { reason: 'what comes back is above zero' });
      if (movement.status !== 'moved' || movement.returned + amount > movement.amount) {
        throw new PayoutError('INVALID_AMOUNT', { reason: 'more would come back than has moved' });
      }
      movement.returned += amount;
      changeBalance(accountOf(movement.account), movement.currency, amount);
      announce?.('payment.returned', movement, eventDelayMs?.() ?? 0);
    },
    setBalance: (currency, amount) => {
      account.balances.set(currency, amount);
    },
    setRecipient: (destination, state) => {
      recipients.set(destination, state);
    },
    switchAccount: (to) => {
      account = accountOf(to);
    },
    duplicate: (object) => {
      const first = movementOf(object);
      const second = moved(accountOf(first.account), {
        ...first,
        object: `payment-${truth.length + 1}`,
        at: clock(),
        status: 'moved',
        returned: 0n,
      });
      announce?.('payment.created', second, eventDelayMs?.() ?? 0);
      return second.object;
    },
    eventFor: (object, changes = {}, signedAt = clock()) => {
      const body = { ...eventBody(nextEventId(), 'payment.updated', movementOf(object)), ...changes };
      return signSimulatedEvent(JSON.stringify(body), secret, signedAt);
    },
    emit: (event) => deliver?.(event),
  };

  /** What becomes of a request on its arrival, and what its caller hears of it. */
  function arrive(
    from: SimulatedAccount,
    request: PaymentRequest,
    fault: SendFault | undefined,
    caller: WaitingCaller,
  ): void {
    const backMs = latencyMs?.();
    const answer = (outcome: SendOutcome) => {
      after(backMs, () => {
        caller.answer(outcome);
      });
    };
    const lose = (silent = false) => {
      if (!silent) after(backMs, caller.lose);
    };
    if (fault === undefined && overLimit(clock().getTime())) {
      answer({ kind: 'not_executed', code: 'rate_limited', retryAfterMs: 1000 });
      return;
    }
    switch (fault?.name) {
      case 'request_lost':
        lose(fault.silent);
        return;
      case 'response_lost':
        carryOut(from, request, fault, backMs);
        lose(fault.silent);
        return;
      case 'executed_late':
        schedule(fault.afterMs, () => {
          carryOut(from, request, undefined, 0);
        });
        lose(fault.silent);
        return;
      case 'rate_limited': {
        const { retryAfterMs } = fault;
        answer({
          kind: 'not_executed',
          code: 'rate_limited',
          ...(retryAfterMs !== undefined && { retryAfterMs }),
        });
        return;
      }
      case 'key_in_use':
        answer({ kind: 'not_executed', code: 'key_in_use' });
        return;
      case 'hidden_resend':
        carryOut(from, request, fault, backMs);
        // The second send's "not executed" says nothing of the first.
        answer({ kind: 'unknown', code: 'rate_limited_after_resend' });
        return;
      case 'not_a_payment':
        if (fault.executed) carryOut(from, request, fault, backMs);
        answer({ kind: 'unknown', code: 'not_a_payment' });
        return;
      default:
        answer(carryOut(from, request, fault, backMs));
    }
  }

  /** Executes, and tells of the payment that was made, if one was, after its answer. */
  function carryOut(
    from: SimulatedAccount,
    request: PaymentRequest,
    fault: SendFault | undefined,
    answerMs = 0,
  ): SendOutcome {
    const before = truth.length;
    const outcome = execute(from, request, fault);
    const made = truth[before];
    if (made !== undefined) announce?.('payment.created', made, answerMs + (eventDelayMs?.() ?? 0));
    return outcome;
  }

  function moved(from: SimulatedAccount, movement: ChangingMovement): ChangingMovement {
    truth.push(movement);
    byObject.set(movement.object, movement);
    addPayment(from, movement);
    changeBalance(from, movement.currency, -movement.amount);
    return movement;
  }

  /** A payment that is under way until then. Its money has left the balance, and comes back if it fails. */
  function endLater(movement: ChangingMovement, status: 'moved' | 'failed', afterMs: number): void {
    movement.status = 'pending';
    schedule(afterMs, () => {
      movement.status = status;
      if (status === 'failed') changeBalance(accountOf(movement.account), movement.currency, movement.amount);
      announce?.('payment.updated', movement, eventDelayMs?.() ?? 0);
    });
  }

  function accountOf(name: string): SimulatedAccount {
    const known = accounts.get(name) ?? simulatedAccount(name, options.balance);
    accounts.set(name, known);
    return known;
  }

  function movementOf(object: string): ChangingMovement {
    const movement = byObject.get(object);
    if (movement === undefined) {
      throw new PayoutError('INVALID_INPUT', {
        issues: [{ path: 'object', reason: 'there is no such payment' }],
      });
    }
    return movement;
  }

  /** Goes there, looks, and comes back with what was seen there. */
  function travelled<T>(look: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      after(latencyMs?.(), () => {
        try {
          const seen = look();
          after(latencyMs?.(), () => {
            resolve(seen);
          });
        } catch (error) {
          reject(
            error instanceof Error ? error : new SimulatedFailure('the lookup failed', { cause: error }),
          );
        }
      });
    });
  }

  function after(ms: number | undefined, run: () => void): void {
    if (ms === undefined) run();
    else schedule(ms, run);
  }
}

const DAY = 86_400_000;

const ANOTHER_ACCOUNT: SendOutcome = Object.freeze({ kind: 'not_executed', code: 'another_account' });

function capabilitiesOf(options: SimulatedProviderOptions): ProviderCapabilities {
  const { keys = true, keyWindowMs = DAY, replaysFirstAnswer = true, perSecond } = options;
  const { lookup = true, lookupDelayMs = 0, authoritative = true } = options;
  return {
    ...(keys && { keys: { windowMs: keyWindowMs, lengthMax: 255, replaysFirstAnswer } }),
    ...(lookup && { lookup: { delayMs: lookupDelayMs, authoritative } }),
    inFlightMs: options.inFlightMs ?? 60_000,
    currencies: options.currencies,
    ...(perSecond !== undefined && { perSecond }),
  };
}

/** Whether a send is one too many in its second, counted from the first send after the second before. */
function rateLimit(perSecond: number | undefined): (now: number) => boolean {
  if (perSecond === undefined) return () => false;
  let from: number | undefined;
  let count = 0;
  return (now) => {
    if (from === undefined || now - from >= 1000) {
      from = now;
      count = 0;
    }
    count += 1;
    return count > perSecond;
  };
}

/** Whoever waits for the answer of a send, until there is one or they stop waiting. */
interface WaitingCaller {
  readonly answer: (outcome: SendOutcome) => void;
  readonly lose: () => void;
}

function waitingCaller(
  resolve: (outcome: SendOutcome) => void,
  reject: (error: Error) => void,
  signal: StopSignal,
): WaitingCaller {
  const stop = () => {
    signal.removeEventListener('abort', stop);
    reject(new SimulatedFailure('stopped while waiting for the answer'));
  };
  signal.addEventListener('abort', stop);
  return {
    answer: (outcome) => {
      signal.removeEventListener('abort', stop);
      resolve(outcome);
    },
    lose: () => {
      signal.removeEventListener('abort', stop);
      reject(new SimulatedFailure('the connection was lost'));
    },
  };
}

const LIST_BATCH = 100;

/** The payments of an account since an instant, as they are when their batch is read. */
async function* listed(
  truth: readonly TrueMovement[],
  account: string,
  since: Date,
): AsyncGenerator<readonly PaymentObject[]> {
  let batch: PaymentObject[] = [];
  for (const movement of truth) {
    if (movement.account !== account || movement.at < since) continue;
    batch.push(paymentObject(movement));
    if (batch.length < LIST_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
