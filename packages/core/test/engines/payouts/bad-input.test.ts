import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  nextState,
  type Payout,
  PAYOUT_STATES,
  type PayoutEvent,
  PayoutError,
  type Payouts,
  type PayoutState,
} from '../../../src/index.ts';
import { type Plain, stateOf } from '../../../src/testing/index.ts';
import { runs } from '../../money/property-runs.ts';
import {
  by,
  DAY,
  expectProof,
  MANUAL_APPROVAL,
  openWorld,
  PROGRAM,
  type World,
  type WorldOptions,
} from './world.ts';

/** What nobody should ask for: a typed error, nothing written, nothing sent. */

const PEOPLE = { participants: ['ann', 'ben'], periods: [] };

/** Everything that a refused call must leave as it was. */
async function everything(
  world: World,
): Promise<{ readonly books: readonly Plain[]; readonly sent: number }> {
  return {
    books: [await stateOf(world.store, PROGRAM, PEOPLE), await stateOf(world.store, 'other', PEOPLE)],
    sent: world.provider.requests().length,
  };
}

async function expectRefused(world: World, work: () => Promise<unknown>, code: string): Promise<void> {
  const before = await everything(world);
  const outcome = await work().then(
    (value) => ({ accepted: value }),
    (error: unknown) => error,
  );
  expect(outcome).toMatchObject({ code });
  expect(PayoutError.is(outcome)).toBe(true);
  expect(await everything(world)).toEqual(before);
}

async function worldWith(amount: bigint, options?: WorldOptions): Promise<World> {
  const world = await openWorld(options);
  await world.credit({ amount });
  return world;
}

/** A payout in each state, as people and providers bring it there. */
const WAYS: Readonly<Record<PayoutState, (world: World) => Promise<Payout>>> = {
  pending: (world) => world.request(),
  approved: async (world) => world.engine.approve(by('olga', await world.request())),
  processing: async (world) => {
    const payout = await WAYS.approved(world);
    world.next.send.push({ name: 'request_lost' });
    await world.process();
    return payout;
  },
  needs_review: async (world) => {
    const payout = await WAYS.processing(world);
    await world.pass(2 * DAY);
    await world.process();
    return payout;
  },
  completed: async (world) => {
    const payout = await WAYS.approved(world);
    await world.process();
    return payout;
  },
  returned: async (world) => {
    const payout = await WAYS.completed(world);
    world.provider.giveBack('payment-1', 5_000n);
    await world.receive(world.provider.eventFor('payment-1'));
    return payout;
  },
  failed: async (world) => {
    const payout = await WAYS.approved(world);
    world.next.send.push({ name: 'refused_not_stored' });
    await world.process();
    return payout;
  },
  rejected: async (world) => world.engine.reject({ ...by('olga', await world.request()), reason: 'no' }),
  cancelled: async (world) => world.engine.cancel(by('ann', await world.request())),
};

interface Step {
  readonly event: PayoutEvent;
  readonly run: (engine: Payouts, payout: { readonly id: string }, program?: string) => Promise<unknown>;
  /** States that have the edge, and not for a person who comes along: it is a worker's, or the provider's. */
  readonly notByHand?: readonly PayoutState[];
}

