import type { PayoutEngineRules } from '../../engines/payouts/rules.ts';
import { memoryStore } from '../../memory/memory-store.ts';
import { DEFAULT_RETRY_POLICY } from '../../payouts/retry.ts';
import { manualProvider } from '../../providers/manual-provider.ts';
import type { SimulatedProvider } from '../../providers/simulated-provider.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { Prng } from '../prng.ts';
import { Attacker, CANARY } from './actors/attacker.ts';
import { Crowd, drawPeople } from './actors/crowd.ts';
import { Earnings } from './actors/earnings.ts';
import { finish } from './actors/liveness.ts';
import { Mishaps } from './actors/mishaps.ts';
import { Operators } from './actors/operators.ts';
import { storePerson } from './actors/person.ts';
import { Requests } from './actors/requests.ts';
import { Returns } from './actors/returns.ts';
import { Webhooks } from './actors/webhooks.ts';
import { Workers } from './actors/workers.ts';
import { Chance } from './chance.ts';
import { createChecker, Violation } from './checker/checker.ts';
import { Deployment } from './deployment.ts';
import { type Drain, promiseDrain, runtimeDrain } from './drain.ts';
import { SharedStore } from './faulty-store.ts';
import { HandPayments } from './hand-payments.ts';
import { PortPoints } from './port-points.ts';
import { providerWorld } from './provider-world.ts';
import { CURRENCIES, drawScenario, type Scenario } from './scenario.ts';
import { Scheduler } from './scheduler.ts';
import { Simulation } from './simulation.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { hashOf } from './state-hash.ts';
import { Swarm } from './swarm.ts';
import { Trace } from './trace.ts';
import { VirtualClock } from './virtual-clock.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5);
/** How long things go wrong, and how long there is for everything to end well after that. */
const SAFETY_MS = 3 * DAY;
const LIVENESS_MS = 20 * DAY;
/** Everything is read and compared once in so many events. */
const FULL_EVERY = 3000;
/** A seed that has more events than this does not come to its end. */
const EVENTS_MAX = 100_000;
/** More commits than a failover loses. */
const KEPT_COMMITS = 64;
/** The longest lease of any worker. */
const LEASE_MS_MAX = 15 * MINUTE;

/** A store that was opened for one seed. */
export interface OpenedStore {
  readonly store: Store;
  /** Makes it lose its last commits. Left out, there are no failovers. */
  readonly lose?: (commits: number) => number;
  /** Whether it tells the time by the clock that it was given. If not, there are no faults of its clock. */
  readonly followsClock: boolean;
  close?(): Promise<void>;
}

/** How a seed is run. */
export interface SeedOptions {
  /** About how many payouts are asked for. @defaultValue `100` */
  readonly payouts?: number;
  /** The only faults that there are, by name. Left out, all are possible. */
  readonly faults?: readonly string[];
  /** Opens the store of the seed. @defaultValue the store in memory */
  readonly openStore?: (clock: Clock) => Promise<OpenedStore>;
  /** How many events there may be: many more than a seed of its payouts has. @defaultValue `100_000` */
  readonly eventsMax?: number;
  /** @defaultValue what the runtime has */
  readonly drain?: Drain;
}

/** What broke, and where. */
export interface SeedViolation {
  /** `I1` to `I31`; `simulator` where the simulation itself went wrong. */
  readonly invariant: string;
  readonly message: string;
  /** Epoch milliseconds of virtual time. */
  readonly at: number;
}

/** What one seed came to. All of it is the same whenever the seed is run again. */
export interface SeedResult {
  readonly seed: number;
  readonly payouts: number;
  readonly events: number;
  /** How often each fault has happened. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often each edge of the state table was taken. */
  readonly edges: Readonly<Record<string, number>>;
  readonly violation?: SeedViolation;
  /** The last things that happened, one a line; of a seed with a violation. */
  readonly trace: readonly string[];
  /** Over all committed transfers and everything that really moved. */
  readonly hash: string;
}

/** Runs one seed from its beginning to its end, or to the first invariant that does not hold. */
export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SeedResult> {
  const run = await SeedRun.begin(seed, options);
  try {
    await run.toTheEnd();
    return await run.result();
  } finally {
    await run.close();
  }
}

class SeedRun {
  readonly #seed: number;
  readonly #eventsMax: number;
  readonly #drain: Drain;
  /** For work of the store that comes from outside of this process. */
  readonly #drainTasks: Drain;
  readonly #opened: OpenedStore;
  readonly #chance: Chance;
  readonly #swarm: Swarm;
  readonly #scenario: Scenario;
  readonly #scheduler: Scheduler;
  readonly #trace: Trace;
  readonly #store: SharedStore;
  readonly #points: PortPoints;
  readonly #byHand = new HandPayments();
  readonly #deployments: Deployment[] = [];
  readonly #simulation: Simulation;
  readonly #checker: ReturnType<typeof createChecker>;
  readonly #waitingToRestart = new Set<SimulatedProcess>();
  #rules: PayoutEngineRules;
  #held = 0;
  #events = 0;
  #fullAt = 0;
  #upgrading = false;
  #done = false;
  #webhooks: Webhooks | undefined;

