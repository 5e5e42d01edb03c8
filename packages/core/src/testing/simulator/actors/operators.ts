import type { Payout } from '../../../payouts/payout.ts';
import type { TrueMovement } from '../../../providers/simulated-movement.ts';
import type { Simulation } from '../simulation.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** How far the store's clock is off, at most. */
const CLOCK_MS_MAX = 2 * HOUR;
const OPERATORS = ['op-ann', 'op-bob'];

/** People who approve, reject, look at what nobody can decide, try again, and pay by hand. */
export class Operators {
  readonly #simulation: Simulation;
  /** Payouts that one of them is just paying by hand. */
  readonly #atHand = new Set<string>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** They look at everything again and again. */
  begin(until: () => boolean): void {
    const { chance, scheduler } = this.#simulation.parts;
    this.#simulation.begin(async () => {
      while (!until()) {
        await scheduler.sleep(chance.between(HOUR, 9 * HOUR));
        if (!until()) await this.round();
      }
    });
  }

  /** One of them decides about a new payout, some time later. */
  soonDecide(program: string, payout: string): void {
    const { chance, scheduler } = this.#simulation.parts;
    this.#simulation.begin(async () => {
      await scheduler.sleep(chance.pick([chance.between(0, 5 * MINUTE), chance.between(0, 6 * HOUR)]));
      if (this.#simulation.phase === 'safety') await this.#decide(program, payout);
    });
  }

  /** They go through everything that waits for a person, and say whether there was anything that only they can end. */
  async round(): Promise<boolean> {
    const { scenario } = this.#simulation.parts;
    let isNeeded = false;
    for (const program of scenario.programs) {
      for (const payout of await this.#waiting(program)) {
        isNeeded ||= payout.state !== 'failed';
        await this.#attend(program, payout);
      }
    }
    return isNeeded;
  }

  /** What they have paid by hand since an instant, and the store may have forgotten, they enter again. */
  async enterAgain(since: number): Promise<void> {
    for (const { reference, at } of this.#simulation.parts.byHand.truth()) {
      if (at.getTime() >= since - CLOCK_MS_MAX) await this.#payByHand(reference.program, reference.payout);
    }
  }

  /** Takes back a payout that seems to be unsent, as the store has forgotten that it was. */
  async takeBack(program: string, payout: string): Promise<void> {
    const { operator, chance } = this.#simulation.parts;
    if (chance.half()) return this.#reject(program, payout);
    const input = { program, payout, by: 'op-bob' };
    await this.#simulation.insist([operator], program, 'cancel', input, (engine) => engine.cancel(input));
  }

  async #waiting(program: string): Promise<readonly Payout[]> {
    const { operator } = this.#simulation.parts;
    const waiting: Payout[] = [];
    let cursor: string | undefined;
    do {
      const input = {
        program,
        states: ['pending', 'approved', 'processing', 'needs_review', 'failed'],
        limit: 100,
        ...(cursor !== undefined && { cursor }),
      } as const;
      const answer = await this.#simulation.call(operator, program, 'list', input, (engine) =>
        engine.list(input),
      );
      if (answer.kind !== 'ok') break;
      waiting.push(...answer.value.payouts);
      ({ cursor } = answer.value);
    } while (cursor !== undefined);
    return waiting;
  }

  async #attend(program: string, payout: Payout): Promise<void> {
    const { scenario, chance, swarm, byHand } = this.#simulation.parts;
    const paid = byHand.of(program, payout.id);
    const isPaid = paid !== undefined;
    switch (payout.state) {
      case 'pending':
        if (scenario.rules.approval.mode === 'manual') await this.#decide(program, payout.id);
        return;
      case 'approved':
        // What they have paid by hand, and the store forgot, they enter again and do not take back; but what has been
        // asked for again came to more than may ever leave, and nobody can enter that.
        if ((!isPaid && chance.hits(1500)) || this.#isAboveCap(payout))
          await this.#reject(program, payout.id);
        else if (payout.provider === 'manual' || isPaid || swarm.wants('manual_completion'))
          await this.#payByHand(program, payout.id);
        return;
      case 'processing':
        if (payout.provider === 'manual' || isPaid) await this.#payByHand(program, payout.id);
        else if (swarm.hits('operator_hasty')) await this.#judgeHastily(program, payout.id);
        return;
      case 'needs_review':
        await this.#review(program, payout);
        return;
      case 'failed':
        // It had been tried again and paid by hand, and the store forgot both.
        if (paid !== undefined) await this.#complete(program, payout.id, operatorOf(paid), paid);
        else if (swarm.wants('retry_failed')) {
          swarm.count('retry_failed');
          await this.#retry(program, payout.id, chance.pick(OPERATORS));
        }
        return;
      default:
    }
  }

  /** Approves, mostly; somebody who asked for it themselves is refused where two must agree. */
  async #decide(program: string, payout: string): Promise<void> {
    const { chance, byHand } = this.#simulation.parts;
    if (byHand.of(program, payout) === undefined && chance.hits(2000)) await this.#reject(program, payout);
    else await this.#approve(program, payout, chance.pick(OPERATORS));
  }

  /** Looks at a payout before agreeing to it: always where its destination has changed, else sometimes. */
  async #approve(program: string, payout: string, by: string): Promise<void> {
    const { operator, chance } = this.#simulation.parts;
    const asked = { program, payout };
    for (const looks of chance.half() ? [true] : [false, true]) {
      const explained = looks
        ? await this.#simulation.call(operator, program, 'explain', asked, (engine) => engine.explain(asked))
        : undefined;
      const input = { ...asked, by, ...(explained?.kind === 'ok' && { digest: explained.value.digest }) };
      const answer = await this.#simulation.insist([operator], program, 'approve', input, (engine) =>
        engine.approve(input),
      );
      if (answer.kind !== 'refused' || answer.code !== 'APPROVAL_REFUSED') return;
    }
  }

  /** What is more than may leave in a day would wait for ever. */
  #isAboveCap({ reason, currency, amount }: Payout): boolean {
    const cap = this.#simulation.parts.scenario.rules.caps?.participant?.[currency];
    return reason === 'velocity_cap' && cap !== undefined && amount > cap;
  }

  async #reject(program: string, payout: string): Promise<void> {
    const { operator, chance } = this.#simulation.parts;
    const input = { program, payout, by: chance.pick(OPERATORS), reason: 'not this month' };
    await this.#simulation.insist([operator], program, 'reject', input, (engine) => engine.reject(input));
  }

  async #retry(program: string, payout: string, by: string): Promise<void> {
    const { operator } = this.#simulation.parts;
    const input = { program, payout, by };
    await this.#simulation.insist([operator], program, 'retry', input, (engine) => engine.retry(input));
  }

  /** Looks at the provider, as a person can, and says what is there; or says wrongly that nothing is. */
  async #review(program: string, payout: Payout): Promise<void> {
    const { providers, scheduler, swarm } = this.#simulation.parts;
    const there = providers
      .flatMap(({ provider }) => provider.truth())
      .filter(
        ({ reference, status }) =>
          reference.program === program && reference.payout === payout.id && status !== 'failed',
      );
    const found = await this.#notBooked(program, payout, there);
    const underWay = providers.some((one) => one.underWayUntil(program, payout.id) > scheduler.now);
    const isLast = this.#simulation.phase === 'liveness';
    if (found !== undefined && swarm.wants('operator_declares_wrongly')) {
      swarm.count('operator_declares_wrongly');
      await this.#declareFailed(program, payout.id);
    } else if (found?.status === 'moved' && (isLast || swarm.wants('manual_completion'))) {
      swarm.count('manual_completion');
      await this.#complete(program, payout.id, 'op-ann', found);
    } else if (found === undefined && !underWay && (isLast || swarm.wants('operator_declares_failed'))) {
      swarm.count('operator_declares_failed');
      await this.#declareFailed(program, payout.id);
    }
  }

  /** The first of what is at the provider that the library does not know: what an earlier attempt paid may be booked. */
  async #notBooked(
    program: string,
    { id, attempt }: Payout,
    there: readonly TrueMovement[],
  ): Promise<TrueMovement | undefined> {
    if (there.every(({ reference }) => reference.attempt === attempt)) return there[0];
    const { operator } = this.#simulation.parts;
    const asked = { program, payout: id };
    const explained = await this.#simulation.insist([operator], program, 'explain', asked, (engine) =>
      engine.explain(asked),
    );
    if (explained.kind !== 'ok') return there[0];
    const booked = new Set(explained.value.movements.map(({ object }) => object));
    return there.find(({ object }) => !booked.has(object));
  }

  /** Judges what a worker is at, or what another operator has claimed: both are to be refused. */
  async #judgeHastily(program: string, payout: string): Promise<void> {
    const { operator, byHand, chance } = this.#simulation.parts;
    const asked = { program, payout };
    const explained = await this.#simulation.call(operator, program, 'explain', asked, (engine) =>
      engine.explain(asked),
    );
    const attempt = explained.kind === 'ok' ? explained.value.attempts.at(-1) : undefined;
    if (attempt === undefined || attempt.end !== undefined) return;
    const by = OPERATORS.find((name) => name !== attempt.by) ?? '';
    if (attempt.by === undefined && chance.half()) {
      const input = { program, payout, by, reason: 'it takes too long' };
      await this.#simulation.call(operator, program, 'declareFailed', input, (engine) =>
        engine.declareFailed(input),
      );
      return;
    }
    const transaction = byHand.of(program, payout)?.object ?? `hasty-${payout}`;
    const input = { program, payout, by, transaction };
    await this.#simulation.call(operator, program, 'completeManually', input, (engine) =>
      engine.completeManually(input),
    );
  }

  async #declareFailed(program: string, payout: string): Promise<void> {
    const { operator } = this.#simulation.parts;
    const input = { program, payout, by: 'op-bob', reason: 'nothing there' };
    await this.#simulation.insist([operator], program, 'declareFailed', input, (engine) =>
      engine.declareFailed(input),
    );
  }

  /** Claims, pays outside, and enters the transaction. Whoever finds that it was paid enters that. */
  async #payByHand(program: string, payout: string): Promise<void> {
    // A person does one thing at a time: nobody pays what they are just calling off.
    const name = `${program}\n${payout}`;
    if (this.#atHand.has(name)) return;
    this.#atHand.add(name);
    try {
      await this.#claimAndPay(program, payout);
    } finally {
      this.#atHand.delete(name);
    }
  }

  async #claimAndPay(program: string, payout: string): Promise<void> {
    const { operator, byHand, chance, storeClock, swarm } = this.#simulation.parts;
    const before = byHand.of(program, payout);
    const by = before === undefined ? chance.pick(OPERATORS) : operatorOf(before);
    const input = { program, payout, by };
    const claimed = await this.#simulation.insist([operator], program, 'claim', input, (engine) =>
      engine.claim(input),
    );
    if (claimed.kind !== 'ok') return;
    const asked = { program, payout };
    const explained = await this.#simulation.insist([operator], program, 'explain', asked, (engine) =>
      engine.explain(asked),
    );
    if (explained.kind !== 'ok') return;
    const attempt = explained.value.attempts.at(-1);
    if (attempt?.by !== by || attempt.end !== undefined) return;
    if (byHand.of(program, payout) === undefined && chance.hits(6000)) {
      // Claimed, and then not paid after all.
      await this.#declareFailed(program, payout);
      return;
    }
    const destination = explained.value.payout.destination?.id ?? '';
    const paid = byHand.of(program, payout) ?? byHand.pay(program, attempt, destination, storeClock.read());
    swarm.count('manual_completion');
    await this.#complete(program, payout, by, paid);
    this.#simulation.remember(() => this.#payByHand(program, payout));
  }

  async #complete(
    program: string,
    payout: string,
    by: string,
    { object: transaction, amount }: TrueMovement,
  ): Promise<void> {
    const { operator } = this.#simulation.parts;
    // What the payout came to when it was paid; asked for again after a loss, it may come to something else.
    const input = { program, payout, by, transaction, amount };
    await this.#simulation.insist([operator], program, 'completeManually', input, (engine) =>
      engine.completeManually(input),
    );
  }
}

/** Who paid by hand: their name stands in the account that was paid from. */
function operatorOf({ account }: TrueMovement): string {
  return account.split('/')[1] ?? '';
}
