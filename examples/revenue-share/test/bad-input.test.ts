import { describe, expect, it } from 'vitest';
import { type App, EVENTS, openApp, PERIOD, UNTOUCHED, written } from './app.ts';

/** The flags of the plain period with some of them replaced. */
function flags(replaced: Readonly<Record<string, string>>): readonly string[] {
  const all = {
    '--currency': 'SOL',
    '--revenue': '10',
    '--from': '2025-10-01',
    '--to': '2025-10-15',
    ...replaced,
  };
  // `=` keeps a value that begins with a minus a value.
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}

async function refusal(app: App, ...args: readonly string[]): Promise<string> {
  const { code, err } = await app.run('--events', app.file('events.csv', EVENTS), ...args);
  expect(code).toBe(1);
  expect(await written(app.store)).toEqual(UNTOUCHED);
  return err;
}

describe('a refused amount, rate or weight names its option and writes nothing', () => {
  it.each([
    ['NaN', 'INVALID_AMOUNT'],
    ['Infinity', 'INVALID_AMOUNT'],
    ['1e3', 'INVALID_AMOUNT'],
    ['', 'INVALID_AMOUNT'],
    ['0x10', 'INVALID_AMOUNT'],
    [' 10', 'INVALID_AMOUNT'],
    ['1 000', 'INVALID_AMOUNT'],
    ['1,000', 'INVALID_AMOUNT'],
    ['+10', 'INVALID_AMOUNT'],
    ['010', 'INVALID_AMOUNT'],
    ['10.', 'INVALID_AMOUNT'],
    ['-10', 'INVALID_AMOUNT'],
    ['10.0000000001', 'INVALID_AMOUNT'],
    ['9223372036.854775808', 'AMOUNT_OUT_OF_RANGE'],
    ['9'.repeat(50), 'INVALID_AMOUNT'],
  ])('revenue %j', async (amount, code) => {
    const err = await refusal(openApp(), ...flags({ '--revenue': amount }));
    expect(err).toMatch(new RegExp(`^error ${code}: .*\n  at --revenue of revenue\n$`));
  });

  it.each([
    ['NaN', 'INVALID_DECIMAL'],
    ['1e-1', 'INVALID_DECIMAL'],
    ['', 'INVALID_DECIMAL'],
    ['1.01', 'RATE_OUT_OF_RANGE'],
    ['-0.1', 'RATE_OUT_OF_RANGE'],
  ])('a revenue rate of %j', async (rate, code) => {
    const err = await refusal(openApp(), ...flags({ '--revenue': `ads=10@${rate}` }));
    expect(err).toMatch(new RegExp(`^error ${code}: .*\n  at the rate of ads\n$`));
  });

  it.each(['NaN', 'Infinity', '1e2', '', '0x1', ' 1', '-1', '--1'])('a weight of %j', async (weight) => {
    const err = await refusal(openApp(), ...PERIOD, `--weight=post=${weight}`);
    expect(err).toMatch(/^error INVALID_INPUT: .*weights\.post: .*\n {2}at --weight/);
  });

  it.each(['1.5', '-0.05', '5%', '1e-2'])('a bonus rate of %j', async (rate) => {
    const app = openApp();
    const referrals = app.file('referrals.csv', 'referrer,referred,since\nana,ben,2025-01-01\n');
    const err = await refusal(app, ...PERIOD, '--referrals', referrals, `--bonus-rate=${rate}`);
    expect(err).toMatch(/^error INVALID_INPUT: .*rates\[0\].*\n {2}at --bonus-rate\n$/);
  });

  it.each([
    ['XYZ', 'UNKNOWN_CURRENCY'],
    ['sol', 'UNKNOWN_CURRENCY'],
    ['', 'UNKNOWN_CURRENCY'],
    ['SOL:2', 'INVALID_CURRENCY'],
    ['POINTS:19', 'INVALID_CURRENCY'],
  ])('the currency %j', async (currency, code) => {
    const err = await refusal(openApp(), ...flags({ '--currency': currency }));
    expect(err).toMatch(new RegExp(`^error ${code}: .*\n  at --currency\n$`));
  });

  it.each([
    ['--minimum=1e3', 'INVALID_AMOUNT', '--minimum'],
    ['--minimum=-1', 'INVALID_INPUT', '--minimum'],
    ['--from=2025-02-30', 'INVALID_INSTANT', '--from'],
    ['--from=2025-10-01T00:00:00', 'INVALID_INSTANT', '--from'],
    ['--to=2025-10-01', 'INVALID_INPUT', '--to'],
    ['--time-zone=Mars/Olympus', 'UNKNOWN_TIME_ZONE', '--from'],
    ['--own-acts=dance=yes', 'INVALID_INPUT', '--weight, --own-acts, --cap'],
    ['--program=', 'INVALID_ID', '--program'],
  ])('%s', async (flag, code, place) => {
    const err = await refusal(openApp(), ...PERIOD, flag);
    expect(err).toMatch(new RegExp(`^error ${code}: .*\n  at ${place}\n$`));
  });
});

