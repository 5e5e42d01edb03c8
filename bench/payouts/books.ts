import type pg from 'pg';

/**
 * The bookkeeping of one payout the way a job does it: single statements, prepared, that leave the very rows that the
 * engine leaves, and lock nothing but what they write.
 */

/**
 * `intent_first` commits what is about to be sent before it is sent, as the engine does: two transactions. `at_once` is
 * kinder to the queues than the protocol asks for: a crash between the send and the only commit pays twice.
 */
export type Protocol = 'intent_first' | 'at_once';

export interface PayoutJob {
  readonly payout: string;
  readonly participant: string;
  readonly amount: string;
}

/** Where the tables are that a queue's jobs keep their books in. */
export type Schema = `books_${'graphile' | 'pgboss'}_${Protocol}`;

/** All payouts that wait in a schema. */
export async function waitingJobs(pool: pg.Pool, schema: Schema): Promise<readonly PayoutJob[]> {
  const { rows } = await pool.query<PayoutJob>(
    `SELECT id AS payout, participant, amount::text FROM ${schema}.payout WHERE state = 'approved' ORDER BY id`,
  );
  return rows;
}

/** Pays one and books it. Statements are prepared once a connection. */
export async function bookOne(
  client: pg.ClientBase,
  schema: Schema,
  protocol: Protocol,
  job: PayoutJob,
): Promise<void> {
  const { payout, participant, amount } = job;
  const reserved = `participant/${participant}/reserved`;
  const paid = `participant/${participant}/paid/instant`;
  const run = async (name: string, text: string, values: readonly string[]): Promise<void> => {
    await client.query({ name: `${schema}_${name}`, text, values: [...values] });
  };
  await client.query('BEGIN');
  await run(
    'claim',
    `UPDATE ${schema}.payout SET state = 'processing', fence = fence + 1, updated_at = clock_timestamp()
      WHERE program = 'bench' AND id = $1 AND state = 'approved'`,
    [payout],
  );
  await run(
    'attempt',
    `INSERT INTO ${schema}.attempt (program, payout, number, participant, currency, net, provider, account, environment,
       key, request, opened_at, first_sent_at, last_sent_at, sends, not_executed, tries)
     VALUES ('bench', $1, 1, $2, 'USD', $3::bigint, 'instant', 'instant', 'test', $1, $4, clock_timestamp(),
       clock_timestamp(), clock_timestamp(), 1, 0, 0)`,
    [
      payout,
      participant,
      amount,
      JSON.stringify({ payout, participant, amount, currency: 'USD', attempt: 1 }),
    ],
  );
  if (protocol === 'intent_first') {
    await client.query('COMMIT');
    await client.query('BEGIN');
  }
  // The provider has answered at once.
  await run(
    'transfer',
    `INSERT INTO ${schema}.transfer (program, id, debit, credit, currency, asked, moved, kind, subject, at_most, at)
     VALUES ('bench', 'paid/' || $1, $2, $3, 'USD', $4::bigint, $4::bigint, 'payout', $1, false, clock_timestamp())`,
    [payout, reserved, paid, amount],
  );
  await run(
    'debit',
    `UPDATE ${schema}.account SET balance = balance - $2::bigint
      WHERE program = 'bench' AND account = $1 AND currency = 'USD'`,
    [reserved, amount],
  );
  await run(
    'credit',
    `INSERT INTO ${schema}.account VALUES ('bench', $1, 'USD', $2::bigint)
     ON CONFLICT (program, account, currency) DO UPDATE SET balance = account.balance + excluded.balance`,
    [paid, amount],
  );
  await run(
    'movement',
    `INSERT INTO ${schema}.movement (program, provider, object, payout, attempt, moved, returned, booked_at)
     VALUES ('bench', 'instant', 'tr_' || $1, $1, 1, $2::bigint, 0, clock_timestamp())`,
    [payout, amount],
  );
  await run(
    'end',
    `UPDATE ${schema}.attempt SET ended_as = 'paid', ended_at = clock_timestamp()
      WHERE program = 'bench' AND payout = $1 AND number = 1`,
    [payout],
  );
  await run(
    'complete',
    `UPDATE ${schema}.payout SET state = 'completed', paid = amount, updated_at = clock_timestamp()
      WHERE program = 'bench' AND id = $1`,
    [payout],
  );
  await run(
    'tell',
    `INSERT INTO ${schema}.notification (program, id, body) VALUES ('bench', 'payout/' || $1, $2)`,
    [
      payout,
      JSON.stringify({ kind: 'payout', participant, payout, state: 'completed', currency: 'USD', amount }),
    ],
  );
  await client.query('COMMIT');
}

/** Throws unless every payout was paid once and the accounts say so. */
export async function assertPaid(pool: pg.Pool, schema: Schema, count: number): Promise<void> {
  const { rows } = await pool.query<{ paid: string; left: string }>(
    `SELECT (SELECT count(*) FROM ${schema}.payout WHERE state = 'completed' AND paid = amount) AS paid,
       (SELECT sum(balance) FROM ${schema}.account WHERE account LIKE '%/reserved') AS left`,
  );
  const [row] = rows;
  if (Number(row?.paid) !== count || Number(row?.left) !== 0) {
    throw new Error(
      `${schema}: ${row?.paid ?? '?'} of ${count} were paid, ${row?.left ?? '?'} is still reserved`,
    );
  }
}
