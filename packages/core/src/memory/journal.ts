/** Takes back one change. */
export type Undo = () => void;

/** What a transaction has changed, so that it can be undone. */
export class Journal {
  #undo: Undo[] = [];

  record(undo: Undo): void {
    this.#undo.push(undo);
  }

  /** Makes a change that is kept whole or, if it throws, not at all; the transaction can go on either way. */
  atomically<Result>(change: () => Result): Result {
    const before = this.#undo.length;
    try {
      return change();
    } catch (error) {
      this.#rollbackTo(before);
      throw error;
    }
  }

  /** Keeps what was done since the last commit. */
  commit(): void {
    this.#undo.length = 0;
  }

  /** The same, and gives what would take it back: for whoever may have to lose this commit later. */
  commitAndKeep(): readonly Undo[] {
    const kept = this.#undo;
    this.#undo = [];
    return kept;
  }

  /** Takes back what was done since the last commit, newest first. */
  rollback(): void {
    this.#rollbackTo(0);
  }

  #rollbackTo(length: number): void {
    while (this.#undo.length > length) this.#undo.pop()?.();
  }
}

/** A map whose changes belong to the running transaction. */
export class Table<Key, Row> {
  readonly #rows = new Map<Key, Row>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: Key): Row | undefined {
    return this.#rows.get(key);
  }

  set(key: Key, row: Row): void {
    const before = this.#rows.get(key);
    this.#journal.record(() => {
      if (before === undefined) this.#rows.delete(key);
      else this.#rows.set(key, before);
    });
    this.#rows.set(key, row);
  }

  delete(key: Key): void {
    const before = this.#rows.get(key);
    if (before === undefined) return;
    this.#journal.record(() => {
      this.#rows.set(key, before);
    });
    this.#rows.delete(key);
  }

  values(): IterableIterator<Row> {
    return this.#rows.values();
  }

  entries(): IterableIterator<[Key, Row]> {
    return this.#rows.entries();
  }

  /** Copies of rows in batches, as the streams of a Store give them. */
  async *batches(copyOf: (row: Row) => Row, size = 10_000): AsyncGenerator<readonly Row[]> {
    let batch: Row[] = [];
    for (const row of this.#rows.values()) {
      batch.push(copyOf(row));
      if (batch.length === size) {
        yield await Promise.resolve(batch);
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }
}
