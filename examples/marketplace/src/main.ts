import { parseArgs } from 'node:util';
import path from 'node:path';
import process from 'node:process';
import { openDatabase, type Where } from '@payout-engines/example-kit';
import { serve } from './app.ts';
import { seed } from './seed.ts';
import { everyHour } from './sending.ts';
import { TABLES } from './tables.ts';

/** Serves the marketplace: `npm start -- marketplace [--port N] [--data FOLDER]`. */

const { values } = parseArgs({
  options: { port: { type: 'string', default: '3003' }, data: { type: 'string' } },
});
const { DATABASE_URL: url, SESSION_SECRET: secret } = process.env;
const folder = values.data ?? path.resolve('.payout-engines', 'marketplace');
const where: Where = url === undefined || url === '' ? { folder } : { url };

const database = await openDatabase(where, 'marketplace', TABLES);
await seed(database, new Date());
const listening = await serve(database, Number(values.port), {
  ...(secret !== undefined && secret !== '' && { secret }),
  onDefect: (error, reference) => console.error(reference, error),
});
const hourly = everyHour(database, (error) => console.error(error));
console.log(
  `Marketplace at ${listening.url}\nData in ${'url' in where ? 'the database of DATABASE_URL' : where.folder}\nCtrl-C ends it.`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void hourly
      .stop()
      .then(() => listening.close())
      .then(() => database.close())
      .then(() => process.exit(0));
  });
}
