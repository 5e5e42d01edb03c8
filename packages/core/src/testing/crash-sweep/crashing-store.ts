import type { Store, UnitOfWork } from '../../ports/store.ts';
import type { Fuse } from './fuse.ts';

/** A store as a process sees it that may die at any of its points. */
export function crashingStore(store: Store, fuse: Fuse): Store {
  return {
    transact: async (program, work) => {
      const result = await store.transact(program, async (unit) => {
        const inner = await work(crashingUnit(unit, fuse));
        fuse.pass('before the commit');
        return inner;
      });
      fuse.pass('after the commit');
      return result;
    },
  };
}

function crashingUnit(unit: UnitOfWork, fuse: Fuse): UnitOfWork {
  return new Proxy(unit, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'function') return crashing(member, target, String(name), fuse);
      return typeof member === 'object' && member !== null
        ? crashingRows(member, String(name), fuse)
        : member;
    },
  });
}

function crashingRows(rows: object, kind: string, fuse: Fuse): object {
  return new Proxy(rows, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function'
        ? crashing(member, target, `${kind}.${String(name)}`, fuse)
        : member;
    },
  });
}

type Operation = (...parameters: readonly unknown[]) => unknown;

function crashing(operation: object, owner: object, name: string, fuse: Fuse): Operation {
  return (...parameters) => {
    fuse.pass(`before ${name}`);
    if (typeof operation !== 'function') return undefined;
    const result: unknown = Reflect.apply(operation, owner, parameters);
    return isStream(result) ? crashingStream(result, name, fuse) : result;
  };
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function* crashingStream(stream: AsyncIterable<unknown>, name: string, fuse: Fuse): AsyncGenerator {
  for await (const batch of stream) {
    fuse.pass(`at a batch of ${name}`);
    yield batch;
  }
}
