import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PayoutError } from '../../src/errors.ts';
import { type Answer, Gatherer, type GatherRules } from '../../src/engines/gather.ts';
import { runs } from '../ledger/arbitraries.ts';

type Rules = GatherRules<string, string>;

/** Answers everything, and remembers the sets that it was given. */
function recorder(rules: Partial<Rules> = {}): {
  readonly gatherer: Gatherer<string, string>;
  readonly sets: string[][];
} {
  const sets: string[][] = [];
  const gatherer = new Gatherer<string, string>({
    setMax: 1000,
    waitingMax: 1000,
    ...rules,
    write: async (program, items) => {
      sets.push([...items]);
      await setImmediate();
      return rules.write?.(program, items) ?? items.map((item) => done(`${item}!`));
    },
  });
  return { gatherer, sets };
}

function done(result: string): Answer<string> {
  return { kind: 'done', result };
}

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `c${index}`);

describe('calls that are made at the same time', () => {
  it('share a set with all that came while the one before was written, and are answered each for themselves', async () => {
    const { gatherer, sets } = recorder();
    const answers = await Promise.all(names(512).map((name) => gatherer.ask('p', name)));
    expect(answers).toEqual(names(512).map((name) => `${name}!`));
    expect(sets.map(({ length }) => length)).toEqual([1, 511]);
  });

  it('come in the order in which they were made, no more than a set takes', async () => {
    const { gatherer, sets } = recorder({ setMax: 3 });
    await Promise.all(names(8).map((name) => gatherer.ask('p', name)));
    expect(sets).toEqual([['c0'], ['c1', 'c2', 'c3'], ['c4', 'c5', 'c6'], ['c7']]);
  });

  it('stay together when each caller asks again as soon as they are answered', async () => {
    const { gatherer, sets } = recorder();
    const ask = async (name: string): Promise<string> => {
      const answer = await gatherer.ask('p', name);
      return answer;
    };
    const caller = async (name: string): Promise<void> => {
      for (let round = 0; round < 5; round += 1) await ask(`${name}/${round}`);
    };
    await Promise.all(names(100).map(caller));
    expect(sets.map(({ length }) => length)).toEqual([1, 100, 100, 100, 100, 99]);
  });

  it('of another program do not wait for them', async () => {
    let free: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => {
      free = resolve;
    });
    const { gatherer } = recorder({
      write: async (program, items) => {
        if (program === 'slow') await stuck;
        return items.map(done);
      },
    });
    const slow = gatherer.ask('slow', 'a');
    expect(await gatherer.ask('fast', 'b')).toBe('b');
    free();
    expect(await slow).toBe('a');
  });

  it('are refused with a typed error once too many wait, and only then', async () => {
    const { gatherer } = recorder({ waitingMax: 2 });
    const asked = names(5).map((name) => gatherer.ask('p', name));
    const settled = await Promise.allSettled(asked);
    expect(settled.map(({ status }) => status)).toEqual([
      ...Array<string>(3).fill('fulfilled'),
      ...Array<string>(2).fill('rejected'),
    ]);
    await expect(asked[4]).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await gatherer.ask('p', 'later')).toBe('later!');
  });

  it('for one thing never share a set, and nobody who comes for it overtakes', async () => {
    const { gatherer, sets } = recorder({ touches: (item) => item.split('+') });
    await Promise.all(['x', 'a', 'a+b', 'b', 'c', 'a'].map((item) => gatherer.ask('p', item)));
    expect(sets).toEqual([['x'], ['a', 'c'], ['a+b'], ['b', 'a']]);
  });
});

describe('two sets at once', () => {
  const rules = { touches: (item: string) => item.split('+'), inTurn: true, setsAtOnce: 2 } as const;

  it('share the calls between them, where these have nothing to do with each other', async () => {
    const { gatherer, sets } = recorder(rules);
    const caller = async (name: string): Promise<void> => {
      for (let round = 0; round < 5; round += 1) await gatherer.ask('p', `${name}/${round}`);
    };
    await Promise.all(names(400).map(caller));
    expect(sets.flat().length).toBe(2000);
    for (const { length } of sets.slice(4, -4)) expect(length).toBeGreaterThanOrEqual(64);
    expect(Math.max(...sets.map(({ length }) => length))).toBeLessThan(400);
  });

  it('are never of calls for one thing, which come in their turn, in one set where they can', async () => {
    const { gatherer, sets } = recorder(rules);
    await Promise.all(['a', 'a+1', 'b', 'a+2', 'b+3', 'c'].map((item) => gatherer.ask('p', item)));
    expect(sets).toEqual([['a'], ['a+1', 'b', 'a+2', 'b+3', 'c']]);
  });

  it('leave all calls for one thing to one of them, however many these are', async () => {
    const { gatherer, sets } = recorder(rules);
    const calls = names(400).flatMap((name) => [`hot+${name}`, `alone/${name}`]);
    await Promise.all(calls.map((item) => gatherer.ask('p', item)));
    const hot = sets.map((set) => set.filter((item) => item.startsWith('hot')).length);
    expect(hot.filter((count) => count > 0)).toEqual([1, 399]);
  });

  it('carry out all calls for one thing in the order in which they were made', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })), {
          maxLength: 200,
        }),
        fc.integer({ min: 1, max: 20 }),
        async (pairs, setMax) => {
          const items = pairs.map(([left, right], index) => `t${index}+a${left}+a${right}`);
          const underWay = new Set<string>();
          const order: string[] = [];
          const gatherer = new Gatherer<string, string>({
            ...rules,
            setMax,
            waitingMax: 1000,
            write: async (_, set) => {
              const touched = set.flatMap(rules.touches);
              for (const name of touched) expect(underWay.has(name), name).toBe(false);
              for (const name of touched) underWay.add(name);
              order.push(...set);
              await setImmediate();
              for (const name of touched) underWay.delete(name);
              return set.map(done);
            },
          });
          expect(await Promise.all(items.map((item) => gatherer.ask('p', item)))).toEqual(items);
          for (const account of ['a0', 'a1', 'a2', 'a3', 'a4']) {
            const touching = (item: string): boolean => rules.touches(item).includes(account);
            expect(order.filter(touching)).toEqual(items.filter(touching));
          }
        },
      ),
      runs(50),
    );
  });
});

