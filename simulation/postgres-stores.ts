import { migrate, pgExecutor, postgresStore, type Executor } from '@payout-engines/adapters-postgres';
import type { Clock } from '@payout-engines/core';
import pg from 'pg';
import type { OpenedStore } from '../packages/core/src/testing/simulator/run-seed.ts';

/** Opens the stores of seeds on one server. */
export interface PostgresStores {
  open(clock: Clock): Promise<OpenedStore>;
  close(): Promise<void>;
}

/** Each seed has a schema of its own on the server, which is dropped when it has ended. */
export function postgresStores(url: string): PostgresStores {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => undefined);
  const executor = pgExecutor(pool);
  let number = 0;
  return {
    open: async (clock) => {
      number += 1;
      const schema = `seed_${process.pid}_${number}`;
      await migrate(executor, { schema });
      return {
        store: postgresStore(atVirtualTime(executor, clock), { schema }),
        followsClock: true,
        close: async () => {
          await pool.query(`DROP SCHEMA "${schema}" CASCADE`);
        },
      };
    },
    close: () => pool.end(),
  };
}

/** All statements read the time of the server by one function; here they read virtual time in its place. */
function atVirtualTime(executor: Executor, clock: Clock): Executor {
  const dated = (sql: string): string =>
    sql.replaceAll('clock_timestamp()', `timestamptz '${clock().toISOString()}'`);
  return {
    transaction: (setup, work) =>
      executor.transaction(setup, (connection) =>
        work({
          query: (sql, params) => connection.query(dated(sql), params),
          execute: (script) => connection.execute(dated(script)),
        }),
      ),
  };
}
