import type { Simulation } from '../simulation.ts';
import type { Earnings } from './earnings.ts';
import type { Person } from './person.ts';
import type { Requests } from './requests.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Who there is, with their first destinations. */
export function drawPeople({ parts: { scenario, chance } }: Simulation): readonly Person[] {
  const { programs, participants, byHand, providers } = scenario;
  const others = [...providers.slice(1).map(({ id }) => id), ...(byHand ? ['manual'] : [])];
  return programs.flatMap((program) =>
    participants.map((id) => ({
      program,
      id,
      active: !chance.hits(2000),
      verified: !chance.hits(4000),
      ...(others.length > 0 && chance.hits(16_000) && { provider: chance.pick(others) }),
      destination: `acct-${id}-1`,
      version: 1,
      currencies: new Set<string>(),
    })),
  );
}

/** What people do, and when: in bursts, as after an announcement, or at any time. */
export class Crowd {
  readonly #simulation: Simulation;
  readonly #people: readonly Person[];
  readonly #requests: Requests;
  readonly #earnings: Earnings;

  constructor(simulation: Simulation, people: readonly Person[], requests: Requests, earnings: Earnings) {
    this.#simulation = simulation;
    this.#people = people;
    this.#requests = requests;
    this.#earnings = earnings;
  }

  begin(safetyMs: number): void {
    const { chance, scenario, swarm } = this.#simulation.parts;
    const people = this.#people;
    const bursts = Array.from({ length: chance.between(2, 8) }, () => chance.between(0, safetyMs - HOUR));
    const when = (): number =>
      chance.half() ? chance.pick(bursts) + chance.between(0, 20 * MINUTE) : chance.between(0, safetyMs);
    for (let count = 0; count < scenario.requests; count += 1) {
      this.#at(when(), () => this.#requests.make(chance.pick(people)));
      if ((count & 3) === 0) {
        this.#at(when(), () =>
          this.#earnings.more(chance.pick(people), chance.pick(people), chance.pick(['USD', 'USD', 'JPY'])),
        );
      }
      if (swarm.wants('adjusted_twice')) {
        this.#at(when(), () => {
          swarm.count('adjusted_twice');
          return this.#earnings.adjust(chance.pick(people));
        });
      }
      if (swarm.wants('clawback')) {
        this.#at(when(), () => {
          swarm.count('clawback');
          return this.#earnings.takeBack();
        });
      }
    }
    for (let number = 1; number <= scenario.batches; number += 1) {
      for (const program of scenario.programs) {
        this.#at(when(), async () => {
          await this.#requests.openBatch(program, `batch-${number}`);
          await this.#earnings.openAll(program, people);
        });
      }
    }
    this.#at(chance.between(0, safetyMs), () => this.#earnings.fulfil());
  }

  #at(ms: number, act: () => Promise<void>): void {
    this.#simulation.begin(async () => {
      await this.#simulation.parts.scheduler.sleep(ms);
      if (this.#simulation.phase === 'safety') await act();
    });
  }
}
