import { derivedId } from '../../ledger/derived-id.ts';
import type { Controls, UnitOfWork } from '../../ports/store.ts';
import { parseInput } from '../../schemas/parse-input.ts';
import { epochSchema, programSchema, stopSchema } from '../../schemas/payouts.ts';
import type { PayoutContext } from './context.ts';
import type { StopRequest } from './requests.ts';
import { addHalts, isSameStop } from './write.ts';

/** What operators do to all sends of a program. */

/** See `Payouts.stop`. */
export function stopSends(context: PayoutContext, input: StopRequest): Promise<Controls> {
  const { program, by, reason, ...scope } = parseInput(stopSchema, input);
  return context.store.transact(program, async (unit) => {
    const at = await unit.now();
    await addHalts(unit, [{ ...scope, reason, at }]);
    await tell(unit, 'stopped', at, by, reason);
    return unit.controls.read();
  });
}

/** See `Payouts.resume`. */
export function resumeSends(context: PayoutContext, input: StopRequest): Promise<Controls> {
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
export function raiseEpoch(
  context: PayoutContext,
  input: { readonly program: string; readonly by: string; readonly reason: string },
): Promise<Controls> {
  const { program, by, reason } = parseInput(epochSchema, input);
  return context.store.transact(program, async (unit) => {
    const controls = await unit.controls.lock();
    await unit.controls.put({ ...controls, epoch: controls.epoch + 1 });
    await tell(unit, 'epoch_raised', await unit.now(), by, reason);
    return unit.controls.read();
  });
}

/** See `Payouts.controls`. */
export function readControls(context: PayoutContext, input: { readonly program: string }): Promise<Controls> {
  const { program } = parseInput(programSchema, input);
  return context.store.transact(program, (unit) => unit.controls.read());
}

async function tell(unit: UnitOfWork, event: string, at: Date, by: string, reason: string): Promise<void> {
  const id = derivedId('operator', event, at.toISOString(), by, reason);
  await unit.outbox.add([{ id, kind: 'operator', event, by, reason }]);
}
