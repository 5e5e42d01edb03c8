import type { RawEvent } from '../../../ports/provider.ts';
import type { Simulation } from '../simulation.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/** When a provider delivers an event again that was not taken, each time counted from the try before. */
const AGAIN_MS = [MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR];

/** What an event says of itself; an event that cannot be read says nothing. */
function nameOf(body: string): { readonly event?: string; readonly program: string } {
  const [, event] = /"id":"([^"]+)"/.exec(body) ?? [];
  const [, program] = /"program":"([^"]+)"/.exec(body) ?? [];
  return { program: program ?? '', ...(event !== undefined && { event }) };
}

/** Receives the events of providers, who deliver each until it is taken. */
export class Webhooks {
  readonly #simulation: Simulation;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** An event arrives from a provider. */
  arrive(provider: string, raw: RawEvent): void {
    const { scheduler, chance, providers } = this.#simulation.parts;
    const sign = providers.find(({ shape }) => shape.id === provider)?.sign;
    this.#simulation.begin(async () => {
      let signed = raw;
      for (const ms of AGAIN_MS) {
        await scheduler.sleep(chance.between(1, SECOND));
        if (await this.receive(provider, signed)) return;
        await scheduler.sleep(ms);
        // Somebody else's signature stays somebody else's.
        if (sign !== undefined) signed = sign(raw.body);
      }
    });
  }

  /** Hands an event to the engine, and says whether the engine has taken it, or never will. */
  async receive(provider: string, raw: RawEvent, forged?: true): Promise<boolean> {
    const { webhook } = this.#simulation.parts;
    const { program, event } = nameOf(raw.body);
    const answer = await this.#simulation.call(
      webhook,
      program,
      'receive',
      { provider, raw, ...(event !== undefined && { event }), ...(forged && { forged }) },
      (engine) => engine.receive({ provider, raw }),
    );
    // Refused for good, or for now: what cannot be looked up yet is delivered again.
    return answer.kind === 'ok' || (answer.kind === 'refused' && answer.code === 'EVENT_REFUSED');
  }
}
