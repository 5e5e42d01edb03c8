import {
  participantAccount,
  PayoutError,
  payouts,
  type Payouts,
  putParticipants,
  type SimulatedProvider,
  type Store,
  storeDirectory,
  STRICT_PAYOUT_REQUIREMENTS,
  verify,
} from '@payout-engines/core';
import { balanceOf, transfer, upTo } from '../rows.ts';
import { instantProvider } from './instant-provider.ts';

/** Calls at the same time of which exactly one may have an effect. */
export interface Race {
  readonly name: string;
  /** A sentence: what all of them want. */
  readonly title: string;
  /** How many call at once. */
  readonly contenders: number;
  /** One round, in a program that no other round uses. */
  play(world: RaceWorld): Promise<Outcome>;
}

/** Where a round is played. */
export interface RaceWorld {
  readonly store: Store;
  readonly program: string;
}

/** What a round came to. */
export interface Outcome {
  /** How many had the effect: 1 is right. */
  readonly winners: number;
  /** What must not be, in words. */
  readonly violations: readonly string[];
}

const PRICE = 10_000n;

/** The races, each of which proves one uniqueness under real concurrency. */
export const RACES: readonly Race[] = [
  {
    name: 'same-request',
    title: 'the same payout is requested twice',
    contenders: 2,
    play: async ({ store, program }) => {
      const { engine } = await opened(store, program, ['u']);
      const answers = await race(
        upTo(2).map(() => engine.request({ program, key: 'k', participant: 'u', currency: 'USD' })),
      );
      const { payouts } = await engine.list({ program });
      const check = new Check();
      check.equal('answered', answers.done.length, 2);
      check.equal('reserved', await reserved(store, program, 'u'), PRICE);
      return check.outcome(payouts.length);
    },
  },
  {
    name: 'one-balance',
    title: 'two requests want one balance',
    contenders: 2,
    play: async ({ store, program }) => {
      const { engine } = await opened(store, program, ['u']);
      const ask = (key: string) =>
        engine.request({ program, key, participant: 'u', currency: 'USD', amount: PRICE });
      const { done, codes } = await race([ask('a'), ask('b')]);
      const check = new Check();
      check.equal('refused', codes.join(), 'NOT_ELIGIBLE');
      check.equal('reserved', await reserved(store, program, 'u'), PRICE);
      return check.outcome(done.length);
    },
  },
  {
    name: 'one-claim',
    title: 'all workers want one payout',
    contenders: 50,
    play: async ({ store, program }) => {
      const { engine, provider } = await opened(store, program, ['u']);
      const { id } = await engine.request({ program, key: 'k', participant: 'u', currency: 'USD' });
      const { done, codes } = await race(upTo(50).map(() => engine.process({ program })));
      const check = new Check();
      check.equal('thrown', [...new Set(codes)].join(), '');
      check.equal('errors', done.flatMap(({ errors }) => errors).length, 0);
      check.equal('sent', provider.requests().length, 1);
      check.equal('state', (await engine.payout({ program, payout: id })).state, 'completed');
      check.add(await problems(store, program));
      return check.outcome(provider.truth().length);
    },
  },
  {
    name: 'one-budget',
    title: 'fifty trackers want one budget',
    contenders: 50,
    play: async ({ store, program }) => {
      const budget = 1009n;
      await store.transact(program, (unit) =>
        unit.ledger.post([transfer('in', 'funding', 'campaign/c', budget)]),
      );
      const { done, codes } = await race(
        upTo(50).map((tracker) =>
          store.transact(program, (unit) =>
            unit.ledger.post([
              transfer(
                `views/${tracker}`,
                'campaign/c',
                `participant/u${tracker}/available`,
                BigInt(20 + tracker),
                { atMost: true },
              ),
            ]),
          ),
        ),
      );
      const rows = done.flat();
      const check = new Check();
      check.equal('thrown', [...new Set(codes)].join(), '');
      check.equal(
        'spent',
        rows.reduce((sum, { moved }) => sum + moved, 0n),
        budget,
      );
      check.equal('left', await store.transact(program, (unit) => balanceOf(unit, 'campaign/c')), 0n);
      check.add(await problems(store, program));
      // The last of the money goes to one of them, who gets a part of what it asked for, unless it came out even.
      const parts = rows.filter(({ asked, moved }) => moved > 0n && moved < asked).length;
      check.equal('at most one got a part', parts <= 1, true);
      return check.outcome(1);
    },
  },
  {
    name: 'one-batch',
    title: 'all want to open one batch',
    contenders: 50,
    play: async ({ store, program }) => {
      const people = ['ann', 'ben', 'cat'];
      const { engine } = await opened(store, program, people);
      const { done, codes } = await race(upTo(50).map(() => engine.openBatch({ program, key: 'october' })));
      const check = new Check();
      check.equal('thrown', [...new Set(codes)].join(), '');
      check.equal(
        'complete',
        done.every(({ complete }) => complete),
        true,
      );
      const { payouts: stored } = await engine.list({ program });
      check.equal(
        'paid out to',
        stored
          .map(({ participant }) => participant)
          .sort()
          .join(),
        people.join(),
      );
      for (const id of people) check.equal(`reserved of ${id}`, await reserved(store, program, id), PRICE);
      check.add(await problems(store, program));
      return check.outcome(stored.length / people.length);
    },
  },
  {
    name: 'one-event',
    title: 'one event is delivered to all',
    contenders: 50,
    play: async ({ store, program }) => {
      const { engine, provider } = await opened(store, program, ['u']);
      const { id } = await engine.request({ program, key: 'k', participant: 'u', currency: 'USD' });
      await engine.process({ program });
      const [payment] = provider.truth();
      if (payment === undefined) throw new Error('nothing was paid');
      provider.giveBack(payment.object, 1234n);
      const raw = provider.eventFor(payment.object);
      const { done, codes } = await race(upTo(50).map(() => engine.receive({ provider: provider.id, raw })));
      const check = new Check();
      check.equal('thrown', [...new Set(codes)].join(), '');
      check.equal('duplicates', done.filter(({ kind }) => kind === 'duplicate').length, 49);
      check.equal('returned', (await engine.payout({ program, payout: id })).returned, 1234n);
      check.add(await problems(store, program));
      return check.outcome(done.filter(({ kind }) => kind === 'settled').length);
    },
  },
];

