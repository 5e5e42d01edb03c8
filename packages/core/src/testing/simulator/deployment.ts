import { payouts } from '../../engines/payouts/payouts.ts';
import type { Payouts } from '../../engines/payouts/payouts.ts';
import type { PayoutEngineRules } from '../../engines/payouts/rules.ts';
import { storeDirectory } from '../../engines/store-sources.ts';
import type { PaymentProvider } from '../../ports/provider.ts';
import type { Store } from '../../ports/store.ts';
import type { Chance } from './chance.ts';
import type { SharedStore } from './faulty-store.ts';
import { providerOf } from './faulty-provider.ts';
import type { PortPoints } from './port-points.ts';
import type { Scheduler } from './scheduler.ts';
import { type Life, SimulatedProcess } from './simulated-process.ts';
import { virtualTimers } from './virtual-timers.ts';

/** What a deployment is made of. */
export interface DeploymentOptions {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly store: SharedStore;
  readonly points: PortPoints;
  readonly providers: readonly PaymentProvider[];
  /** The rules that a start of the process finds. */
  readonly rules: () => PayoutEngineRules;
  readonly observe: (event: unknown) => void;
}

/** An engine, and the number of the call that it is in. */
interface Lane {
  readonly life: Life;
  readonly engine: Payouts;
  call: number | undefined;
}

/**
 * A process that runs the engine, unmodified, over ports that are faulty. Calls that run at once have an engine each, so
 * that what is committed is known by its call; all that an engine keeps is in the store.
 */
export class Deployment {
  readonly process: SimulatedProcess;
  readonly #options: DeploymentOptions;
  #free: Lane[] = [];
  #rules: { readonly life: Life; readonly rules: PayoutEngineRules } | undefined;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.process = new SimulatedProcess(options.name, options.scheduler);
  }

  get name(): string {
    return this.#options.name;
  }

  get up(): boolean {
    return this.process.life.alive;
  }

  /** The store as this process sees it now. */
  get store(): Store {
    return this.#options.store.of(this.process, this.process.life);
  }

  /**
   * Asks the engine of this life for something. `crashed` when the process dies before it has answered, or is down.
   */
  async ask<T>(
    call: number,
    question: (engine: Payouts) => Promise<T>,
  ): Promise<{ readonly value: T } | 'crashed'> {
    const lane = this.#lane();
    lane.call = call;
    try {
      return await this.process.until(question(lane.engine));
    } finally {
      lane.call = undefined;
      if (lane.life.alive) this.#free.push(lane);
    }
  }

  #lane(): Lane {
    const { life } = this.process;
    if (this.#free[0]?.life !== life) this.#free = [];
    return this.#free.pop() ?? this.#newLane(life);
  }

  #newLane(life: Life): Lane {
    const { scheduler, chance, store, points, providers, rules, observe } = this.#options;
    const { process } = this;
    if (this.#rules?.life !== life) this.#rules = { life, rules: rules() };
    const ownStore = store.of(process, life, () => lane.call);
    const engine = payouts({
      store: ownStore,
      rules: this.#rules.rules,
      directory: storeDirectory(ownStore),
      providers: providers.map((provider) => providerOf(provider, points, process, life)),
      timers: virtualTimers(scheduler, process, life),
      random: chance.next,
      observe,
    });
    const lane: Lane = { life, engine, call: undefined };
    return lane;
  }
}
