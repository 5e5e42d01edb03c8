import { parseArgs } from 'node:util';
import path from 'node:path';
import process from 'node:process';
import { listen, openDatabase, type Where } from '@payout-engines/example-kit';
import { partnerProgram } from './app.tsx';
import { applyRefunds } from './sales.ts';
import { seed } from './seed.ts';
import { TABLES } from './tables.ts';

/** Serves the partner program: `npm start -- partner-program [--port N] [--data FOLDER]`. */

const { values } = parseArgs({
  options: { port: { type: 'string', default: '3004' }, data: { type: 'string' } },
});
const { DATABASE_URL: url, SESSION_SECRET: secret } = process.env;
const folder = values.data ?? path.resolve('.payout-engines', 'partner-program');
const where: Where = url === undefined || url === '' ? { folder } : { url };

const database = await openDatabase(where, 'partner_program', TABLES);
await seed(database, new Date());
// What a crash came between.
await applyRefunds(database);
const app = partnerProgram(database, {
  ...(secret !== undefined && secret !== '' && { secret }),
  onDefect: (error, reference) => console.error(reference, error),
});
const listening = await listen(app, Number(values.port));
console.log(
  `Partner program at ${listening.url}\nData in ${'url' in where ? 'the database of DATABASE_URL' : where.folder}\nCtrl-C ends it.`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void listening
      .close()
      .then(() => database.close())
      .then(() => process.exit(0));
  });
}
