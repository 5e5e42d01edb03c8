import { PayoutError } from '../../errors.ts';
import { assertEqual, assertThat } from '../assert.ts';
import { byCodeUnit } from '../plain.ts';
import { storeCase } from './case.ts';
import {
  balanceOf,
  collect,
  day,
  days,
  deposit,
  interaction,
  notification,
  plan,
  referral,
  transfer,
  upTo,
} from './rows.ts';

const RACERS = 16;
const HOUR = 3_600_000;

interface Race<T> {
  readonly won: readonly T[];
  /** The codes of the refused, in order. */
  readonly refused: readonly string[];
}

/** Starts all at once and waits for all; what is thrown must be a PayoutError. */
async function race<T>(attempts: readonly Promise<T>[]): Promise<Race<T>> {
  const won: T[] = [];
  const refused: string[] = [];
  for (const result of await Promise.allSettled(attempts)) {
    if (result.status === 'fulfilled') won.push(result.value);
    else if (PayoutError.is(result.reason)) refused.push(result.reason.code);
    else throw result.reason;
  }
  return { won, refused: refused.sort(byCodeUnit) };
}

/** Calls at the same time: a store may run them together or one by one, the money comes out the same. */
export const raceCases = [
  storeCase({
    id: 'race-for-one-balance',
    title: 'pays one of many who ask for the same money at the same time',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('in', 'participant/u1/available', 100n)]));
      const { won, refused } = await race(
        upTo(RACERS).map((racer) =>
          transact((unit) =>
            unit.ledger.post([
              transfer(`out${racer}`, 'participant/u1/available', 'participant/u1/reserved', 100n),
            ]),
          ),
        ),
      );
      assertEqual(won.length, 1, 'paid');
      assertEqual(
        refused,
        upTo(RACERS - 1).map(() => 'INSUFFICIENT_FUNDS'),
        'refused',
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/reserved')), 100n, 'reserved');
    },
  }),
  storeCase({
    id: 'race-check-then-pay',
    title: 'pays no more than there is to callers who look at the balance before they ask',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('in', 'participant/u1/available', 250n)]));
      await race(
        upTo(RACERS).map((racer) =>
          transact(async (unit) => {
            if ((await balanceOf(unit, 'participant/u1/available')) < 100n) return;
            await unit.ledger.post([
              transfer(`out${racer}`, 'participant/u1/available', 'participant/u1/reserved', 100n),
            ]);
          }),
        ),
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/reserved')), 200n, 'reserved');
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 50n, 'left');
    },
  }),
  storeCase({
    id: 'race-for-one-id',
    title:
      'moves money once when many post the same transfer at the same time, and tells all of them the same',
    check: async ({ transact }) => {
      const gift = deposit('gift', 'participant/u1/available', 100n);
      const { won, refused } = await race(
        upTo(RACERS).map(() => transact((unit) => unit.ledger.post([gift]))),
      );
      assertEqual(refused, [], 'refused');
      for (const results of won) assertEqual(results, won[0], 'the result, to its time');
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 100n, 'the balance');
    },
  }),
  storeCase({
    id: 'race-for-one-id-with-other-contents',
    title: 'takes one of many contents that are posted under one id at the same time',
    check: async ({ transact }) => {
      const { won, refused } = await race(
        upTo(RACERS).map((racer) =>
          transact((unit) => unit.ledger.post([deposit('gift', 'pool/p', BigInt(racer + 1))])),
        ),
      );
      assertEqual(won.length, 1, 'posted');
      assertEqual(
        refused,
        upTo(RACERS - 1).map(() => 'IDEMPOTENCY_CONFLICT'),
        'refused',
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'pool/p')), won[0]?.[0]?.moved, 'the balance');
    },
  }),
  storeCase({
    id: 'race-for-a-budget',
    title: 'spends a budget to its last unit and no further when many draw on it at the same time',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('budget', 'campaign/c', 1000n)]));
      const { won } = await race(
        upTo(RACERS).map((racer) =>
          transact((unit) =>
            unit.ledger.post([
              transfer(`v${racer}`, 'campaign/c', `participant/u${racer}/available`, 70n, { atMost: true }),
            ]),
          ),
        ),
      );
      let moved = 0n;
      for (const [result] of won) moved += result?.moved ?? 0n;
      assertEqual(won.length, RACERS, 'accepted');
      assertEqual(moved, 1000n, 'moved');
      assertEqual(await transact((unit) => balanceOf(unit, 'campaign/c')), 0n, 'the budget');
    },
  }),
  storeCase({
    id: 'race-to-take-back',
    title: 'takes back no more than was given when many take back at the same time',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('share', 'participant/u1/available', 100n)]));
      const { won, refused } = await race(
        upTo(RACERS).map((racer) =>
          transact((unit) =>
            unit.ledger.post([
              transfer(`r${racer}`, 'participant/u1/available', 'funding', 30n, {
                kind: 'reversal',
                reverses: 'share',
              }),
            ]),
          ),
        ),
      );
      assertEqual(won.length, 3, 'taken back');
      assertEqual(
        refused,
        upTo(RACERS - 3).map(() => 'REVERSAL_EXCEEDS'),
        'refused',
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 10n, 'the balance');
    },
  }),
  storeCase({
    id: 'race-in-opposite-directions',
    title: 'finishes transfers that go to and fro between two participants at the same time',
    check: async ({ transact }) => {
      const [a, b] = ['participant/a/available', 'participant/b/available'] as const;
      await transact((unit) => unit.ledger.post([deposit('a', a, 1000n), deposit('b', b, 1000n)]));
      const { won, refused } = await race(
        upTo(RACERS).map((racer) =>
          transact(async (unit) => {
            const [from, to] = (racer & 1) === 0 ? [a, b] : [b, a];
            await unit.ledger.post([transfer(`one/${racer}`, from, to, 10n)]);
            await unit.ledger.post([
              transfer(`two/${racer}`, to, from, 3n),
              transfer(`three/${racer}`, from, to, 1n),
            ]);
          }),
        ),
      );
      assertEqual([won.length, refused.length], [RACERS, 0], 'finished and refused');
      assertEqual(await transact((unit) => balanceOf(unit, a)), 1000n, 'the first participant');
      assertEqual(await transact((unit) => balanceOf(unit, b)), 1000n, 'the second participant');
    },
  }),
  storeCase({
    id: 'race-to-count',
    title: 'counts an interaction once when many record it at the same time',
    check: async ({ transact }) => {
      await transact((unit) => unit.periods.open([days(1, 8)]));
      const likes = upTo(40).map((index) =>
        interaction(`i${index}`, day(2), { participant: `u${index & 3}` }),
      );
      const { won, refused } = await race(
        upTo(RACERS).map((racer) =>
          transact((unit) => unit.interactions.record((racer & 1) === 0 ? likes : likes.toReversed())),
        ),
      );
      assertEqual(refused, [], 'refused');
      let recorded = 0;
      for (const receipt of won) recorded += receipt.recorded;
      assertEqual(recorded, likes.length, 'recorded in all');
      assertEqual(await transact((unit) => unit.interactions.total('d1')), likes.length, 'the total');
    },
  }),
  storeCase({
    id: 'race-to-open-a-period',
    title: 'opens one of many periods that overlap when all are opened at the same time',
    check: async ({ transact }) => {
      const { won, refused } = await race(
        upTo(RACERS).map((racer) =>
          transact((unit) => unit.periods.open([days(1 + (racer & 3), 20, `p${racer}`)])),
        ),
      );
      assertEqual(won.length, 1, 'opened');
      assertEqual(
        refused,
        upTo(RACERS - 1).map(() => 'PERIOD_OVERLAP'),
        'refused',
      );
      assertEqual((await transact((unit) => unit.periods.all())).length, 1, 'periods');
    },
  }),
  storeCase({
    id: 'race-to-refer',
    title: 'never closes a cycle out of referrals that are added at the same time',
    check: async ({ transact }) => {
      const ring = upTo(6).map((index) => referral(`u${index}`, index === 5 ? 'u0' : `u${index + 1}`));
      const { won, refused } = await race(ring.map((link) => transact((unit) => unit.referrals.add([link]))));
      assertEqual(won.length, 5, 'added');
      assertEqual(refused, ['REFERRAL_CYCLE'], 'refused');
    },
  }),
  storeCase({
    id: 'race-to-refer-one',
    title: 'gives a participant one referrer when many claim to be it at the same time',
    check: async ({ transact }) => {
      const { won, refused } = await race(
        upTo(RACERS).map((racer) => transact((unit) => unit.referrals.add([referral(`r${racer}`, 'u1')]))),
      );
      assertEqual(won.length, 1, 'added');
      assertEqual(
        refused,
        upTo(RACERS - 1).map(() => 'REFERRER_ALREADY_SET'),
        'refused',
      );
    },
  }),
  storeCase({
    id: 'race-to-freeze',
    title: 'freezes one of many plans that are committed for one period at the same time',
    check: async ({ transact }) => {
      const { won, refused } = await race(
        upTo(RACERS).map((racer) =>
          transact((unit) =>
            unit.plans.freeze(plan('p1', 1, { digest: `d${racer}` }), [`page of d${racer}`]),
          ),
        ),
      );
      assertEqual(won.length, 1, 'frozen');
      assertEqual(
        refused,
        upTo(RACERS - 1).map(() => 'IDEMPOTENCY_CONFLICT'),
        'refused',
      );
      await transact(async (unit) => {
        const digest = (await unit.plans.find('p1'))?.digest;
        assertEqual(await unit.plans.page('p1', 0, 0), `page of ${digest}`, 'the page of the one that won');
      });
    },
  }),
  storeCase({
    id: 'race-to-lease',
    title: 'leases no notification to two at the same time',
    check: async ({ transact }) => {
      await transact((unit) => unit.outbox.add(upTo(40).map((index) => notification(`n${index}`))));
      const { won, refused } = await race(
        upTo(RACERS).map(() => transact((unit) => unit.outbox.lease(5, HOUR))),
      );
      assertEqual(refused, [], 'refused');
      const leased = won.flat().map(({ id }) => id);
      assertThat(new Set(leased).size === leased.length, 'each is leased once');
      assertThat(leased.length <= 40, 'no more are leased than there are');
      const rest = await transact((unit) => unit.outbox.lease(40, HOUR));
      assertEqual(leased.length + rest.length, 40, 'leased in the end');
    },
  }),
  storeCase({
    id: 'race-to-write-the-same-rows',
    title: 'stores participants, notifications and periods once when many write them at the same time',
    check: async ({ transact }) => {
      const people = upTo(20).map((index) => ({ id: `u${index}`, active: true, verified: true }));
      const told = upTo(20).map((index) => notification(`n${index}`));
      const { refused } = await race(
        upTo(RACERS).map((racer) =>
          transact(async (unit) => {
            const turned = (racer & 1) === 0;
            await unit.periods.open(turned ? [days(1, 8), days(8, 15)] : [days(8, 15), days(1, 8)]);
            await unit.participants.put(turned ? people : people.toReversed());
            await unit.outbox.add(turned ? told : told.toReversed());
          }),
        ),
      );
      assertEqual(refused, [], 'refused');
      await transact(async (unit) => {
        assertEqual(
          (await unit.periods.all()).map(({ id }) => id),
          ['d1', 'd8'],
          'periods',
        );
        assertEqual(await unit.participants.find(people.map(({ id }) => id)), people, 'participants');
        assertEqual(await unit.outbox.counts(), { stored: 20, undelivered: 20 }, 'notifications');
        assertEqual(await collect(unit.ledger.transfers()), [], 'transfers');
      });
    },
  }),
  storeCase({
    id: 'race-of-programs',
    title: 'never mixes up programs that move money at the same time',
    check: async ({ store, program }) => {
      const names = upTo(RACERS).map((racer) => `${program}/${racer}`);
      await race(
        names.map((name, racer) =>
          store.transact(name, (unit) => unit.ledger.post([deposit('t', 'pool/p', BigInt(racer + 1))])),
        ),
      );
      for (const [racer, name] of names.entries()) {
        assertEqual(await store.transact(name, (unit) => balanceOf(unit, 'pool/p')), BigInt(racer + 1), name);
      }
    },
  }),
];
