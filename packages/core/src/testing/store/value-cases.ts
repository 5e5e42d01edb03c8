import type { Participant } from '../../ports/directory.ts';
import { assertEqual } from '../assert.ts';
import { plainText } from '../plain.ts';
import { storeCase } from './case.ts';
import { collect, day, days, deposit, earning, interaction, plan, referral } from './rows.ts';

/** Instants that stores, drivers and time zones get wrong: before 1970, leap days, changed clocks, the first and last year. */
const INSTANTS = [
  '1000-01-01T00:00:00.000Z',
  '1582-10-10T00:00:00.001Z',
  '1899-12-31T23:59:59.999Z',
  '1969-12-31T23:59:59.999Z',
  '1970-01-01T00:00:00.000Z',
  '2000-02-29T12:34:56.789Z',
  '2026-03-29T01:00:00.001Z',
  '2026-10-25T00:59:59.999Z',
  '2038-01-19T03:14:08.000Z',
  '9999-12-31T23:59:59.998Z',
].map((text) => new Date(text));

const later = (at: Date, ms: number) => new Date(at.getTime() + ms);

/** What a store must give back as it took it: instants, and what callers do to their own objects. */
export const valueCases = [
  storeCase({
    id: 'value-instants-are-exact',
    title: 'keeps every instant to the millisecond, from the year 1000 to 9999',
    check: async ({ transact }) => {
      const periods = INSTANTS.map((start, index) => ({ id: `p${index}`, start, end: later(start, 1) }));
      const earnings = INSTANTS.map((until, index) => earning(`e${index}`, { hold: { until } }));
      const referrals = INSTANTS.map((since, index) => referral('a', `r${index}`, since));
      const interactions = INSTANTS.map((at, index) => interaction(`i${index}`, at));
      await transact(async (unit) => {
        await unit.periods.open(periods);
        await unit.earnings.add(earnings);
        await unit.referrals.add(referrals);
        await unit.interactions.record(interactions);
      });
      await transact(async (unit) => {
        assertEqual(
          await unit.periods.all(),
          periods.map((period) => ({ ...period, state: 'open' })),
          'periods',
        );
        assertEqual(await unit.earnings.find(earnings.map(({ id }) => id)), earnings, 'holds');
        assertEqual(
          await unit.referrals.find(referrals.map(({ referred }) => referred)),
          referrals,
          'referrals',
        );
        assertEqual(
          await unit.interactions.record(interactions),
          { recorded: 0, duplicates: INSTANTS.length, late: 0 },
          'interactions',
        );
        for (const { id } of periods)
          assertEqual(await unit.interactions.total(id), 1, `interactions of ${id}`);
      });
    },
  }),
  storeCase({
    id: 'value-transfer-time-is-the-same-each-time',
    title: 'tells the same time of a transfer in its result, its replay, its row and its stream',
    check: async ({ transact }) => {
      const request = deposit('t', 'pool/p', 1n);
      const before = await transact((unit) => unit.now());
      const [first] = await transact((unit) => unit.ledger.post([request]));
      const after = await transact((unit) => unit.now());
      await transact(async (unit) => {
        assertEqual((await unit.ledger.post([request]))[0]?.at, first?.at, 'the replay');
        assertEqual((await unit.ledger.find(['t']))[0]?.at, first?.at, 'the row');
        assertEqual((await collect(unit.ledger.transfers()))[0]?.at, first?.at, 'the stream');
      });
      const at = first?.at.getTime() ?? 0;
      assertEqual(before.getTime() <= at && at <= after.getTime(), true, 'the time lies in between');
    },
  }),
  storeCase({
    id: 'value-what-was-given-is-copied',
    title: 'keeps what it was given, whatever the caller does to its objects afterwards',
    check: async ({ transact }) => {
      const at = day(2);
      const hold = { until: day(15) };
      const period = { id: 'd1', start: day(1), end: day(8) };
      const destination = { id: 'acct_1', version: 1 };
      const participant = { id: 'u1', active: true, verified: true, destination };
      const credited = { ...earning('e1'), hold };
      const friend = { ...referral('a', 'b'), since: at };
      const pages = ['a', 'b'];
      const like = { ...interaction('i1', at) };
      await transact(async (unit) => {
        await unit.periods.open([period]);
        await unit.earnings.add([credited]);
        await unit.participants.put([participant]);
        await unit.referrals.add([friend]);
        await unit.interactions.record([like]);
        await unit.plans.freeze(plan('d1', 2), pages);
      });
      at.setTime(0);
      hold.until.setTime(0);
      period.start.setTime(0);
      period.end.setTime(1);
      destination.version = 2;
      participant.active = false;
      credited.amount = 1n;
      friend.referrer = 'x';
      like.kind = 'post';
      pages.length = 0;
      await transact(async (unit) => {
        assertEqual(await unit.periods.find('d1'), { ...days(1, 8), state: 'open' }, 'the period');
        assertEqual(
          await unit.earnings.find(['e1']),
          [earning('e1', { hold: { until: day(15) } })],
          'the earning',
        );
        const stored = { id: 'u1', active: true, verified: true, destination: { id: 'acct_1', version: 1 } };
        assertEqual(await unit.participants.find(['u1']), [stored], 'the participant');
        assertEqual(await unit.referrals.find(['b']), [referral('a', 'b', day(2))], 'the referral');
        assertEqual(await unit.plans.page('d1', 0, 1), 'b', 'the page');
        const again = await unit.interactions.record([interaction('i1', day(2))]);
        assertEqual(again, { recorded: 0, duplicates: 1, late: 0 }, 'the interaction');
      });
    },
  }),
  storeCase({
    id: 'value-what-is-told-is-a-copy',
    title: 'keeps what it has stored, whatever the caller does to the dates it was told',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.ledger.post([deposit('t', 'pool/p', 1n)]);
        await unit.periods.open([days(1, 8)]);
        await unit.earnings.add([earning('e1', { hold: { until: day(15) } })]);
        await unit.referrals.add([referral('a', 'b', day(2))]);
      });
      const told = () =>
        transact(async (unit) => [
          ...(await unit.ledger.post([deposit('t', 'pool/p', 1n)])).map((row) => row.at),
          ...(await unit.ledger.find(['t'])).map((row) => row?.at),
          ...(await collect(unit.ledger.transfers())).map((row) => row.at),
          (await unit.periods.find('d1'))?.start,
          (await unit.periods.lock('d1'))?.end,
          ...(await unit.periods.all()).map((row) => row.start),
          ...(await unit.earnings.find(['e1'])).map((row) => row?.hold?.until),
          ...(await collect(unit.earnings.all())).map((row) => row.hold?.until),
          ...(await unit.referrals.find(['b'])).map((row) => row?.since),
        ]);
      const dates = await told();
      const before = plainText(dates);
      for (const date of dates) date?.setTime(0);
      assertEqual(plainText(await told()), before, 'the dates told again');
    },
  }),
  storeCase({
    id: 'value-optional-fields-stay-out',
    title: 'tells no field that was left out',
    check: async ({ transact }) => {
      const participant: Participant = { id: 'u1', active: true, verified: true };
      await transact(async (unit) => {
        await unit.participants.put([participant]);
        await unit.earnings.add([earning('e1')]);
        await unit.ledger.post([deposit('t', 'pool/p', 1n)]);
      });
      await transact(async (unit) => {
        const [stored] = await unit.participants.find(['u1']);
        const [credited] = await unit.earnings.find(['e1']);
        const [moved] = await unit.ledger.find(['t']);
        assertEqual(
          'tier' in (stored ?? {}) || 'destination' in (stored ?? {}),
          false,
          'tier or destination',
        );
        assertEqual('hold' in (credited ?? {}), false, 'a hold');
        assertEqual('reverses' in (moved ?? {}), false, 'what it reverses');
      });
    },
  }),
];
