import { Velocity, VELOCITY_WINDOW_MS } from '../../payouts/velocity.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import type { PayoutContext } from './context.ts';

const VELOCITY_LOCK = 'velocity';

/** What may still leave. All claims of the program take this lock where there are caps, after the participants'. */
export async function velocityOf(
  { rules: { caps, marginMs } }: PayoutContext,
  unit: UnitOfWork,
  now: Date,
): Promise<Velocity | undefined> {
  if (caps === undefined) return undefined;
  await unit.locks.take([VELOCITY_LOCK]);
  const since = new Date(now.getTime() - VELOCITY_WINDOW_MS - marginMs);
  return new Velocity(caps, await unit.attempts.outflow(since));
}
