export { browse, type Browsing, type Device, DEVICES } from './browse.ts';
export { type Stop, type Tour, visit } from './tour.ts';
export type { Page } from 'playwright-core';
