import { PayoutError, type TransferRequest } from '@payout-engines/core';
import type { Connection, Param } from '../executor.ts';
import { collision, type Failure, failureOf } from './failure.ts';
import type { Statement, Statements } from './statement.ts';

/** How many rows a stream reads at once. */
const BATCH = 10_000;

/** From more rows than this on, looking before writing is left out. */
const MANY = 100;

/** From more rows than this on, who is in the way of a deadlock is left to the server, too. */
const VERY_MANY = 1_000;

/** How many statements may wait to be written, so that not all of what is written has to be in memory. */
const BEHIND = 8;

/** Batches of transfers, as they were posted. */
export type Batches = readonly (readonly TransferRequest[])[];

/** One of the times that work is run. */
export interface Run {
  readonly program: string;
  /** Whether it runs again, because it collided with another transaction. */
  readonly again: boolean;
  /** What it posted before it collided. */
  readonly before: Batches;
}

/**
 * One transaction of one program on its connection. Operations run one at a time, however the work calls them, and none
 * after the work has ended. After a statement has failed, PostgreSQL takes no more of them, and nor does the session.
 */
export class Session {
  readonly program: string;
  /** Whether the work runs again: what saves time at the risk of a collision is not done then. */
  readonly again: boolean;
  /**
   * What the work posted before it collided, when it runs again: it locks all of those accounts at once, in one order, so
   * that it does not deadlock with the same transactions again.
   */
  readonly before: Batches;
  /** The batches that the work has posted. */
  readonly posted: (readonly TransferRequest[])[] = [];
  readonly #connection: Connection;
  readonly #statements: Statements;
  #last: Promise<unknown> = Promise.resolve();
  /** Settled, and never rejected, when everything that is written behind has been. */
  #behind: Promise<void> = Promise.resolve();
  /** The statements that are written behind, the oldest first. */
  readonly #waiting: Promise<void>[] = [];
  #ended = false;
  #failure: Failure | undefined;
  #cursors = 0;

  constructor({ program, again, before }: Run, connection: Connection, statements: Statements) {
    this.program = program;
    this.again = again;
    this.before = before;
    this.#connection = connection;
    this.#statements = statements;
  }

  /** What failed, after which nothing can be kept. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /**
   * Whether to write so many rows without looking first whether one of them is stored: each of these looks costs a period
   * close or a claim of payouts a tenth of its time or more, and hardly ever finds anything. If it would have, everything
   * runs again, and then looks.
   */
  hopeful(rows: number): boolean {
    return !this.again && rows > MANY;
  }

  /** Whether so many rows are even written without queueing up with whoever writes some of them in another order. */
  carefree(rows: number): boolean {
    return !this.again && rows > VERY_MANY;
  }

  /** Runs one operation of the port when those begun before it are done. */
  operation<T>(run: () => Promise<T>): Promise<T> {
    if (this.#ended) return Promise.reject(ended());
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Waits for the operations that were begun and for all that they write, and refuses what comes after. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#last;
    await this.#behind;
  }

  /** Runs a statement whose first parameter is the program. */
  query(statement: Statement, ...params: readonly Param[]): Promise<readonly unknown[]> {
    return this.#run(this.#statements.text(statement), [this.program, ...params]);
  }

  /**
   * Runs a statement whose first parameter is the program, and does not wait for it, so that the next rows are prepared
   * while the server writes these. Everything that comes after waits for it. If it fails, so does the whole transaction,
   * as with any statement; nothing that was decided on its strength has been told to anybody by then.
   *
   * @param check looks at the rows that the statement gives, and throws where they are not what they must be
   */
  async writeBehind(
    statement: Statement,
    params: readonly Param[],
    check: (rows: readonly unknown[]) => void = () => undefined,
  ): Promise<void> {
    this.#behind = this.#send(this.#behind, this.#statements.text(statement), [this.program, ...params])
      .then(check)
      .catch((error: unknown) => {
        const failure = PayoutError.is(error) ? { conflict: false, error } : failureOf(error);
        this.#failure ??= failure;
      });
    this.#waiting.push(this.#behind);
    if (this.#waiting.length > BEHIND) await this.#waiting.shift();
    await turn();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Keeps all of what the work writes or, if it throws, none of it; the transaction can go on either way. */
  async atomically<T>(work: () => Promise<T>): Promise<T> {
    await this.#run('SAVEPOINT payouts_step', []);
    try {
      return await work();
    } catch (error) {
      if (this.#failure === undefined) await this.#run('ROLLBACK TO SAVEPOINT payouts_step', []);
      throw error;
    } finally {
      if (this.#failure === undefined) await this.#run('RELEASE SAVEPOINT payouts_step', []);
    }
  }

  /** Gives up because another transaction was first; everything runs again. */
  collide(): never {
    this.#failure = collision();
    throw this.#failure.error;
  }

  /** The rows of a statement in batches, through a cursor: never all of them in memory. */
  async *stream(statement: Statement, ...params: readonly Param[]): AsyncGenerator<readonly unknown[]> {
    this.#cursors += 1;
    const cursor = `payouts_${this.#cursors}`;
    const declare = `DECLARE ${cursor} NO SCROLL CURSOR FOR ${this.#statements.text(statement)}`;
    await this.operation(() => this.#run(declare, [this.program, ...params]));
    try {
      for (;;) {
        const rows = await this.operation(() => this.#run(`FETCH FORWARD ${BATCH} FROM ${cursor}`, []));
        if (rows.length > 0) yield rows;
        if (rows.length < BATCH) return;
      }
    } finally {
      if (!this.#ended && this.#failure === undefined) {
        await this.operation(() => this.#run(`CLOSE ${cursor}`, []));
      }
    }
  }

  #run(sql: string, params: readonly Param[]): Promise<readonly unknown[]> {
    return this.#send(this.#behind, sql, params);
  }

  async #send(before: Promise<void>, sql: string, params: readonly Param[]): Promise<readonly unknown[]> {
    await before;
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      return await this.#connection.query(sql, params);
    } catch (error) {
      this.#failure = failureOf(error);
      throw this.#failure.error;
    }
  }
}

/** Lets the driver hand over to the network what it was given, which can be more than fits at once. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

function ended(): PayoutError {
  return new PayoutError('STORE_UNAVAILABLE', {
    reason: 'the transaction has ended, and its unit of work with it',
  });
}