/** Says what is not as it must be. */
class Check {
  readonly #violations: string[] = [];

  equal<Value extends string | number | bigint | boolean>(
    what: string,
    actual: Value,
    expected: Value,
  ): void {
    if (actual !== expected) this.#violations.push(`${what}: ${actual}, not ${expected}`);
  }

  add(violations: readonly string[]): void {
    this.#violations.push(...violations);
  }

  outcome(winners: number): Outcome {
    this.equal('winners', winners, 1);
    return { winners, violations: this.#violations };
  }
}

/** What became of calls that were made at the same time: what was answered, and the codes of the others. */
async function race<T>(
  calls: readonly Promise<T>[],
): Promise<{ readonly done: T[]; readonly codes: string[] }> {
  const done: T[] = [];
  const codes: string[] = [];
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'fulfilled') done.push(result.value);
    else codes.push(PayoutError.is(result.reason) ? result.reason.code : String(result.reason));
  }
  return { done, codes };
}

/** A program in which each of some people has earned the same. */
async function opened(
  store: Store,
  program: string,
  people: readonly string[],
): Promise<{ readonly engine: Payouts; readonly provider: SimulatedProvider }> {
  const provider = instantProvider();
  const engine = payouts({
    store,
    directory: storeDirectory(store),
    providers: [provider],
    rules: {
      environment: 'test',
      thresholds: { currencies: { USD: { minimum: 1n } } },
      require: STRICT_PAYOUT_REQUIREMENTS,
      approval: { mode: 'automatic' },
      destinationHoldDays: 0,
    },
  });
  await putParticipants(
    store,
    program,
    people.map((id) => ({
      id,
      active: true,
      verified: true,
      destination: { id: `account-of-${id}`, version: 1 },
    })),
  );
  await engine.credit({
    program,
    credits: people.map((id) => ({
      key: id,
      participant: id,
      currency: 'USD',
      amount: PRICE,
      kind: 'sale',
      subject: 'sale',
    })),
  });
  return { engine, provider };
}

function reserved(store: Store, program: string, participant: string): Promise<bigint> {
  return store.transact(program, (unit) => balanceOf(unit, participantAccount(participant, 'reserved')));
}

async function problems(store: Store, program: string): Promise<readonly string[]> {
  const { problems } = await verify(store, program);
  return problems.map((problem) => `verify: ${problem.problem}`);
}
