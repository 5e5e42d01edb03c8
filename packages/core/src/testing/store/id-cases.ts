import { participantAccount, poolAccount } from '../../ledger/account.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import {
  balanceOf,
  collect,
  day,
  days,
  deposit,
  earning,
  interaction,
  notification,
  plan,
  referral,
} from './rows.ts';
import { readState, type StateIds, stateOf } from './state.ts';

/** Ids that are allowed and that SQL, JSON, arrays, collations, trimming and normalisation get wrong; all are different. */
export const ALLOWED_IDS: readonly string[] = [
  "it's",
  '"quoted"',
  'back\\slash',
  'a/b',
  'a%2Fb',
  '%',
  '100%25',
  "'; drop table transfers; --",
  '/* */ -- ;',
  '$1',
  ':name',
  '?',
  '{a,b}',
  '{}',
  '[]',
  '{"a":1}',
  '(x)',
  'a,b',
  'null',
  'NULL',
  'true',
  '0',
  '-0',
  '01',
  '1',
  '1e3',
  '0x10',
  '\\x41',
  '\\u0041',
  'upper',
  'UPPER',
  'İ',
  'i\u0307',
  'ß',
  'ss',
  'é',
  'e\u0301',
  ' ',
  '  ',
  ' space before',
  'space after ',
  '\u00a0',
  '\u200b',
  '\ufeff',
  '\uffff',
  '🎉 party',
  '👩‍👩‍👧',
  '日本',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(255),
  `${'🎉'.repeat(127)}x`,
];

/** Ids that no store may take: some stores cannot keep them, some change them into others. */
export const HOSTILE_IDS: readonly string[] = [
  '',
  'x'.repeat(256),
  '🎉'.repeat(128),
  'a\u0000b',
  'line\nbreak',
  '\u0007',
  '\u0085',
  '\ud800',
  'a\udc00b',
  '\udc00\ud800',
];

const IDS: StateIds = { participants: ['u1', 'good'], periods: ['d1', 'good'] };

/** Every place where an id enters, by what it names there. */
const ENTRANCES: Readonly<Record<string, (unit: UnitOfWork, id: string) => Promise<unknown>>> = {
  transfer: (unit, id) => unit.ledger.post([deposit('good', 'pool/p', 1n), deposit(id, 'pool/p', 1n)]),
  'transfer currency': (unit, id) => unit.ledger.post([deposit('t', 'pool/p', 1n, id)]),
  'transfer subject': (unit, id) => unit.ledger.post([{ ...deposit('t', 'pool/p', 1n), subject: id }]),
  'transfer reverses': (unit, id) => unit.ledger.post([{ ...deposit('t', 'pool/p', 1n), reverses: id }]),
  'transfers found': (unit, id) => unit.ledger.find(['good', id]),
  'balance currency': (unit, id) => unit.ledger.balances([{ account: 'pool/p', currency: id }]),
  earning: (unit, id) => unit.earnings.add([earning('good'), earning(id)]),
  'earning participant': (unit, id) => unit.earnings.add([earning('e', { participant: id })]),
  'earning currency': (unit, id) => unit.earnings.add([earning('e', { currency: id })]),
  'earning subject': (unit, id) => unit.earnings.add([earning('e', { subject: id })]),
  'earnings found': (unit, id) => unit.earnings.find(['good', id]),
  period: (unit, id) => unit.periods.open([days(8, 15, 'good'), days(15, 20, id)]),
  'period found': (unit, id) => unit.periods.find(id),
  'period locked': (unit, id) => unit.periods.lock(id),
  'period set': (unit, id) => unit.periods.setState(id, 'closed'),
  interaction: (unit, id) => unit.interactions.record([interaction('good', day(1)), interaction(id, day(1))]),
  'interaction kind': (unit, id) => unit.interactions.record([interaction('i', day(1), { kind: id })]),
  'interaction participant': (unit, id) =>
    unit.interactions.record([interaction('i', day(1), { participant: id })]),
  'interaction actor': (unit, id) => unit.interactions.record([interaction('i', day(1), { actor: id })]),
  'interactions counted': (unit, id) => collect(unit.interactions.counts(id)),
  'interactions totalled': (unit, id) => unit.interactions.total(id),
  participant: (unit, id) =>
    unit.participants.put(['good', id].map((name) => ({ id: name, active: true, verified: true }))),
  'participant tier': (unit, id) =>
    unit.participants.put([{ id: 'good', active: true, verified: true, tier: id }]),
  'participant destination': (unit, id) =>
    unit.participants.put([{ id: 'good', active: true, verified: true, destination: { id, version: 1 } }]),
  'participants found': (unit, id) => unit.participants.find(['good', id]),
  referrer: (unit, id) => unit.referrals.add([referral('u1', 'good'), referral(id, 'u3')]),
  referred: (unit, id) => unit.referrals.add([referral('u1', 'good'), referral('u1', id)]),
  'referrals found': (unit, id) => unit.referrals.find(['good', id]),
  plan: (unit, id) => unit.plans.freeze(plan(id, 1), ['a']),
  'plan found': (unit, id) => unit.plans.find(id),
  'plan locked': (unit, id) => unit.plans.lock(id),
  'plan page': (unit, id) => unit.plans.page(id, 0, 0),
  'plan advanced': (unit, id) => unit.plans.advance(id, 0, 'done', 0),
  notification: (unit, id) => unit.outbox.add([notification('good'), notification(id)]),
  'notification participant': (unit, id) => unit.outbox.add([notification('n', id)]),
  'notifications delivered': (unit, id) => unit.outbox.delivered(['good', id]),
};

