import path from 'node:path';
import { type Tour, visit } from '@payout-engines/example-kit/testing';

/** `npm run screenshots`: photographs every page of every app, on a phone and at a desk, for the documentation. */

const TOURS: Readonly<Record<string, () => Promise<{ openTour(): Promise<Tour> }>>> = {
  'revenue-share': () => import('../../revenue-share/test/tour.ts'),
  'creator-batches': () => import('../../creator-batches/test/tour.ts'),
  marketplace: () => import('../../marketplace/test/tour.ts'),
  'partner-program': () => import('../../partner-program/test/tour.ts'),
  'clip-campaigns': () => import('../../clip-campaigns/test/tour.ts'),
};
const FOLDER = path.resolve(import.meta.dirname, '../../../docs/screenshots');

const wanted = process.argv.slice(2);
for (const [app, load] of Object.entries(TOURS)) {
  if (wanted.length > 0 && !wanted.includes(app)) continue;
  const { openTour } = await load();
  const tour = await openTour();
  try {
    const wrong = await visit(tour, path.join(FOLDER, app));
    for (const problem of wrong) console.error(`${app}: ${problem}`);
    if (wrong.length > 0) process.exitCode = 1;
    console.log(`${app}: ${tour.stops.length} pages`);
  } finally {
    await tour.close();
  }
}
