import type { Transfer } from '../../../ledger/transfer.ts';

/** Whether two rows say the same: Dates by their time, a field that is undefined like one that is missing. */
export function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (left instanceof Date || right instanceof Date) {
    return left instanceof Date && right instanceof Date && left.getTime() === right.getTime();
  }
  for (const name of Object.keys(left)) if (!isSame(field(left, name), field(right, name))) return false;
  for (const name of Object.keys(right)) {
    if (!Object.hasOwn(left, name) && field(right, name) !== undefined) return false;
  }
  return true;
}

/** The same for transfers, of which there are many. */
export function isSameTransfer(left: Transfer, right: Transfer): boolean {
  return (
    left === right ||
    (left.id === right.id &&
      left.debit === right.debit &&
      left.credit === right.credit &&
      left.currency === right.currency &&
      left.asked === right.asked &&
      left.moved === right.moved &&
      left.kind === right.kind &&
      left.subject === right.subject &&
      (left.atMost ?? false) === (right.atMost ?? false) &&
      left.reverses === right.reverses &&
      left.at.getTime() === right.at.getTime())
  );
}

/** A field of something of which nothing is known. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  const found: unknown = Reflect.get(value, name);
  return found;
}
