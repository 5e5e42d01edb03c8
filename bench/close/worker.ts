import { memoryStore, storeInteractions, verify } from '@payout-engines/core';
import { pgExecutor, postgresStore } from '@payout-engines/adapters-postgres';
import pg from 'pg';
import { countsOf, engineOf, openMillion, REQUEST } from './million.ts';

/** Closes one period in a process of its own, so that the memory it takes is its own, and prints what it took. */

const [source = 'counts', participants = '1000000', url] = process.argv.slice(2);
const pool = url === undefined ? undefined : new pg.Pool({ connectionString: url, max: 2 });
const store = pool === undefined ? memoryStore() : postgresStore(pgExecutor(pool));

await openMillion(store);
const engine =
  source === 'events'
    ? engineOf(store, storeInteractions(store))
    : engineOf(store, { counts: () => countsOf(Number(participants)) });
const start = performance.now();
const { digest } = await engine.plan(REQUEST);
const planned = performance.now();
const statement = await engine.commit(REQUEST, digest);
const committed = performance.now();
const peak = process.resourceUsage().maxRSS;
const verification = await verify(store, REQUEST.program);
await pool?.end();

console.log(
  JSON.stringify({
    planMs: planned - start,
    commitMs: committed - planned,
    peakMb: Math.round(peak / 1024),
    balanced: statement.balanced && verification.ok,
    transfers: verification.transfers,
    earnings: verification.earnings,
  }),
);
