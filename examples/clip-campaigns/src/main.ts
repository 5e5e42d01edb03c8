import { parseArgs } from 'node:util';
import path from 'node:path';
import process from 'node:process';
import { listen, openDatabase, type Where } from '@payout-engines/example-kit';
import { clipCampaigns } from './app.tsx';
import { seed } from './seed.ts';
import { TABLES } from './tables.ts';
import { realSources, simulatedWorld, worldBegan } from './view-sources.ts';

/** Serves the clip campaigns: `npm start -- clip-campaigns [--port N] [--data FOLDER]`. */

const { values } = parseArgs({
  options: { port: { type: 'string', default: '3005' }, data: { type: 'string' } },
});
const { DATABASE_URL: url, SESSION_SECRET: secret } = process.env;
const folder = values.data ?? path.resolve('.payout-engines', 'clip-campaigns');
const where: Where = url === undefined || url === '' ? { folder } : { url };

const database = await openDatabase(where, 'clip_campaigns', TABLES);
await seed(database, new Date());
const { YOUTUBE_API_KEY, APIFY_TOKEN } = process.env;
const real = realSources({ YOUTUBE_API_KEY, APIFY_TOKEN });
const since = await worldBegan(database.query, new Date());
const onDefect = (error: unknown, reference = 'timer'): void => console.error(reference, error);
const { app, tracker } = clipCampaigns(
  database,
  real.length > 0 ? real : [simulatedWorld(since, () => new Date())],
  { ...(secret !== undefined && secret !== '' && { secret }), onDefect },
);
tracker.start(onDefect);
const listening = await listen(app, Number(values.port));
console.log(
  `Clip campaigns at ${listening.url}\nData in ${'url' in where ? 'the database of DATABASE_URL' : where.folder}\n` +
    `Views from ${real.length > 0 ? real.map(({ id }) => id).join(' and ') : 'a simulated world'}\nCtrl-C ends it.`,
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void listening
      .close()
      .then(() => tracker.stop())
      .then(() => database.close())
      .then(() => process.exit(0));
  });
}
