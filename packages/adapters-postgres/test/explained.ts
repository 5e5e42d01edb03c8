import type { Executor } from '../src/index.ts';

/** An executor that also asks PostgreSQL, with the same parameters and settings, how it runs each SELECT. */
export function explained(executor: Executor): { executor: Executor; plans: string[] } {
  const plans: string[] = [];
  return {
    plans,
    executor: {
      transaction: (setup, work) =>
        executor.transaction(setup, (connection) =>
          work({
            execute: (script) => connection.execute(script),
            query: async (sql, params) => {
              if (/^\s*(?:SELECT|WITH)/.test(sql)) {
                const rows = await connection.query(`EXPLAIN (ANALYZE, TIMING OFF) ${sql}`, params);
                plans.push(rows.flat().join('\n'));
              }
              return connection.query(sql, params);
            },
          }),
        ),
    },
  };
}
