import type { PayoutRequest } from '../../../engines/payouts/requests.ts';
import type { Payout } from '../../../payouts/payout.ts';
import type { Simulation } from '../simulation.ts';
import type { Operators } from './operators.ts';
import { changeDestination, type Person } from './person.ts';
import type { Workers } from './workers.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

/** Participants who ask for their money, twice if they are in a hurry, and change their minds. */
export class Requests {
  readonly #simulation: Simulation;
  readonly #operators: Operators;
  readonly #workers: Workers;
  /** How many each program has had: two programs count alike, and so have equal keys. */
  readonly #numbers = new Map<string, number>();

  constructor(simulation: Simulation, operators: Operators, workers: Workers) {
    this.#simulation = simulation;
    this.#operators = operators;
    this.#workers = workers;
  }

  /** One request, with all that goes with it. */
  async make(person: Person): Promise<void> {
    const { chance, swarm } = this.#simulation.parts;
    if (swarm.hits('destination_hijacked')) await this.#hijack(person);
    const input = this.#draw(person);
    const isDouble = swarm.hits('double_request');
    if (isDouble) {
      this.#simulation.begin(async () => {
        await this.#simulation.parts.scheduler.sleep(chance.between(0, 2000));
        await this.#ask(input);
      });
    }
    const payout = await this.#ask(input);
    if (payout === undefined) return;
    this.#simulation.remember(() => this.#askAgain(input, payout));
    this.#afterwards(person, payout);
  }

  /** Opens a batch, perhaps twice at once, and lets those decide who must. */
  async openBatch(program: string, key: string): Promise<void> {
    const { chance, swarm, apis, scheduler } = this.#simulation.parts;
    const input = { program, key, ...(chance.half() && { currency: 'USD' }) };
    const open = async (): Promise<void> => {
      await this.#simulation.insist(apis, program, 'openBatch', input, (engine) => engine.openBatch(input));
    };
    if (swarm.hits('batch_twice')) {
      this.#simulation.begin(async () => {
        await scheduler.sleep(chance.pick([0, chance.between(0, 10 * HOUR)]));
        await open();
      });
    }
    await open();
    this.#simulation.remember(open);
    this.#workers.nudge();
  }

  #draw(person: Person): PayoutRequest {
    const { chance } = this.#simulation.parts;
    const number = (this.#numbers.get(person.program) ?? 0) + 1;
    this.#numbers.set(person.program, number);
    const currency = chance.half() ? 'USD' : chance.pick([...person.currencies]);
    const amount = chance.amount(100, 6000);
    return {
      program: person.program,
      key: `request-${number}`,
      participant: person.id,
      currency,
      ...(!chance.hits(5000) && { amount: currency === 'KWD' && chance.half() ? amount * 10n : amount }),
      ...(chance.hits(4000) && { by: 'op-ann' }),
    };
  }

  async #ask(input: PayoutRequest): Promise<Payout | undefined> {
    const { apis } = this.#simulation.parts;
    const answer = await this.#simulation.insist(apis, input.program, 'request', input, (engine) =>
      engine.request(input),
    );
    return answer.kind === 'ok' ? answer.value : undefined;
  }

  /**
   * The store has forgotten the payout; asked for again, it is the same one. If it has been paid and its money was spent
   * on another one since, the operators make up for that before.
   */
  async #askAgain(input: PayoutRequest, { id, amount }: Payout): Promise<void> {
    const { operator, providers, byHand } = this.#simulation.parts;
    const { program, participant, currency } = input;
    if ((await this.#ask(input)) !== undefined) return;
    const hasMoved =
      byHand.of(program, id) !== undefined ||
      providers.some(({ provider }) =>
        provider.truth().some(({ reference }) => reference.program === program && reference.payout === id),
      );
    if (!hasMoved) return;
    const adjustment = {
      program,
      key: `lost-${id}`,
      participant,
      currency,
      amount,
      reason: 'lost',
      by: 'op-ann',
    };
    await this.#simulation.insist([operator], program, 'adjust', adjustment, (engine) =>
      engine.adjust(adjustment),
    );
    await this.#ask(input);
  }

  #afterwards(person: Person, payout: Payout): void {
    const { chance, swarm, scheduler, scenario } = this.#simulation.parts;
    const { begin } = this.#simulation;
    const { program } = person;
    if (scenario.rules.approval.mode === 'manual') this.#operators.soonDecide(program, payout.id);
    if (chance.hits(20_000)) this.#workers.nudge();
    if (swarm.hits('cancel_race')) {
      begin(async () => {
        await scheduler.sleep(chance.pick([chance.between(0, 3000), chance.between(0, 5 * MINUTE)]));
        await this.#cancel(program, payout.id, person.id);
      });
    }
    if (swarm.hits('destination_change')) {
      begin(async () => {
        await scheduler.sleep(chance.pick([chance.between(0, 3000), chance.between(0, 10 * HOUR)]));
        await changeDestination(this.#simulation, person, `acct-${person.id}-${person.version + 1}`);
        this.#workers.nudge();
      });
    }
  }

  async #cancel(program: string, payout: string, by: string): Promise<void> {
    const { apis } = this.#simulation.parts;
    const input = { program, payout, by };
    await this.#simulation.insist(apis, program, 'cancel', input, (engine) => engine.cancel(input));
  }

  /** An attacker has got into the account; its owner gets it back some hours later. */
  async #hijack(person: Person): Promise<void> {
    const { chance, scheduler } = this.#simulation.parts;
    const own = person.destination;
    await changeDestination(this.#simulation, person, 'acct-attacker');
    this.#simulation.begin(async () => {
      await scheduler.sleep(chance.between(MINUTE, 20 * HOUR));
      if (person.destination === 'acct-attacker') await changeDestination(this.#simulation, person, own);
    });
  }
}
