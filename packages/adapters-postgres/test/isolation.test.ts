import type { PoolClient } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool } from './database.ts';
import { upTo } from './rows.ts';

/**
 * Why the store works as it does: what PostgreSQL promises at each isolation level, and what it does not. Eight
 * transactions at once ask for all of one balance of 100; one payout is right. The wrong ones are held here as they are,
 * so that nobody takes one of them for safe.
 */

const RACERS = 8;
const pool = openPool({ max: RACERS + 1 });

beforeAll(async () => {
  await pool.query(`CREATE SCHEMA isolation;
    CREATE TABLE isolation.account (id text PRIMARY KEY, balance int8 NOT NULL CHECK (balance >= 0));
    CREATE TABLE isolation.payout (account text NOT NULL, racer int NOT NULL, amount int8 NOT NULL)`);
});
afterAll(() => pool.end());

type Level = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

/** One way to pay: decides by what it reads, and writes. All of them have read, or wait, before the first writes. */
interface Way {
  /** Reads, in as many statements as it takes, what is left of the balance. */
  readonly left: (client: PoolClient, account: string) => Promise<bigint>;
  readonly level: Level;
}

/** What eight at once came to. */
interface Paid {
  readonly payouts: number;
  /** How many PostgreSQL ended, so that they must be run again. */
  readonly aborted: number;
}

const PAID = '(SELECT coalesce(sum(amount), 0) FROM isolation.payout WHERE account = $1)';
const LEFT = `SELECT balance - ${PAID} AS left FROM isolation.account WHERE id = $1`;

const plainly: Way['left'] = (client, account) => number(client, LEFT, account);

const lockedAtOnce: Way['left'] = (client, account) => number(client, `${LEFT} FOR UPDATE`, account);

const lockedBefore: Way['left'] = async (client, account) => {
  await client.query('SELECT 1 FROM isolation.account WHERE id = $1 FOR UPDATE', [account]);
  return number(client, LEFT, account);
};

async function number(client: PoolClient, sql: string, account: string): Promise<bigint> {
  const { rows } = await client.query<{ left: string }>(sql, [account]);
  return BigInt(rows[0]?.left ?? '0');
}

/** Eight transactions that have all begun, each of which reads, thinks, and pays if there is enough. */
async function eight({ left, level }: Way, account: string): Promise<Paid> {
  await pool.query('INSERT INTO isolation.account VALUES ($1, 100)', [account]);
  const clients = await Promise.all(upTo(RACERS).map(() => pool.connect()));
  let read = 0;
  const allRead = new Promise<void>((resolve) => {
    // Those who wait for a lock have not read, and cannot until somebody commits: then this goes on without them.
    const check = setInterval(() => {
      void waiting().then((blocked) => {
        if (read + blocked < RACERS) return;
        clearInterval(check);
        resolve();
      });
    }, 5);
  });
  const results = await Promise.allSettled(
    clients.map(async (client, racer) => {
      try {
        await client.query(`BEGIN ISOLATION LEVEL ${level}`);
        const enough = (await left(client, account)) >= 100n;
        read += 1;
        await allRead;
        if (enough) await client.query('INSERT INTO isolation.payout VALUES ($1, $2, 100)', [account, racer]);
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    }),
  );
  const aborted = results.filter((result) => {
    if (result.status === 'fulfilled') return false;
    expect(result.reason).toMatchObject({ code: '40001' });
    return true;
  });
  const { rows } = await pool.query('SELECT 1 FROM isolation.payout WHERE account = $1', [account]);
  return { payouts: rows.length, aborted: aborted.length };
}

/** How many wait for a lock on a row of ours. */
async function waiting(): Promise<number> {
  const { rows } = await pool.query(
    `SELECT DISTINCT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE NOT granted AND query LIKE '%isolation.account%'`,
  );
  return rows.length;
}

describe('eight transactions that read a balance, and then pay', () => {
  it('all pay under READ COMMITTED without a lock', async () => {
    const paid = await eight({ level: 'READ COMMITTED', left: plainly }, 'committed');
    expect(paid).toEqual({ payouts: 8, aborted: 0 });
  });

  it('all pay where the lock stands in the statement that reads: its snapshot is older than the wait', async () => {
    const paid = await eight({ level: 'READ COMMITTED', left: lockedAtOnce }, 'committed, locked at once');
    expect(paid).toEqual({ payouts: 8, aborted: 0 });
  });

  it('all pay under REPEATABLE READ without a lock, and with one in the statement that reads', async () => {
    const unlocked = await eight({ level: 'REPEATABLE READ', left: plainly }, 'repeatable');
    expect(unlocked).toEqual({ payouts: 8, aborted: 0 });
    const locked = await eight(
      { level: 'REPEATABLE READ', left: lockedAtOnce },
      'repeatable, locked at once',
    );
    expect(locked).toEqual({ payouts: 8, aborted: 0 });
  });

  it('pay more than once under REPEATABLE READ although they lock first: the snapshot is as old as the lock', async () => {
    const { payouts } = await eight({ level: 'REPEATABLE READ', left: lockedBefore }, 'repeatable, locked');
    expect(payouts).toBeGreaterThan(1);
  });

  it('pay once under READ COMMITTED where they lock first and read second, as the store does', async () => {
    const paid = await eight({ level: 'READ COMMITTED', left: lockedBefore }, 'committed, locked');
    expect(paid).toEqual({ payouts: 1, aborted: 0 });
  });

  it('pay once under SERIALIZABLE, and the others must run again', async () => {
    const paid = await eight({ level: 'SERIALIZABLE', left: plainly }, 'serializable');
    expect(paid).toEqual({ payouts: 1, aborted: 7 });
  });
});

describe('one conditional statement', () => {
  it.each<Level>(['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'])(
    'takes the balance once under %s, whoever waits for whom',
    async (level) => {
      const account = `conditional ${level}`;
      await pool.query('INSERT INTO isolation.account VALUES ($1, 100)', [account]);
      const taken = await Promise.allSettled(
        upTo(RACERS).map(async () => {
          const client = await pool.connect();
          try {
            await client.query(`BEGIN ISOLATION LEVEL ${level}`);
            const { rowCount } = await client.query(
              'UPDATE isolation.account SET balance = balance - 100 WHERE id = $1 AND balance >= 100',
              [account],
            );
            await client.query('COMMIT');
            return rowCount;
          } catch (error) {
            await client.query('ROLLBACK');
            throw error;
          } finally {
            client.release();
          }
        }),
      );
      expect(taken.filter((one) => one.status === 'fulfilled' && one.value === 1)).toHaveLength(1);
    },
  );

  it('is not needed to keep a balance from going below zero: the CHECK is behind it', async () => {
    await pool.query(`INSERT INTO isolation.account VALUES ('check', 100)`);
    const taken = await Promise.allSettled(
      upTo(RACERS).map(() =>
        pool.query(`UPDATE isolation.account SET balance = balance - 100 WHERE id = 'check'`),
      ),
    );
    const refused = taken.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused).toHaveLength(7);
    for (const reason of refused) expect(reason).toMatchObject({ code: '23514' });
  });
});
