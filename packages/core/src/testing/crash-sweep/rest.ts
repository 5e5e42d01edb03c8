import { CaseFailure } from '../assert.ts';
import type { SweepWorker } from './worker.ts';
import { deliverAll, PROGRAM, START, type SweepWorld } from './world.ts';

const DAY = 86_400_000;
/** More rounds than anything needs that comes to an end. */
const ROUNDS_MAX = 600;

/**
 * Does what an application does by its schedule, and lets time pass from one due date to the next, until nothing is due.
 * Then lets two days more pass, in which nothing may happen.
 */
export async function bringToRest(world: SweepWorld, worker: SweepWorker): Promise<void> {
  for (let rounds = 0; ; rounds += 1) {
    if (rounds === ROUNDS_MAX) throw new CaseFailure('it never comes to rest');
    await work(world, worker);
    const next = await world.nextDue();
    if (next === undefined) break;
    world.time.passUntil(next);
  }
  await worker.engine.reconcile({ program: PROGRAM, since: START });
  world.time.pass(2 * DAY);
  await work(world, worker);
  const { disagreements, errors } = await worker.engine.reconcile({ program: PROGRAM, since: START });
  const [disagreement] = disagreements;
  if (disagreement !== undefined) throw new CaseFailure(`books and provider disagree: ${disagreement.kind}`);
  const [error] = errors;
  if (error !== undefined) throw new CaseFailure(`reconciling ends with ${error.code}`);
  await deliverAll(world);
}

async function work(world: SweepWorld, { engine }: SweepWorker): Promise<void> {
  for (let event = world.inbox.shift(); event !== undefined; event = world.inbox.shift()) {
    // It stays until it was answered for: the provider repeats what it hears nothing of.
    world.inbox.unshift(event);
    await engine.receive({ provider: world.provider.id, raw: event });
    world.inbox.shift();
  }
  await engine.release({ program: PROGRAM });
  const { errors } = await engine.process({ program: PROGRAM });
  const [error] = errors;
  if (error !== undefined) throw new CaseFailure(`a run of process ends with ${error.code}`);
}