const STEPS: Readonly<Record<string, Step>> = {
  approve: {
    event: 'approve',
    run: (engine, payout, program = PROGRAM) => engine.approve({ ...by('olga', payout), program }),
  },
  reject: {
    event: 'reject',
    run: (engine, payout, program = PROGRAM) =>
      engine.reject({ ...by('olga', payout), program, reason: 'no' }),
  },
  cancel: {
    event: 'cancel',
    run: (engine, payout, program = PROGRAM) => engine.cancel({ ...by('olga', payout), program }),
  },
  retry: {
    event: 'retry',
    run: (engine, payout, program = PROGRAM) => engine.retry({ ...by('olga', payout), program }),
  },
  declareFailed: {
    event: 'fail',
    run: (engine, payout, program = PROGRAM) =>
      engine.declareFailed({ ...by('olga', payout), program, reason: 'looked' }),
    notByHand: ['processing'],
  },
  claim: {
    event: 'claim',
    run: (engine, payout, program = PROGRAM) => engine.claim({ ...by('olga', payout), program }),
    notByHand: ['processing'],
  },
  completeManually: {
    event: 'evidence',
    run: (engine, payout, program = PROGRAM) =>
      engine.completeManually({ ...by('olga', payout), program, transaction: 'T1' }),
    notByHand: ['pending', 'processing', 'completed', 'returned', 'rejected', 'cancelled'],
  },
};

describe('a step that the state of a payout does not allow', () => {
  for (const state of PAYOUT_STATES) {
    it(`is refused from ${state}, and every other one is taken`, async () => {
      for (const [name, { event, run, notByHand = [] }] of Object.entries(STEPS)) {
        const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL, provider: { authoritative: false } });
        const payout = await WAYS[state](world);
        expect((await world.payout(payout.id)).state).toBe(state);
        const next = nextState(state, event);
        if (next === undefined || notByHand.includes(state)) {
          await expectRefused(world, () => run(world.engine, payout), 'WRONG_STATE');
          continue;
        }
        await run(world.engine, payout);
        expect((await world.payout(payout.id)).state, `${name} from ${state}`).toBe(next);
        // What an operator says of a payment that the provider does not show is the operator's word.
        if (name === 'completeManually') await expectProof(world.store, PROGRAM);
        else await world.agree();
      }
    });
  }
});

describe('ids that do not exist', () => {
  it('are refused wherever they are named', async () => {
    const world = await worldWith(5_000n);
    const nobody = { id: 'payout/nobody' };
    for (const { run } of Object.values(STEPS)) {
      await expectRefused(world, () => run(world.engine, nobody), 'PAYOUT_NOT_FOUND');
    }
    const { engine } = world;
    const program = PROGRAM;
    await expectRefused(world, () => engine.payout({ program, payout: 'nobody' }), 'PAYOUT_NOT_FOUND');
    await expectRefused(world, () => engine.explain({ program, payout: 'nobody' }), 'PAYOUT_NOT_FOUND');
    await expectRefused(world, () => world.request({ participant: 'nobody' }), 'PARTICIPANT_NOT_FOUND');
    await expectRefused(
      world,
      () => engine.whyNot({ program, participant: 'nobody', currency: 'USD' }),
      'PARTICIPANT_NOT_FOUND',
    );
    const [earning] = [await world.credit({ amount: 1n, hold: { days: 0, conditions: ['shipped'] } })];
    await expectRefused(
      world,
      () => engine.fulfil({ program, condition: 'shipped', earnings: [earning.id, 'nobody'] }),
      'EARNING_NOT_FOUND',
    );
    expect((await engine.release({ program })).earnings).toBe(0);
    await expectRefused(
      world,
      () => world.credit({ amount: 1n, bonusOf: { earning: 'nobody', rate: '0.1' } }),
      'EARNING_NOT_FOUND',
    );
    await expectRefused(world, () => engine.batch({ program, key: 'nobody' }), 'BATCH_NOT_FOUND');
    await expectRefused(world, () => drained(engine.leftOut({ program, key: 'nobody' })), 'BATCH_NOT_FOUND');
    const raw = { body: '', headers: {} };
    await expectRefused(world, () => engine.receive({ provider: 'nobody', raw }), 'UNKNOWN_PROVIDER');
    expect(await engine.balance({ program, participant: 'nobody' })).toEqual([]);
  });

  it('include those of another program', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const payout = await world.request();
    const earning = await world.credit({ amount: 10n, hold: { days: 0, conditions: ['shipped'] } });
    const program = 'other';
    for (const { run } of Object.values(STEPS)) {
      await expectRefused(world, () => run(world.engine, payout, program), 'PAYOUT_NOT_FOUND');
    }
    await expectRefused(world, () => world.engine.payout({ program, payout: payout.id }), 'PAYOUT_NOT_FOUND');
    await expectRefused(
      world,
      () => world.engine.explain({ program, payout: payout.id }),
      'PAYOUT_NOT_FOUND',
    );
    await expectRefused(world, () => world.request({ program }), 'PARTICIPANT_NOT_FOUND');
    await expectRefused(
      world,
      () => world.engine.fulfil({ program, condition: 'shipped', earnings: [earning.id] }),
      'EARNING_NOT_FOUND',
    );
    expect((await world.engine.list({ program })).payouts).toEqual([]);
    expect(await world.engine.balance({ program, participant: 'ann' })).toEqual([]);
    // A reversal there waits for an earning of its own.
    await world.engine.reverse({ program, key: 'r', earning: earning.id, reason: 'refund' });
    expect((await world.balance()).held).toBe(10n);
    await world.agree();
  });
});

