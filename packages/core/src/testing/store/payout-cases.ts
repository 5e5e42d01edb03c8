import { MAX_MINOR } from '../../money/range.ts';
import type { Payout } from '../../payouts/payout.ts';
import { OPEN_STATES, PAYOUT_STATES } from '../../payouts/states.ts';
import type { PayoutFilter, UnitOfWork } from '../../ports/store.ts';
import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { A_FRACTION, collect, day, NO_DATE, NO_NUMBER, payout, upTo } from './rows.ts';

/** Free text may hold anything that can be printed, and line ends. */
const NOTE = 'it\'s "paid"\n\ttomorrow\r\n\\n $1 %s -- ; /* */ \u00a0\u2028é e\u0301 🎉 \u200b';

/** Every field that a payout can have. */
const FULL = payout('full', {
  fee: 7n,
  feeBearer: 'platform',
  batch: 'b/1',
  requestedBy: "o'neil",
  state: 'needs_review',
  provider: 'stripe "x"',
  destination: { id: 'acct_1/ü', version: 9_007_199_254_740_991 },
  approval: { by: 'operator', at: day(2, 123), digest: 'a'.repeat(64) },
  attempt: 3,
  fence: 41,
  dueAt: day(9, 999),
  epoch: 2,
  reason: 'outcome_unknown',
  note: NOTE,
  paid: 500n,
  returned: 499n,
  updatedAt: day(3, 1),
});

function idsOf(payouts: readonly { readonly id: string }[]): readonly string[] {
  return payouts.map(({ id }) => id);
}

