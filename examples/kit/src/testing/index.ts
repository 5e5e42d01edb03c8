export { browse, type Browsing, type Device, DEVICES } from './browse.ts';
