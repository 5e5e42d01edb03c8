import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PayoutError,
  type Payouts,
  putParticipants,
  type Store,
  storeDirectory,
} from '../../../src/index.ts';
import type { CreditRequest, PayoutRequest } from '../../../src/engines/payouts/requests.ts';
import { runs } from '../../ledger/arbitraries.ts';
import { expectProof, openWorld, PROGRAM, type World, type WorldOptions } from './world.ts';

/** Requests and credits of many callers at once: the same as one after the other, in far fewer transactions. */

const PEOPLE = ['ann', 'ben', 'eva', 'gus'];

interface CountedWorld extends World {
  readonly many: Payouts;
  readonly count: () => number;
}

/** A world with an engine whose transactions are counted, and may be told to fail. */
async function countedWorld(
  options?: WorldOptions,
  fails: (number: number) => 'before' | 'after' | undefined = () => undefined,
): Promise<CountedWorld> {
  const world = await openWorld(options);
  let count = 0;
  const lost = new PayoutError('STORE_UNAVAILABLE', { reason: 'the connection failed' });
  const store: Store = {
    transact: async (program, work) => {
      count += 1;
      const failure = fails(count);
      const result = await world.store.transact(program, async (unit) => {
        const worked = await work(unit);
        if (failure === 'before') throw lost;
        return worked;
      });
      if (failure === 'after') throw lost;
      return result;
    },
  };
  const many = world.engineWith({}, { store, directory: storeDirectory(store) });
  return { ...world, many, count: () => count };
}

async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (PayoutError.is(error)) return [error.code, error.details];
    throw error;
  }
}

const codeOf = async (call: Promise<unknown>): Promise<unknown> => {
  const outcome = await outcomeOf(call);
  return Array.isArray(outcome) && typeof outcome[0] === 'string' ? outcome[0] : 'done';
};

async function settle<T>(calls: readonly T[], at: 'once' | 'turns', ask: (call: T) => Promise<unknown>) {
  if (at === 'once') return Promise.all(calls.map((call) => outcomeOf(ask(call))));
  const outcomes: unknown[] = [];
  for (const call of calls) outcomes.push(await outcomeOf(ask(call)));
  return outcomes;
}

/** Everything that can be seen of what was done. */
async function pictureOf(world: World): Promise<unknown> {
  await expectProof(world.store, PROGRAM);
  const balances: unknown[] = [];
  for (const participant of PEOPLE) {
    balances.push(await world.engine.balance({ program: PROGRAM, participant }));
  }
  const { payouts } = await world.engine.list({ program: PROGRAM, limit: 1000 });
  const told = (await world.told()).map(({ id }) => id).sort();
  return { balances, payouts, told };
}

const request = fc
  .record(
    {
      key: fc.nat(7).map((number) => `k${number}`),
      participant: fc.constantFrom(...PEOPLE, 'nobody'),
      currency: fc.constantFrom('USD', 'USD', 'USD', 'HUF', 'EUR'),
      amount: fc.constantFrom(500n, 1000n, 2000n, 10_000n, 10_050n),
      by: fc.constant('olga'),
    },
    { requiredKeys: ['key', 'participant', 'currency'] },
  )
  .map((asked): PayoutRequest => ({ program: PROGRAM, ...asked }));

async function worldOfRequests(noOpenPayout: boolean): Promise<CountedWorld> {
  const world = await countedWorld({
    rules: {
      thresholds: { currencies: { USD: { minimum: 1000n }, HUF: { minimum: 0n } } },
      require: { active: true, verified: true, destination: true, noOpenPayout },
    },
  });
  for (const participant of PEOPLE) await world.enrol(participant, { verified: participant !== 'gus' });
  for (const participant of PEOPLE) {
    await world.credit({ key: `usd/${participant}`, participant, amount: 3000n });
    await world.credit({ key: `huf/${participant}`, participant, amount: 20_000n, currency: 'HUF' });
  }
  return world;
}

