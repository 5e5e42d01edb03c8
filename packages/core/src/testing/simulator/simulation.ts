import type { Payouts } from '../../engines/payouts/payouts.ts';
import { PayoutError } from '../../errors.ts';
import type { Payout } from '../../payouts/payout.ts';
import type { Store } from '../../ports/store.ts';
import type { Chance } from './chance.ts';
import type { Checker, Commit } from './checker/checker.ts';
import type { Deployment } from './deployment.ts';
import { edgesBetween } from './edges.ts';
import type { HandPayments } from './hand-payments.ts';
import type { ProviderWorld } from './provider-world.ts';
import type { Scenario } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';
import type { Swarm } from './swarm.ts';
import type { Trace } from './trace.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What came of a call, for whoever made it. */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  /** A typed refusal: nothing was changed. */
  | { readonly kind: 'refused'; readonly code: string }
  /** The answer is not known; the same call can be made again. */
  | { readonly kind: 'unavailable' | 'crashed' };

/** A call that has been answered, and that its caller would make again if they learned that the store forgot it. */
export interface Remembered {
  readonly at: number;
  readonly repeat: () => Promise<void>;
}

/** Everything that the actors of one seed share. */
export interface SimulationParts {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly swarm: Swarm;
  readonly scenario: Scenario;
  readonly trace: Trace;
  readonly storeClock: VirtualClock;
  readonly bareStore: Store;
  readonly providers: readonly ProviderWorld[];
  readonly byHand: HandPayments;
  readonly workers: readonly Deployment[];
  readonly poller: Deployment;
  readonly webhook: Deployment;
  readonly apis: readonly Deployment[];
  readonly operator: Deployment;
}

/** How many answered calls are remembered in case a failover forgets them. */
const REMEMBERED = 500;

/** One seed as it runs: who calls what, what is committed, and what must stop the run. */
export class Simulation {
  readonly parts: SimulationParts;
  /** Whether things still go wrong. */
  phase: 'safety' | 'liveness' = 'safety';
  /** What stops the run: a violation, or a mistake of the simulator. */
  failure: { readonly error: unknown } | undefined;
  /** Set when the store has lost commits: the checker must read everything again before anything else happens. */
  forgotten = false;
  /** Calls whose commits were lost. */
  readonly lost: Remembered[] = [];
  /** Actors that are at something now. */
  active = 0;
  readonly edges = new Map<string, number>();
  payouts = 0;
  readonly #checker: Checker;
  readonly #states = new Map<string, Payout>();
  readonly #remembered: Remembered[] = [];
  #calls = 0;

  constructor(parts: SimulationParts, checker: Checker) {
    this.parts = parts;
    this.#checker = checker;
  }

  /** Lets an actor begin something; a mistake in it ends the run, instead of being lost. */
  readonly begin = (acting: () => Promise<void>): void => {
    this.active += 1;
    acting()
      .catch((error: unknown) => {
        this.fail(error);
      })
      .finally(() => {
        this.active -= 1;
      });
  };

  fail(error: unknown): void {
    this.failure ??= { error };
  }

  /** Calls the engine of a process, and tells the checker what was asked and answered. */
  async call<T>(
    on: Deployment,
    program: string,
    name: string,
    input: unknown,
    question: (engine: Payouts) => Promise<T>,
  ): Promise<Answer<T>> {
    if (!on.up) return { kind: 'crashed' };
    const { trace, scheduler } = this.parts;
    const number = (this.#calls += 1);
    const tell = (outcome: 'ok' | 'refused' | 'crashed' | 'unavailable', value?: unknown): void => {
      trace.note(on.name, name, outcome, program, input, value);
      this.#checked(() => {
        this.#checker.called({
          call: number,
          actor: on.name,
          program,
          name,
          input,
          outcome,
          value,
          at: scheduler.now,
        });
      });
    };
    try {
      const asked = await on.ask(number, question);
      if (asked === 'crashed') {
        tell('crashed');
        return { kind: 'crashed' };
      }
      tell('ok', asked.value);
      return { kind: 'ok', value: asked.value };
    } catch (error) {
      if (PayoutError.is(error, 'STORE_UNAVAILABLE')) {
        tell('unavailable', error);
        return { kind: 'unavailable' };
      }
      tell('refused', error);
      return { kind: 'refused', code: PayoutError.is(error) ? error.code : 'UNTYPED' };
    }
  }

  /** Makes a call until it has an answer, waiting longer after each try, as a patient caller with a key does. */
  async insist<T>(
    on: readonly Deployment[],
    program: string,
    name: string,
    input: unknown,
    question: (engine: Payouts) => Promise<T>,
  ): Promise<Answer<T>> {
    const { chance, scheduler } = this.parts;
    for (let longestMs = 2000; ; longestMs += longestMs) {
      const answer = await this.call(chance.pick(on), program, name, input, question);
      if (answer.kind === 'ok' || answer.kind === 'refused') return answer;
      await scheduler.sleep(chance.between(500, Math.min(longestMs, PATIENCE_MS)));
    }
  }

  /** Remembers an answered call, in case that its commits are lost. */
  remember(repeat: () => Promise<void>): void {
    this.#remembered.push({ at: this.parts.scheduler.now, repeat });
    if (this.#remembered.length > REMEMBERED) this.#remembered.shift();
  }

  /** The store has lost what was committed since then. */
  loseSince(at: number): void {
    this.forgotten = true;
    this.#states.clear();
    this.lost.push(...this.#remembered.filter((call) => call.at >= at));
  }

  /** Called with everything that is committed. */
  readonly committed = (commit: Commit): void => {
    for (const payout of commit.payouts) this.#passed(commit.program, payout);
    this.parts.trace.note(commit.actor, 'committed', commit.program, {
      payouts: commit.payouts.map(({ id, state, attempt, fence }) => [id, state, attempt, fence]),
      transfers: commit.transfers.map(({ id, moved }) => [id, moved]),
      movements: commit.movements.map(({ object, moved, returned }) => [object, moved, returned]),
    });
    this.#checked(() => {
      this.#checker.committed(commit);
    });
  };

  readonly observed = (event: unknown): void => {
    this.#checked(() => {
      this.#checker.observed(event);
    });
  };

  /** A violation that is thrown where the engine would catch it ends the run all the same. */
  #checked(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.fail(error);
    }
  }

  #passed(program: string, payout: Payout): void {
    // A line feed is in no id.
    const key = `${program}\n${payout.id}`;
    const before = this.#states.get(key);
    this.#states.set(key, payout);
    if (before === undefined) {
      this.payouts += 1;
      return;
    }
    for (const edge of edgesBetween(before, payout)) this.edges.set(edge, (this.edges.get(edge) ?? 0) + 1);
  }
}

const PATIENCE_MS = 3_600_000;