/** Everything that is due, page by page. */
async function allDue(unit: UnitOfWork, at: Date, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let after: { readonly dueAt: Date; readonly id: string } | undefined;
  for (;;) {
    const page = await unit.payouts.due({
      states: ['pending', 'approved', 'processing'],
      at,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    for (const { id } of page) ids.push(id);
    after = page.at(-1);
    if (page.length < limit) return ids;
  }
}

/** Payouts: opened once, changed where they may, found by who is due. */
export const payoutCases = [
  storeCase({
    id: 'payout-is-kept-as-it-is',
    title: 'keeps a payout as it was opened, to the last unit, millisecond and character',
    check: async ({ transact }) => {
      const payouts = [
        payout('plain'),
        FULL,
        payout('largest', {
          amount: MAX_MINOR,
          fee: MAX_MINOR,
          paid: MAX_MINOR,
          returned: MAX_MINOR,
          currency: 'JPY',
        }),
        payout('smallest', { amount: 1n }),
        payout('no note', { note: '' }),
        payout('long note', { note: '🎉\n'.repeat(333) }),
        payout('\'q" \\ / ü 🎉', { participant: 'a/b', currency: "X'", batch: '"' }),
        ...PAYOUT_STATES.map((state) => payout(`state ${state}`, { state })),
      ];
      await transact((unit) => unit.payouts.add(payouts));
      await transact(async (unit) => {
        assertEqual(await unit.payouts.find(idsOf(payouts)), payouts, 'the payouts found');
        const streamed = new Map((await collect(unit.payouts.all())).map((row) => [row.id, row]));
        assertEqual(
          payouts.map(({ id }) => streamed.get(id)),
          payouts,
          'the payouts streamed',
        );
        assertEqual(streamed.size, payouts.length, 'how many were streamed');
      });
    },
  }),
  storeCase({
    id: 'payout-found-in-order',
    title: 'tells payouts in the order asked',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.payouts.add([]);
        await unit.payouts.add([payout('a'), payout('b')]);
      });
      const found = await transact((unit) => unit.payouts.find(['b', 'unknown', 'a', 'b']));
      assertEqual(
        found.map((row) => row?.id),
        ['b', undefined, 'a', 'b'],
        'payouts',
      );
      assertEqual(await transact((unit) => unit.payouts.find([])), [], 'nothing asked');
    },
  }),
  storeCase({
    id: 'payout-opened-once',
    title: 'refuses a payout that is stored already, also with the same content, and the rest of its set',
    check: async ({ transact }) => {
      const first = payout('p1');
      await transact((unit) => unit.payouts.add([first]));
      await transact(async (unit) => {
        for (const again of [first, payout('p1', { amount: 1n })]) {
          await assertRefused(unit.payouts.add([payout('new'), again]), 'IDEMPOTENCY_CONFLICT', {
            kind: 'payout',
            id: 'p1',
          });
        }
        await assertRefused(unit.payouts.add([payout('new'), payout('new')]), 'IDEMPOTENCY_CONFLICT', {
          kind: 'payout',
          id: 'new',
        });
        await unit.payouts.add([payout('p2')]);
      });
      await transact(async (unit) => {
        assertEqual(await unit.payouts.find(['p1', 'new']), [first, undefined], 'the payouts');
        assertEqual(idsOf(await unit.payouts.openOf(['u1'])), ['p2', 'p1'], 'the open ones');
      });
    },
  }),
  storeCase({
    id: 'payout-changes',
    title: 'changes every part of a payout that can change, and forgets what is left out',
    check: async ({ transact }) => {
      const plain = payout('p1', { batch: 'b1', fee: 7n });
      const said = { fee: 7n, feeBearer: plain.feeBearer, batch: 'b1', requestedBy: plain.requestedBy };
      const changed = { ...FULL, ...said, id: 'p1' };
      await transact((unit) => unit.payouts.add([plain, payout('p2')]));
      await transact((unit) => unit.payouts.update([changed]));
      assertEqual(
        await transact((unit) => unit.payouts.find(['p1', 'p2'])),
        [changed, payout('p2')],
        'changed',
      );
      const back = { ...plain, fence: FULL.fence };
      await transact((unit) => unit.payouts.update([back]));
      assertEqual(await transact((unit) => unit.payouts.find(['p1'])), [back], 'changed back');
      await transact((unit) => unit.payouts.update([]));
    },
  }),
  storeCase({
    id: 'payout-last-change-of-a-set-stays',
    title: 'makes the changes of a set in their order when a payout stands in it twice',
    check: async ({ transact }) => {
      await transact((unit) => unit.payouts.add([payout('p1'), payout('p2')]));
      const last = payout('p1', { state: 'approved', fence: 2, dueAt: day(5) });
      await transact((unit) =>
        unit.payouts.update([
          payout('p1', { state: 'processing', fence: 1 }),
          payout('p2', { fence: 9 }),
          last,
        ]),
      );
      await transact(async (unit) => {
        assertEqual(await unit.payouts.find(['p1']), [last], 'the payout');
        assertEqual(await allDue(unit, day(9), 9), ['p2', 'p1'], 'what is due');
      });
    },
  }),
  storeCase({
    id: 'payout-keeps-what-was-said',
    title: 'keeps amount, fee, participant and time of a payout as they were when it was opened',
    check: async ({ transact }) => {
      const opened = payout('p1', { batch: 'b1' });
      await transact((unit) => unit.payouts.add([opened]));
      const other = payout('p1', {
        participant: 'u2',
        currency: 'EUR',
        amount: 1n,
        fee: 1n,
        feeBearer: 'platform',
        batch: 'b2',
        requestedBy: 'someone',
        openedAt: day(20),
        state: 'approved',
      });
      await transact((unit) => unit.payouts.update([other]));
      const { batch: _batch, ...withoutBatch } = other;
      await transact((unit) => unit.payouts.update([withoutBatch]));
      await transact(async (unit) => {
        const expected = { ...opened, state: 'approved' };
        assertEqual(await unit.payouts.find(['p1']), [expected], 'the payout');
        assertEqual(await unit.payouts.openOf(['u1', 'u2']), [expected], 'whose it is');
        assertEqual(await unit.payouts.list({ batch: 'b1' }, { limit: 9 }), [expected], 'its batch');
      });
    },
  }),
  storeCase({
    id: 'payout-update-of-unknown',
    title: 'refuses to change a payout that was never opened, and changes nothing of its set',
    check: async ({ transact }) => {
      await transact((unit) => unit.payouts.add([payout('p1')]));
      await transact(async (unit) => {
        await assertRefused(
          unit.payouts.update([payout('p1', { state: 'approved' }), payout('unknown')]),
          'PAYOUT_NOT_FOUND',
          { payout: 'unknown' },
        );
      });
      await transact(async (unit) => {
        assertEqual(await unit.payouts.find(['p1', 'unknown']), [payout('p1'), undefined], 'the payouts');
        assertEqual(await unit.payouts.list({ states: ['approved'] }, { limit: 9 }), [], 'the approved ones');
      });
    },
  }),
  storeCase({
    id: 'payout-fence-never-falls',
    title: 'refuses whoever has not seen the latest claim of a payout',
    check: async ({ transact }) => {
      const claimed = payout('p1', { state: 'processing', fence: 3 });
      await transact((unit) => unit.payouts.add([claimed, payout('p2')]));
      await transact(async (unit) => {
        for (const changes of [
          [payout('p1', { state: 'failed', fence: 2 })],
          [payout('p2', { state: 'approved' }), payout('p1', { fence: 0 })],
          [payout('p2', { fence: 5 }), payout('p2', { fence: 4 })],
        ]) {
          await assertRefused(unit.payouts.update(changes), 'INVARIANT_BROKEN');
        }
        assertEqual(await unit.payouts.find(['p1', 'p2']), [claimed, payout('p2')], 'the payouts');
        await unit.payouts.update([{ ...claimed, state: 'completed' }]);
      });
      const [after] = await transact((unit) => unit.payouts.find(['p1']));
      assertEqual([after?.state, after?.fence], ['completed', 3], 'under the same fence');
    },
  }),
  storeCase({
    id: 'payout-due-in-order',
    title:
      'tells what is due at an instant by time and id, and nothing that is due later or in another state',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.payouts.add([
          payout('late', { dueAt: day(5, 1) }),
          payout('b', { dueAt: day(5), state: 'approved' }),
          payout('c', { dueAt: day(4, 999), state: 'processing' }),
          payout('a', { dueAt: day(5) }),
          payout('B', { dueAt: day(5), state: 'processing' }),
          payout('first', { dueAt: day(1), state: 'approved' }),
          ...PAYOUT_STATES.map((state) => payout(`z ${state}`, { state, dueAt: day(2) })),
        ]),
      );
      await transact(async (unit) => {
        const states = ['pending', 'approved', 'processing'] as const;
        const z = ['z approved', 'z pending', 'z processing'];
        const due = (at: Date, limit = 99) => unit.payouts.due({ states, at, limit });
        assertEqual(idsOf(await due(day(5))), ['first', ...z, 'c', 'B', 'a', 'b'], 'on the fifth');
        assertEqual(idsOf(await due(day(4))), ['first', ...z], 'on the fourth');
        assertEqual(idsOf(await due(day(5), 2)), ['first', 'z approved'], 'the first two');
        const approved = await unit.payouts.due({ states: ['approved'], at: day(9), limit: 9 });
        assertEqual(idsOf(approved), ['first', 'z approved', 'b'], 'those approved');
        assertEqual(await unit.payouts.due({ states: [], at: day(9), limit: 9 }), [], 'in no state');
        const rejected = await unit.payouts.due({
          states: ['rejected', 'needs_review'],
          at: day(9),
          limit: 9,
        });
        assertEqual(idsOf(rejected), ['z needs_review', 'z rejected'], 'in states that no worker takes');
        assertEqual(
          (await due(day(5))).at(-1),
          payout('b', { dueAt: day(5), state: 'approved' }),
          'the last row',
        );
      });
    },
  }),
  storeCase({
    id: 'payout-due-goes-on-after-the-cursor',
    title: 'goes on with what is due after a time and id, and meets every payout once',
    check: async ({ transact }) => {
      const at = [day(3), day(3), day(3), day(2), day(2), day(4), day(3, 1)];
      await transact((unit) =>
        unit.payouts.add(
          at.map((dueAt, index) =>
            payout(`p${index}`, { dueAt, state: index === 1 ? 'approved' : 'pending' }),
          ),
        ),
      );
      await transact(async (unit) => {
        const all = ['p3', 'p4', 'p0', 'p1', 'p2', 'p6', 'p5'];
        for (const limit of [1, 2, 3, 7, 8])
          assertEqual(await allDue(unit, day(9), limit), all, `by ${limit}`);
        const after = { dueAt: day(3), id: 'p0 and a half' };
        const rest = await unit.payouts.due({ states: ['pending', 'approved'], at: day(3), after, limit: 9 });
        assertEqual(idsOf(rest), ['p1', 'p2'], 'after a place where nothing stands');
      });
    },
  }),
  storeCase({
    id: 'payout-due-follows-changes',
    title: 'takes a payout that changed at its new time and state, and no longer at the old ones',
    check: async ({ transact }) => {
      await transact((unit) => unit.payouts.add([payout('a'), payout('b'), payout('c')]));
      await transact((unit) =>
        unit.payouts.update([
          payout('a', { dueAt: day(8) }),
          payout('b', { state: 'completed' }),
          payout('c', { state: 'approved', dueAt: day(3) }),
        ]),
      );
      await transact(async (unit) => {
        assertEqual(await allDue(unit, day(7), 9), ['c'], 'on the seventh');
        assertEqual(await allDue(unit, day(8), 9), ['c', 'a'], 'on the eighth');
      });
    },
  }),
  storeCase({
    id: 'payout-open-of',
    title: 'tells the payouts of participants that hold reserved money, newest first, each once',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.payouts.add([
          payout('old', { openedAt: day(2) }),
          payout('a', { openedAt: day(3), state: 'approved' }),
          payout('b', { openedAt: day(3), participant: 'u2', state: 'processing' }),
          payout('new', { openedAt: day(3, 1), state: 'needs_review' }),
          payout('of another', { participant: 'u3' }),
          ...PAYOUT_STATES.filter((state) => !OPEN_STATES.some((open) => open === state)).map((state) =>
            payout(`closed ${state}`, { state, participant: 'u2' }),
          ),
        ]),
      );
      await transact(async (unit) => {
        const both = await unit.payouts.openOf(['u2', 'u1', 'u2', 'unknown']);
        assertEqual(idsOf(both), ['new', 'b', 'a', 'old'], 'of two');
        assertEqual(await unit.payouts.openOf([]), [], 'of nobody');
        await unit.payouts.update([
          payout('a', { state: 'cancelled' }),
          payout('closed failed', { state: 'approved' }),
        ]);
        assertEqual(idsOf(await unit.payouts.openOf(['u1'])), ['new', 'old'], 'after one was cancelled');
        assertEqual(
          idsOf(await unit.payouts.openOf(['u2'])),
          ['b', 'closed failed'],
          'after one was opened again',
        );
      });
    },
  }),
  storeCase({
    id: 'payout-list-newest-first',
    title: 'lists payouts newest first, page by page, each once',
    check: async ({ transact }) => {
      const opened = [day(3), day(3), day(3), day(2), day(4), day(3, 1)];
      await transact((unit) =>
        unit.payouts.add(
          opened.map((openedAt, index) => payout(`p${index}`, { openedAt, participant: `u${index}` })),
        ),
      );
      const all = ['p4', 'p5', 'p2', 'p1', 'p0', 'p3'];
      await transact(async (unit) => {
        assertEqual(idsOf(await unit.payouts.list({}, { limit: 99 })), all, 'all of them');
        for (const limit of [1, 2, 3, 5]) {
          const ids: string[] = [];
          let page = await unit.payouts.list({}, { limit });
          while (page.length > 0) {
            for (const { id } of page) ids.push(id);
            const before = page.at(-1);
            page = await unit.payouts.list({}, before === undefined ? { limit } : { before, limit });
          }
          assertEqual(ids, all, `by ${limit}`);
        }
        const before = { openedAt: day(3), id: 'p1 and a half' };
        assertEqual(idsOf(await unit.payouts.list({}, { before, limit: 2 })), ['p1', 'p0'], 'from between');
      });
    },
  }),
  storeCase({
    id: 'payout-list-matches-all-that-is-given',
    title: 'lists and sums up the payouts that match all that is given, and no others',
    check: async ({ transact }) => {
      const payouts = [
        payout('1'),
        payout('2', { participant: 'u2', batch: 'b1' }),
        payout('3', { currency: 'EUR', batch: 'b1' }),
        payout('4', { provider: 'stripe', state: 'approved' }),
        payout('5', { state: 'completed', batch: 'b2' }),
        payout('6', {
          participant: 'u2',
          provider: 'stripe',
          currency: 'EUR',
          batch: 'b1',
          state: 'approved',
        }),
      ];
      await transact((unit) => unit.payouts.add(payouts));
      const filters: readonly (readonly [PayoutFilter, readonly string[]])[] = [
        [{}, ['6', '5', '4', '3', '2', '1']],
        [{ states: ['approved', 'completed'] }, ['6', '5', '4']],
        [{ states: [] }, []],
        [{ participant: 'u2' }, ['6', '2']],
        [{ batch: 'b1' }, ['6', '3', '2']],
        [{ currency: 'EUR' }, ['6', '3']],
        [{ provider: 'stripe' }, ['6', '4']],
        [{ participant: 'u2', states: ['pending'] }, ['2']],
        [
          { participant: 'u2', provider: 'stripe', currency: 'EUR', batch: 'b1', states: ['approved'] },
          ['6'],
        ],
        [{ participant: 'u1', batch: 'b1' }, ['3']],
        [{ participant: 'unknown' }, []],
        [{ batch: 'unknown' }, []],
      ];
      await transact(async (unit) => {
        for (const [filter, ids] of filters) {
          const what = JSON.stringify(filter);
          assertEqual(idsOf(await unit.payouts.list(filter, { limit: 99 })), ids, `listed by ${what}`);
          const summary = await unit.payouts.summary(filter);
          assertEqual(
            summary.reduce((sum, { count }) => sum + count, 0),
            ids.length,
            `summed up by ${what}`,
          );
        }
        const before = { openedAt: day(1), id: '3' };
        const page = await unit.payouts.list({ participant: 'u1' }, { before, limit: 9 });
        assertEqual(idsOf(page), ['1'], 'of one participant, after the cursor');
      });
    },
  }),
  storeCase({
    id: 'payout-summary',
    title: 'sums payouts up by state, currency and provider, beyond what one amount can be',
    check: async ({ transact }) => {
      const largest = { state: 'completed', amount: MAX_MINOR, paid: MAX_MINOR, returned: 1n } as const;
      await transact((unit) =>
        unit.payouts.add([
          payout('1'),
          payout('2', { amount: 3n, participant: 'u2' }),
          payout('3', { provider: 'a' }),
          payout('4', { currency: 'EUR' }),
          payout('5', largest),
          payout('6', { ...largest, participant: 'u2' }),
        ]),
      );
      const totals = await transact((unit) => unit.payouts.summary({}));
      const row = (state: string, currency: string, provider: string, amounts: object) => ({
        state,
        currency,
        provider,
        count: 1,
        amount: 500n,
        paid: 0n,
        returned: 0n,
        ...amounts,
      });
      const expected = [
        row('completed', 'USD', 'bank', {
          count: 2,
          amount: 2n * MAX_MINOR,
          paid: 2n * MAX_MINOR,
          returned: 2n,
        }),
        row('pending', 'EUR', 'bank', {}),
        row('pending', 'USD', 'a', {}),
        row('pending', 'USD', 'bank', { count: 2, amount: 503n }),
      ];
      assertEqual(totals, expected, 'the totals');
      assertEqual(await transact((unit) => unit.payouts.summary({ currency: 'JPY' })), [], 'of nothing');
    },
  }),
  storeCase({
    id: 'payout-times-are-copies',
    title: 'keeps the times of a payout when those it was given, or gave, are changed',
    check: async ({ transact }) => {
      const withTimes = (openedAt: Date, dueAt: Date, updatedAt: Date, at: Date): Payout =>
        payout('p1', { openedAt, dueAt, updatedAt, approval: { by: 'x', at, digest: 'd' } });
      const expected = withTimes(day(1), day(2), day(3), day(4));
      await transact(async (unit) => {
        const [openedAt, dueAt, updatedAt, at] = [day(1), day(2), day(3), day(4)];
        const given = withTimes(openedAt, dueAt, updatedAt, at);
        await unit.payouts.add([given]);
        for (const time of [openedAt, dueAt, updatedAt, at]) time.setTime(0);
        const due = await unit.payouts.due({ states: ['pending'], at: day(9), limit: 1 });
        const reads = [
          ...due,
          ...(await unit.payouts.find(['p1'])),
          ...(await unit.payouts.openOf(['u1'])),
          ...(await unit.payouts.list({}, { limit: 1 })),
          ...(await collect(unit.payouts.all())),
        ];
        for (const read of reads) {
          assertEqual(read, expected, 'as read');
          for (const time of [read?.openedAt, read?.dueAt, read?.updatedAt, read?.approval?.at])
            time?.setTime(0);
        }
        assertEqual(await unit.payouts.find(['p1']), [expected], 'read again');
        const change = { ...expected, updatedAt: day(5) };
        await unit.payouts.update([change]);
        change.updatedAt.setTime(0);
        assertEqual((await unit.payouts.find(['p1']))[0]?.updatedAt, day(5), 'the time changed to');
      });
    },
  }),
  storeCase({
    id: 'payout-refuses-what-is-none',
    title: 'refuses a payout that no store could keep, or whose numbers cannot be right',
    check: async ({ transact }) => {
      const wrong = [
        ['INVALID_AMOUNT', { amount: 0n }],
        ['INVALID_AMOUNT', { amount: -1n }],
        ['AMOUNT_OUT_OF_RANGE', { amount: MAX_MINOR + 1n }],
        ['INVALID_AMOUNT', { fee: -1n }],
        ['AMOUNT_OUT_OF_RANGE', { fee: MAX_MINOR + 1n }],
        ['INVALID_AMOUNT', { paid: -1n }],
        ['INVALID_AMOUNT', { returned: -1n }],
        ['INVALID_AMOUNT', { paid: 5n, returned: 6n }],
        ['INVALID_INPUT', { attempt: 0 }],
        ['INVALID_INPUT', { attempt: A_FRACTION }],
        ['INVALID_INPUT', { fence: -1 }],
        ['INVALID_INPUT', { fence: NO_NUMBER }],
        ['INVALID_INPUT', { epoch: -1 }],
        ['INVALID_INPUT', { epoch: 9_007_199_254_740_992 }],
        ['INVALID_INPUT', { note: 'x'.repeat(1001) }],
        ['INVALID_INPUT', { note: 'a\u0000b' }],
        ['INVALID_INPUT', { note: 'half \ud83c' }],
        ['INVALID_INPUT', { destination: { id: 'd', version: A_FRACTION } }],
        ['INVALID_ID', { destination: { id: '', version: 1 } }],
        ['INVALID_ID', { participant: '' }],
        ['INVALID_ID', { currency: 'a\nb' }],
        ['INVALID_ID', { batch: 'x'.repeat(256) }],
        ['INVALID_ID', { requestedBy: '' }],
        ['INVALID_ID', { provider: '\ud83c' }],
        ['INVALID_ID', { reason: '' }],
        ['INVALID_ID', { approval: { by: '', at: day(1), digest: 'd' } }],
        ['INVALID_ID', { approval: { by: 'x', at: day(1), digest: '' } }],
        ['INVALID_INSTANT', { approval: { by: 'x', at: NO_DATE, digest: 'd' } }],
        ['INVALID_INSTANT', { openedAt: NO_DATE }],
        ['INVALID_INSTANT', { dueAt: NO_DATE }],
        ['INVALID_INSTANT', { updatedAt: NO_DATE }],
      ] as const;
      await transact((unit) => unit.payouts.add([payout('p1')]));
      await transact(async (unit) => {
        for (const [code, parts] of wrong) {
          await assertRefused(unit.payouts.add([payout('new'), payout('wrong', parts)]), code);
          await assertRefused(unit.payouts.update([payout('p1', { fence: 1 }), payout('p1', parts)]), code);
        }
        assertEqual(
          await unit.payouts.find(['p1', 'new', 'wrong']),
          [payout('p1'), undefined, undefined],
          'stored',
        );
        const cursor = { dueAt: NO_DATE, openedAt: NO_DATE, id: 'p1' };
        const queries = [
          unit.payouts.due({ states: ['pending'], at: NO_DATE, limit: 1 }),
          unit.payouts.due({ states: ['pending'], at: day(1), after: cursor, limit: 1 }),
          unit.payouts.list({}, { before: cursor, limit: 1 }),
        ];
        for (const query of queries) await assertRefused(query, 'INVALID_INSTANT');
      });
    },
  }),
  storeCase({
    id: 'payout-undone-with-its-transaction',
    title: 'opens and changes no payout in a transaction that fails',
    check: async ({ transact }) => {
      await transact((unit) => unit.payouts.add([payout('p1', { fence: 4 })]));
      await refusalOf(
        transact(async (unit) => {
          await unit.payouts.add([payout('p2')]);
          await unit.payouts.update([payout('p1', { fence: 5, state: 'completed' })]);
          throw new Error('stop');
        }),
      );
      await transact(async (unit) => {
        const before = payout('p1', { fence: 4 });
        assertEqual(await unit.payouts.find(['p1', 'p2']), [before, undefined], 'found');
        assertEqual(await allDue(unit, day(9), 9), ['p1'], 'due');
        assertEqual(await unit.payouts.openOf(['u1']), [before], 'open');
        assertEqual(await unit.payouts.list({}, { limit: 9 }), [before], 'listed');
        assertEqual((await unit.payouts.summary({})).length, 1, 'summed up');
        await unit.payouts.update([payout('p1', { fence: 4, state: 'approved' })]);
        await unit.payouts.add([payout('p2')]);
        assertEqual(await allDue(unit, day(9), 9), ['p1', 'p2'], 'due afterwards');
      });
    },
  }),
  storeCase({
    id: 'payout-is-of-one-program',
    title: 'keeps payouts of two programs apart that have the same ids',
    check: async ({ transact, store, otherProgram }) => {
      await transact((unit) => unit.payouts.add([payout('p1', { fence: 9 })]));
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await unit.payouts.find(['p1']), [undefined], 'found');
        assertEqual(await allDue(unit, day(9), 9), [], 'due');
        assertEqual(await unit.payouts.openOf(['u1']), [], 'open');
        assertEqual(await unit.payouts.list({}, { limit: 9 }), [], 'listed');
        assertEqual(await unit.payouts.summary({}), [], 'summed up');
        assertEqual(await collect(unit.payouts.all()), [], 'streamed');
        await assertRefused(unit.payouts.update([payout('p1')]), 'PAYOUT_NOT_FOUND', { payout: 'p1' });
        await unit.payouts.add([payout('p1', { amount: 1n })]);
        await unit.payouts.update([payout('p1', { fence: 1, state: 'rejected' })]);
      });
      assertEqual(
        await transact((unit) => unit.payouts.find(['p1'])),
        [payout('p1', { fence: 9 })],
        'the first',
      );
    },
  }),
  storeCase({
    id: 'payout-many',
    title: 'opens, changes and takes thousands of payouts in sets',
    check: async ({ transact }) => {
      const payouts = upTo(3000).map((index) =>
        payout(`p${index}`, {
          participant: `u${index}`,
          dueAt: day(1, index >>> 3),
          openedAt: day(1, index >>> 2),
        }),
      );
      await transact((unit) => unit.payouts.add(payouts.toReversed()));
      await transact((unit) =>
        unit.payouts.update(payouts.slice(0, 1500).map((row) => ({ ...row, state: 'completed' as const }))),
      );
      await transact(async (unit) => {
        const due = await allDue(unit, day(9), 700);
        assertEqual(new Set(due).size, 1500, 'different ones due');
        assertEqual(due.length, 1500, 'due');
        assertEqual((await collect(unit.payouts.all())).length, 3000, 'streamed');
        const open = await unit.payouts.openOf(payouts.map(({ participant }) => participant));
        assertEqual(open.length, 1500, 'open');
        const found = await unit.payouts.find(payouts.map(({ id }) => id));
        assertEqual(found.filter((row) => row?.state === 'completed').length, 1500, 'completed');
      });
    },
  }),
];
