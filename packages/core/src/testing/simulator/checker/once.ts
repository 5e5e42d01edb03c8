import type { ProgramBooks } from './books.ts';
import { Violation } from './violation.ts';
import type { Watch } from './watch.ts';

/**
 * I1: a payout moves money at most once, ever: at the provider, or by the hand of an operator. One more for each attempt
 * of which a person has said that it had moved nothing; and one for each account, where the store has forgotten from
 * which account it sent: the credentials of one do not show what another has paid.
 */
export function checkMovesOnce(watch: Watch, books: ProgramBooks, payout: string): void {
  const { program } = books;
  const real = watch.truth.of(program, payout);
  let count = real.length;
  for (const { object, attempt } of books.movements.get(payout)?.values() ?? []) {
    const isByHand = books.attempt(payout, attempt)?.by !== undefined;
    if (isByHand && watch.truth.objectOf(program, payout, object) === undefined) count += 1;
  }
  const accounts = watch.intents.wasLost(program, payout)
    ? new Set(real.map(({ account }) => account)).size
    : 1;
  if (count <= Math.max(1, accounts) + watch.intents.declared(program, payout)) return;
  throw new Violation('I1', 'a payout moved money more than once', {
    program,
    payout,
    count,
    objects: real
      .map(({ object, reference, account }) => `${object}/${reference.attempt}/${account}`)
      .join(' '),
    amount: real.reduce((sum, { amount }) => sum + amount, 0n),
  });
}
