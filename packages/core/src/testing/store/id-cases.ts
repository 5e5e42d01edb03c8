import { participantAccount, poolAccount } from '../../ledger/account.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import {
  attempt,
  balanceOf,
  batch,
  collect,
  day,
  days,
  deposit,
  earning,
  interaction,
  movement,
  notification,
  payout,
  plan,
  referral,
  reversal,
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
  'earning condition': (unit, id) => unit.earnings.add([earning('e', { hold: { condition: id } })]),
  'earning bonus': (unit, id) => unit.earnings.add([earning('e', { bonusOf: { earning: id, rate: '1' } })]),
  'earnings changed': (unit, id) => unit.earnings.update([earning(id)]),
  'earnings held': (unit, id) => unit.earnings.heldOf(['good', id]),
  'earnings totalled': (unit, id) => unit.earnings.totalsOf(id),
  'bonuses found': (unit, id) => unit.earnings.bonusesOf(['good', id]),
  'destination blocked': (unit, id) => unit.participants.block([{ provider: 'good', id, version: 1 }]),
  'destination provider blocked': (unit, id) =>
    unit.participants.block([{ provider: id, id: 'good', version: 1 }]),
  'lock taken': (unit, id) => unit.locks.take(['good', id]),
  'lock tried': (unit, id) => unit.locks.tryTake(['good', id]),
  payout: (unit, id) => unit.payouts.add([payout('good'), payout(id)]),
  'payout participant': (unit, id) => unit.payouts.add([payout('p', { participant: id })]),
  'payout currency': (unit, id) => unit.payouts.add([payout('p', { currency: id })]),
  'payout provider': (unit, id) => unit.payouts.add([payout('p', { provider: id })]),
  'payout batch': (unit, id) => unit.payouts.add([payout('p', { batch: id })]),
  'payout requested by': (unit, id) => unit.payouts.add([payout('p', { requestedBy: id })]),
  'payout destination': (unit, id) => unit.payouts.add([payout('p', { destination: { id, version: 1 } })]),
  'payouts found': (unit, id) => unit.payouts.find(['good', id]),
  'payouts changed': (unit, id) => unit.payouts.update([payout(id)]),
  'payouts open': (unit, id) => unit.payouts.openOf(['good', id]),
  'payouts listed by participant': (unit, id) => unit.payouts.list({ participant: id }, { limit: 1 }),
  'payouts listed by batch': (unit, id) => unit.payouts.list({ batch: id }, { limit: 1 }),
  'payouts summed up by currency': (unit, id) => unit.payouts.summary({ currency: id }),
  'payouts summed up by provider': (unit, id) => unit.payouts.summary({ provider: id }),
  'payouts due after': (unit, id) =>
    unit.payouts.due({ states: ['pending'], at: day(1), after: { dueAt: day(1), id }, limit: 1 }),
  'attempt payout': (unit, id) => unit.attempts.put([attempt(id, 1, { key: 'k' })]),
  'attempt key': (unit, id) => unit.attempts.put([attempt('good', 1, { key: id })]),
  'attempt account': (unit, id) => unit.attempts.put([attempt('good', 1, { account: id })]),
  'attempts found': (unit, id) => unit.attempts.of(['good', id]),
  'movement object': (unit, id) => unit.movements.add([movement(id, 'good')]),
  'movement payout': (unit, id) => unit.movements.add([movement('good', id)]),
  'movements found': (unit, id) => unit.movements.find('good', ['good', id]),
  'movements found of a provider': (unit, id) => unit.movements.find(id, ['good']),
  'movements of a payout': (unit, id) => unit.movements.of(['good', id]),
  batch: (unit, id) => unit.batches.freeze(batch(id, 0), []),
  'batch found': (unit, id) => unit.batches.find(id),
  'batch locked': (unit, id) => unit.batches.lock(id),
  'batch page': (unit, id) => unit.batches.page(id, 0),
  'batch advanced': (unit, id) => unit.batches.advance(id, 0, ''),
  'batch left out': (unit, id) => unit.batches.leftOut(id, 0),
  reversal: (unit, id) => unit.reversals.put([reversal('good'), reversal(id)]),
  'reversal earning': (unit, id) => unit.reversals.put([reversal('good', { earning: id })]),
  'reversals found': (unit, id) => unit.reversals.find(['good', id]),
  'reversals waiting': (unit, id) => unit.reversals.waiting(['good', id]),
  event: (unit, id) => unit.events.add('good', [{ id, type: 'good' }]),
  'event provider': (unit, id) => unit.events.add(id, [{ id: 'good', type: 'good' }]),
  'control reason': (unit, id) => unit.controls.put({ epoch: 0, halts: [{ reason: id, at: day(1) }] }),
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
    id: 'id-allowed-in-payouts',
    title:
      'pays out under any allowed id, of payouts, participants, keys, objects and batches, and mixes none up',
    check: async ({ transact }) => {
      const payouts = ALLOWED_IDS.map((id) => payout(id, { participant: id, batch: id, provider: id }));
      const attempts = ALLOWED_IDS.map((id) => attempt(id, 1, { key: id, account: id, participant: id }));
      const movements = ALLOWED_IDS.map((id) => movement('object', id, { provider: id }));
      const reversals = ALLOWED_IDS.map((id) => reversal(id, { earning: id }));
      const earnings = ALLOWED_IDS.map((id, index) =>
        earning(`e${index}`, {
          participant: id,
          hold: { condition: id },
          bonusOf: { earning: id, rate: '1' },
        }),
      );
      await transact(async (unit) => {
        await unit.locks.take(ALLOWED_IDS);
        await unit.payouts.add(payouts);
        await unit.attempts.put(attempts);
        await unit.movements.add(movements);
        await unit.reversals.put(reversals);
        await unit.earnings.add(earnings);
        for (const id of ALLOWED_IDS) await unit.batches.freeze(batch(id, 1), [id]);
      });
      await transact(async (unit) => {
        assertEqual(await unit.payouts.find(ALLOWED_IDS), payouts, 'payouts');
        assertEqual(await unit.attempts.of(ALLOWED_IDS), attempts, 'attempts');
        assertEqual(await unit.movements.of(ALLOWED_IDS), movements, 'movements');
        assertEqual(await unit.reversals.find(ALLOWED_IDS), reversals, 'reversals');
        for (const [index, id] of ALLOWED_IDS.entries()) {
          const own = [payouts[index]];
          assertEqual(await unit.payouts.openOf([id]), own, `open of ${id}`);
          assertEqual(
            await unit.payouts.list({ batch: id, provider: id }, { limit: 9 }),
            own,
            `listed by ${id}`,
          );
          assertEqual(await unit.movements.find(id, ['object']), [movements[index]], `moved by ${id}`);
          assertEqual(await unit.reversals.waiting([id]), [reversals[index]], `waiting for ${id}`);
          assertEqual(await unit.earnings.heldOf([id]), [earnings[index]], `held of ${id}`);
          assertEqual(await unit.earnings.bonusesOf([id]), [earnings[index]], `bonuses of ${id}`);
          assertEqual(await unit.batches.page(id, 0), id, `the page of ${id}`);
        }
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
