import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type App, EVENTS, interrupted, openApp, PERIOD, UNTOUCHED, written } from './app.ts';

async function payoutsOf(app: App, events: string, ...more: readonly string[]): Promise<string> {
  const { code, err } = await app.run('--events', events, ...PERIOD, '--out', app.folder, ...more);
  expect([code, err]).toEqual([0, '']);
  return readFileSync(join(app.folder, 'payouts.csv'), 'utf8');
}

/** The same events as NDJSON. */
function asNdjson(csv: string): string {
  const [header = '', ...lines] = csv.trimEnd().split('\n');
  const columns = header.split(',');
  return lines
    .map((line) => {
      const fields = line.split(',');
      return `${JSON.stringify(Object.fromEntries(columns.map((column, index) => [column, fields[index]])))}\n`;
    })
    .join('');
}

describe('events', () => {
  it('give exact payouts from CSV', async () => {
    const app = openApp();
    // ana has 3.25 points, ben 1.25, of 4.5; ten SOL do not divide by them.
    expect(await payoutsOf(app, app.file('events.csv', EVENTS))).toMatchInlineSnapshot(`
      "period,participant,points,share,bonuses,total,currency,state,available,held,eligible,reasons
      2025-10-01,ana,3.25,7.222222222,0.000000000,7.222222222,SOL,available,7.222222222,0.000000000,yes,
      2025-10-01,ben,1.25,2.777777778,0.000000000,2.777777778,SOL,available,2.777777778,0.000000000,yes,
      "
    `);
  });

  it('give the same payouts from NDJSON', async () => {
    const [csv, ndjson] = [openApp(), openApp()];
    const expected = await payoutsOf(csv, csv.file('events.csv', EVENTS));
    expect(await payoutsOf(ndjson, ndjson.file('events.ndjson', asNdjson(EVENTS)))).toBe(expected);
  });

  it.each([
    ['with columns in another order', reordered(EVENTS)],
    ['with a byte order mark and Windows line ends', `\uFEFF${EVENTS.replaceAll('\n', '\r\n')}`],
    ['with quoted fields and blank lines', EVENTS.replace('e1,post', '"e1","post"').replaceAll('\n', '\n\n')],
    ['without the last line end', EVENTS.trimEnd()],
    ['with lines that occur twice', EVENTS + EVENTS.slice(EVENTS.indexOf('\n') + 1)],
  ])('give the same payouts %s', async (_how, text) => {
    const [plain, other] = [openApp(), openApp()];
    const expected = await payoutsOf(plain, plain.file('events.csv', EVENTS));
    expect(await payoutsOf(other, other.file('events.csv', text))).toBe(expected);
  });

  it('keep ids that hold commas and quotes', async () => {
    const app = openApp();
    const events = EVENTS.replaceAll('ana', '"ana ""a"", the first"');
    expect(await payoutsOf(app, app.file('events.csv', events))).toContain(
      '\n2025-10-01,"ana ""a"", the first",3.25,',
    );
  });

  it('may have columns that are named to be ignored', async () => {
    const app = openApp();
    const events = EVENTS.replace('actor_id', 'note').replaceAll(',ben,', ',not ben,');
    const { code } = await app.run(
      '--events',
      app.file('events.csv', events),
      ...PERIOD,
      '--ignore-column',
      'note',
    );
    expect(code).toBe(0);
  });

  it('leave out bad lines where that is asked for, and name each of them', async () => {
    const app = openApp();
    const bad = 'e5,post,ana\ne6,post,ana,ana,yesterday\ne7,dance,ana,ana,2025-10-04T00:00:00Z\n"e8,post\n';
    const events = app.file('events.csv', EVENTS.replace('e1,', `${bad}e1,`));
    const { code, out, err } = await app.run('--events', events, ...PERIOD, '--skip-bad-lines');
    expect(code).toBe(0);
    expect(err.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      'skipped events.csv line 2: INVALID_INPUT',
      'skipped events.csv line 3: INVALID_INSTANT',
      'skipped events.csv line 4: UNKNOWN_INTERACTION_KIND',
      'skipped events.csv line 5: INVALID_INPUT',
      '',
    ]);
    expect(out).toContain('4 events read: 4 new');
    expect(out).toContain('Skipped  4 lines');
  });
});