describe('a set that is refused', () => {
  const badOf = (bad: ReadonlySet<string>, error: (name: string) => unknown): Rules['write'] => {
    return async (_, items) => {
      const [first] = items.filter((item) => bad.has(item));
      if (first !== undefined) throw error(first);
      return items.map(done);
    };
  };

  it('fails none but the calls at fault, each with its own error, in few tries', async () => {
    const bad = new Set(['c7', 'c300']);
    const { gatherer, sets } = recorder({ write: badOf(bad, (name) => new Error(name)) });
    const settled = await Promise.allSettled(names(512).map((name) => gatherer.ask('p', name)));
    for (const [index, outcome] of settled.entries()) {
      const name = `c${index}`;
      expect(outcome).toEqual(
        bad.has(name)
          ? { status: 'rejected', reason: new Error(name) }
          : { status: 'fulfilled', value: name },
      );
    }
    expect(sets.length).toBeLessThan(50);
  });

  it.each(['STORE_UNAVAILABLE', 'SCHEMA_NOT_READY'] as const)(
    'with %s is not tried in parts: everybody gets it',
    async (code) => {
      const error = new PayoutError(code, { reason: 'down' });
      const { gatherer, sets } = recorder({ write: () => Promise.reject(error) });
      const settled = await Promise.allSettled(names(20).map((name) => gatherer.ask('p', name)));
      expect(settled.every((outcome) => outcome.status === 'rejected' && outcome.reason === error)).toBe(
        true,
      );
      expect(sets).toHaveLength(2);
    },
  );

  it('because it was not answered in full is a broken promise, and nobody waits for ever', async () => {
    const { gatherer } = recorder({ write: () => Promise.resolve([]) });
    await expect(gatherer.ask('p', 'a')).rejects.toMatchObject({ code: 'INVARIANT_BROKEN' });
  });
});

describe('whatever is asked, and whatever becomes of it', () => {
  const call = fc.record({
    program: fc.constantFrom('p', 'q'),
    item: fc.constantFrom('a', 'b', 'c', 'bad', 'worse', 'refused'),
    /** How long the caller does something else before. */
    pause: fc.nat(4),
  });

  it('each caller is answered once, with what they get alone', async () => {
    const alone = (item: string): Answer<string> =>
      item === 'refused' ? { kind: 'refused', error: 'no' } : done(item);
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (calls, setMax, apart) => {
          const gatherer = new Gatherer<string, string>({
            setMax,
            waitingMax: 1000,
            ...(apart ? { touches: (item: string) => [item] } : {}),
            write: async (_, items) => {
              await setImmediate();
              if (items.includes('bad')) throw new PayoutError('PAYOUT_NOT_FOUND', { payout: 'bad' });
              if (items.includes('worse')) throw new TypeError('worse');
              return items.map(alone);
            },
          });
          const answered = new Map<number, number>();
          await Promise.all(
            calls.map(async ({ program, item, pause }, index) => {
              for (let step = 0; step < pause; step += 1) await setImmediate();
              const outcome = await gatherer.ask(program, item).then(
                (result) => result,
                (error: unknown) => error,
              );
              answered.set(index, (answered.get(index) ?? 0) + 1);
              if (item === 'refused') expect(outcome).toBe('no');
              else if (item === 'bad') expect(PayoutError.is(outcome, 'PAYOUT_NOT_FOUND')).toBe(true);
              else if (item === 'worse') expect(outcome).toBeInstanceOf(TypeError);
              else expect(outcome).toBe(item);
            }),
          );
          expect([...answered.values()]).toEqual(calls.map(() => 1));
        },
      ),
      runs(300),
    );
  });
});
