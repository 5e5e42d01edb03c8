import type { Store, UnitOfWork } from '../../ports/store.ts';
import type { Ability, StoreCase, StoreHarness } from './harness.ts';

/** What a case works with: an open store, and programs that no other case uses. */
export interface CaseContext {
  readonly store: Store;
  readonly program: string;
  /** Another tenant. */
  readonly otherProgram: string;
  /** One transaction of the program. */
  readonly transact: <T>(work: (unit: UnitOfWork) => Promise<T>) => Promise<T>;
  /** Lets time pass for the store's clock. */
  readonly passTime: (ms: number) => Promise<void>;
}

/** What a case is made of. Its id also names its programs. */
export interface CaseParts {
  readonly id: string;
  readonly title: string;
  readonly needs?: readonly Ability[];
  readonly check: (context: CaseContext) => Promise<void>;
}

/** A case that opens the store, checks and closes it. */
export function storeCase({ check, ...described }: CaseParts): StoreCase {
  return {
    ...described,
    run: async (harness) => {
      const opened = await harness.open();
      try {
        await check(contextOf(described.id, opened.store, harness));
      } finally {
        await opened.close?.();
      }
    },
  };
}

function contextOf(id: string, store: Store, harness: StoreHarness): CaseContext {
  const program = `${harness.prefix ?? ''}${id}`;
  return {
    store,
    program,
    otherProgram: `${program}/other`,
    transact: (work) => store.transact(program, work),
    passTime: async (ms) => {
      await harness.passTime?.(ms);
    },
  };
}