  static async begin(seed: number, options: SeedOptions): Promise<SeedRun> {
    const prng = new Prng(seed);
    const scheduler = new Scheduler(START, () => prng.next());
    const clock = new VirtualClock(scheduler);
    const open = options.openStore ?? openMemoryStore;
    return new SeedRun(seed, options, prng, scheduler, clock, await open(clock.read));
  }

  private constructor(
    seed: number,
    { payouts = 100, faults, drain, eventsMax = EVENTS_MAX }: SeedOptions,
    prng: Prng,
    scheduler: Scheduler,
    storeClock: VirtualClock,
    opened: OpenedStore,
  ) {
    this.#seed = seed;
    this.#eventsMax = eventsMax;
    this.#drain = drain ?? promiseDrain();
    this.#drainTasks = drain ?? runtimeDrain();
    this.#opened = opened;
    this.#scheduler = scheduler;
    this.#chance = new Chance(prng);
    this.#swarm = new Swarm(this.#chance, faults && new Set(faults));
    this.#scenario = drawScenario(this.#chance, this.#swarm, payouts);
    this.#rules = this.#scenario.rules;
    this.#trace = new Trace(() => scheduler.now);
    this.#points = new PortPoints(this.#chance, this.#swarm, (process) => {
      this.#restartLater(process);
    });
    this.#store = new SharedStore({
      store: opened.store,
      scheduler,
      chance: this.#chance,
      swarm: this.#swarm,
      clock: storeClock,
      points: this.#points,
      committed: (commit) => {
        this.#simulation.committed(commit);
      },
    });
    const providers = this.#scenario.providers.map((shape) =>
      providerWorld({
        shape,
        scheduler,
        chance: this.#chance,
        swarm: this.#swarm,
        clock: new VirtualClock(scheduler, this.#scenario.providerSkewMs),
        trace: this.#trace,
        deliver: (event) => {
          this.#webhooks?.arrive(shape.id, event);
        },
      }),
    );
    const deploy = (name: string): Deployment =>
      this.#deploy(
        name,
        providers.map(({ provider }) => provider),
      );
    const watched = providers.map(({ provider }) => provider);
    this.#checker = createChecker({
      store: opened.store,
      programs: this.#scenario.programs,
      providers: [...watched, { id: 'manual', truth: () => this.#byHand.truth(), requests: () => [] }],
      rules: this.#scenario.rules,
      laterRules: this.#scenario.laterRules,
      now: () => scheduler.now,
      storeNow: () => storeClock.time,
      leaseMsMax: LEASE_MS_MAX,
      canaries: [CANARY],
    });
    this.#simulation = new Simulation(
      {
        scheduler,
        chance: this.#chance,
        swarm: this.#swarm,
        scenario: this.#scenario,
        trace: this.#trace,
        storeClock,
        bareStore: this.#store.bare,
        providers,
        byHand: this.#byHand,
        workers: Array.from({ length: this.#scenario.workers }, (_, index) => deploy(`worker-${index + 1}`)),
        poller: deploy('poller'),
        webhook: deploy('webhook'),
        apis: [deploy('api-1'), deploy('api-2')],
        operator: deploy('operator'),
      },
      this.#checker,
    );
  }

  /** Lets one thing happen after the other until everything is done, or something has broken. */
  async toTheEnd(): Promise<void> {
    this.#simulation.begin(() => this.#act());
    try {
      while (!this.#done && this.#simulation.failure === undefined) {
        if (!this.#scheduler.next()) throw new Error('the seed does not come to its end');
        if (this.#events >= this.#eventsMax)
          throw new Violation('I12', 'a loop without an end', { events: this.#events });
        await this.#settled();
        this.#events += 1;
        this.#checker.event();
        if (this.#simulation.forgotten) {
          this.#simulation.forgotten = false;
          await this.#checker.lost();
        }
        if (this.#fullIsDue() && this.#store.idle) {
          this.#fullAt = this.#events;
          await this.#checker.full();
        }
      }
      if (this.#simulation.failure !== undefined) return;
      await this.#checker.full();
      await this.#checker.quiescent();
    } catch (error) {
      this.#simulation.fail(error);
    }
  }

  #fullIsDue(): boolean {
    return this.#events - this.#fullAt >= FULL_EVERY;
  }

  /** Everything that can go on without virtual time has gone on. */
  async #settled(): Promise<void> {
    await this.#drain();
    while (this.#store.working) await this.#drainTasks();
  }

  async result(): Promise<SeedResult> {
    const { failure, edges, payouts } = this.#simulation;
    const violation = failure && violationOf(failure.error, this.#scheduler.now);
    const { providers } = this.#simulation.parts;
    const truths = [...providers.map(({ provider }) => provider.truth()), this.#byHand.truth()];
    return {
      seed: this.#seed,
      payouts,
      events: this.#events,
      faults: this.#swarm.counts(),
      edges: Object.fromEntries(edges),
      ...(violation && { violation }),
      trace: violation === undefined ? [] : this.#trace.lines(),
      hash: await hashOf(this.#opened.store, this.#scenario.programs, truths),
    };
  }

  async close(): Promise<void> {
    await this.#opened.close?.();
  }

  /** The whole story of the seed. */
  async #act(): Promise<void> {
    const simulation = this.#simulation;
    const people = drawPeople(simulation);
    const workers = new Workers(simulation);
    const operators = new Operators(simulation);
    const earnings = new Earnings(simulation);
    const requests = new Requests(simulation, operators, workers);
    const returns = new Returns(simulation);
    const webhooks = new Webhooks(simulation);
    this.#webhooks = webhooks;
    const attacker = new Attacker(simulation, webhooks);
    const mishaps = new Mishaps({
      simulation,
      attacker,
      operators,
      store: this.#store,
      ...(this.#opened.lose && { lose: this.#opened.lose }),
      clock: this.#opened.followsClock,
      safetyMs: SAFETY_MS,
      holdRestarts: (held) => {
        this.#holdRestarts(held);
      },
      crashAll: () => {
        for (const { process } of this.#deployments) this.#points.crash(process);
      },
      changeRules: () => {
        this.#rules = this.#scenario.laterRules;
      },
      rollOut: () => {
        this.#upgrading = true;
        this.#rollOut();
      },
    });

    for (const person of people) await storePerson(simulation, person);
    for (const program of this.#scenario.programs) await earnings.openAll(program, people);
    this.#swarm.begin();
    const isOver = (): boolean => simulation.phase !== 'safety';
    mishaps.begin();
    workers.begin(isOver);
    operators.begin(isOver);
    returns.begin(isOver);
    const crowd = new Crowd(simulation, people, requests, earnings);
    crowd.begin(SAFETY_MS);
    await this.#scheduler.sleep(SAFETY_MS);

    for (const provider of simulation.parts.providers) provider.countPruned();
    this.#swarm.end();
    simulation.phase = 'liveness';
    const deadline = this.#scheduler.now + LIVENESS_MS;
    await finish({ simulation, people, earnings, operators, workers, mishaps, returns, deadline });
    this.#done = true;
  }

  /** A process over the shared store, which starts with the rules of its time. */
  #deploy(name: string, simulated: readonly SimulatedProvider[]): Deployment {
    const byHand = manualProvider({ environment: 'test', currencies: CURRENCIES });
    const deployment = new Deployment({
      name,
      scheduler: this.#scheduler,
      chance: this.#chance,
      store: this.#store,
      points: this.#points,
      providers: this.#scenario.byHand ? [...simulated, byHand] : simulated,
      rules: () => this.#rulesNow(),
      observe: (event) => {
        this.#simulation.observed(event);
      },
    });
    this.#deployments.push(deployment);
    return deployment;
  }

  /** In an upgrade that is rolled out, some processes have other leases and retries than others. */
  #rulesNow(): PayoutEngineRules {
    const { between } = this.#chance;
    if (!this.#upgrading || this.#chance.half()) return this.#rules;
    const { retry = DEFAULT_RETRY_POLICY } = this.#rules;
    return {
      ...this.#rules,
      leaseMs: between(2 * MINUTE, LEASE_MS_MAX),
      retry: { ...retry, refusedMs: between(MINUTE, 2 * HOUR) },
    };
  }

  #restartLater(process: SimulatedProcess): void {
    this.#scheduler.after(this.#chance.between(1000, 10 * MINUTE), () => {
      if (process.life.alive) return;
      if (this.#held > 0) this.#waitingToRestart.add(process);
      else process.restart();
    });
  }

  #holdRestarts(held: boolean): void {
    this.#held += held ? 1 : -1;
    if (this.#held > 0) return;
    for (const process of this.#waitingToRestart) this.#restartLater(process);
    this.#waitingToRestart.clear();
  }

  /** Starts all processes anew, within the hour. */
  #rollOut(): void {
    for (const { process } of this.#deployments) {
      this.#scheduler.after(this.#chance.between(0, HOUR), () => {
        this.#points.crash(process);
      });
    }
  }
}

async function openMemoryStore(clock: Clock): Promise<OpenedStore> {
  const store = memoryStore({ clock, keepCommits: KEPT_COMMITS });
  return { store, lose: (commits) => store.lose(commits), followsClock: true };
}

function violationOf(error: unknown, at: number): SeedViolation {
  if (error instanceof Violation) return { invariant: error.invariant, message: error.message, at };
  const message =
    error instanceof Error ? (error.stack ?? error.message) : 'something was thrown that is no error';
  return { invariant: 'simulator', message, at };
}
