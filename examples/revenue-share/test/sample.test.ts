import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleEvents } from '../src/sample.ts';
import { openApp } from './app.ts';

interface Row {
  readonly participant: string;
  readonly points: string;
  readonly share: string;
  readonly bonuses: string;
  readonly total: string;
  readonly state: string;
  readonly eligible: string;
  readonly reasons: string;
}

function payouts(folder: string): readonly Row[] {
  return JSON.parse(readFileSync(join(folder, 'payouts.json'), 'utf8'));
}

describe('the sample', () => {
  it('shares 45.92 SOL among seven equals and adds the bonus of 0.328 SOL', async () => {
    const app = openApp();
    const { code, err } = await app.run('--out', app.folder);
    expect([code, err]).toEqual([0, '']);
    const rows = new Map(payouts(app.folder).map((row) => [row.participant, row]));
    for (const id of ['ana', 'ben', 'cleo', 'dev', 'eli', 'fay', 'gus']) {
      expect(rows.get(id)).toMatchObject({ points: '39.5', share: '6.560000000' });
    }
    expect(rows.get('ana')).toMatchObject({ bonuses: '0.328000000', total: '6.888000000', eligible: 'yes' });
    expect(rows.get('jack')).toMatchObject({ share: '0.000000000', bonuses: '0.328000000', eligible: 'no' });
  });

  it('says who gets nothing, or cannot use it yet, and why', async () => {
    const app = openApp();
    await app.run('--out', app.folder);
    const rows = new Map(payouts(app.folder).map((row) => [row.participant, row]));
    expect(rows.get('hugo')).toMatchObject({ state: 'inactive', total: '0.000000000', eligible: 'no' });
    expect(rows.get('visitor')).toMatchObject({ state: 'unknown', total: '0.000000000' });
    expect(rows.get('gus')).toMatchObject({ state: 'held_until_verified', eligible: 'no' });
    expect(rows.get('gus')?.reasons).toBe('5.000000000 SOL short of the minimum; not verified');
  });

  it('shows all six steps, the plan before the commit, and a statement that balances', async () => {
    const { out } = await openApp().run();
    const order = ['1/6', '2/6', '3/6', 'digest ', 'Commit', '4/6', '5/6', '6/6', 'It balances', 'verify()'];
    const positions = order.map((text) => out.indexOf(text));
    expect(positions).not.toContain(-1);
    expect(positions).toEqual(positions.toSorted((left, right) => left - right));
    expect(out).toContain('45.920000000 SOL pool = 45.920000000 SOL shares + 0.000000000 SOL returned');
  });

  it('pays nobody twice when it runs again, and says so', async () => {
    const app = openApp();
    const first = await app.run();
    const second = await app.run();
    const digest = /digest ([0-9a-f]{64})/;
    expect(digest.exec(second.out)?.[1]).toBe(digest.exec(first.out)?.[1]);
    expect(second.code).toBe(0);
    expect(second.out).toContain('the period was closed before, under this very plan');
    expect(second.out).toContain('11 transfers (0 new)');
    expect(second.out).toContain('0 new, 549 recorded before');
    expect(second.out).toContain('9 notifications: 0 delivered now, 0 waiting');
  });

  it('delivers one notification a share and one a bonus, each once', async () => {
    const app = openApp();
    await app.run();
    await app.run();
    const lines = readFileSync(join(app.folder, 'notifications.ndjson'), 'utf8').trimEnd().split('\n');
    const kinds = lines.map((line) => JSON.parse(line).kind);
    expect(kinds.filter((kind) => kind === 'share')).toHaveLength(7);
    expect(kinds.filter((kind) => kind === 'referral_bonus')).toHaveLength(2);
  });

  it('is the same every time', () => {
    const [first] = sampleEvents();
    expect(sampleEvents()).toEqual(sampleEvents());
    expect(first?.interaction.at.toISOString()).toMatchInlineSnapshot(`"2025-10-01T01:16:00.000Z"`);
  });
});