describe('amounts', () => {
  it('that are zero, negative, no bigint or out of range are refused', async () => {
    const world = await worldWith(5_000n);
    const { id } = await world.credit({ amount: 10n });
    for (const [amount, code] of [
      [0n, 'INVALID_AMOUNT'],
      [-1n, 'INVALID_AMOUNT'],
      [2n ** 63n, 'AMOUNT_OUT_OF_RANGE'],
      [-(2n ** 64n), 'AMOUNT_OUT_OF_RANGE'],
    ] as const) {
      await expectRefused(world, () => world.credit({ amount }), code);
    }
    for (const amount of [0n, -1n]) {
      await expectRefused(world, () => world.request({ amount }), 'INVALID_INPUT');
      await expectRefused(
        world,
        () => world.engine.reverse({ program: PROGRAM, key: 'r', earning: id, amount, reason: 'refund' }),
        'INVALID_INPUT',
      );
    }
    for (const amount of [1, '1', 1.5, NaN, null, {}]) {
      for (const name of ['credit', 'request', 'reverse', 'adjust'] as const) {
        const valid = validInputs(world).get(name);
        const input =
          name === 'credit' ? { program: PROGRAM, credits: [{ ...CREDIT, amount }] } : { ...valid, amount };
        await expectRefused(world, () => call(world.engine, name, input), 'INVALID_INPUT');
      }
    }
    expect(() => world.engine.quote({ currency: 'USD', gross: -1n })).toThrow(PayoutError);
    expect(() => world.engine.quote({ currency: 'USD', net: 2n ** 63n })).toThrow(PayoutError);
    await world.agree();
  });

  it('that are more than is available, below the threshold, or asked for twice are refused', async () => {
    const world = await worldWith(5_000n, {
      rules: { thresholds: { currencies: { USD: { minimum: 2_000n } } } },
    });
    await expectRefused(world, () => world.request({ amount: 5_001n }), 'NOT_ELIGIBLE');
    await expectRefused(world, () => world.request({ amount: 1_999n }), 'NOT_ELIGIBLE');
    await expectRefused(world, () => world.request({ amount: 2n ** 63n - 1n }), 'NOT_ELIGIBLE');
    await expectRefused(world, () => world.request({ amount: 2n ** 63n }), 'NOT_ELIGIBLE');
    await expectRefused(world, () => world.request({ currency: 'EUR' }), 'NO_THRESHOLD');
    await world.request({ amount: 2_000n });
    await expectRefused(world, () => world.request({ amount: 2_000n }), 'NOT_ELIGIBLE');
    await world.agree();
  });
});

