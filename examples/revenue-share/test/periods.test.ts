import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENTS, openApp } from './app.ts';

const MONEY = ['--currency', 'EUR', '--revenue', '100'];
const DAILY = [...MONEY, '--every', 'daily'];

describe('a schedule', () => {
  it('closes each period that has events, and no other', async () => {
    const app = openApp();
    const { code, out } = await app.run(
      '--events',
      app.file('events.csv', EVENTS),
      ...DAILY,
      '--out',
      app.folder,
    );
    expect(code).toBe(0);
    expect(out).toContain('Statement of 4 periods');
    const rows = readFileSync(join(app.folder, 'payouts.csv'), 'utf8').trimEnd().split('\n').slice(1);
    expect(rows.map((row) => row.split(',').slice(0, 4).join(' '))).toEqual([
      '2025-10-01 ana 3 100.00',
      '2025-10-02 ben 1 100.00',
      '2025-10-03 ana 0.25 100.00',
      '2025-10-14 ben 0.25 100.00',
    ]);
  });

  it('leaves a period open that has not ended, and closes it when it has', async () => {
    const app = openApp();
    const next = new Date(Date.now() + 5000).toISOString();
    const events = app.file('events.csv', `${EVENTS}e5,post,ana,ana,${next}\n`);
    const { code, out } = await app.run('--events', events, ...DAILY);
    expect(code).toBe(0);
    expect(out).toMatch(/period \d{4}-\d\d-\d\d goes on until .* and stays open/);
    expect(out).toContain('Statement of 4 periods');
  });

  it('takes what more there is in a longer file, and leaves closed periods as they are', async () => {
    const app = openApp();
    await app.run('--events', app.file('events.csv', EVENTS), ...DAILY);
    const more = `${EVENTS}e5,post,cleo,cleo,2025-10-20T00:00:00Z\n`;
    const { code, out } = await app.run('--events', app.file('events.csv', more), ...DAILY);
    expect(code).toBe(0);
    expect(out).toContain('1 new, 4 recorded before');
    expect(out.match(/closed before/g)).toHaveLength(4);
    expect(out.match(/closed now/g)).toHaveLength(1);
    expect(out).toContain('10 transfers (2 new)');
  });

  it('counts an event that comes too late in the next period that is open', async () => {
    const app = openApp();
    await app.run('--events', app.file('events.csv', EVENTS), ...DAILY);
    const late = `${EVENTS}e5,post,dev,dev,2025-10-02T00:00:00Z\ne6,post,cleo,cleo,2025-10-20T00:00:00Z\n`;
    const { code, out } = await app.run(
      '--events',
      app.file('events.csv', late),
      ...DAILY,
      '--out',
      app.folder,
    );
    expect(code).toBe(0);
    expect(out).toContain('1 too late for their period and counted in the next');
    expect(readFileSync(join(app.folder, 'payouts.csv'), 'utf8')).toContain('2025-10-20,dev,3,50.00');
  });

  it('refuses other rules for periods that are closed, and records nothing', async () => {
    const app = openApp();
    await app.run('--events', app.file('events.csv', EVENTS), ...DAILY);
    const more = app.file('events.csv', `${EVENTS}e5,post,cleo,cleo,2025-10-20T00:00:00Z\n`);
    const { code, err } = await app.run('--events', more, ...DAILY, '--revenue', 'ads=1');
    expect([code, err]).toEqual([1, expect.stringContaining('error PLAN_CHANGED')]);
    const { out } = await app.run('--events', more, ...DAILY);
    expect(out).toContain('1 new, 4 recorded before');
  });

  it.each([
    ['hourly', [], '2025-10-01T00:00:00Z'],
    ['weekly', ['--weekday', 'wednesday'], '2025-10-01'],
    ['semimonthly', [], '2025-10-01'],
    ['monthly', ['--day', '31'], '2025-09-30'],
    ['quarterly', [], '2025-10-01'],
    ['last-weekday', ['--weekday', 'friday', '--of', 'month'], '2025-09-26'],
  ])('can be %s', async (kind, more, first) => {
    const app = openApp();
    const args = ['--events', app.file('events.csv', EVENTS), ...MONEY, '--every', kind, ...more, '--json'];
    const { code, out } = await app.run(...args);
    expect(code).toBe(0);
    expect(JSON.parse(out).periods[0]).toMatchObject({ id: first, balanced: true });
  });
});
