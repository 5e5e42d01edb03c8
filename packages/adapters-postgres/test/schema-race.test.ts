import { afterAll, describe, expect, it } from 'vitest';
import { migrate, pgExecutor, postgresStore } from '../src/index.ts';
import { MIGRATIONS } from '../src/schema/embedded.ts';
import { openPool } from './database.ts';
import { bundleCli, runCli } from './fixtures/cli-process.ts';
import { upTo } from './rows.ts';

const ALL = MIGRATIONS.map(({ id }) => id);
const pools = upTo(4).map(() => openPool({ max: 2 }));
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

async function assertAppliedOnce(schema: string): Promise<void> {
  const [pool] = pools;
  const { rows } = (await pool?.query<{ id: number }>(`SELECT id FROM ${schema}.migration ORDER BY id`)) ?? {
    rows: [],
  };
  expect(rows.map(({ id }) => id)).toEqual(ALL);
}

describe('migrating from several sides at once', () => {
  it('applies each migration exactly once, round after round', async () => {
    for (const round of upTo(20)) {
      const schema = `race_${round}`;
      const reports = await Promise.all(
        pools.flatMap((pool) => upTo(2).map(() => migrate(pgExecutor(pool), { schema }))),
      );
      expect(reports.flatMap(({ applied }) => applied).sort(), schema).toEqual(ALL);
      await assertAppliedOnce(schema);
    }
  });

  it('applies each migration exactly once when processes of their own do it', async () => {
    const cli = await bundleCli();
    for (const round of upTo(4)) {
      const schema = `race_processes_${round}`;
      const ended = await Promise.all(
        upTo(4).map(() => runCli(cli, ['migrate', '--schema', schema, '--json'])),
      );
      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
      const applied = ended.flatMap(({ out }) => (JSON.parse(out) as { applied: number[] }).applied);
      expect(applied.sort()).toEqual(ALL);
      await assertAppliedOnce(schema);
    }
  });

  it('goes on where a process was killed', async () => {
    const cli = await bundleCli();
    for (const round of upTo(4)) {
      const schema = `race_killed_${round}`;
      await runCli(cli, ['migrate', '--schema', schema], { killAfterMs: 150 + 60 * round });
      const [pool] = pools;
      if (pool === undefined) throw new Error('there are pools');
      await migrate(pgExecutor(pool), { schema });
      await assertAppliedOnce(schema);
      await postgresStore(pgExecutor(pool), { schema }).transact('p', (unit) => unit.now());
    }
  });
});
