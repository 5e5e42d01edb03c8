import { creditedEarningId } from '../../../payouts/keys.ts';
import type { CrashFlow } from '../flow.ts';
import { PROGRAM } from '../world.ts';
import { credit, earned, earnedAndHeld, earningOf, MANUAL_APPROVAL, request } from './money-earned.ts';

const DAY = 86_400_000;
const BONUS = {
  key: 'bonus',
  kind: 'referral_bonus',
  bonusOf: { earning: earningOf('ann'), rate: '0.05' },
} as const;
const BONUS_OF_BONUS = {
  key: 'bonus-of-bonus',
  kind: 'referral_bonus',
  bonusOf: { earning: creditedEarningId('bonus'), rate: '0.2' },
} as const;

/** Money that is earned, held, released, taken back and corrected. */
export const earningFlows: readonly CrashFlow[] = [
  {
    id: 'credit',
    title: 'earnings are credited once, with the bonus that hangs on one of them',
    calls: [
      (worker) =>
        credit(worker, [
          earned('ann', 10_000n),
          earnedAndHeld('ben', 20_000n, 2),
          earned('cat', 500n, BONUS),
        ]),
    ],
  },
  {
    id: 'credit-after-its-reversal',
    title: 'a reversal that came before its earning takes back its part of it once',
    prepare: async (_world, { engine }) => {
      await engine.reverse({
        program: PROGRAM,
        key: 'refund',
        earning: earningOf('ann'),
        amount: 4000n,
        reason: 'refund',
      });
    },
    calls: [(worker) => credit(worker, [earned('ann', 10_000n)])],
  },
  {
    id: 'release',
    title: 'what is no longer held becomes available once',
    prepare: async ({ time }, worker) => {
      await credit(worker, [
        earnedAndHeld('ann', 10_000n, 1),
        earnedAndHeld('ben', 20_000n, 1),
        earned('cat', 30_000n, { hold: { days: 0, conditions: ['verified'] } }),
      ]);
      time.pass(2 * DAY);
    },
    calls: [({ engine }) => engine.release({ program: PROGRAM })],
  },
  {
    id: 'fulfil',
    title: 'a condition that is met lets its earnings go once',
    prepare: (_world, worker) =>
      credit(worker, [
        earned('ann', 10_000n, { hold: { days: 0, conditions: ['delivered'] } }),
        earned('ben', 20_000n, { hold: { days: 0, conditions: ['delivered'] } }),
      ]),
    calls: [
      ({ engine }) =>
        engine.fulfil({
          program: PROGRAM,
          condition: 'delivered',
          earnings: [earningOf('ann'), earningOf('ben')],
        }),
    ],
  },
  {
    id: 'reverse',
    title: 'a reversal takes back its amount, the surplus of bonuses and an unclaimed payout once',
    rules: MANUAL_APPROVAL,
    prepare: async (_world, worker) => {
      await credit(worker, [
        earned('ann', 10_000n),
        earned('cat', 500n, BONUS),
        earned('ben', 100n, BONUS_OF_BONUS),
      ]);
      await request(worker, 'ann');
    },
    calls: [
      ({ engine }) =>
        engine.reverse({
          program: PROGRAM,
          key: 'refund',
          earning: earningOf('ann'),
          amount: 6000n,
          reason: 'refund',
        }),
    ],
  },
  {
    id: 'reverse-into-debt',
    title: 'a reversal after the payment leaves a debt once, which a later earning pays back',
    prepare: async (_world, worker) => {
      await credit(worker, [earned('ann', 10_000n)]);
      await request(worker, 'ann');
      await worker.engine.process({ program: PROGRAM });
    },
    calls: [
      ({ engine }) =>
        engine.reverse({ program: PROGRAM, key: 'refund', earning: earningOf('ann'), reason: 'refund' }),
      (worker) => credit(worker, [earned('ann', 12_000n, { key: 'later' })]),
    ],
  },
  {
    id: 'adjust-up',
    title: 'an operator gives an amount once',
    calls: [
      ({ engine }) =>
        engine.adjust({
          program: PROGRAM,
          key: 'gift',
          participant: 'ann',
          currency: 'USD',
          amount: 700n,
          reason: 'goodwill',
          by: 'olga',
        }),
    ],
  },
  {
    id: 'adjust-down',
    title: 'an operator takes an amount once',
    prepare: (_world, worker) => credit(worker, [earned('ann', 10_000n)]),
    calls: [
      ({ engine }) =>
        engine.adjust({
          program: PROGRAM,
          key: 'fine',
          participant: 'ann',
          currency: 'USD',
          amount: -700n,
          reason: 'mistake',
          by: 'olga',
        }),
    ],
  },
];
