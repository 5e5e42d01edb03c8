import type { CreditRequest } from '../../../engines/payouts/requests.ts';
import { EARNING_KINDS } from '../../../ledger/earning.ts';
import { creditedEarningId } from '../../../payouts/keys.ts';
import type { Simulation } from '../simulation.ts';
import type { Person } from './person.ts';

const HOUR = 3_600_000;
const CONDITION = 'views-verified';

/** Whoever owes: credits earnings, holds some of them, takes some of them back, and repeats itself. */
export class Earnings {
  readonly #simulation: Simulation;
  readonly #credited: { readonly program: string; readonly id: string; readonly amount: bigint }[] = [];
  #number = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** Something for everybody of a program: what they begin with, or what comes after a batch has paid all. */
  async openAll(program: string, people: readonly Person[]): Promise<void> {
    const { chance } = this.#simulation.parts;
    const credits = people
      .filter((person) => person.program === program)
      .flatMap((person) => [
        this.#credit(person, 'USD', chance.amount(20_000, 60_000), false),
        ...(chance.hits(20_000) ? [this.#credit(person, 'USD', chance.amount(2000, 20_000), true)] : []),
        ...(chance.hits(16_000) ? [this.#credit(person, 'JPY', chance.amount(9000, 60_000), false)] : []),
        ...(chance.hits(16_000) ? [this.#credit(person, 'KWD', chance.amount(9000, 60_000), false)] : []),
      ]);
    await this.#send(program, credits);
  }

  /** More for one person, held or not; sometimes twice, sometimes with a bonus for somebody else. */
  async more(person: Person, other: Person, currency: string): Promise<void> {
    const { chance, swarm } = this.#simulation.parts;
    const { program } = person;
    const credit = this.#credit(person, currency, chance.amount(500, 30_000), chance.half());
    const earning = creditedEarningId(credit.key);
    const bonus =
      other.id !== person.id && other.program === program && chance.hits(16_000)
        ? {
            ...this.#credit(other, currency, 0n, false),
            kind: 'referral_bonus' as const,
            bonusOf: { earning, rate: '0.1' },
          }
        : undefined;
    const amount = typeof credit.amount === 'bigint' ? credit.amount : 0n;
    const credits = bonus === undefined ? [credit] : [credit, { ...bonus, amount: tenth(amount) }];
    if (bonus !== undefined && amount > 1000n) {
      // A bonus on the bonus: what the one who referred the other gets of it.
      const below = this.#credit(person, currency, tenth(tenth(amount)), false);
      const bonusOf = { earning: creditedEarningId(bonus.key), rate: '0.1' };
      credits.push({ ...below, kind: 'referral_bonus', bonusOf });
    }
    if (swarm.hits('clawback_before_earning')) {
      await this.#reverse(program, earning, chance.half() ? undefined : amount);
    }
    await this.#send(program, credits);
    if (swarm.hits('double_credit')) await this.#send(program, credits);
  }

  /** Takes an earning back, or a part of it. */
  async takeBack(): Promise<void> {
    const { chance } = this.#simulation.parts;
    if (this.#credited.length === 0) return;
    const { program, id, amount } = chance.pick(this.#credited);
    const isSmall = amount < 1_000_000n;
    const part = chance.half() || !isSmall ? undefined : chance.amount(1, 30_000);
    await this.#reverse(program, id, part);
  }

  /** An operator gives or takes an amount, and says so twice; more than there is cannot be taken. */
  async adjust(person: Person): Promise<void> {
    const { chance, operator } = this.#simulation.parts;
    const { program, id: participant } = person;
    const amount = chance.amount(1, 40_000);
    const input = {
      program,
      key: this.#key(),
      participant,
      currency: 'USD',
      amount: chance.half() ? amount : -amount,
      reason: 'adjusted',
      by: 'op-ann',
    };
    const send = async (): Promise<void> => {
      await this.#simulation.insist([operator], program, 'adjust', input, (engine) => engine.adjust(input));
    };
    await send();
    this.#simulation.remember(send);
    await send();
  }

  /** Says that what some earnings wait for has happened. */
  async fulfil(): Promise<void> {
    const { scenario, apis } = this.#simulation.parts;
    for (const program of scenario.programs) {
      const earnings = this.#credited.filter((one) => one.program === program).map(({ id }) => id);
      const input = { program, condition: CONDITION, earnings: earnings.slice(-100) };
      await this.#simulation.insist(apis, program, 'fulfil', input, (engine) => engine.fulfil(input));
    }
  }

  /** Pays what somebody owes, so that they can be paid again. */
  async payDebt(program: string, participant: string, currency: string, debt: bigint): Promise<void> {
    const credit: CreditRequest = {
      key: this.#key(),
      participant,
      currency,
      amount: debt,
      kind: 'other',
      subject: 'debt-paid',
    };
    await this.#send(program, [credit]);
  }

  async #send(program: string, credits: readonly CreditRequest[]): Promise<void> {
    const { apis } = this.#simulation.parts;
    const input = { program, credits };
    const send = async (): Promise<void> => {
      const answer = await this.#simulation.insist(apis, program, 'credit', input, (engine) =>
        engine.credit(input),
      );
      if (answer.kind !== 'ok') return;
      for (const { id, amount } of answer.value) this.#credited.push({ program, id, amount });
    };
    await send();
    this.#simulation.remember(send);
  }

  async #reverse(program: string, earning: string, amount: bigint | undefined): Promise<void> {
    const { apis, swarm } = this.#simulation.parts;
    const input = {
      program,
      key: `refund-${this.#key()}`,
      earning,
      reason: 'refunded',
      ...(amount !== undefined && { amount }),
    };
    const send = async (): Promise<void> => {
      await this.#simulation.insist(apis, program, 'reverse', input, (engine) => engine.reverse(input));
    };
    await send();
    this.#simulation.remember(send);
    // A refund that is said twice is one refund.
    if (swarm.wants('clawback')) await send();
  }

  #credit(person: Person, currency: string, amount: bigint, held: boolean): CreditRequest {
    const { chance, storeClock } = this.#simulation.parts;
    person.currencies.add(currency);
    const credit = {
      key: this.#key(),
      participant: person.id,
      currency,
      amount,
      kind: chance.pick(EARNING_KINDS.filter((kind) => kind !== 'adjustment')),
      subject: `order-${this.#number}`,
    };
    if (!held) return credit;
    return {
      ...credit,
      earnedAt: new Date(storeClock.time - chance.between(0, 30 * HOUR)),
      hold: { days: chance.between(0, 3), ...(chance.half() && { conditions: [CONDITION] }) },
    };
  }

  #key(): string {
    this.#number += 1;
    return `credit-${this.#number}`;
  }
}

/** One tenth, rounded down, digit by digit of a decimal text. */
function tenth(amount: bigint): bigint {
  const digits = amount.toString();
  return digits.length > 1 ? BigInt(digits.slice(0, -1)) : 1n;
}
