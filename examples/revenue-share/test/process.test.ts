import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENTS, PERIOD, temporaryFolder } from './app.ts';
import { runProcess } from './process.ts';

describe('npm start', () => {
  it('runs the sample on an embedded Postgres, ends, and pays nobody twice when it runs again', async () => {
    const data = temporaryFolder();
    const first = await runProcess(['--data', data]);
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toContain('It balances: 0.000000000 SOL left');
    expect(first.out).toContain('11 transfers (11 new)');
    const again = await runProcess(['--data', data]);
    expect([again.code, again.err]).toEqual([0, '']);
    expect(again.out).toContain('Nobody is paid twice.');
    expect(again.out).toContain('11 transfers (0 new)');
    const delivered = readFileSync(join(data, 'notifications.ndjson'), 'utf8').trimEnd().split('\n');
    expect(delivered).toHaveLength(9);
    // To begin anew is a decision of its own.
    const fresh = await runProcess(['--data', data, '--fresh']);
    expect(fresh.out).toContain('11 transfers (11 new)');
  });

  it('refuses a folder that another run is working on', async () => {
    const data = temporaryFolder();
    writeFileSync(join(data, 'lock'), `${process.pid}`);
    const { code, err } = await runProcess(['--data', data]);
    expect(code).toBe(1);
    expect(err).toContain(`error STORE_UNAVAILABLE: The store did not answer: process ${process.pid} is working`);
  });

  it('ends with 1 for refused input and 2 for a wrong command line, without a stack trace', async () => {
    const data = temporaryFolder();
    const events = join(data, 'events.csv');
    writeFileSync(events, `${EVENTS}e5,dance,ana,ana,2025-10-05\n`);
    const refused = await runProcess(['--data', data, '--events', events, ...PERIOD]);
    expect([refused.code, refused.err]).toEqual([
      1,
      expect.stringMatching(/^error UNKNOWN_INTERACTION_KIND: [^\n]*\n {2}at events\.csv line 6\n$/),
    ]);
    const wrong = await runProcess(['--data', data, '--colour']);
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).not.toContain('    at ');
  });
});

describe('a run that is killed', () => {
  it('goes on where it ended, with the same result as one that was not', async () => {
    const folder = temporaryFolder();
    const events = join(folder, 'events.csv');
    writeFileSync(events, manyEvents(2000));
    // Small pages make many transactions, so that the end comes in the middle of them.
    const flags = ['--events', events, ...PERIOD, '--page-size', '5'];
    const killed = await runProcess(['--data', join(folder, 'killed'), ...flags], (out, kill) => {
      if (out.includes('Commit ')) setTimeout(kill, 700);
    });
    expect(killed.signal).toBe('SIGKILL');
    expect(killed.out).not.toContain('6/6');
    const resumed = await runProcess(['--data', join(folder, 'killed'), ...flags, '--out', join(folder, 'resumed')]);
    expect([resumed.code, resumed.err]).toEqual([0, '']);
    expect(resumed.out).toContain('goes on where the run before this one was interrupted');
    const whole = await runProcess(['--data', join(folder, 'whole'), ...flags, '--out', join(folder, 'whole')]);
    const payouts = (run: string): string => readFileSync(join(folder, run, 'payouts.csv'), 'utf8');
    expect(payouts('resumed')).toBe(payouts('whole'));
    const books = /Ledger {3}([\d,]+ transfers) \([\d,]+ new\), ([^\n]+)/;
    expect(books.exec(resumed.out)?.slice(1)).toEqual(books.exec(whole.out)?.slice(1));
    expect(resumed.out).toContain('2,000 notifications');
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