describe('rules', () => {
  it('weigh, cap, and count acts on oneself as the flags say', async () => {
    const app = openApp();
    const flags = [
      '--weight',
      'post=0',
      '--weight',
      'comment=2',
      '--weight',
      'like=1',
      '--own-acts',
      'comment=no',
    ];
    const { out } = await app.run(
      '--events',
      app.file('events.csv', EVENTS),
      ...PERIOD,
      ...flags,
      '--explain',
      'ana',
    );
    // The comment of ben on himself does not count any more: one like for each of the two.
    expect(out).toMatch(/ana +1 {2}5\.000000000 SOL/);
    expect(out).toMatch(/ben +1 {2}5\.000000000 SOL/);
    expect(out).toContain('1 like × 1 = 1, 1 post × 0 = 0; together 1');
  });

  it('take bonuses out of the share of the referred where the pool funds them', async () => {
    const app = openApp();
    const referrals = app.file('referrals.csv', 'referrer,referred,since\nzoe,ana,2025-01-01\n');
    const flags = ['--referrals', referrals, '--bonus-rate', '0.1', '--bonus-funded-by', 'pool'];
    const csv = await payoutsOf(app, app.file('events.csv', EVENTS), ...flags);
    expect(csv).toContain('ana,3.25,6.500000000,0.000000000,6.500000000');
    expect(csv).toContain('zoe,0,0.000000000,0.722222222,0.722222222');
  });

  it('share no revenue with those who are not active, and say who would be paid', async () => {
    const app = openApp();
    const participants = app.file('people.csv', 'verified,id,active\ntrue,ana,true\nfalse,ben,false\n');
    const csv = await payoutsOf(app, app.file('events.csv', EVENTS), '--participants', participants);
    expect(csv).toContain('ana,3.25,10.000000000');
    expect(csv).toContain('inactive,0.000000000,0.000000000,no,');
    expect(csv).toContain('not active; not verified');
  });

  it('hold shares for days, and say until when', async () => {
    const app = openApp();
    const csv = await payoutsOf(app, app.file('events.csv', EVENTS), '--hold-days', '3000', '--minimum', '1');
    expect(csv).toContain(
      ',held,0.000000000,7.222222222,no,1.000000000 SOL short of the minimum until 2034-01-01',
    );
  });

  it('take revenue by period and source from a file', async () => {
    const app = openApp();
    const revenues = app.file(
      'revenues.csv',
      'period,source,amount\n2025-10-01,ads,100\n2025-10-01,shop,7\n',
    );
    const from = ['--revenues', revenues, '--rate', 'ads=0.25', '--rate', 'shop=1'];
    const period = PERIOD.filter((flag) => flag !== '--revenue' && flag !== '10');
    const { out } = await app.run('--events', app.file('events.csv', EVENTS), ...period, ...from);
    expect(out).toMatch(/pool +32\.000000000 SOL/);
  });

  it('read dates in the time zone that is given', async () => {
    const app = openApp();
    const events = app.file('events.csv', `${EVENTS}e5,post,ana,ana,2025-09-30T22:00:00Z\n`);
    const refused = await app.run('--events', events, ...PERIOD);
    expect(refused.err).toContain('OUTSIDE_EVERY_PERIOD');
    const kolkata = await app.run('--events', events, ...PERIOD, '--time-zone', 'Asia/Kolkata');
    // There the period ends earlier too: at 18:30 UTC of the 14th.
    expect(kolkata.err).toContain('events.csv line 5');
  });
});

