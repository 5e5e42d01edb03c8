import { assertEqual, assertRefused, refusalOf } from '../assert.ts';
import { storeCase } from './case.ts';
import { plan } from './rows.ts';

const PAGES = [
  '',
  '{"share":"1"}\n',
  '"quotes" \'single\' `back` \\ backslash \\n \\u0000 $1 %s {} -- ; /* */',
  'tab\tcarriage\r\nreturn\u00a0nbsp\u2028line\ufeffbom',
  'Ünïcödé e\u0301 é 🎉👩‍👩‍👧 \uffff \u200b',
  'x'.repeat(300_000),
];

/** Plans: frozen once, read back to the byte, worked through step by step. */
export const planCases = [
  storeCase({
    id: 'plan-is-frozen-to-the-byte',
    title: 'keeps every page and the header of a frozen plan to the byte',
    check: async ({ transact }) => {
      const record = plan('p1', PAGES.length, { digest: 'abc', header: PAGES[4] ?? '' });
      await transact((unit) => unit.plans.freeze(record, PAGES));
      await transact(async (unit) => {
        assertEqual(await unit.plans.find('p1'), record, 'the plan found');
        assertEqual(await unit.plans.lock('p1'), record, 'the plan locked');
        for (const [page, text] of PAGES.entries()) {
          assertEqual(await unit.plans.page('p1', 0, page), text, `page ${page}`);
        }
      });
    },
  }),
  storeCase({
    id: 'plan-takes-pages-one-by-one',
    title: 'freezes pages that are made while they are stored, and keeps none when one cannot be made',
    check: async ({ transact }) => {
      function* pages(failAt: number): Generator<string> {
        for (let page = 0; page < 5; page += 1) {
          if (page === failAt) throw new Error('no page');
          yield `page ${page}`;
        }
      }
      await refusalOf(transact((unit) => unit.plans.freeze(plan('p1', 5), pages(3))));
      assertEqual(await transact((unit) => unit.plans.find('p1')), undefined, 'the failed plan');
      await transact((unit) => unit.plans.freeze(plan('p1', 5), pages(9)));
      assertEqual(await transact((unit) => unit.plans.page('p1', 0, 4)), 'page 4', 'the last page');
      await transact((unit) => unit.plans.freeze(plan('empty', 0), []));
      assertEqual((await transact((unit) => unit.plans.find('empty')))?.pages, 0, 'a plan without pages');
    },
  }),
  storeCase({
    id: 'plan-freezes-once',
    title: 'freezes one plan for a revision, ever, and keeps the first',
    check: async ({ transact }) => {
      await transact((unit) => unit.plans.freeze(plan('p1', 1), ['first']));
      for (const again of [plan('p1', 1), plan('p1', 1, { digest: 'd1' })]) {
        await assertRefused(
          transact((unit) => unit.plans.freeze(again, ['second'])),
          'IDEMPOTENCY_CONFLICT',
          { kind: 'plan', id: 'p1' },
        );
      }
      assertEqual(await transact((unit) => unit.plans.find('p1')), plan('p1', 1), 'the plan');
      assertEqual(await transact((unit) => unit.plans.page('p1', 0, 0)), 'first', 'its page');
    },
  }),
  storeCase({
    id: 'plan-revisions-in-order',
    title: 'tells the latest revision, keeps the earlier ones, and refuses one that skips a number',
    check: async ({ transact }) => {
      const second = plan('p1', 2, { revision: 1, digest: 'd1' });
      await assertRefused(
        transact((unit) => unit.plans.freeze(second, ['c', 'd'])),
        'IDEMPOTENCY_CONFLICT',
        { kind: 'plan', id: 'p1' },
      );
      await transact((unit) => unit.plans.freeze(plan('p1', 1), ['a']));
      await transact((unit) => unit.plans.freeze(second, ['c', 'd']));
      await assertRefused(
        transact((unit) => unit.plans.freeze(plan('p1', 1, { revision: 3 }), ['e'])),
        'IDEMPOTENCY_CONFLICT',
        { kind: 'plan', id: 'p1' },
      );
      await transact(async (unit) => {
        assertEqual(await unit.plans.find('p1'), second, 'the latest found');
        assertEqual(await unit.plans.lock('p1'), second, 'the latest locked');
        assertEqual(await unit.plans.page('p1', 0, 0), 'a', 'the page of the first');
        assertEqual(await unit.plans.page('p1', 1, 1), 'd', 'the page of the second');
      });
    },
  }),
  storeCase({
    id: 'plan-advances',
    title: 'keeps how far the effects of a plan are, and nothing else of it changes',
    check: async ({ transact }) => {
      const record = plan('p1', 3);
      await transact((unit) => unit.plans.freeze(record, ['a', 'b', 'c']));
      await transact((unit) => unit.plans.freeze(plan('p2', 1), ['z']));
      for (const [step, page] of [
        ['pool', 1],
        ['shares', 0],
        ['bonuses', 2],
        ['notifications', 3],
        ['done', 0],
      ] as const) {
        await transact((unit) => unit.plans.advance('p1', 0, step, page));
        await transact(async (unit) => {
          assertEqual(await unit.plans.lock('p1'), { ...record, step, page }, 'the plan');
          assertEqual(await unit.plans.page('p1', 0, 1), 'b', 'a page');
          assertEqual(await unit.plans.find('p2'), plan('p2', 1), 'another plan');
        });
      }
    },
  }),
  storeCase({
    id: 'plan-unknown',
    title: 'says so when a plan, a revision or a page does not exist',
    check: async ({ transact }) => {
      await transact((unit) => unit.plans.freeze(plan('p1', 1), ['a']));
      await transact(async (unit) => {
        assertEqual(await unit.plans.find('unknown'), undefined, 'found');
        assertEqual(await unit.plans.lock('unknown'), undefined, 'locked');
      });
      const attempts = [
        { period: 'unknown', attempt: transact((unit) => unit.plans.page('unknown', 0, 0)) },
        { period: 'p1', attempt: transact((unit) => unit.plans.page('p1', 1, 0)) },
        { period: 'p1', attempt: transact((unit) => unit.plans.page('p1', 0, 1)) },
        { period: 'unknown', attempt: transact((unit) => unit.plans.advance('unknown', 0, 'done', 0)) },
        { period: 'p1', attempt: transact((unit) => unit.plans.advance('p1', 1, 'done', 0)) },
      ];
      const refusals = attempts.map(({ period, attempt }) =>
        assertRefused(attempt, 'PLAN_NOT_FOUND', { period }),
      );
      await Promise.all(refusals);
      assertEqual((await transact((unit) => unit.plans.find('p1')))?.step, 'pool', 'the step of the plan');
    },
  }),
];
