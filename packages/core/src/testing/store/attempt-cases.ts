import { MAX_MINOR } from '../../money/range.ts';
import type { Attempt } from '../../payouts/payout.ts';
import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { A_FRACTION, attempt, collect, day, NO_DATE, payout, upTo } from './rows.ts';

/** Free text: every send carries these bytes. */
const REQUEST = '{"it\'s":"\\n"}\r\n\t$1 %s -- ; é e\u0301 🎉 \u2028' + 'x'.repeat(10_000);

const REFUSED = { end: 'refused', endedAt: day(2) } as const;

/** Every field that an attempt can have. */
const FULL = attempt('p1', 2, {
  net: MAX_MINOR,
  currency: "X'",
  participant: 'a/b',
  provider: 'stripe "x"',
  account: 'acct_1/ü',
  environment: 'test',
  key: "payout/p1/2/'🎉",
  request: REQUEST,
  by: "o'neil",
  firstSentAt: day(1, 1),
  lastSentAt: day(2, 2),
  sends: 4,
  notExecuted: 3,
  tries: 2,
  absentAt: day(3, 3),
  pendingObject: 'tr_1',
  end: 'declared_failed',
  code: 'insufficient_funds',
  endedAt: day(4, 4),
});

/** Attempts: what is frozen is frozen, and what may have left is counted. */
export const attemptCases = [
  storeCase({
    id: 'attempt-is-kept-as-it-is',
    title: 'keeps an attempt as it was claimed, with its key and the bytes of its request',
    check: async ({ transact }) => {
      const plain = attempt('p1', 1, REFUSED);
      const ended = (['paid', 'refused', 'absent', 'not_sent', 'declared_failed'] as const).map(
        (end, index) => attempt('p2', index + 1, { end, endedAt: day(2) }),
      );
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2')]);
        await unit.attempts.put([plain, FULL, ...ended]);
        await unit.attempts.put([]);
      });
      await transact(async (unit) => {
        assertEqual(await unit.attempts.of(['p1']), [plain, FULL], 'of the first payout');
        assertEqual(await unit.attempts.of(['p2']), ended, 'of the second payout');
        assertEqual((await collect(unit.attempts.all())).length, 7, 'streamed');
      });
    },
  }),
  storeCase({
    id: 'attempt-of-payouts-in-order',
    title: 'tells attempts by payout in the order asked and then by number, ten after nine',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('a'), payout('b'), payout('c')]);
        await unit.attempts.put([10, 2, 9, 1, 3].map((number) => attempt('a', number, REFUSED)));
        await unit.attempts.put([attempt('b', 1)]);
      });
      await transact(async (unit) => {
        const found = await unit.attempts.of(['b', 'unknown', 'c', 'a']);
        assertEqual(
          found.map(({ payout, number }) => `${payout}${number}`),
          ['b1', 'a1', 'a2', 'a3', 'a9', 'a10'],
          'attempts',
        );
        assertEqual(await unit.attempts.of([]), [], 'nothing asked');
      });
    },
  }),
  storeCase({
    id: 'attempt-changes',
    title: 'changes what may change of an attempt, and forgets what is left out',
    check: async ({ transact }) => {
      const opened = attempt('p1', 1);
      const changed: Attempt = {
        ...opened,
        by: 'operator',
        firstSentAt: day(2),
        lastSentAt: day(3),
        sends: 5,
        notExecuted: 2,
        tries: 9,
        absentAt: day(4),
        pendingObject: 'tr_1',
        end: 'absent',
        code: 'not_found',
        endedAt: day(5),
      };
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1')]);
        await unit.attempts.put([opened]);
      });
      for (const state of [changed, opened, changed]) {
        await transact((unit) => unit.attempts.put([state]));
        assertEqual(await transact((unit) => unit.attempts.of(['p1'])), [state], 'the attempt');
      }
      await transact((unit) => unit.attempts.put([opened, changed, { ...changed, sends: 6 }]));
      const [last] = await transact((unit) => unit.attempts.of(['p1']));
      assertEqual(last?.sends, 6, 'the last of a set');
    },
  }),
  storeCase({
    id: 'attempt-frozen',
    title:
      'refuses another key, request, account, environment or amount of an attempt, and the rest of its set',
    check: async ({ transact }) => {
      const opened = attempt('p1', 1);
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2')]);
        await unit.attempts.put([opened]);
      });
      const others: readonly Partial<Attempt>[] = [
        { key: 'another' },
        { request: `${opened.request} ` },
        { account: 'acct_other' },
        { environment: 'test' },
        { net: 501n },
      ];
      await transact(async (unit) => {
        for (const other of others) {
          await assertRefused(
            unit.attempts.put([attempt('p2', 1), { ...opened, sends: 2, ...other }]),
            'INVARIANT_BROKEN',
          );
        }
        assertEqual(await unit.attempts.of(['p1', 'p2']), [opened], 'the attempts');
        await unit.attempts.put([attempt('p2', 1), { ...opened, sends: 2 }]);
      });
      const kept = await transact((unit) => unit.attempts.of(['p2', 'p1']));
      assertEqual(kept, [attempt('p2', 1), { ...opened, sends: 2 }], 'after the refusals');
    },
  }),
  storeCase({
    id: 'attempt-one-live',
    title: 'refuses a second live attempt of a payout, whose money could then be sent twice',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2')]);
        await unit.attempts.put([attempt('p1', 1), attempt('p2', 1, REFUSED)]);
        for (const set of [
          [attempt('p2', 2), attempt('p1', 2)],
          [attempt('p2', 1), attempt('p2', 2)],
        ]) {
          await assertRefused(unit.attempts.put(set), 'INVARIANT_BROKEN');
        }
        assertEqual(
          await unit.attempts.of(['p1', 'p2']),
          [attempt('p1', 1), attempt('p2', 1, REFUSED)],
          'the attempts',
        );
        // The next one may stand before the one that ends with it.
        await unit.attempts.put([attempt('p1', 2), attempt('p1', 1, REFUSED)]);
        assertEqual(
          await unit.attempts.of(['p1']),
          [attempt('p1', 1, REFUSED), attempt('p1', 2)],
          'going on',
        );
      });
    },
  }),
  storeCase({
    id: 'attempt-outflow',
    title:
      'counts what may have left: attempts that are open, or were paid after an instant, by whom and currency',
    check: async ({ transact }) => {
      const paid = (net: bigint, endedAt: Date) => ({ net, end: 'paid', endedAt }) as const;
      await transact(async (unit) => {
        await unit.payouts.add(upTo(10).map((index) => payout(`p${index}`)));
        await unit.attempts.put([
          attempt('p0', 1, { net: 1n }),
          attempt('p1', 1, paid(10n, day(5, 1))),
          attempt('p2', 1, paid(100n, day(5))),
          attempt('p3', 1, paid(1000n, day(4))),
          attempt('p4', 1, { net: 10_000n, currency: 'EUR' }),
          attempt('p5', 1, { net: 100_000n, participant: 'u2' }),
          ...(['refused', 'absent', 'not_sent', 'declared_failed'] as const).map((end, index) =>
            attempt('p6', index + 1, { net: 7n, end, endedAt: day(9) }),
          ),
          attempt('p7', 1, { net: MAX_MINOR, participant: 'u3' }),
          attempt('p8', 1, { net: MAX_MINOR, participant: 'u3', openedAt: day(1), lastSentAt: day(1) }),
        ]);
      });
      const outflow = (since: Date) =>
        transact(async (unit) => {
          const rows = await unit.attempts.outflow(since);
          return rows
            .map(({ participant, currency, amount }) => `${participant} ${currency} ${amount}`)
            .sort();
        });
      const rest = [`u2 USD 100000`, `u3 USD ${2n * MAX_MINOR}`];
      assertEqual(await outflow(day(5)), ['u1 EUR 10000', 'u1 USD 11', ...rest], 'since the fifth');
      assertEqual(await outflow(day(4)), ['u1 EUR 10000', 'u1 USD 111', ...rest], 'since the fourth');
      assertEqual(await outflow(day(20)), ['u1 EUR 10000', 'u1 USD 1', ...rest], 'since the twentieth');
      await transact((unit) =>
        unit.attempts.put([
          attempt('p0', 1, paid(1n, day(20, 1))),
          attempt('p4', 1, { net: 10_000n, currency: 'EUR', ...REFUSED }),
          attempt('p5', 1, { net: 100_000n, participant: 'u2', end: 'paid', endedAt: day(20) }),
        ]),
      );
      assertEqual(await outflow(day(20)), ['u1 USD 1', `u3 USD ${2n * MAX_MINOR}`], 'once they ended');
    },
  }),
  storeCase({
    id: 'attempt-times-are-copies',
    title: 'keeps the times of an attempt when those it was given, or gave, are changed',
    check: async ({ transact }) => {
      const withTimes = (): Attempt => ({
        ...FULL,
        openedAt: day(1),
        firstSentAt: day(1),
        lastSentAt: day(1),
        absentAt: day(1),
        endedAt: day(1),
      });
      const expected = withTimes();
      const change = (row: Attempt) => {
        for (const time of [row.openedAt, row.firstSentAt, row.lastSentAt, row.absentAt, row.endedAt])
          time?.setTime(0);
      };
      await transact(async (unit) => {
        const given = withTimes();
        await unit.payouts.add([payout('p1')]);
        await unit.attempts.put([given]);
        change(given);
        for (const read of [...(await unit.attempts.of(['p1'])), ...(await collect(unit.attempts.all()))]) {
          assertEqual(read, expected, 'as read');
          change(read);
        }
        assertEqual(await unit.attempts.of(['p1']), [expected], 'read again');
      });
    },
  }),
  storeCase({
    id: 'attempt-refuses-what-is-none',
    title: 'refuses an attempt that no store could keep, or whose numbers cannot be right',
    check: async ({ transact }) => {
      const wrong = [
        ['INVALID_INPUT', { number: 0 }],
        ['INVALID_INPUT', { number: A_FRACTION }],
        ['INVALID_AMOUNT', { net: 0n }],
        ['AMOUNT_OUT_OF_RANGE', { net: MAX_MINOR + 1n }],
        ['INVALID_INPUT', { sends: -1 }],
        ['INVALID_INPUT', { notExecuted: -1 }],
        ['INVALID_INPUT', { tries: A_FRACTION }],
        ['INVALID_INPUT', { request: 'a\u0000b' }],
        ['INVALID_INPUT', { request: '\udf89' }],
        ['INVALID_INPUT', { end: 'paid' }],
        ['INVALID_INPUT', { endedAt: day(2) }],
        ['INVALID_ID', { participant: '' }],
        ['INVALID_ID', { currency: '' }],
        ['INVALID_ID', { provider: 'a\nb' }],
        ['INVALID_ID', { account: '' }],
        ['INVALID_ID', { key: 'x'.repeat(256) }],
        ['INVALID_ID', { by: '' }],
        ['INVALID_ID', { pendingObject: '' }],
        ['INVALID_ID', { code: '\u0007' }],
        ['INVALID_INSTANT', { openedAt: NO_DATE }],
        ['INVALID_INSTANT', { firstSentAt: NO_DATE }],
        ['INVALID_INSTANT', { lastSentAt: NO_DATE }],
        ['INVALID_INSTANT', { absentAt: NO_DATE }],
        ['INVALID_INSTANT', { end: 'paid', endedAt: NO_DATE }],
      ] as const;
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2')]);
        for (const [code, parts] of wrong) {
          await assertRefused(unit.attempts.put([attempt('p1', 1), attempt('p2', 1, parts)]), code);
        }
        assertEqual(await unit.attempts.of(['p1', 'p2']), [], 'what is stored');
        await assertRefused(unit.attempts.outflow(NO_DATE), 'INVALID_INSTANT');
      });
    },
  }),
  storeCase({
    id: 'attempt-undone-with-its-transaction',
    title: 'claims and ends no attempt in a transaction that fails',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1'), payout('p2'), payout('p3')]);
        await unit.attempts.put([
          attempt('p1', 1),
          attempt('p3', 1, { net: 7n, end: 'paid', endedAt: day(5) }),
        ]);
      });
      await refusalOf(
        transact(async (unit) => {
          await unit.attempts.put([
            attempt('p1', 1, { end: 'paid', endedAt: day(5) }),
            attempt('p2', 1),
            attempt('p3', 1, { net: 7n }),
          ]);
          throw new Error('stop');
        }),
      );
      await transact(async (unit) => {
        const before = [attempt('p1', 1), attempt('p3', 1, { net: 7n, end: 'paid', endedAt: day(5) })];
        assertEqual(await unit.attempts.of(['p1', 'p2', 'p3']), before, 'the attempts');
        const left = { participant: 'u1', currency: 'USD' };
        assertEqual(
          await unit.attempts.outflow(day(4)),
          [{ ...left, amount: 507n }],
          'what left since the fourth',
        );
        assertEqual(
          await unit.attempts.outflow(day(5)),
          [{ ...left, amount: 500n }],
          'what left since the fifth',
        );
      });
    },
  }),
  storeCase({
    id: 'attempt-is-of-one-program',
    title: 'keeps attempts of two programs apart that have the same payouts, numbers and keys',
    check: async ({ transact, store, otherProgram }) => {
      await transact(async (unit) => {
        await unit.payouts.add([payout('p1')]);
        await unit.attempts.put([attempt('p1', 1)]);
      });
      await store.transact(otherProgram, async (unit) => {
        await unit.payouts.add([payout('p1')]);
        assertEqual(await unit.attempts.of(['p1']), [], 'found');
        assertEqual(await unit.attempts.outflow(day(1)), [], 'what left');
        assertEqual(await collect(unit.attempts.all()), [], 'streamed');
        await unit.attempts.put([attempt('p1', 1, { net: 1n, request: 'other' })]);
      });
      assertEqual(await transact((unit) => unit.attempts.of(['p1'])), [attempt('p1', 1)], 'the first');
    },
  }),
];
