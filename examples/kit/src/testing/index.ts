export { browse, type Browsing, type Device, DEVICES } from './browse.ts';
export type { Page } from 'playwright-core';
