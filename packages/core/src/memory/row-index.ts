import type { Journal } from './journal.ts';

/**
 * Which rows hang on a key, such as the payouts of a participant. A key with one row, which most have, takes no set of
 * its own.
 */
export class RowIndex {
  readonly #ids = new Map<string, string | Set<string>>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The ids under a key, in no promised order. */
  of(key: string): readonly string[] {
    const ids = this.#ids.get(key);
    if (ids === undefined) return [];
    return typeof ids === 'string' ? [ids] : [...ids];
  }

  /** The ids under any of the keys, each once however often its key stands there. */
  ofAll(keys: readonly string[]): readonly string[] {
    return keys.length === 1 ? this.of(keys[0] ?? '') : [...new Set(keys)].flatMap((key) => this.of(key));
  }

  /** Adds an id that is not yet under the key. */
  add(key: string, id: string): void {
    this.#insert(key, id);
    this.#journal.record(() => {
      this.#take(key, id);
    });
  }

  /** Removes an id that is under the key. */
  remove(key: string, id: string): void {
    this.#take(key, id);
    this.#journal.record(() => {
      this.#insert(key, id);
    });
  }

  #insert(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids === undefined) this.#ids.set(key, id);
    else if (typeof ids === 'string') this.#ids.set(key, new Set([ids, id]));
    else ids.add(id);
  }

  #take(key: string, id: string): void {
    const ids = this.#ids.get(key);
    if (ids === undefined || typeof ids === 'string') this.#ids.delete(key);
    else if (ids.delete(id) && ids.size === 0) this.#ids.delete(key);
  }
}
