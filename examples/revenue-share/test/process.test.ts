import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENTS, PERIOD, type Run, temporaryFolder } from './app.ts';
import { expectOracle, realDataFlags, realDataFolder } from './oracle.ts';
import { compile, runProcess } from './process.ts';

// Making a Postgres takes seconds: one run makes one, in place of something older. What writes into it has a copy.
let made: string;
let sample: Run;

beforeAll(async () => {
  await compile();
  made = mkdtempSync(join(tmpdir(), 'revenue-share-made-'));
  mkdirSync(join(made, 'postgres'));
  writeFileSync(join(made, 'postgres', 'PG_VERSION'), '9');
  writeFileSync(join(made, 'notifications.ndjson'), '{"id":"of an older run"}\n');
  sample = await runProcess(['--data', made, '--fresh']);
}, 120_000);
afterAll(() => rmSync(made, { recursive: true, force: true }));

function dataFolder(): string {
  const folder = temporaryFolder();
  cpSync(made, folder, { recursive: true });
  return folder;
}

describe('npm start', () => {
  it('runs the sample on an embedded Postgres, and ends', () => {
    expect([sample.code, sample.err]).toEqual([0, '']);
    expect(sample.out).toContain('It balances: 0.000000000 SOL left');
    expect(sample.out).toContain('11 transfers (11 new)');
    expect(sample.out).toContain('9 notifications: 9 delivered now, 0 waiting');
  });

  it('pays nobody twice when it runs again', async () => {
    const { code, out, err } = await runProcess(['--data', made]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Nobody is paid twice.');
    expect(out).toContain('11 transfers (0 new)');
    const delivered = readFileSync(join(made, 'notifications.ndjson'), 'utf8').trimEnd().split('\n');
    expect(delivered).toHaveLength(9);
  });

  it('begins anew where that is asked for, and forgets what was there', () => {
    expect(existsSync(join(made, 'postgres', 'base'))).toBe(true);
    const delivered = readFileSync(join(made, 'notifications.ndjson'), 'utf8');
    expect(delivered).not.toContain('of an older run');
    expect(delivered.trimEnd().split('\n')).toHaveLength(9);
  });

  it('refuses a folder that another run is working on', async () => {
    const data = temporaryFolder();
    writeFileSync(join(data, 'lock'), `${process.pid}`);
    const { code, err } = await runProcess(['--data', data]);
    expect(code).toBe(1);
    expect(err).toContain(
      `error STORE_UNAVAILABLE: The store did not answer: process ${process.pid} is working`,
    );
  });

  it('ends with 1 for refused input and 2 for a wrong command line, without a stack trace', async () => {
    const events = join(temporaryFolder(), 'events.csv');
    writeFileSync(events, `${EVENTS}e5,dance,ana,ana,2025-10-05\n`);
    const refused = await runProcess(['--data', made, '--events', events, ...PERIOD]);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(/^error UNKNOWN_INTERACTION_KIND: [^\n]*\n {2}at events\.csv line 6\n$/),
    ]);
    const wrong = await runProcess(['--data', made, '--colour']);
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).not.toContain('    at ');
  });
});

describe('a run that is killed', () => {
  it('goes on where it ended, with the same result as one that was not', async () => {
    const folder = temporaryFolder();
    const events = join(folder, 'events.csv');
    writeFileSync(events, manyEvents(100));
    // Small pages make many transactions, so that the end comes in the middle of them.
    const flags = ['--events', events, ...PERIOD, '--page-size', '5', '--data'];
    const data = dataFolder();
    for (const moment of ['Commit ', '4/6']) {
      const killed = await runProcess([...flags, data], (out, kill) => {
        if (out.includes(moment)) kill();
      });
      expect(killed.signal).toBe('SIGKILL');
      expect(killed.out).not.toContain('Statement');
    }
    const resumed = await runProcess([...flags, data, '--out', join(folder, 'resumed')]);
    expect([resumed.code, resumed.err]).toEqual([0, '']);
    expect(resumed.out).toContain('goes on where the run before this one was interrupted');
    const whole = await runProcess([...flags, dataFolder(), '--out', join(folder, 'whole')]);
    const payouts = (run: string): string => readFileSync(join(folder, run, 'payouts.csv'), 'utf8');
    expect(payouts('resumed')).toBe(payouts('whole'));
    const books = /Ledger {3}([\d,]+ transfers) \([\d,]+ new\), ([^\n]+)/;
    expect(books.exec(resumed.out)?.slice(1)).toEqual(books.exec(whole.out)?.slice(1));
    expect(resumed.out).toContain('100 notifications');
  });
});

/** One post or comment of each of so many participants. */
function manyEvents(participants: number): string {
  const lines = Array.from({ length: participants }, (_, index) => {
    const id = `p${index}`;
    return `e${index},${index % 3 === 0 ? 'post' : 'comment'},${id},${id},2025-10-02T00:00:00Z`;
  });
  return `event_id,kind,participant_id,actor_id,at\n${lines.join('\n')}\n`;
}

/** The first 36 of 309 periods have a third of the events; REAL_DATA=complete shares all of them out, which takes longer. */
const COMPLETE = process.env['REAL_DATA'] === 'complete';
const BEFORE = '2012-01-09';

describe('the real events', () => {
  it('are shared among their periods exactly as the oracle does it, on Postgres through the command line', async (context) => {
    const real = realDataFolder(context);
    const data = dataFolder();
    const events = COMPLETE ? join(real, 'events.csv') : firstEvents(join(real, 'events.csv'), data);
    const { code, err, out } = await runProcess([
      ...realDataFlags(real, events),
      '--data',
      data,
      '--out',
      data,
    ]);
    expect([code, err]).toEqual([0, '']);
    if (COMPLETE) {
      expect(out).toContain('8,992 events read: 8,992 new');
      expect(out).toContain('1 period without points: the pool went back to funding.');
      expectOracle(real, data);
    } else {
      expect(out).toMatch(/(\d,\d{3}) events read: \1 new/);
      expect(out).toContain('All of them balance.');
      expectOracle(real, data, BEFORE, 36);
    }
  });
});

/** The events before the end of what is shared out, in a file of their own. */
function firstEvents(file: string, folder: string): string {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const first = lines.filter((line) => (line.split(',')[4] ?? '') < BEFORE);
  const events = join(folder, 'first-events.csv');
  writeFileSync(events, [header, ...first, ''].join('\n'));
  return events;
}
