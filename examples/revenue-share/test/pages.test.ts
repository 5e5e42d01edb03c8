import { visit } from '@payout-engines/example-kit/testing';
import { expect, it } from 'vitest';
import { openTour } from './tour.ts';

it('every page works on a phone and at a desk, with JavaScript and without it', async () => {
  const tour = await openTour();
  try {
    expect(await visit(tour, process.env['TOUR_PICTURES'])).toEqual([]);
  } finally {
    await tour.close();
  }
}, 300_000);
