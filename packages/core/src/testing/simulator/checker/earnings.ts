import type { Earning } from '../../../ledger/earning.ts';
import { factsOf, inName } from './accounts.ts';
import type { Person, ProgramBooks } from './books.ts';
import { Violation } from './violation.ts';

/** Applies earnings, before the transfers of their commit. One that goes back is a repeated credit: nothing was stored. */
export function applyEarnings(
  books: ProgramBooks,
  earnings: readonly Earning[],
  touched: (person: Person) => void,
): void {
  for (const earning of earnings) {
    const stored = books.earnings.get(earning.id);
    if (stored !== undefined && isEarlier(earning, stored)) continue;
    books.applyEarning(earning);
    touched(books.personOf(earning));
  }
}

function isEarlier(earning: Earning, stored: Earning): boolean {
  return earning.released < stored.released || earning.reversed < stored.reversed;
}

/** I26 and I27 of the earnings that a commit wrote, after its transfers. */
export function checkEarnings(books: ProgramBooks, earnings: readonly Earning[]): void {
  for (const { id } of earnings) {
    const earning = books.earnings.get(id);
    if (earning === undefined) continue;
    checkParts(books, earning);
    checkBonus(books, earning);
    for (const bonus of books.bonuses.get(id) ?? []) {
      const hanging = books.earnings.get(bonus);
      if (hanging !== undefined) checkBonus(books, hanging);
    }
  }
}

/** Its credit moved all of it to its owner, its parts fit into it, and it was reversed by so much as was taken back. */
function checkParts(books: ProgramBooks, earning: Earning): void {
  const { id, participant, currency, amount, held, released, reversed } = earning;
  const credit = books.transfers.get(id);
  if (credit === undefined) throw new Violation('I2', 'an earning without its credit', { id, amount });
  const { owner, place } = factsOf(credit.credit);
  const isToOwner = owner === inName(participant) && (place === 'held' || place === 'available');
  if (credit.moved !== amount || credit.currency !== currency || !isToOwner) {
    throw new Violation('I2', 'an earning is not what was credited', { id, amount, credited: credit.moved });
  }
  const unheld = amount - held - released;
  if (unheld < 0n || unheld > reversed || reversed > amount) {
    throw new Violation('I26', 'the parts of an earning do not add up', {
      id,
      amount,
      held,
      released,
      reversed,
    });
  }
  if (held > 0n && held + released + reversed > amount) {
    throw new Violation('I26', 'an earning was taken back from elsewhere than from its held part', {
      id,
      amount,
      held,
      reversed,
    });
  }
  const takenBack = books.reversed.get(id) ?? 0n;
  if (takenBack !== reversed) {
    throw new Violation('I26', 'an earning is reversed by another amount than was taken back', {
      id,
      reversed,
      takenBack,
    });
  }
}

/** I27: what is left of a bonus is at most its rate of what is left of its earning, rounded down. */
function checkBonus(books: ProgramBooks, bonus: Earning): void {
  if (bonus.bonusOf === undefined) return;
  const earning = books.earnings.get(bonus.bonusOf.earning);
  if (earning === undefined) return;
  const rate = readRate(bonus.bonusOf.rate);
  const [left, leftOfEarning] = [bonus.amount - bonus.reversed, earning.amount - earning.reversed];
  // left <= floor(rate × leftOfEarning), without a division
  if (rate === undefined || left * rate.scale > rate.digits * leftOfEarning) {
    throw new Violation('I27', 'a bonus is above its rate of what is left of its earning', {
      bonus: bonus.id,
      earning: earning.id,
      rate: bonus.bonusOf.rate,
      left,
      leftOfEarning,
    });
  }
}

/** A decimal as digits over a power of ten. */
function readRate(text: string): { readonly digits: bigint; readonly scale: bigint } | undefined {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  return { digits: BigInt(whole + fraction), scale: BigInt(`1${'0'.repeat(fraction.length)}`) };
}
