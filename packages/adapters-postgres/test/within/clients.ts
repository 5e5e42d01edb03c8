import { PrismaPg } from '@prisma/adapter-pg';
import { eq, sql as drizzleSql } from 'drizzle-orm';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import { drizzle as drizzlePostgresJs } from 'drizzle-orm/postgres-js';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { Kysely, CamelCasePlugin, ParseJSONResultsPlugin, PostgresDialect } from 'kysely';
import postgres from 'postgres';
import { inject } from 'vitest';
import {
  type CallerTransaction,
  drizzleTransaction,
  kyselyTransaction,
  pgTransaction,
  postgresJsTransaction,
  prismaTransaction,
} from '../../src/index.ts';
import { openPool } from '../database.ts';
import { openPrisma } from './prisma-client.ts';

/** What an application does in one transaction of its own client. */
export interface Application {
  /** For the store. */
  readonly transaction: CallerTransaction;
  /** An order of the application, changed in the way of the client. */
  complete(order: string): Promise<unknown>;
}

/** One of the clients that applications use. */
export interface Client {
  /** Runs work in a transaction: commits when it resolves, and rolls back when it rejects. */
  transaction<T>(work: (application: Application) => Promise<T>): Promise<T>;
  close(): Promise<unknown>;
}

const TIMEOUT = 60_000;

/** How each client is opened, by its name. */
export const CLIENTS: Readonly<Record<string, () => Promise<Client>>> = {
  pg: () => {
    const pool = openPool();
    return Promise.resolve({
      transaction: async (work) => {
        const client = await pool.connect();
        try {
          await client.query('BEGIN');
          const result = await work({
            transaction: pgTransaction(client),
            complete: (order) => client.query(`UPDATE orders SET state = 'completed' WHERE id = $1`, [order]),
          });
          await client.query('COMMIT');
          return result;
        } catch (error) {
          await client.query('ROLLBACK');
          throw error;
        } finally {
          client.release();
        }
      },
      close: () => pool.end(),
    });
  },

  'postgres.js': () => {
    const sql = openPostgresJs();
    return Promise.resolve({
      transaction: async <T>(work: (application: Application) => Promise<T>) =>
        (await sql.begin((transaction) =>
          work({
            transaction: postgresJsTransaction(transaction),
            complete: (order) => transaction`UPDATE orders SET state = 'completed' WHERE id = ${order}`,
          }),
        )) as T,
      close: () => sql.end(),
    });
  },

  'Drizzle on pg': () => {
    const pool = openPool();
    const db = drizzlePg(pool);
    return Promise.resolve({
      transaction: (work) =>
        db.transaction((transaction) =>
          work({
            transaction: drizzleTransaction(transaction, drizzleSql),
            complete: (order) =>
              transaction.update(ORDERS).set({ state: 'completed' }).where(eq(ORDERS.id, order)),
          }),
        ),
      close: () => pool.end(),
    });
  },

  'Drizzle on postgres.js': () => {
    const client = openPostgresJs();
    const db = drizzlePostgresJs(client);
    return Promise.resolve({
      transaction: (work) =>
        db.transaction((transaction) =>
          work({
            transaction: drizzleTransaction(transaction, drizzleSql),
            complete: (order) =>
              transaction.update(ORDERS).set({ state: 'completed' }).where(eq(ORDERS.id, order)),
          }),
        ),
      close: () => client.end(),
    });
  },

  Kysely: () => {
    const pool = openPool();
    const db = new Kysely<{ readonly orders: { readonly id: string; readonly state: string } }>({
      dialect: new PostgresDialect({ pool }),
      // They read what comes back in ways of their own.
      plugins: [new CamelCasePlugin(), new ParseJSONResultsPlugin()],
    });
    return Promise.resolve({
      transaction: (work) =>
        db.transaction().execute((transaction) =>
          work({
            transaction: kyselyTransaction(transaction),
            complete: (order) =>
              transaction.updateTable('orders').set({ state: 'completed' }).where('id', '=', order).execute(),
          }),
        ),
      close: () => db.destroy(),
    });
  },

  Prisma: async () => {
    const prisma = await openPrisma(new PrismaPg({ connectionString: inject('postgresUrl') }));
    return {
      transaction: (work) =>
        prisma.$transaction(
          (transaction) =>
            work({
              transaction: prismaTransaction(transaction),
              complete: (order) =>
                transaction.order.update({ where: { id: order }, data: { state: 'completed' } }),
            }),
          { timeout: TIMEOUT },
        ),
      close: () => prisma.$disconnect(),
    };
  },
};

const ORDERS = pgTable('orders', { id: text('id').primaryKey(), state: text('state').notNull() });

function openPostgresJs(): postgres.Sql {
  return postgres(inject('postgresUrl'), { onnotice: () => undefined });
}
