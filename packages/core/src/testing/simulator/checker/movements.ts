import type { Movement } from '../../../payouts/payout.ts';
import { objectKey, type ProgramBooks } from './books.ts';
import { payoutName } from './intents.ts';
import { checkMovesOnce } from './once.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';

/** Applies movements: what is booked is what the provider has moved, once, and what it gave back. */
export function applyMovements(watch: Watch, books: ProgramBooks, movements: readonly Movement[]): void {
  for (const movement of movements) {
    const payout = books.payouts.get(movement.payout);
    const where = { program: books.program, payout: movement.payout, object: movement.object };
    if (payout === undefined) throw new Violation('I18', 'a movement of a payout that is not there', where);
    const before = books.applyMovement(movement, payout);
    if (before === undefined) {
      checkMovesOnce(watch, books, movement.payout);
    } else if (before.moved !== movement.moved || before.attempt !== movement.attempt) {
      throw new Violation('I30', 'a movement is not what it was', {
        ...where,
        was: before.moved,
        is: movement.moved,
      });
    } else if (movement.returned < before.returned) {
      throw new Violation('I30', 'what had come back is gone', {
        ...where,
        was: before.returned,
        is: movement.returned,
      });
    }
    checkTruth(watch, books, movement);
  }
}

function checkTruth(watch: Watch, { program }: ProgramBooks, movement: Movement): void {
  const { provider, object, payout, attempt, moved, returned } = movement;
  const real = watch.truth.object(provider, object) ?? watch.truth.objectOf(program, payout, object);
  // What no provider that is watched knows, a person has paid, or must have named: looked at when all is at rest.
  if (real === undefined) return;
  const { reference, amount } = real;
  const isReal =
    payoutName(reference.program, reference.payout) === payoutName(program, payout) &&
    // Which attempt an object is of, a person who names it after they said that it had failed does not know, nor does one
    // whose store has forgotten attempts.
    (reference.attempt === attempt ||
      watch.intents.isDeclared(program, payout, reference.attempt) ||
      watch.intents.wasLost(program, payout)) &&
    amount === moved &&
    real.status === 'moved';
  if (!isReal) {
    throw new Violation('I2', 'what is booked is not what moved', {
      program,
      payout,
      ...{ object, moved, amount },
    });
  }
  if (returned > real.returned) {
    throw new Violation('I2', 'more is booked as returned than is back', {
      program,
      payout,
      object: objectKey(movement),
      returned,
      back: real.returned,
    });
  }
}
