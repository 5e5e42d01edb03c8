import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import { NO_DATE, day, referral, upTo } from './rows.ts';

/** Who invited whom: one referrer each, for ever, and no cycle to earn from oneself. */
export const referralCases = [
  storeCase({
    id: 'referral-is-kept',
    title: 'keeps who invited whom and since when, and tells it in the order asked',
    check: async ({ transact }) => {
      const [b, c] = [referral('a', 'b', day(1, 7)), referral('a', 'c', day(2))];
      await transact(async (unit) => {
        await unit.referrals.add([]);
        await unit.referrals.add([b, c]);
      });
      await transact(async (unit) => {
        assertEqual(await unit.referrals.find(['c', 'a', 'b', 'c']), [c, undefined, b, c], 'referrals');
        assertEqual(await unit.referrals.find([]), [], 'nobody');
      });
    },
  }),
  storeCase({
    id: 'referral-added-once',
    title: 'leaves a referral as it is when it is added again',
    check: async ({ transact }) => {
      await transact((unit) => unit.referrals.add([referral('a', 'b'), referral('a', 'b')]));
      await transact((unit) => unit.referrals.add([referral('b', 'c'), referral('a', 'b')]));
      assertEqual(await transact((unit) => unit.referrals.find(['b'])), [referral('a', 'b')], 'the referral');
    },
  }),
  storeCase({
    id: 'referral-refuses-oneself',
    title: 'refuses a participant who invited themselves',
    check: async ({ transact }) => {
      await assertRefused(
        transact((unit) => unit.referrals.add([referral('b', 'c'), referral('a', 'a')])),
        'SELF_REFERRAL',
        { participant: 'a' },
      );
      assertEqual(await transact((unit) => unit.referrals.find(['c'])), [undefined], 'the rest of the batch');
    },
  }),
  storeCase({
    id: 'referral-refuses-a-second-referrer',
    title: 'refuses a second referrer, within a batch and over batches',
    check: async ({ transact }) => {
      await assertRefused(
        transact((unit) => unit.referrals.add([referral('a', 'b'), referral('c', 'b')])),
        'REFERRER_ALREADY_SET',
        { participant: 'b' },
      );
      assertEqual(await transact((unit) => unit.referrals.find(['b'])), [undefined], 'the refused batch');
      await transact((unit) => unit.referrals.add([referral('a', 'b')]));
      await assertRefused(
        transact((unit) => unit.referrals.add([referral('x', 'y'), referral('c', 'b')])),
        'REFERRER_ALREADY_SET',
        { participant: 'b' },
      );
      assertEqual(
        await transact((unit) => unit.referrals.find(['b', 'y'])),
        [referral('a', 'b'), undefined],
        'kept',
      );
    },
  }),
  storeCase({
    id: 'referral-refuses-another-since',
    title: 'refuses a referral that comes again with another beginning',
    check: async ({ transact }) => {
      await transact((unit) => unit.referrals.add([referral('a', 'b', day(1))]));
      await assertRefused(
        transact((unit) => unit.referrals.add([referral('a', 'b', day(1, 1))])),
        'IDEMPOTENCY_CONFLICT',
        { kind: 'referral', id: 'b' },
      );
    },
  }),
  storeCase({
    id: 'referral-refuses-a-cycle-within-a-batch',
    title: 'refuses a batch that closes a cycle, in whatever order',
    check: async ({ transact }) => {
      const batches = [
        [referral('a', 'b'), referral('b', 'a')],
        [referral('a', 'b'), referral('b', 'c'), referral('c', 'a')],
        [referral('b', 'c'), referral('c', 'a'), referral('a', 'b')],
      ];
      for (const batch of batches) {
        await assertRefused(
          transact((unit) => unit.referrals.add(batch)),
          'REFERRAL_CYCLE',
        );
      }
      const found = await transact((unit) => unit.referrals.find(['a', 'b', 'c']));
      assertEqual(found, [undefined, undefined, undefined], 'referrals');
    },
  }),
  storeCase({
    id: 'referral-refuses-a-cycle-over-batches',
    title: 'refuses a referral that closes a cycle with those stored before',
    check: async ({ transact }) => {
      await transact((unit) => unit.referrals.add([referral('a', 'b')]));
      await transact((unit) => unit.referrals.add([referral('b', 'c')]));
      await assertRefused(
        transact((unit) => unit.referrals.add([referral('c', 'a')])),
        'REFERRAL_CYCLE',
        { participants: ['a', 'b', 'c'] },
      );
      await assertRefused(
        transact((unit) => unit.referrals.add([referral('c', 'd'), referral('d', 'a')])),
        'REFERRAL_CYCLE',
        { participants: ['a', 'b', 'c', 'd'] },
      );
      assertEqual(
        await transact((unit) => unit.referrals.find(['a', 'd'])),
        [undefined, undefined],
        'kept out',
      );
    },
  }),
  storeCase({
    id: 'referral-cycle-is-within-a-program',
    title: 'lets two programs have opposite referrals',
    check: async ({ transact, store, otherProgram }) => {
      await transact((unit) => unit.referrals.add([referral('a', 'b')]));
      await store.transact(otherProgram, (unit) => unit.referrals.add([referral('b', 'a')]));
      assertEqual(await transact((unit) => unit.referrals.find(['a'])), [undefined], 'the first program');
    },
  }),
  storeCase({
    id: 'referral-deep-chain',
    title: 'keeps a chain of 2,000 referrals, built from either end, and refuses to close it',
    check: async ({ transact, store, program, otherProgram }) => {
      const chain = upTo(2_000).map((index) => referral(`u${index}`, `u${index + 1}`));
      await transact((unit) => unit.referrals.add(chain));
      await store.transact(otherProgram, (unit) => unit.referrals.add(chain.toReversed()));
      for (const name of [program, otherProgram]) {
        await assertRefused(
          store.transact(name, (unit) => unit.referrals.add([referral('u2000', 'u0')])),
          'REFERRAL_CYCLE',
        );
      }
    },
  }),
  storeCase({
    id: 'referral-refuses-no-date',
    title: 'refuses a referral that began at no time',
    check: async ({ transact }) => {
      await assertRefused(
        transact((unit) => unit.referrals.add([referral('a', 'b', NO_DATE)])),
        'INVALID_INSTANT',
      );
    },
  }),
];
