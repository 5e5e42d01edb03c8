import { derivedId } from '../../ledger/derived-id.ts';
import type { Controls, UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { epochSchema, programSchema, stopSchema } from '../../schemas/payouts.ts';
import type { PayoutContext } from './context.ts';
import type { EpochRequest, StopRequest } from './requests.ts';
import { addHalts, isSameStop } from './write.ts';

/** What operators do to all sends of a program. */

/** Nobody has said since when: whatever was ever sent may be forgotten. */
const LONG_AGO = new Date(0);

/** See `Payouts.stop`. */
export async function stopSends(context: PayoutContext, input: StopRequest): Promise<Controls> {
  const { program, by, reason, ...scope } = parseInput(stopSchema, input);
  return context.store.transact(program, async (unit) => {
    const at = await unit.now();
    await addHalts(unit, [{ ...scope, reason, at }]);
    await tell(unit, 'stopped', at, by, reason);
    return unit.controls.read();
  });
}

/** See `Payouts.resume`. */
export async function resumeSends(context: PayoutContext, input: StopRequest): Promise<Controls> {
  const { program, by, reason, ...scope } = parseInput(stopSchema, input);
  return context.store.transact(program, async (unit) => {
    const controls = await unit.controls.lock();
    const halts = controls.halts.filter((halt) => !isSameStop(halt, { ...scope, reason }));
    await unit.controls.put({ ...controls, halts });
    await tell(unit, 'resumed', await unit.now(), by, reason);
    return unit.controls.read();
  });
}

/** See `Payouts.raiseEpoch`. */
export async function raiseEpoch(context: PayoutContext, input: EpochRequest): Promise<Controls> {
  const { program, by, reason, since: given } = parseInput(epochSchema, input);
  return context.store.transact(program, async (unit) => {
    const controls = await unit.controls.lock();
    const at = await unit.now();
    const said = given ?? LONG_AGO;
    const before = controls.restored?.since ?? said;
    const since = before.getTime() < said.getTime() ? before : said;
    await unit.controls.put({ ...controls, epoch: controls.epoch + 1, restored: { at, since } });
    await tell(unit, 'epoch_raised', at, by, reason);
    return unit.controls.read();
  });
}

/** See `Payouts.controls`. */
export async function readControls(
  context: PayoutContext,
  input: { readonly program: string },
): Promise<Controls> {
  const { program } = parseInput(programSchema, input);
  return context.store.transact(program, (unit) => unit.controls.read());
}

async function tell(unit: UnitOfWork, event: string, at: Date, by: string, reason: string): Promise<void> {
  const id = derivedId('operator', event, at.toISOString(), by, reason);
  await unit.outbox.add([{ id, kind: 'operator', event, by, reason }]);
}
