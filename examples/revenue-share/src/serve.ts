import { parseArgs } from 'node:util';
import path from 'node:path';
import process from 'node:process';
import { listen, openDatabase, type Where } from '@payout-engines/example-kit';
import { revenueShareApp } from './app/app.tsx';
import { PAGE_SIZE } from './app/program.ts';
import { runsOn } from './app/runs.ts';
import { seed } from './app/seed.ts';
import { TABLES } from './app/tables.ts';

/** Serves the pages: `npm start -- revenue-share [--port N] [--data FOLDER] [--crowd N] [--page-size N]`. */

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3001' },
    data: { type: 'string' },
    // So many creators more, so that sharing a period out can be watched.
    crowd: { type: 'string', default: '0' },
    // So many creators are credited in one transaction.
    'page-size': { type: 'string', default: String(PAGE_SIZE) },
  },
});
const { DATABASE_URL: url, SESSION_SECRET: secret, CRON_SECRET: cronSecret } = process.env;
const folder = values.data ?? path.resolve('.payout-engines', 'revenue-share-pages');
const where: Where = url === undefined || url === '' ? { folder } : { url };

const database = await openDatabase(where, 'revenue_share', TABLES);
const runs = runsOn(database, { pageSize: Number(values['page-size']) });
await seed(database, runs, new Date(), Number(values.crowd));
// What a crash came between goes on.
await runs.resume();
const app = revenueShareApp(database, {
  runs,
  ...(secret !== undefined && secret !== '' && { secret }),
  ...(cronSecret !== undefined && { cronSecret }),
  onDefect: (error, reference) => console.error(reference, error),
});
const listening = await listen(app, Number(values.port));
console.log(
  `Revenue share at ${listening.url}\nData in ${'url' in where ? 'the database of DATABASE_URL' : where.folder}\nCtrl-C ends it.`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void listening
      .close()
      .then(() => runs.stop())
      .then(() => database.close())
      .then(() => process.exit(0));
  });
}
