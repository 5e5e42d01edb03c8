import type { Person, ProgramBooks } from './books.ts';
import { Violation } from './violation.ts';

/**
 * I2 and I3 of one participant in one currency, after a commit that touched them:
 *
 * - earned - reversed + adjustments - fees - differences = held + available + reserved + paid: the left side is read
 *   from the rows of earnings and from transfers to and from accounts of the program, the right from their own accounts;
 * - held = the held parts of their earnings;
 * - reserved = the amounts of their open payouts;
 * - paid, by provider = what it moved for their payouts, less what came back.
 */
export function checkPerson(
  books: ProgramBooks,
  person: Person,
  isDeclared: (payout: string) => boolean,
): void {
  const { participant, currency, held, available, reserved } = person;
  const who = { program: books.program, participant, currency };

  let total = held + available + reserved;
  for (const amount of person.paid.values()) total += amount;
  const owed = person.earned + person.otherwise;
  if (total !== owed) {
    throw new Violation('I2', 'what a participant earned is not what they have and got', {
      ...who,
      owed,
      total,
    });
  }
  if (held !== person.heldByEarnings) {
    throw new Violation('I26', 'held is not the held parts of the earnings', {
      ...who,
      held,
      parts: person.heldByEarnings,
    });
  }
  checkReserved(person, who, isDeclared);
  for (const [provider, paid] of person.paid) checkPaid(person, who, provider, paid);
  for (const provider of person.moved.keys()) {
    if (!person.paid.has(provider)) checkPaid(person, who, provider, 0n);
  }
}

type Who = Readonly<Record<'program' | 'participant' | 'currency', string>>;

function checkReserved(
  { reserved, payouts }: Person,
  who: Who,
  isDeclared: (payout: string) => boolean,
): void {
  let least = 0n;
  let most = 0n;
  for (const { id, state, amount } of payouts.values()) {
    if (isHoldingMoney(state)) least += amount;
    // Where a person was wrong that nothing had moved, a later attempt may be under way when the payout is settled.
    else if (isDeclared(id)) most += amount;
  }
  most += least;
  if (reserved < least || reserved > most) {
    throw new Violation('I3', 'reserved is not what open payouts hold', { ...who, reserved, open: least });
  }
}

function isHoldingMoney(state: string): boolean {
  return state === 'pending' || state === 'approved' || state === 'processing' || state === 'needs_review';
}

function checkPaid(person: Person, who: Who, provider: string, paid: bigint): void {
  const moved = person.moved.get(provider) ?? 0n;
  if (paid !== moved) {
    throw new Violation('I2', 'paid is not what was moved and not returned', {
      ...who,
      provider,
      paid,
      moved,
    });
  }
}
