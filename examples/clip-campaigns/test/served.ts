import process from 'node:process';
import type { ViewSource } from '@payout-engines/core';
import { listen, openDatabase } from '@payout-engines/example-kit';
import { clipCampaigns } from '../src/app.tsx';
import { TABLES } from '../src/tables.ts';

/** The app as a process of its own, with a slow source that shows every clip the same count: to be killed. */

const [, , folder = '', views = '0'] = process.argv;
const source: ViewSource = {
  id: 'slow',
  platforms: ['youtube'],
  batchSize: 5,
  views: async (queries) => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    console.log(`read ${queries.length}`);
    return queries.map(() => ({ kind: 'counted', views: BigInt(views) }));
  },
};
const database = await openDatabase({ folder }, 'clip_campaigns', TABLES);
const { url } = await listen(clipCampaigns(database, [source], { requestsPerMinute: 100_000 }).app, 0);
console.log(`served at ${url}`);