/** Ids: any text that a person may choose is kept as it is, anything that could be mistaken is refused. */
export const idCases = [
  storeCase({
    id: 'id-allowed-in-the-ledger',
    title:
      'moves money under any allowed id, of transfers, participants, pools and subjects, and mixes none of them up',
    check: async ({ transact }) => {
      const requests = ALLOWED_IDS.map((id, index) => ({
        ...deposit(id, participantAccount(id, 'held'), BigInt(index + 1)),
        subject: id,
      }));
      const pools = ALLOWED_IDS.map((id, index) =>
        deposit(`pool of ${index}`, poolAccount(id), BigInt(index + 1)),
      );
      await transact((unit) => unit.ledger.post([...requests, ...pools]));
      await transact(async (unit) => {
        const found = await unit.ledger.find(ALLOWED_IDS);
        assertEqual(
          found.map((row) => [row?.id, row?.credit, row?.subject, row?.moved]),
          requests.map((row) => [row.id, row.credit, row.subject, row.asked]),
          'transfers',
        );
        for (const [index, id] of ALLOWED_IDS.entries()) {
          assertEqual(
            await balanceOf(unit, participantAccount(id, 'held')),
            BigInt(index + 1),
            `held by ${id}`,
          );
          assertEqual(await balanceOf(unit, poolAccount(id)), BigInt(index + 1), `pool ${id}`);
        }
      });
    },
  }),
  storeCase({
    id: 'id-allowed-in-every-row',
    title:
      'keeps any allowed id of earnings, participants, referrals, periods, plans, interactions and notifications',
    check: async ({ transact }) => {
      const earnings = ALLOWED_IDS.map((id) => earning(id, { participant: id, subject: id }));
      const participants = ALLOWED_IDS.map((id) => ({
        id,
        active: true,
        verified: false,
        tier: id,
        destination: { id, version: 1 },
      }));
      const referrals = ALLOWED_IDS.map((id) => referral('the referrer', id));
      const start = (index: number) => day(1, index);
      const periods = ALLOWED_IDS.map((id, index) => ({ id, start: start(index), end: start(index + 1) }));
      const interactions = ALLOWED_IDS.map((id, index) =>
        interaction(id, start(index), { kind: id, participant: id, actor: id }),
      );
      const notifications = ALLOWED_IDS.map((id) => notification(id, id));
      await transact(async (unit) => {
        await unit.earnings.add(earnings);
        await unit.participants.put(participants);
        await unit.referrals.add(referrals);
        await unit.periods.open(periods);
        await unit.interactions.record(interactions);
        for (const id of ALLOWED_IDS) await unit.plans.freeze(plan(id, 1), [id]);
        await unit.outbox.add(notifications);
      });
      await transact(async (unit) => {
        assertEqual(await unit.earnings.find(ALLOWED_IDS), earnings, 'earnings');
        assertEqual(await unit.participants.find(ALLOWED_IDS), participants, 'participants');
        assertEqual(await unit.referrals.find(ALLOWED_IDS), referrals, 'referrals');
        assertEqual(
          (await unit.periods.all()).map(({ id }) => id),
          ALLOWED_IDS,
          'periods',
        );
        for (const id of ALLOWED_IDS) {
          assertEqual(
            await collect(unit.interactions.counts(id)),
            [{ participant: id, counts: [{ kind: id, count: 1, ownActs: 1 }] }],
            `the counts of ${id}`,
          );
          assertEqual(await unit.plans.page(id, 0, 0), id, `the plan of ${id}`);
        }
        const leased = await unit.outbox.lease(ALLOWED_IDS.length, 3_600_000);
        assertEqual(leased.map(({ id }) => id).sort(), ALLOWED_IDS.toSorted(), 'notifications');
        await unit.outbox.delivered(ALLOWED_IDS);
        assertEqual((await unit.outbox.counts()).undelivered, 0, 'undelivered');
      });
    },
  }),
  storeCase({
    id: 'id-hostile-program',
    title: 'refuses a program id that could be taken for another, before the work begins',
    check: async ({ store }) => {
      for (const id of HOSTILE_IDS) {
        let begun = false;
        await assertRefused(
          store.transact(id, async () => {
            begun = true;
            return Promise.resolve();
          }),
          'INVALID_ID',
        );
        assertEqual(begun, false, 'the work has begun');
      }
    },
  }),
  ...Object.entries(ENTRANCES).map(([entrance, enter]) =>
    storeCase({
      id: `id-hostile-${entrance.replaceAll(' ', '-')}`,
      title: `refuses an id that could be taken for another, and writes nothing of its batch: ${entrance}`,
      check: async ({ transact, store, program }) => {
        await transact((unit) => unit.periods.open([days(1, 8)]));
        const before = await stateOf(store, program, IDS);
        for (const id of HOSTILE_IDS) {
          await transact(async (unit) => {
            await assertRefused(enter(unit, id), 'INVALID_ID');
            assertEqual(await readState(unit, IDS), before, 'the state after the refusal');
          });
        }
      },
    }),
  ),
  storeCase({
    id: 'id-hostile-account',
    title: 'refuses to move money to or from an account whose name hides a hostile id',
    check: async ({ transact, store, program }) => {
      const before = await stateOf(store, program, IDS);
      for (const id of HOSTILE_IDS) {
        const accounts = [participantAccount(id, 'held'), poolAccount(id)];
        for (const account of accounts) {
          await transact(async (unit) => {
            await assertRefused(unit.ledger.post([deposit('t', account, 1n)]), 'INVALID_TRANSFER');
            await assertRefused(
              unit.ledger.post([{ ...deposit('t', 'pool/p', 1n), debit: account }]),
              'INVALID_TRANSFER',
            );
            await assertRefused(unit.ledger.balances([{ account, currency: 'USD' }]), 'INVALID_ID');
          });
        }
      }
      assertEqual(await stateOf(store, program, IDS), before, 'the state after the refusals');
    },
  }),
];