describe('payouts that are requested at the same time', () => {
  it('are what they would be if they were requested one after the other', async () => {
    const seen = new Set<unknown>();
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 25 }), fc.boolean(), async (requests, noOpenPayout) => {
        const [together, serial] = [await worldOfRequests(noOpenPayout), await worldOfRequests(noOpenPayout)];
        const outcomes = await settle(requests, 'once', (asked) => together.many.request(asked));
        expect(outcomes).toEqual(await settle(requests, 'turns', (asked) => serial.many.request(asked)));
        expect(await pictureOf(together)).toEqual(await pictureOf(serial));
        expect(together.count()).toBeLessThanOrEqual(serial.count());
        for (const outcome of outcomes) seen.add(Array.isArray(outcome) ? outcome[0] : 'opened');
      }),
      { ...runs(150), seed: 20261126 },
    );
    expect([...seen].sort()).toEqual([
      'IDEMPOTENCY_CONFLICT',
      'INEXACT_CONVERSION',
      'NOT_ELIGIBLE',
      'NO_THRESHOLD',
      'PARTICIPANT_NOT_FOUND',
      'opened',
    ]);
  });

  it('of many participants take two transactions, and as many as it takes where they are one participant’s', async () => {
    const world = await countedWorld();
    const people = Array.from({ length: 200 }, (_, index) => `p${index}`);
    await putParticipants(
      world.store,
      PROGRAM,
      people.map((id) => ({ id, active: true, verified: true, destination: { id, version: 1 } })),
    );
    await world.engine.credit({
      program: PROGRAM,
      credits: people.map((participant) => ({
        key: participant,
        participant,
        currency: 'USD',
        amount: 5000n,
        kind: 'sale',
        subject: 'order',
      })),
    });
    const ask = (participant: string, key: string) =>
      world.many.request({ program: PROGRAM, key, participant, currency: 'USD', amount: 1000n });
    const opened = await Promise.all(people.map((participant) => ask(participant, participant)));
    expect(opened.map(({ participant }) => participant)).toEqual(people);
    expect(world.count()).toBe(2);
    const codes = await Promise.all(['a', 'b', 'c'].map((key) => codeOf(ask('p0', key))));
    expect(codes).toEqual(['NOT_ELIGIBLE', 'NOT_ELIGIBLE', 'NOT_ELIGIBLE']);
    await expectProof(world.store, PROGRAM);
  });

  it('with one key are one payout for all who ask', async () => {
    const world = await countedWorld();
    await world.credit({ amount: 5000n });
    const ask = () =>
      world.many.request({ program: PROGRAM, key: 'k', participant: 'ann', currency: 'USD', amount: 1000n });
    const opened = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    expect((await world.balance()).reserved).toBe(1000n);
  });

  it('wait for nobody whose directory does not answer, and fail with nobody whose directory fails', async () => {
    const world = await openWorld();
    const inner = storeDirectory(world.store);
    const engine = world.engineWith(
      {},
      {
        directory: {
          referrals: inner.referrals,
          participants: (program, ids) => {
            if (ids.includes('slow')) return new Promise(() => undefined);
            return ids.includes('ill')
              ? Promise.reject(new TypeError('ill'))
              : inner.participants(program, ids);
          },
        },
      },
    );
    await world.credit({ amount: 5000n });
    const ask = (participant: string) =>
      engine.request({ program: PROGRAM, key: participant, participant, currency: 'USD' });
    void ask('slow');
    const ill = expect(ask('ill')).rejects.toBeInstanceOf(TypeError);
    expect((await ask('ann')).amount).toBe(5000n);
    await ill;
  });

  it('are answered each once, whatever fails whenever, and opened once when they are repeated', async () => {
    const failure = fc.constantFrom('before' as const, 'after' as const, undefined);
    await fc.assert(
      fc.asyncProperty(fc.array(failure, { maxLength: 8 }), async (failures) => {
        const world = await countedWorld({}, (number) => failures[number - 1]);
        for (const participant of PEOPLE) {
          await world.enrol(participant);
          await world.credit({ participant, amount: 5000n });
        }
        const insist = async (participant: string): Promise<unknown> => {
          const asked = { program: PROGRAM, key: participant, participant, currency: 'USD', amount: 2000n };
          for (;;) {
            const code = await codeOf(world.many.request(asked));
            if (code !== 'STORE_UNAVAILABLE') return code;
          }
        };
        expect(await Promise.all(PEOPLE.map(insist))).toEqual(PEOPLE.map(() => 'done'));
        for (const participant of PEOPLE) {
          expect((await world.balance(participant)).reserved).toBe(2000n);
        }
        await expectProof(world.store, PROGRAM);
      }),
      runs(60),
    );
  });
});