describe('what an operator says', () => {
  it('must say something', async () => {
    const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
    const payout = await world.request();
    for (const reason of ['', ' ', '\t\n', '\u0000', 'x\ud800', 'x'.repeat(1_001)]) {
      await expectRefused(
        world,
        () => world.engine.reject({ ...by('olga', payout), reason }),
        'INVALID_INPUT',
      );
    }
    expect((await world.engine.reject({ ...by('olga', payout), reason: 'größer\nals 😀' })).note).toBe(
      'größer\nals 😀',
    );
  });

  it('names a transaction that no other payout has', async () => {
    const world = await worldWith(5_000n);
    await world.enrol('ben');
    await world.credit({ amount: 700n, participant: 'ben' });
    const [first, second] = [await world.request(), await world.request({ participant: 'ben' })];
    await world.engine.completeManually({ ...by('olga', first), transaction: 'T1' });
    for (const who of ['olga', 'pete']) {
      await expectRefused(
        world,
        () => world.engine.completeManually({ ...by(who, second), transaction: 'T1' }),
        'TRANSACTION_USED',
      );
    }
    await expectRefused(
      world,
      () => world.engine.completeManually({ ...by('olga', second), transaction: '' }),
      'INVALID_INPUT',
    );
    await world.agree();
  });
});

const CREDIT = {
  key: 'fuzz',
  participant: 'ann',
  currency: 'USD',
  amount: 100n,
  kind: 'sale',
  subject: 'order',
} as const;

/** A valid input of every public function, in a world with one pending payout. */
function validInputs(
  world: World,
  payout = 'payout/request-1',
): ReadonlyMap<keyof Payouts, Readonly<Record<string, unknown>>> {
  const action = { program: PROGRAM, payout, by: 'olga' };
  const who = { program: PROGRAM, participant: 'ann' };
  return new Map<keyof Payouts, Readonly<Record<string, unknown>>>([
    ['credit', { program: PROGRAM, credits: [CREDIT] }],
    ['release', { program: PROGRAM }],
    ['fulfil', { program: PROGRAM, condition: 'shipped', earnings: [] }],
    ['reverse', { program: PROGRAM, key: 'fuzz', earning: 'later', amount: 1n, reason: 'refund' }],
    ['adjust', { ...who, key: 'fuzz', currency: 'USD', amount: 1n, reason: 'goodwill', by: 'olga' }],
    ['balance', who],
    ['quote', { currency: 'USD', gross: 1n }],
    ['request', { ...who, key: 'fuzz', currency: 'USD', amount: 1n, by: 'pete' }],
    ['approve', { ...action, digest: '0' }],
    ['reject', { ...action, reason: 'no' }],
    ['cancel', action],
    ['retry', action],
    ['declareFailed', { ...action, reason: 'looked' }],
    ['claim', action],
    ['completeManually', { ...action, transaction: 'T1' }],
    ['payout', { program: PROGRAM, payout }],
    ['list', { program: PROGRAM, states: ['pending'], participant: 'ann', limit: 5 }],
    ['summary', { program: PROGRAM, currency: 'USD' }],
    ['whyNot', { ...who, currency: 'USD' }],
    ['explain', { program: PROGRAM, payout }],
    ['openBatch', { program: PROGRAM, key: 'fuzz', currency: 'USD' }],
    ['batch', { program: PROGRAM, key: 'batch-1' }],
    ['leftOut', { program: PROGRAM, key: 'batch-1' }],
    ['process', { program: PROGRAM, limit: 0, chunk: 1, concurrency: 1 }],
    ['receive', { provider: 'simulated', raw: { body: '{}', headers: {} } }],
    ['reconcile', { program: PROGRAM, since: world.clock() }],
    ['stop', { program: PROGRAM, reason: 'incident', by: 'olga', currency: 'INR' }],
    ['resume', { program: PROGRAM, reason: 'incident', by: 'olga' }],
    ['raiseEpoch', { program: PROGRAM, reason: 'restored', by: 'olga' }],
    ['controls', { program: PROGRAM }],
  ]);
}

const FUNCTIONS = [...validInputs(await openWorld()).keys()];