describe('plan and commit', () => {
  it('only plan where that is asked for, and write nothing', async () => {
    const app = openApp();
    const { code, out } = await app.run('--events', app.file('events.csv', EVENTS), ...PERIOD, '--plan-only');
    expect(code).toBe(0);
    expect(out).toMatch(/digest [0-9a-f]{64}\n/);
    expect(out).toMatch(/ana +3\.25 {2}7\.222222222 SOL/);
    expect(out).toContain('Only planned: nothing was written, and nobody was paid.');
    expect(await written(app.store)).toEqual(UNTOUCHED);
  });

  it('commit the plan that was reviewed, and no other', async () => {
    const app = openApp();
    const flags = ['--events', app.file('events.csv', EVENTS), ...PERIOD];
    const [, digest = ''] = /digest ([0-9a-f]{64})/.exec((await app.run(...flags, '--plan-only')).out) ?? [];
    const other = await app.run(...flags, '--commit', '0'.repeat(64));
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('error PLAN_CHANGED')]);
    expect((await written(app.store)).accounts).toBe(0);
    expect((await app.run(...flags, '--commit', digest)).code).toBe(0);
  });

  it('go on with the frozen plan of an interrupted run, even if the input has changed since', async () => {
    const [app, whole] = [openApp(), openApp()];
    const flags = ['--events', app.file('events.csv', EVENTS), ...PERIOD, '--out', app.folder];
    const stopped = await interrupted(app.store, 'shares').run(...flags);
    expect([stopped.code, stopped.err]).toEqual([1, expect.stringContaining('error STORE_UNAVAILABLE')]);
    const changed = [...flags, '--own-acts', 'like=yes', '--hold-days', '1'];
    const refused = await app.run(...changed);
    const [, digest = ''] = /which is being closed under digest ([0-9a-f]{64});/.exec(refused.err) ?? [];
    expect([refused.code, digest.length]).toEqual([1, 64]);
    expect((await app.run(...changed, '--commit', digest)).code).toBe(0);
    const expected = await payoutsOf(whole, whole.file('events.csv', EVENTS));
    expect(readFileSync(join(app.folder, 'payouts.csv'), 'utf8')).toBe(expected);
  });

  it('say that a period is closed when other flags come, and change nothing', async () => {
    const app = openApp();
    const events = app.file('events.csv', EVENTS);
    await app.run('--events', events, ...PERIOD);
    const before = await written(app.store);
    const { code, err } = await app.run(
      '--events',
      events,
      ...PERIOD,
      '--weight',
      'post=1',
      '--weight',
      'like=1',
      '--weight',
      'comment=1',
    );
    expect(code).toBe(1);
    expect(err).toContain('error PLAN_CHANGED');
    expect(err).toMatch(
      /at period 2025-10-01, which is closed under digest [0-9a-f]{64}; nothing was changed/,
    );
    expect(await written(app.store)).toEqual(before);
  });

  it('say that a period is closed when other events come, and change nothing', async () => {
    const app = openApp();
    await app.run('--events', app.file('events.csv', EVENTS), ...PERIOD);
    const more = app.file('events.csv', `${EVENTS}e9,post,ben,ben,2025-10-05T00:00:00Z\n`);
    const { code, err } = await app.run('--events', more, ...PERIOD);
    expect([code, err]).toEqual([1, expect.stringContaining('error PLAN_CHANGED')]);
    const again = await app.run('--events', app.file('events.csv', EVENTS), ...PERIOD);
    expect(again.out).toContain('0 new, 4 recorded before');
  });

  it('give the statement as JSON on stdout, and everything else on stderr', async () => {
    const app = openApp();
    const { out, err } = await app.run('--events', app.file('events.csv', EVENTS), ...PERIOD, '--json');
    expect(JSON.parse(out)).toMatchObject({
      program: 'revenue-share',
      events: { read: 4, recorded: 4 },
      periods: [{ id: '2025-10-01', outcome: 'closed', pool: '10.000000000', balanced: true }],
      ledger: { ok: true, newTransfers: 3 },
      notifications: { stored: 2, undelivered: 2, delivered: 0 },
    });
    expect(err).toContain('Statement of period 2025-10-01');
  });
});

function reordered(csv: string): string {
  return csv
    .split('\n')
    .map((line) => line.split(',').reverse().join(','))
    .join('\n');
}
