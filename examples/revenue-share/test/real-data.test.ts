import { expect, it } from 'vitest';
import { openApp } from './app.ts';
import { expectOracle, realDataFlags, realDataFolder } from './oracle.ts';

it('shares 309 real periods exactly as the oracle does, and again without paying twice', async (context) => {
  const folder = realDataFolder(context);
  const app = openApp();
  const { code, err, out } = await app.run(...realDataFlags(folder), '--out', app.folder);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('8,992 events read: 8,992 new');
  expect(out).toContain('1 period without points: the pool went back to funding.');
  expect(out).toContain('All of them balance.');
  expectOracle(folder, app.folder);
  const again = await app.run(...realDataFlags(folder), '--out', app.folder);
  expect(again.out).toContain('(0 new)');
  expectOracle(folder, app.folder);
});