/** Calls a public function as a caller without a type checker does. */
async function call(engine: Payouts, name: keyof Payouts, input: unknown): Promise<unknown> {
  const run: unknown = Reflect.get(engine, name);
  if (typeof run !== 'function') throw new Error(`${name} is a function`);
  const result: unknown = await Reflect.apply(run, engine, [input]);
  return name === 'leftOut' ? drained(result) : result;
}

async function drained(rows: unknown): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  if (typeof rows !== 'object' || rows === null || !(Symbol.asyncIterator in rows))
    throw new Error('rows are iterated');
  for await (const row of rows as AsyncIterable<unknown>) all.push(row);
  return all;
}

async function fuzzedWorld(): Promise<World> {
  const world = await worldWith(5_000n, { rules: MANUAL_APPROVAL });
  await world.enrol('ben');
  await world.request({ amount: 1_000n });
  await world.engine.openBatch({ program: PROGRAM, key: 'batch-1' });
  return world;
}

describe('every public function', () => {
  it('is fuzzed here', async () => {
    const { engine } = await openWorld();
    expect([...FUNCTIONS].toSorted()).toEqual(Object.keys(engine).toSorted());
  });

  it('refuses any JavaScript value with a typed error, and changes nothing', async () => {
    const world = await fuzzedWorld();
    const before = await everything(world);
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withTypedArray: true,
      withSparseArray: true,
      withBoxedValues: true,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FUNCTIONS), anything, async (name, input) => {
        const outcome = await call(world.engine, name, input).then(
          () => 'accepted',
          (error: unknown) => (PayoutError.is(error) ? 'refused' : `${name}: ${String(error)}`),
        );
        expect(outcome).toBe('refused');
      }),
      {
        ...runs(2_000),
        examples: FUNCTIONS.flatMap((name) => [
          [name, undefined] as [typeof name, unknown],
          [name, null] as [typeof name, unknown],
        ]),
      },
    );
    expect(await everything(world)).toEqual(before);
  });

  it('takes any value in place of one field, or refuses it with a typed error and changes nothing', async () => {
    const worlds = new Map<string, World>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FUNCTIONS),
        fc.nat(9),
        fc.oneof(
          fc.anything({ withBigInt: true, withDate: true }),
          fc.bigInt(),
          fc.constantFrom(
            '',
            ' ',
            '__proto__',
            'constructor',
            'a\u0000',
            '\ud800',
            'x'.repeat(256),
            'x'.repeat(1_000_001),
          ),
          fc.constantFrom(-1, 0, 0.5, NaN, Infinity, 2 ** 53, new Date(NaN), new Date(8.64e15)),
        ),
        async (name, position, value) => {
          const world = worlds.get(name) ?? (await fuzzedWorld());
          worlds.set(name, world);
          const valid = validInputs(world).get(name) ?? {};
          const field = Object.keys(valid)[position % Object.keys(valid).length] ?? 'program';
          const before = await everything(world);
          const outcome = await world.finish(
            call(world.engine, name, { ...valid, [field]: value }).then(
              () => undefined,
              (error: unknown) => error,
            ),
          );
          if (outcome === undefined) return;
          expect(PayoutError.is(outcome), `${name}.${field}: ${String(outcome)}`).toBe(true);
          expect(await everything(world)).toEqual(before);
        },
      ),
      runs(800),
    );
    for (const world of worlds.values()) await world.agree();
  });

  it('refuses fields that it does not know, __proto__ among them, and does not repeat what they say', async () => {
    const world = await fuzzedWorld();
    const valid = validInputs(world);
    for (const name of FUNCTIONS) {
      const input = valid.get(name) ?? {};
      const hostile = [
        { ...input, 'canary-name': 'canary-value' },
        { ...input, status: 'completed' },
        Object.defineProperty({ ...input }, '__proto__', {
          value: { polluted: 'canary-value' },
          enumerable: true,
        }),
        Object.defineProperty({ ...input }, 'constructor', {
          value: { prototype: { polluted: true } },
          enumerable: true,
        }),
      ];
      for (const [index, one] of hostile.entries()) {
        const before = await everything(world);
        const outcome: unknown = await call(world.engine, name, one).then(
          () => 'accepted',
          (error: unknown) => error,
        );
        expect(outcome, `${name} ${index}`).toMatchObject({ code: 'INVALID_INPUT' });
        expect(String(outcome)).not.toContain('canary');
        expect(JSON.stringify(outcome)).not.toContain('canary');
        expect(await everything(world)).toEqual(before);
      }
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('refuses by a promise, never by throwing at once', async () => {
    const { engine } = await openWorld();
    for (const name of FUNCTIONS) {
      if (name === 'quote' || name === 'leftOut') continue;
      const run: unknown = Reflect.get(engine, name);
      if (typeof run !== 'function') throw new Error(`${name} is a function`);
      const answer: unknown = (() => {
        try {
          return Reflect.apply(run, engine, [7]) as unknown;
        } catch {
          return 'thrown at once';
        }
      })();
      expect(answer, name).toBeInstanceOf(Promise);
      await expect(answer).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });
});

describe('an engine', () => {
  it('is refused rules that cannot work and providers that cannot pay once', async () => {
    const world = await openWorld();
    const refused = (work: () => unknown): string => {
      try {
        work();
        return 'accepted';
      } catch (error) {
        return PayoutError.is(error) ? error.code : String(error);
      }
    };
    for (const rules of [
      { leaseMs: 1_000, marginMs: 1_000 },
      { destinationHoldDays: -1 },
      { caps: { participant: { USD: -1n } } },
      { fees: { USD: { bearer: 'participant', fixed: -1n, rate: '0', rounding: 'floor' } } },
      { fees: { USD: { bearer: 'participant', fixed: 0n, rate: '1', rounding: 'floor' } } },
      { retry: { firstMs: 0, longestMs: 1, triesMax: 1, refusedMs: 1, attemptsMax: 1 } },
      { thresholds: { currencies: { USD: { minimum: -1n } } } },
    ] as const) {
      expect(refused(() => world.engineWith(rules))).toBe('INVALID_INPUT');
    }
    expect(refused(() => world.engineWith({}, { providers: [] }))).toBe('INVALID_INPUT');
    expect(refused(() => world.engineWith({}, { providers: [world.provider, world.provider] }))).toBe(
      'INVALID_INPUT',
    );
    const { keys, lookup, ...rest } = world.provider.capabilities;
    if (keys === undefined || lookup === undefined) throw new Error('it has both');
    for (const capabilities of [
      rest,
      { ...rest, lookup: { ...lookup, authoritative: false } },
      { ...rest, keys: { ...keys, lengthMax: 31 } },
      { ...rest, keys: { ...keys, windowMs: 300_000 } },
    ]) {
      const providers = [{ ...world.provider, capabilities }];
      expect(refused(() => world.engineWith({}, { providers }))).toBe('UNFIT_PROVIDER');
    }
    const byPeople = { ...world.provider, capabilities: rest };
    expect(refused(() => world.engineWith({ allowManualReview: true }, { providers: [byPeople] }))).toBe(
      'accepted',
    );
  });
});

describe('a cursor', () => {
  it('that is none of a list is refused', async () => {
    const world = await fuzzedWorld();
    for (const cursor of [
      '',
      'x',
      '2026-10-01T00:00:00.000Z',
      '2026-13-01T00:00:00.000Z id',
      '2026-10-01T00:00:00.000Z \u0001',
    ]) {
      const outcome = await world.engine.list({ program: PROGRAM, cursor }).catch((error: unknown) => error);
      expect(PayoutError.is(outcome), cursor).toBe(true);
    }
  });
});
