import { setImmediate } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  currency,
  type Earning,
  memoryStore,
  type MemoryStore,
  type Notification,
  type Participant,
  type PaymentProvider,
  type Payout,
  type PayoutEngineRules,
  type PayoutPorts,
  type Payouts,
  payouts,
  type ProviderCapabilities,
  putParticipants,
  type RawEvent,
  type SimulatedProvider,
  simulatedProvider,
  type SimulatedProviderOptions,
  storeDirectory,
  verify,
} from '../../../src/index.ts';
import type { EventFault, FindFault, SendFault } from '../../../src/providers/simulated-faults.ts';
import type { CreditRequest, PayoutRequest, ProcessOptions } from '../../../src/engines/payouts/requests.ts';
import type { ParticipantBalance, ProcessReport, Received } from '../../../src/engines/payouts/results.ts';
import type { Timers } from '../../../src/ports/timers.ts';

/** A program that pays its participants through a simulated provider, in a time of its own: for tests of the payout engine. */

export const PROGRAM = 'acme';
export const START = Date.UTC(2026, 9, 1);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const [usd, huf, inr] = [currency('USD'), currency('HUF'), currency('INR')];

export const CURRENCIES: ProviderCapabilities['currencies'] = {
  USD: { currency: usd, exponent: 2, step: 1n },
  HUF: { currency: huf, exponent: 2, step: 100n, minimum: 10_000n },
  INR: { currency: inr, exponent: 2, step: 1n },
};

/** Pays every amount to everybody who can be paid, without asking anybody. */
export const RULES: PayoutEngineRules = {
  environment: 'test',
  thresholds: { currencies: {}, otherCurrencies: { minimum: 0n } },
  require: { active: true, verified: true, destination: true, noOpenPayout: true },
  approval: { mode: 'automatic' },
  destinationHoldDays: 0,
};

export const MANUAL_APPROVAL = { approval: { mode: 'manual', fourEyes: true } } as const;

export interface WorldOptions {
  /** When time begins. */
  readonly start?: Date;
  readonly rules?: Partial<PayoutEngineRules>;
  readonly provider?: Partial<SimulatedProviderOptions>;
  readonly keepCommits?: number;
  /** What the engine sees in place of the simulated provider. */
  readonly wrap?: (provider: SimulatedProvider) => PaymentProvider;
  /** Providers besides the simulated one, made over the time of the world. */
  readonly others?: (time: WorldTime) => readonly PaymentProvider[];
}

/** Time that only moves when it is told to. */
export interface WorldTime {
  readonly clock: () => Date;
  readonly schedule: (afterMs: number, run: () => void) => void;
}

/** What a payout moved, as only the provider knows. */
export interface Moved {
  readonly payout: string;
  readonly attempt: number;
  readonly amount: bigint;
  readonly returned: bigint;
  readonly destination: string;
}

export interface World extends WorldTime {
  readonly store: MemoryStore;
  readonly provider: SimulatedProvider;
  readonly engine: Payouts;
  /** Another engine over the same store, providers and time: another process, or another release of the rules. */
  readonly engineWith: (rules: Partial<PayoutEngineRules>, ports?: Partial<PayoutPorts>) => Payouts;
  /** What goes wrong with the next calls of a kind, one fault a call. */
  readonly next: {
    readonly send: (SendFault | undefined)[];
    readonly find: (FindFault | undefined)[];
    readonly event: (EventFault | undefined)[];
  };
  /** Events that the provider has delivered and nobody has received yet. */
  readonly delivered: RawEvent[];
  /** Lets time pass; what is due happens at its instant, in order. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets time pass until the promise is settled. */
  readonly finish: <T>(promise: Promise<T>) => Promise<T>;

  readonly enrol: (participant: string, more?: Partial<Participant>) => Promise<void>;
  readonly credit: (more: Partial<CreditRequest> & Pick<CreditRequest, 'amount'>) => Promise<Earning>;
  readonly request: (more?: Partial<PayoutRequest>) => Promise<Payout>;
  readonly payout: (id: string) => Promise<Payout>;
  readonly process: (options?: Partial<ProcessOptions>) => Promise<ProcessReport>;
  /** Runs `process` every so often until the time is over, as a cron job does. */
  readonly work: (forMs: number, everyMs?: number) => Promise<void>;
  /** Receives what was delivered so far. */
  readonly receiveAll: () => Promise<readonly Received[]>;
  readonly receive: (raw: RawEvent) => Promise<Received>;

