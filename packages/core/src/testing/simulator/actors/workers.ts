import { deliverNotifications } from '../../../engines/deliver.ts';
import type { ProcessOptions } from '../../../engines/payouts/requests.ts';
import type { Deployment } from '../deployment.ts';
import type { Simulation } from '../simulation.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Between two runs of any worker, besides those that they are called for: some 50 in the days of faults. */
const MEAN_MS = 90 * MINUTE;

/** What calls the engine at its times: workers, a poller, and whoever delivers notifications. */
export class Workers {
  readonly #simulation: Simulation;
  readonly #running = new Set<Deployment>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** Each worker runs again and again, at times of its own, until everything is done. */
  begin(until: () => boolean): void {
    const { workers, chance, scheduler } = this.#simulation.parts;
    for (const worker of workers) {
      this.#simulation.begin(async () => {
        while (!until()) {
          const meanMs = MEAN_MS * workers.length;
          await scheduler.sleep(chance.between(MINUTE, meanMs + meanMs));
          if (!until()) await this.run(worker);
        }
      });
    }
    this.#simulation.begin(async () => {
      while (!until()) {
        await scheduler.sleep(chance.between(HOUR, 10 * HOUR));
        if (!until()) await this.poll(chance.hits(6000) ? chance.between(1, 3) : 0);
      }
    });
  }

  /** Somebody has just asked for money: a worker is called, or two. */
  nudge(): void {
    const { workers, chance, scheduler, swarm } = this.#simulation.parts;
    const chosen = [chance.pick(workers)];
    if (workers.length > 1 && swarm.wants('two_workers_at_once')) {
      swarm.count('two_workers_at_once');
      chosen.push(chance.pick(workers.filter((worker) => worker !== chosen[0])));
    }
    const at = chance.between(0, 2 * MINUTE);
    for (const worker of chosen) {
      this.#simulation.begin(async () => {
        await scheduler.sleep(at + chance.between(0, 50));
        await this.run(worker);
      });
    }
  }

  /** One run over all programs. A worker that still runs is left alone. */
  async run(worker: Deployment): Promise<void> {
    const { scenario, chance } = this.#simulation.parts;
    if (this.#running.has(worker)) return;
    this.#running.add(worker);
    try {
      for (const program of scenario.programs) {
        const input: ProcessOptions = {
          program,
          chunk: chance.pick([1, 3, 25]),
          concurrency: chance.between(1, 5),
          ...(chance.hits(8000) && { limit: chance.between(1, 20) }),
        };
        await this.#simulation.call(worker, program, 'process', input, (engine) => engine.process(input));
      }
    } finally {
      this.#running.delete(worker);
    }
  }

  /** Releases, processes and delivers, as an hourly run does; a nightly one reconciles the last days, too. */
  async poll(days: number): Promise<void> {
    const { scenario, poller, storeClock } = this.#simulation.parts;
    const simulation = this.#simulation;
    for (const program of scenario.programs) {
      await simulation.call(poller, program, 'release', { program }, (engine) => engine.release({ program }));
      await simulation.call(poller, program, 'process', { program }, (engine) => engine.process({ program }));
      if (days > 0) {
        const since = { program, since: new Date(storeClock.time - days * DAY) };
        await simulation.call(poller, program, 'reconcile', since, (engine) => engine.reconcile(since));
      }
      await this.#deliver(program);
    }
  }

  async #deliver(program: string): Promise<void> {
    const { poller } = this.#simulation.parts;
    if (!poller.up) return;
    const notifier = { deliver: () => Promise.resolve() };
    try {
      await poller.process.until(deliverNotifications(poller.store, program, notifier));
    } catch {
      // Nothing is lost: what was not delivered is leased again by the next run.
    }
  }
}
