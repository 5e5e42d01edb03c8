import type { TrueMovement } from '../../providers/simulated-movement.ts';
import type { Store } from '../../ports/store.ts';

/** A hash of what was done, in the order in which it was done: for saying that two runs were the same. */
export class StateHash {
  // FNV-1a, twice over, with different beginnings.
  #left = 0x811c9dc5;
  #right = 0x01234567;

  add(text: string): void {
    let left = this.#left;
    let right = this.#right;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      left = Math.imul(left ^ unit, 0x01000193);
      right = Math.imul(right ^ unit, 0x01000197);
    }
    this.#left = Math.imul(left ^ 0xff, 0x01000193);
    this.#right = Math.imul(right ^ 0xff, 0x01000197);
  }

  get text(): string {
    return [this.#left, this.#right].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** The hash of all committed transfers and of what really moved. */
export async function hashOf(
  store: Store,
  programs: readonly string[],
  truths: readonly (readonly TrueMovement[])[],
): Promise<string> {
  const hash = new StateHash();
  for (const program of programs) {
    await store.transact(program, async (unit) => {
      for await (const batch of unit.ledger.transfers()) {
        for (const { id, debit, credit, moved, at } of batch) {
          hash.add(`${program} ${id} ${debit} ${credit} ${moved} ${at.getTime()}`);
        }
      }
    });
  }
  for (const truth of truths) {
    for (const { object, key, amount, returned, status, at } of truth) {
      hash.add(`${object} ${key} ${amount} ${returned} ${status} ${at.getTime()}`);
    }
  }
  return hash.text;
}