  /** What one participant has in one currency; all zero where there is nothing. */
  readonly balance: (participant?: string, code?: string) => Promise<ParticipantBalance>;
  /** What really moved, in the order in which it did. */
  readonly moved: (payout?: string) => readonly Moved[];
  /** Everything that was told by the outbox so far. */
  readonly told: () => Promise<readonly Notification[]>;
  /** The events that operators were told of so far. */
  readonly operatorsTold: () => Promise<readonly string[]>;
  /**
   * Expects that the books prove themselves, and that they say of every payout what the provider's truth says: nothing
   * moved that is not booked, nothing is booked that did not move, and no payout moved twice unless it is named.
   */
  readonly agree: (movedTwice?: readonly string[]) => Promise<void>;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  let now = options.start?.getTime() ?? START;
  const waiting: { readonly at: number; readonly run: () => void }[] = [];
  const clock = (): Date => new Date(now);
  /** Gives what takes it back. */
  const plan = (afterMs: number, run: () => void): (() => void) => {
    const planned = { at: now + afterMs, run };
    const later = waiting.findIndex((other) => other.at > planned.at);
    waiting.splice(later === -1 ? waiting.length : later, 0, planned);
    return () => {
      if (waiting.includes(planned)) waiting.splice(waiting.indexOf(planned), 1);
    };
  };
  const schedule = (afterMs: number, run: () => void): void => {
    plan(afterMs, run);
  };
  const runNext = async (until: number): Promise<boolean> => {
    const [first] = waiting;
    if (first === undefined || first.at > until) return false;
    waiting.shift();
    now = first.at;
    first.run();
    await setImmediate();
    return true;
  };
  const pass = async (ms: number): Promise<void> => {
    const until = now + ms;
    await setImmediate();
    while (await runNext(until));
    now = until;
  };
  const finish = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    promise.then(end, end);
    await setImmediate();
    while (!settled && (await runNext(Infinity)));
    return promise;
  };
  const timers: Timers = {
    monotonic: () => now,
    wait: (ms) =>
      new Promise((resolve) => {
        schedule(ms, resolve);
      }),
    deadline: (ms) => deadlineOf(plan, ms),
  };

  const store = memoryStore({
    clock,
    ...(options.keepCommits !== undefined && { keepCommits: options.keepCommits }),
  });
  const next: World['next'] = { send: [], find: [], event: [] };
  const delivered: RawEvent[] = [];
  const provider = simulatedProvider({
    currencies: CURRENCIES,
    clock,
    schedule,
    deliver: (event) => delivered.push(event),
    faults: {
      send: () => next.send.shift(),
      find: () => next.find.shift(),
      event: () => next.event.shift(),
    },
    ...options.provider,
  });
  const providers = [options.wrap?.(provider) ?? provider, ...(options.others?.({ clock, schedule }) ?? [])];
  const engineWith: World['engineWith'] = (rules, ports) =>
    payouts({
      store,
      rules: { ...RULES, ...options.rules, ...rules },
      directory: storeDirectory(store),
      providers,
      timers,
      random: () => 0,
      ...ports,
    });
  const engine = engineWith({});

  let [credits, asked] = [0, 0];
  const notifications: Notification[] = [];
  const process: World['process'] = (more) => finish(engine.process({ program: PROGRAM, ...more }));
  const receive: World['receive'] = (raw) => finish(engine.receive({ provider: provider.id, raw }));
  const told: World['told'] = async () => {
    const leased = await store.transact(PROGRAM, (unit) => unit.outbox.lease(100_000, DAY));
    await store.transact(PROGRAM, (unit) => unit.outbox.delivered(leased.map(({ id }) => id)));
    notifications.push(...leased);
    return notifications;
  };
  const enrol: World['enrol'] = (participant, more) =>
    putParticipants(store, PROGRAM, [
      {
        id: participant,
        active: true,
        verified: true,
        destination: { id: `wallet-of-${participant}`, version: 1 },
        ...more,
      },
    ]);
  const moved: World['moved'] = (payout) =>
    provider
      .truth()
      .filter(
        ({ status, reference }) => status === 'moved' && (payout ?? reference.payout) === reference.payout,
      )
      .map(({ reference, amount, returned, destination }) => ({
        payout: reference.payout,
        attempt: reference.attempt,
        amount,
        returned,
        destination,
      }));

  await enrol('ann');
  return {
    clock,
    schedule,
    store,
    provider,
    engine,
    engineWith,
    next,
    delivered,
    pass,
    finish,
    enrol,
    credit: async (more) => {
      const { key = `earning-${(credits += 1)}` } = more;
      const [earning] = await engine.credit({
        program: PROGRAM,
        credits: [{ participant: 'ann', currency: 'USD', kind: 'sale', subject: 'order', ...more, key }],
      });
      if (earning === undefined) throw new Error('a credit gives its earning');
      return earning;
    },
    request: (more) =>
      engine.request({
        program: PROGRAM,
        key: `request-${(asked += 1)}`,
        participant: 'ann',
        currency: 'USD',
        ...more,
      }),
    payout: (id) => engine.payout({ program: PROGRAM, payout: id }),
    process,
    work: async (forMs, everyMs = HOUR) => {
      for (let gone = 0; gone < forMs; gone += everyMs) {
        await process();
        await pass(everyMs);
      }
      await process();
    },
    receive,
    receiveAll: async () => {
      const received: Received[] = [];
      for (let raw = delivered.shift(); raw !== undefined; raw = delivered.shift()) {
        received.push(await receive(raw));
      }
      return received;
    },
    balance: async (participant = 'ann', code = 'USD') => {
      const all = await engine.balance({ program: PROGRAM, participant });
      return all.find((one) => one.currency === code) ?? { ...NOTHING, currency: code };
    },
    moved,
    told,
    operatorsTold: async () => (await told()).flatMap((one) => (one.kind === 'operator' ? [one.event] : [])),
    agree: async (movedTwice = []) => {
      await expectProof(store, PROGRAM);
      const stored: Payout[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await engine.list({ program: PROGRAM, ...(cursor !== undefined && { cursor }) });
        stored.push(...page.payouts);
        cursor = page.cursor;
        if (cursor === undefined) break;
      }
      for (const { id, paid, returned } of stored) {
        const { movements } = await engine.explain({ program: PROGRAM, payout: id });
        const byHand = movements.filter((one) => one.provider !== provider.id);
        const truth = moved(id);
        const all = [...truth.map(({ amount }) => amount), ...byHand.map((one) => one.moved)];
        expect(paid, `paid of ${id}`).toBe(all.reduce((sum, amount) => sum + amount, 0n));
        expect(returned, `returned of ${id}`).toBe(truth.reduce((sum, one) => sum + one.returned, 0n));
        if (!movedTwice.includes(id)) {
          expect(truth.length + byHand.length, `movements of ${id}`).toBeLessThanOrEqual(1);
        }
      }
      const known = new Set(stored.map(({ id }) => id));
      expect(moved().filter(({ payout }) => !known.has(payout))).toEqual([]);
    },
  };
}

const NOTHING = {
  held: 0n,
  releases: [],
  available: 0n,
  reserved: 0n,
  paid: 0n,
  debt: 0n,
  lifetime: 0n,
};

/** Expects that the books of a program prove themselves. */
export async function expectProof(store: MemoryStore, program: string): Promise<void> {
  const { problems } = await verify(store, program);
  expect(problems).toEqual([]);
}

/** An action of an operator on a payout. */
export function by<Who extends string>(
  who: Who,
  payout: { readonly id: string },
): { readonly program: string; readonly payout: string; readonly by: Who } {
  return { program: PROGRAM, payout: payout.id, by: who };
}

/** Four numbers that tell where somebody's money is. */
export function amounts({ available, reserved, paid, debt }: ParticipantBalance): Record<string, bigint> {
  return { available, reserved, paid, debt };
}

function deadlineOf(
  plan: (afterMs: number, run: () => void) => () => void,
  ms: number,
): ReturnType<Timers['deadline']> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    cancel: plan(ms, () => {
      controller.abort();
    }),
  };
}
