import type { Query } from './caller-transaction.ts';

const DECLARED = /^\s*DECLARE (\w+) /;
const CLOSED = /^\s*CLOSE (\w+)/;

/** The cursors of streams that were left before their end. A transaction's end closes them; here it goes on. */
export class OpenCursors {
  readonly #names = new Set<string>();

  /** Takes note of a statement that was run. */
  note(sql: string): void {
    const declared = DECLARED.exec(sql)?.[1];
    if (declared !== undefined) this.#names.add(declared);
    const closed = CLOSED.exec(sql)?.[1];
    if (closed !== undefined) this.#names.delete(closed);
  }

  async close(query: Query): Promise<void> {
    for (const name of this.#names) await query(`CLOSE ${name}`, []);
  }
}
