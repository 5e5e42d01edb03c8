import type { Participant } from '../../../ports/directory.ts';
import type { Simulation } from '../simulation.ts';

/** A participant of one program, as they know themselves. */
export interface Person {
  readonly program: string;
  readonly id: string;
  verified: boolean;
  readonly active: boolean;
  /** Who pays there; left out, the first provider. */
  readonly provider?: string;
  destination: string;
  version: number;
  /** What they have earned in, as far as they know. */
  readonly currencies: Set<string>;
}

/** What the store keeps of a person. */
export function participantOf({ id, verified, active, provider, destination, version }: Person): Participant {
  return {
    id,
    verified,
    active,
    destination: { id: destination, version, ...(provider !== undefined && { provider }) },
  };
}

/** Stores a person as they are now, through a process of the users, again and again until it is done. */
export async function storePerson(simulation: Simulation, person: Person): Promise<void> {
  const { chance, scheduler, apis, trace } = simulation.parts;
  const { version } = person;
  for (;;) {
    const api = chance.pick(apis);
    if (api.up && (await isStored(api.process, api.store, person))) break;
    await scheduler.sleep(chance.between(1000, 60_000));
    // What was changed once more is stored by whoever changed it.
    if (person.version !== version) return;
  }
  trace.note(person.id, 'stored', person.program, person.destination);
  simulation.remember(async () => {
    if (person.version === version) await storePerson(simulation, person);
  });
}

async function isStored(
  process: Simulation['parts']['apis'][number]['process'],
  store: Simulation['parts']['bareStore'],
  person: Person,
): Promise<boolean> {
  const participant = participantOf(person);
  try {
    const stored = await process.until(
      store.transact(person.program, (unit) => unit.participants.put([participant])),
    );
    return stored !== 'crashed';
  } catch {
    return false;
  }
}

/** The person gets another destination, or takes back the one an attacker took from them. */
export async function changeDestination(simulation: Simulation, person: Person, to: string): Promise<void> {
  person.version += 1;
  person.destination = to;
  await storePerson(simulation, person);
}
