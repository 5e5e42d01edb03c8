import type { SharedStore } from '../faulty-store.ts';
import type { Deployment } from '../deployment.ts';
import type { FaultName } from '../faults.ts';
import { PLENTY } from '../provider-world.ts';
import { CURRENCIES } from '../scenario.ts';
import type { Simulation } from '../simulation.ts';
import type { Attacker } from './attacker.ts';
import type { Operators } from './operators.ts';

const LONG_AGO = new Date(0);
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** What mishaps work on, besides what all actors share. */
export interface MishapOptions {
  readonly simulation: Simulation;
  readonly attacker: Attacker;
  readonly operators: Operators;
  readonly store: SharedStore;
  /** Makes the store lose its last commits; left out where the store cannot. */
  readonly lose?: (commits: number) => number;
  /** Whether the store's clock is the simulation's. */
  readonly clock: boolean;
  readonly safetyMs: number;
  /** Holds back the restarts of processes, until as many have let them go. */
  readonly holdRestarts: (held: boolean) => void;
  /** Ends all processes. */
  readonly crashAll: () => void;
  /** From now on, processes start with other rules. */
  changeRules(): void;
  /** Starts all processes anew, one after the other. */
  rollOut(): void;
}

/** What happens at instants that are drawn: outages, clocks, credentials, switches, upgrades. */
export class Mishaps {
  readonly #options: MishapOptions;

  constructor(options: MishapOptions) {
    this.#options = options;
  }