const credit = fc
  .record(
    {
      number: fc.nat(7),
      participant: fc.constantFrom(...PEOPLE),
      currency: fc.constantFrom('USD', 'USD', 'USD', 'HUF'),
      amount: fc.constantFrom(100n, 100n, 1000n, 5000n),
      bonusOf: fc.nat(3),
      held: fc.boolean(),
    },
    { requiredKeys: ['number', 'participant', 'currency', 'amount', 'held'] },
  )
  .map(({ number, bonusOf, held, ...rest }): CreditRequest => ({
    key: `c${number}`,
    kind: 'sale',
    subject: 'order',
    ...rest,
    ...(bonusOf === undefined ? {} : { bonusOf: { earning: `earning/c${bonusOf}`, rate: '0.1' } }),
    ...(held ? { hold: { days: 0, conditions: ['delivered'] } } : {}),
  }));

describe('earnings that are credited at the same time', () => {
  it('are what they would be if they were credited one after the other', async () => {
    const early = fc.uniqueArray(fc.nat(7), { maxLength: 2 });
    const seen = new Set<unknown>();
    const open = async (reversed: readonly number[]): Promise<CountedWorld> => {
      const world = await countedWorld({ rules: { approval: { mode: 'manual', fourEyes: true } } });
      for (const participant of PEOPLE) {
        await world.enrol(participant);
        await world.credit({ key: `first/${participant}`, participant, amount: 700n });
        await world.request({ key: participant, participant, amount: 600n });
      }
      for (const number of reversed) {
        const earning = `earning/c${number}`;
        await world.engine.reverse({ program: PROGRAM, key: `r${number}`, earning, reason: 'refund' });
      }
      return world;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(credit, { maxLength: 20 }), early, async (credits, reversed) => {
        const [together, serial] = [await open(reversed), await open(reversed)];
        const creditAt = (world: CountedWorld, at: 'once' | 'turns') =>
          settle(credits, at, (one) => world.many.credit({ program: PROGRAM, credits: [one] }));
        const outcomes = await creditAt(together, 'once');
        expect(outcomes.map(codeIn)).toEqual((await creditAt(serial, 'turns')).map(codeIn));
        expect(await pictureOf(together)).toEqual(await pictureOf(serial));
        expect(together.count()).toBeLessThanOrEqual(2 * serial.count());
        for (const outcome of outcomes) seen.add(codeIn(outcome));
      }),
      { ...runs(150), seed: 20261126 },
    );
    expect([...seen].sort()).toEqual([
      'CURRENCY_MISMATCH',
      'EARNING_NOT_FOUND',
      'IDEMPOTENCY_CONFLICT',
      'INVALID_AMOUNT',
      'credited',
    ]);
  });

  it('take two transactions, however many they are', async () => {
    const world = await countedWorld();
    const calls = Array.from({ length: 200 }, (_, index) =>
      world.many.credit({
        program: PROGRAM,
        credits: [
          {
            key: `${index}`,
            participant: 'ann',
            currency: 'USD',
            amount: 1n,
            kind: 'sale',
            subject: 'order',
          },
        ],
      }),
    );
    const earnings = (await Promise.all(calls)).flat();
    expect(earnings.map(({ id }) => id)).toEqual(calls.map((_, index) => `earning/${index}`));
    expect(world.count()).toBe(2);
    expect((await world.balance()).available).toBe(200n);
  });
});

function codeIn(outcome: unknown): unknown {
  return Array.isArray(outcome) && typeof outcome[0] === 'string' ? outcome[0] : 'credited';
}