describe('a refused line names its file and number and writes nothing', () => {
  const at = (line: string): readonly [string, number] => [
    `${EVENTS}${line}\n${EVENTS.split('\n')[1] ?? ''}\n`,
    6,
  ];

  it.each([
    ['too few fields', ...at('e5,post,ana'), 'INVALID_INPUT'],
    ['too many fields', ...at('e5,post,ana,ana,2025-10-05,x'), 'INVALID_INPUT'],
    ['an open quote', ...at('"e5,post,ana,ana,2025-10-05'), 'INVALID_INPUT'],
    ['a stray quote', ...at('e"5,post,ana,ana,2025-10-05'), 'INVALID_INPUT'],
    ['an unknown kind', ...at('e5,dance,ana,ana,2025-10-05'), 'UNKNOWN_INTERACTION_KIND'],
    ['an empty id', ...at(',post,ana,ana,2025-10-05'), 'INVALID_ID'],
    ['an empty participant', ...at('e5,post,,ana,2025-10-05'), 'INVALID_ID'],
    ['a control character in an id', ...at('e\u00015,post,ana,ana,2025-10-05'), 'INVALID_ID'],
    ['no time', ...at('e5,post,ana,ana,'), 'INVALID_INSTANT'],
    ['a day that does not exist', ...at('e5,post,ana,ana,2025-02-30T00:00:00Z'), 'INVALID_INSTANT'],
    ['a time without an offset', ...at('e5,post,ana,ana,2025-10-05T00:00:00'), 'INVALID_INSTANT'],
    ['a number for a time', ...at('e5,post,ana,ana,1759622400'), 'INVALID_INSTANT'],
    ['an event before the period', ...at('e5,post,ana,ana,2025-09-30T23:59:59.999Z'), 'OUTSIDE_EVERY_PERIOD'],
    [
      'an event at the end of the period',
      ...at('e5,post,ana,ana,2025-10-15T00:00:00Z'),
      'OUTSIDE_EVERY_PERIOD',
    ],
    [
      'an id that comes again with other content',
      ...at('e1,like,ben,ana,2025-10-05'),
      'IDEMPOTENCY_CONFLICT',
    ],
    ['an unknown column', EVENTS.replace('actor_id', 'actor'), 1, 'INVALID_INPUT'],
    ['a missing column', EVENTS.replace('participant_id', 'who'), 1, 'INVALID_INPUT'],
    ['a column that occurs twice', EVENTS.replace('actor_id', 'kind'), 1, 'INVALID_INPUT'],
    ['a line without end', ...at(`e5,${'x'.repeat(70_000)}`), 'INVALID_INPUT'],
  ])('%s', async (_what, csv, line, code) => {
    const app = openApp();
    const { code: exit, err } = await app.run('--events', app.file('events.csv', csv), ...PERIOD);
    expect([exit, err]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^error ${code}: .*\n  at events.csv line ${line}\n$`)),
    ]);
    expect(await written(app.store)).toEqual(UNTOUCHED);
  });

  it('the first of them, whatever is wrong with it', async () => {
    const app = openApp();
    const events = app.file('events.csv', `${EVENTS}e5,dance,ana,ana,2025-10-05\ne6,post\n`);
    expect((await app.run('--events', events, ...PERIOD)).err).toContain('at events.csv line 6');
  });

  it('text that is not UTF-8', async () => {
    const app = openApp();
    const events = app.file(
      'events.csv',
      Buffer.concat([Buffer.from(EVENTS), Buffer.from('e5,post,\xff,,\n', 'latin1')]),
    );
    expect((await app.run('--events', events, ...PERIOD)).err).toMatch(
      /not UTF-8.*\n {2}at events.csv line 6\n$/,
    );
  });

  it.each([
    [
      'an unknown field',
      { event_id: 'e1', kind: 'post', participant_id: 'ana', at: '2025-10-05', points: '3' },
    ],
    ['a missing field', { event_id: 'e1', kind: 'post', at: '2025-10-05' }],
    ['a number for an id', { event_id: 1, kind: 'post', participant_id: 'ana', at: '2025-10-05' }],
    ['an array', []],
    ['text', 'e1'],
  ])('NDJSON with %s', async (_what, value) => {
    const app = openApp();
    const events = app.file('events.ndjson', `\n${JSON.stringify(value)}\n`);
    const { code, err } = await app.run('--events', events, ...PERIOD);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^error INVALID_INPUT: .*\n {2}at events.ndjson line 2\n$/),
    ]);
  });

  it('no events at all, rather than closing the period without anybody', async () => {
    const app = openApp();
    for (const [name, text] of [
      ['header.csv', 'event_id,kind,participant_id,actor_id,at\n'],
      ['empty.csv', ''],
      ['empty.ndjson', ''],
    ] as const) {
      const { code, err } = await app.run('--events', app.file(name, text), ...PERIOD);
      expect([code, err]).toEqual([1, expect.stringContaining('error INVALID_INPUT')]);
    }
    expect(await written(app.store)).toEqual(UNTOUCHED);
  });

  it.each([
    ['the same participant twice', 'ana,true,true\nana,true,true', 'DUPLICATE_PARTICIPANT', 3],
    ['a flag that is neither true nor false', 'ana,yes,true', 'INVALID_INPUT', 2],
  ])('%s', async (_what, lines, code, line) => {
    const app = openApp();
    const participants = app.file('people.csv', `id,active,verified\n${lines}\n`);
    const err = await refusal(app, ...PERIOD, '--participants', participants);
    expect(err).toMatch(new RegExp(`^error ${code}: .*\n  at people.csv line ${line}\n$`));
  });

  it.each([
    [
      'a cycle of referrals',
      'ana,ben,2025-01-01\nben,cleo,2025-01-01\ncleo,ana,2025-01-01',
      'REFERRAL_CYCLE',
    ],
    ['a referral of oneself', 'ana,ana,2025-01-01', 'SELF_REFERRAL'],
    ['two referrers of one participant', 'ana,cleo,2025-01-01\nben,cleo,2025-01-01', 'REFERRER_ALREADY_SET'],
  ])('%s', async (_what, lines, code) => {
    const app = openApp();
    const referrals = app.file('referrals.csv', `referrer,referred,since\n${lines}\n`);
    const err = await refusal(app, ...PERIOD, '--referrals', referrals);
    expect(err).toMatch(new RegExp(`^error ${code}: .*\n  at referrals.csv\n$`));
  });

  it.each([
    ['no revenue of the period', '2025-11-01,ads,10,SOL', 'UNKNOWN_REVENUE'],
    ['revenue in two currencies', '2025-10-01,ads,10,USD', 'CURRENCY_MISMATCH'],
    ['negative revenue', '2025-10-01,ads,-10,SOL', 'INVALID_AMOUNT'],
    ['revenue in an unknown currency', '2025-10-01,ads,10,XYZ', 'UNKNOWN_CURRENCY'],
    ['two amounts of one source', '2025-10-01,ads,10,SOL\n2025-10-01,ads,10,SOL', 'INVALID_INPUT'],
  ])('%s', async (_what, lines, code) => {
    const app = openApp();
    const revenues = app.file('revenues.csv', `period,source,amount,currency\n${lines}\n`);
    const period = PERIOD.filter((flag) => flag !== '--revenue' && flag !== '10');
    expect(await refusal(app, ...period, '--revenues', revenues)).toContain(`error ${code}: `);
  });
});

describe('a refused period writes nothing', () => {
  it('that has not ended', async () => {
    const err = await refusal(openApp(), ...flags({ '--to': '2999-01-01' }));
    expect(err).toContain('error PERIOD_NOT_ENDED: Period 2025-10-01 ends at 2999-01-01T00:00:00.000Z');
  });

  it('that overlaps another', async () => {
    const app = openApp();
    const events = app.file('events.csv', EVENTS);
    await app.run('--events', events, ...PERIOD);
    const before = await written(app.store);
    const { code, err } = await app.run('--events', events, ...PERIOD, '--from', '2025-09-28');
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('error PERIOD_OVERLAP: Period 2025-09-28 overlaps'),
    ]);
    expect(await written(app.store)).toEqual(before);
  });

  it('of a schedule with a bad anchor', async () => {
    const app = openApp();
    const events = app.file('events.csv', EVENTS);
    const schedule = ['--every', 'biweekly', '--anchor', '2025-13-01'];
    const { code, err } = await app.run(
      '--events',
      events,
      '--currency',
      'SOL',
      '--revenue',
      '1',
      ...schedule,
    );
    expect([code, err]).toEqual([1, expect.stringMatching(/^error INVALID_SCHEDULE: .*\n {2}at --every\n$/)]);
  });
});

describe('a wrong command line ends with exit code 2', () => {
  const EVENT_FLAGS = ['--events', 'EVENTS', '--currency', 'SOL', '--revenue', '1'];

  it.each([
    ['an unknown option', ['--colour']],
    ['a stray word', ['events.csv']],
    ['an option without its value', ['--events']],
    ['input options without events', ['--currency', 'SOL']],
    ['no currency', ['--events', 'EVENTS', '--revenue', '1', '--from', '2025-10-01', '--to', '2025-10-15']],
    ['no revenue', ['--events', 'EVENTS', '--currency', 'SOL', '--from', '2025-10-01', '--to', '2025-10-15']],
    ['no period', EVENT_FLAGS],
    ['a period and a schedule', [...EVENT_FLAGS, '--from', '2025-10-01', '--every', 'daily']],
    ['a schedule that does not exist', [...EVENT_FLAGS, '--every', 'fortnightly']],
    ['a schedule without its anchor', [...EVENT_FLAGS, '--every', 'biweekly']],
    ['a weight without a kind', [...EVENT_FLAGS, '--every', 'daily', '--weight', '3']],
    ['a weight given twice', [...EVENT_FLAGS, '--every', 'daily', '--weight', 'a=3', '--weight', 'a=3']],
    ['a source given twice', [...EVENT_FLAGS, '--every', 'daily', '--revenue', '1']],
    ['a file that is not there', ['--events', 'nowhere.csv', ...EVENT_FLAGS.slice(2), '--every', 'daily']],
    ['a file of an unknown kind', ['--events', 'events.xlsx', ...EVENT_FLAGS.slice(2), '--every', 'daily']],
    ['a bonus without referrals', [...EVENT_FLAGS, '--every', 'daily', '--bonus-rate', '0.1']],
    ['a plan that is to be written', ['--plan-only', '--out', 'payouts']],
    ['one digest for many periods', [...EVENT_FLAGS, '--every', 'daily', '--commit', '0'.repeat(64)]],
    ['two answers to one question', ['--plan-only', '--commit', '0'.repeat(64)]],
  ])('%s', async (_what, args) => {
    const app = openApp();
    const events = app.file('events.csv', EVENTS);
    const { code, out, err } = await app.run(...args.map((arg) => (arg === 'EVENTS' ? events : arg)));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^error: .*\n {2}npm start -- --help says what there is\n$/);
    expect(await written(app.store)).toEqual(UNTOUCHED);
  });

  it('help is printed whatever else is asked for', async () => {
    const { code, out } = await openApp().run('--help', '--currency', 'SOL');
    expect(code).toBe(0);
    expect(out).toContain('--skip-bad-lines');
  });
});
