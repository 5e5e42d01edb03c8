import type pg from 'pg';
import { REQUEST } from './million.ts';

/** Stores interactions of the period as recording leaves them: `each` a participant, mixed, one id after the other. */
export async function recordEvents(pool: pg.Pool, participants: number, each: number): Promise<void> {
  await pool.query(
    `INSERT INTO payouts.interaction (program, id, kind, participant, at, period)
     SELECT $1, 'e' || lpad(i::text, 10, '0'), (ARRAY['comment', 'follow', 'like', 'post'])[1 + (i / $3 + i) % 4],
       'u' || lpad((i % $3)::text, 8, '0'), '2025-10-02T00:00:00Z', $2
     FROM generate_series(0::bigint, $3::bigint * $4::bigint - 1) AS i`,
    [REQUEST.program, REQUEST.period, String(participants), String(each)],
  );
  // As autovacuum has done on any server that took these one by one.
  await pool.query('VACUUM (ANALYZE) payouts.interaction');
  await pool.query('CHECKPOINT');
}
