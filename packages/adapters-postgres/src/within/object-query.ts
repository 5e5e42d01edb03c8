import type { Param } from '../executor.ts';
import type { Query } from './caller-transaction.ts';
import { readRecord, recordStatement } from './records.ts';

/** How a client that gives rows as objects runs a statement. */
export interface ObjectClient {
  /** The rows of a statement that has some. */
  rows(sql: string, params: readonly Param[]): Promise<readonly unknown[]>;
  /** A statement whose answer is of no interest. */
  run(sql: string, params: readonly Param[]): Promise<unknown>;
}

/** Queries through a client that gives rows as objects, with values as it reads them. */
export function objectQuery(client: ObjectClient): Query {
  return async (text, params) => {
    const { sql, gives } = recordStatement(text);
    if (gives === 'records') return (await client.rows(sql, params)).map(readRecord);
    await client.run(sql, params);
    return [];
  };
}
