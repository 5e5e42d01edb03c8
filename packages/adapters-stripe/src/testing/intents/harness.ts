import type { IntentStore } from '../../intents/intent.ts';

/** Two intent stores on the same rows, as two workers have them; one and the same where a store is for one process. */
export interface OpenedIntentStores {
  readonly one: IntentStore;
  readonly other: IntentStore;
}

/** One promise of the port, as data. */
export interface IntentStoreCase {
  /** Stable, in kebab case, unique in the suite. */
  readonly id: string;
  readonly title: string;
  /** Resolves when the store keeps the promise, rejects when not. */
  run(stores: OpenedIntentStores): Promise<void>;
}

/** Fails unless two values say the same. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`${what}: expected ${shortened(wanted)}, got ${shortened(got)}`);
}

function shortened(json: string | undefined): string {
  return json === undefined ? 'nothing' : json.slice(0, 200);
}
