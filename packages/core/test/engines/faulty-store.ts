import type { Store, UnitOfWork } from '../../src/index.ts';

/** A process that dies: thrown where a real one would just be gone. */
export class Crash extends Error {}

/**
 * A store whose n-th step crashes. Steps are counted over everything that a crash can fall between: before and after
 * each operation of a unit, before a commit, and after it, when the caller never hears of it.
 */
export function faultyStore(
  store: Store,
  crashAt: number,
): { readonly store: Store; readonly steps: () => number } {
  let steps = 0;
  const step = (): void => {
    steps += 1;
    if (steps === crashAt) throw new Crash(`step ${crashAt}`);
  };
  return {
    steps: () => steps,
    store: {
      transact: async (program, work) => {
        const result = await store.transact(program, async (unit) => {
          const inner = await work(faultyUnit(unit, step));
          step();
          return inner;
        });
        step();
        return result;
      },
    },
  };
}

function faultyUnit(unit: UnitOfWork, step: () => void): UnitOfWork {
  return new Proxy(unit, {
    get: (target, name) => {
      const rows: unknown = Reflect.get(target, name);
      return typeof rows === 'object' && rows !== null ? faultyRows(rows, step) : rows;
    },
  });
}

function faultyRows(rows: object, step: () => void): object {
  return new Proxy(rows, {
    get: (target, name) => {
      const operation: unknown = Reflect.get(target, name);
      if (typeof operation !== 'function') return operation;
      return (...parameters: readonly unknown[]): unknown => {
        step();
        const result: unknown = Reflect.apply(operation, target, parameters);
        if (!(result instanceof Promise)) return result;
        return result.then((value: unknown) => {
          step();
          return value;
        });
      };
    },
  });
}