  /** Draws when each happens. */
  begin(): void {
    if (this.#options.lose !== undefined) this.#plan('failover', () => this.#failOver());
    if (this.#options.clock) {
      this.#plan('clock_forward', () => this.#jump(1));
      this.#plan('clock_back', () => this.#jump(-1));
    }
    this.#plan('account_switched', () => this.#switchAccount());
    this.#plan('credentials_of_live', () => this.#mixUpCredentials());
    this.#plan('balance_empty', () => this.#runDry());
    this.#plan('provider_outage', () => this.#silence());
    this.#plan('all_down', () => this.#blackOut());
    this.#plan('kill_switch', () => this.#stopAll());
    this.#plan('malformed_input', () => this.#options.attacker.callMalformed());
    this.#plan('event_forged_by_attacker', () => this.#options.attacker.forge());
    this.#plan('rules_change', () => {
      this.#options.changeRules();
      this.#options.rollOut();
      return Promise.resolve();
    });
    this.#plan('rolling_upgrade', () => {
      this.#options.rollOut();
      return Promise.resolve();
    });
  }

  /** What is still wrong with clocks, credentials and balances is put right. */
  end(): void {
    const { providers, storeClock } = this.#options.simulation.parts;
    storeClock.offset = 0;
    for (const { provider, account, switchEnvironment, fallSilent } of providers) {
      switchEnvironment('test');
      fallSilent(0);
      provider.switchAccount(account);
      for (const code of Object.keys(CURRENCIES)) provider.setBalance(code, PLENTY);
    }
  }

  /** Operators end all stops that do not end by themselves. */
  async resumeAll(): Promise<void> {
    const { simulation } = this.#options;
    const { scenario, operator } = simulation.parts;
    for (const program of scenario.programs) {
      const controls = await simulation.insist([operator], program, 'controls', { program }, (engine) =>
        engine.controls({ program }),
      );
      if (controls.kind !== 'ok') continue;
      for (const { provider, account, currency, reason, until } of controls.value.halts) {
        if (until !== undefined) continue;
        const input = {
          program,
          reason,
          by: 'op-ann',
          ...(provider !== undefined && { provider }),
          ...(account !== undefined && { account }),
          ...(currency !== undefined && { currency }),
        };
        await simulation.insist([operator], program, 'resume', input, (engine) => engine.resume(input));
      }
    }
  }

  #plan(name: FaultName, happen: () => Promise<void>): void {
    const { simulation, safetyMs } = this.#options;
    const { swarm, chance, scheduler } = simulation.parts;
    for (let count = swarm.times(name); count > 0; count -= 1) {
      const at = chance.between(HOUR, safetyMs - HOUR);
      simulation.begin(async () => {
        await scheduler.sleep(at);
        if (simulation.phase !== 'safety') return;
        swarm.count(name);
        await happen();
      });
    }
  }

  /** The store comes back without its last commits, and an operator says so before anybody else begins. */
  async #failOver(): Promise<void> {
    const { simulation, store, lose, holdRestarts, crashAll, operators } = this.#options;
    const { chance, scheduler, scenario, operator, trace } = simulation.parts;
    holdRestarts(true);
    crashAll();
    const wanted = chance.half() ? 0 : chance.between(1, LOST_MAX);
    // Nothing was done after this, where nothing was lost.
    let since = scheduler.now + scheduler.now;
    await store.between(() => {
      since = wanted === 0 ? since : store.before(wanted);
      const lost = wanted === 0 ? 0 : (lose?.(wanted) ?? 0);
      trace.note('store', 'lost', `${lost} commits`);
      if (lost > 0) simulation.loseSince(since);
    });
    await scheduler.sleep(chance.between(MINUTE, 20 * MINUTE));
    operator.process.restart();
    for (const program of scenario.programs) {
      const input = { program, by: 'op-ann', reason: 'failover' };
      for (;;) {
        const answer = await simulation.call(operator, program, 'raiseEpoch', input, (engine) =>
          engine.raiseEpoch(input),
        );
        if (answer.kind === 'ok') break;
        await scheduler.sleep(chance.between(1000, MINUTE));
        if (!operator.up) operator.process.restart();
      }
    }
    if (chance.half()) await this.#keptUp(operator, this.#reconcileFirst());
    await this.#keptUp(operator, operators.enterAgain(since));
    this.#takeBackForgotten(since);
    holdRestarts(false);
  }

  /** What the documentation asks for: the books are compared before anybody works with them. */
  async #reconcileFirst(): Promise<void> {
    const { scenario, operator } = this.#options.simulation.parts;
    for (const program of scenario.programs) {
      const input = { program, since: LONG_AGO };
      await this.#options.simulation.call(operator, program, 'reconcile', input, (engine) =>
        engine.reconcile(input),
      );
    }
  }

  /** Starts a process again whenever it dies during the work: it is the only one that is up. */
  async #keptUp(deployment: Deployment, work: Promise<void>): Promise<void> {
    const { begin, parts } = this.#options.simulation;
    let done = false;
    begin(async () => {
      while (!done) {
        if (!deployment.up) deployment.process.restart();
        await parts.scheduler.sleep(MINUTE);
      }
    });
    await work;
    done = true;
  }

  /** Some payouts that have moved since then seem to be unsent, and whoever has had second thoughts takes them back. */
  #takeBackForgotten(since: number): void {
    const { simulation, operators } = this.#options;
    const { providers, swarm, scheduler, chance } = simulation.parts;
    for (const { reference, at } of providers.flatMap(({ provider }) => provider.truth())) {
      if (at.getTime() < since || !swarm.hits('cancel_race')) continue;
      simulation.begin(async () => {
        await scheduler.sleep(chance.between(0, 10 * MINUTE));
        await operators.takeBack(reference.program, reference.payout);
      });
    }
  }

  /** The store's clock is wrong for a while: by less than the rules allow for, mostly; else by hours. */
  async #jump(direction: 1 | -1): Promise<void> {
    const { simulation } = this.#options;
    const { chance, storeClock, scheduler, scenario } = simulation.parts;
    const { marginMs = MINUTE } = scenario.rules;
    const isFar = chance.hits(8000);
    // The provider's clock is apart too: together they are to be within the margin.
    const within = chance.between(1000, marginMs - PROVIDER_SKEW_MAX - 1000);
    storeClock.offset = direction * (isFar ? chance.between(10 * MINUTE, 2 * HOUR) : within);
    await scheduler.sleep(chance.between(MINUTE, isFar ? 2 * HOUR : 12 * HOUR));
    storeClock.offset = 0;
  }

  async #switchAccount(): Promise<void> {
    const { chance, providers, scheduler } = this.#options.simulation.parts;
    const { provider, account } = chance.pick(providers);
    provider.switchAccount(`${account}-other`);
    await scheduler.sleep(chance.between(10 * MINUTE, 12 * HOUR));
    provider.switchAccount(account);
  }

  async #mixUpCredentials(): Promise<void> {
    const { chance, providers, scheduler } = this.#options.simulation.parts;
    const { switchEnvironment } = chance.pick(providers);
    switchEnvironment('live');
    await scheduler.sleep(chance.between(10 * MINUTE, 12 * HOUR));
    switchEnvironment('test');
  }

  /** Long enough for keys to be forgotten, at times. */
  #silence(): Promise<void> {
    const { chance, providers } = this.#options.simulation.parts;
    const { between } = chance;
    chance.pick(providers).fallSilent(chance.half() ? between(HOUR, 6 * HOUR) : between(6 * HOUR, 40 * HOUR));
    return Promise.resolve();
  }

  /** What was under way is found by whoever comes after that. */
  async #blackOut(): Promise<void> {
    const { simulation, holdRestarts, crashAll } = this.#options;
    const { chance, scheduler } = simulation.parts;
    const { between } = chance;
    holdRestarts(true);
    crashAll();
    await scheduler.sleep(chance.half() ? between(10 * MINUTE, 3 * HOUR) : between(3 * HOUR, 40 * HOUR));
    holdRestarts(false);
  }

  async #runDry(): Promise<void> {
    const { chance, providers, scheduler } = this.#options.simulation.parts;
    const { provider } = chance.pick(providers);
    const code = chance.pick(Object.keys(CURRENCIES));
    provider.setBalance(code, chance.amount(0, 5000));
    await scheduler.sleep(chance.between(10 * MINUTE, 12 * HOUR));
    provider.setBalance(code, PLENTY);
  }

  async #stopAll(): Promise<void> {
    const { simulation } = this.#options;
    const { chance, scenario, scheduler, operator, providers } = simulation.parts;
    const program = chance.pick(scenario.programs);
    const input = {
      program,
      reason: `stopped-${chance.between(1, 1000)}`,
      by: 'op-bob',
      ...(chance.half() && { provider: chance.pick(providers).shape.id }),
      ...(chance.half() && { currency: 'USD' }),
    };
    await simulation.insist([operator], program, 'stop', input, (engine) => engine.stop(input));
    await scheduler.sleep(chance.between(10 * MINUTE, 10 * HOUR));
    await simulation.insist([operator], program, 'resume', input, (engine) => engine.resume(input));
  }
}

const LOST_MAX = 25;
/** How far a provider's clock is off, at most. */
const PROVIDER_SKEW_MAX = 10_000;
