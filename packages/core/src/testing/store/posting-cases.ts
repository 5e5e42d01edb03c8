import { MAX_MINOR } from '../../money/range.ts';
import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import { balanceOf, collect, content, deposit, transfer } from './rows.ts';

/** Transfers and balances: once by id, all or nothing, never below zero. */
export const postingCases = [
  storeCase({
    id: 'ledger-moves-money',
    title: 'takes from one account what it gives to the other, and keeps what was asked for',
    check: async ({ transact }) => {
      const request = transfer('t1', 'funding', 'pool/2026-01', 1250n, { kind: 'pool', subject: '2026-01' });
      const posted = await transact((unit) => unit.ledger.post([request]));
      assertEqual(posted.map(content), [{ ...request, moved: 1250n }], 'the result');
      await transact(async (unit) => {
        assertEqual(await unit.ledger.find(['t1']), posted, 'what is stored, to its time');
        assertEqual(await balanceOf(unit, 'funding'), -1250n, 'the debited account');
        assertEqual(await balanceOf(unit, 'pool/2026-01'), 1250n, 'the credited account');
      });
    },
  }),
  storeCase({
    id: 'ledger-posts-an-empty-batch',
    title: 'moves nothing for an empty batch',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        assertEqual(await unit.ledger.post([]), [], 'the results');
        assertEqual(await unit.ledger.find([]), [], 'nothing found');
        assertEqual(await unit.ledger.balances([]), [], 'no balances');
        assertEqual(await collect(unit.ledger.transfers()), [], 'no transfers');
        assertEqual(await collect(unit.ledger.accounts()), [], 'no accounts');
      });
    },
  }),
  storeCase({
    id: 'ledger-once-by-id',
    title: 'moves money once for an id, however often and in whatever company it is posted',
    check: async ({ transact }) => {
      const gift = deposit('gift', 'participant/u1/available', 500n);
      const [first] = await transact((unit) => unit.ledger.post([gift]));
      const [again] = await transact((unit) => unit.ledger.post([gift]));
      assertEqual(again, first, 'the second result, to its time');
      const mixed = await transact((unit) =>
        unit.ledger.post([
          deposit('x', 'participant/u1/available', 1n),
          gift,
          deposit('y', 'pool/p', 1n),
          gift,
        ]),
      );
      assertEqual([mixed[1], mixed[3]], [first, first], 'the results among others');
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 501n, 'the balance');
      assertEqual((await transact((unit) => collect(unit.ledger.transfers()))).length, 3, 'transfers stored');
    },
  }),
  storeCase({
    id: 'ledger-once-by-id-inside-a-batch',
    title: 'moves money once for an id that stands twice in one batch',
    check: async ({ transact }) => {
      const gift = deposit('gift', 'participant/u1/available', 500n);
      const results = await transact((unit) => unit.ledger.post([gift, { ...gift }]));
      assertEqual(results[1], results[0], 'both results');
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 500n, 'the balance');
    },
  }),
  storeCase({
    id: 'ledger-same-id-is-same-with-or-without-at-most-false',
    title: 'takes a transfer that says it is not capped for the same as one that does not say',
    check: async ({ transact }) => {
      const gift = deposit('gift', 'pool/p', 5n);
      await transact((unit) => unit.ledger.post([gift]));
      await transact((unit) => unit.ledger.post([{ ...gift, atMost: false }]));
      assertEqual(await transact((unit) => balanceOf(unit, 'pool/p')), 5n, 'the balance');
    },
  }),
  storeCase({
    id: 'ledger-refuses-an-id-with-other-content',
    title: 'refuses an id that comes again with other content, whatever differs',
    check: async ({ transact }) => {
      const stored = deposit('t', 'pool/p', 5n);
      await transact((unit) => unit.ledger.post([deposit('other', 'pool/p', 9n), stored]));
      const others = [
        { ...stored, asked: 6n },
        { ...stored, debit: 'differences' as const },
        { ...stored, credit: 'pool/q' as const },
        { ...stored, currency: 'EUR' },
        { ...stored, kind: 'pool' as const },
        { ...stored, subject: 'another' },
        { ...stored, atMost: true },
        { ...stored, reverses: 'other' },
      ];
      for (const other of others) {
        await assertRefused(
          transact((unit) => unit.ledger.post([deposit('new', 'pool/p', 1n), other])),
          'IDEMPOTENCY_CONFLICT',
          { kind: 'transfer', id: 't' },
        );
      }
      assertEqual(await transact((unit) => balanceOf(unit, 'pool/p')), 14n, 'the balance');
      assertEqual(
        await transact((unit) => unit.ledger.find(['new'])),
        [undefined],
        'the rest of those batches',
      );
    },
  }),
  storeCase({
    id: 'ledger-refuses-two-contents-of-one-id-in-a-batch',
    title: 'refuses a batch in which one id asks for two different things',
    check: async ({ transact }) => {
      await assertRefused(
        transact((unit) => unit.ledger.post([deposit('t', 'pool/p', 5n), deposit('t', 'pool/p', 6n)])),
        'IDEMPOTENCY_CONFLICT',
        { kind: 'transfer', id: 't' },
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'pool/p')), 0n, 'the balance');
    },
  }),
  storeCase({
    id: 'ledger-answers-a-replay-before-computing',
    title: 'answers a transfer that was posted before even when the money has long gone',
    check: async ({ transact }) => {
      const payout = transfer('out', 'participant/u1/available', 'outside/bank', 80n);
      const [first] = await transact((unit) =>
        unit.ledger.post([deposit('in', 'participant/u1/available', 80n), payout]),
      ).then((results) => [results[1]]);
      const [again] = await transact((unit) => unit.ledger.post([payout]));
      assertEqual(again, first, 'the stored result');
      assertEqual(await transact((unit) => balanceOf(unit, 'outside/bank')), 80n, 'paid out once');
    },
  }),
  storeCase({
    id: 'ledger-never-below-zero',
    title: 'never lets a participant, a pool or a campaign spend what it does not have',
    check: async ({ transact }) => {
      const accounts = [
        'participant/u1/held',
        'participant/u1/available',
        'participant/u1/reserved',
        'participant/u1/paid/stripe',
        'pool/p',
        'campaign/c',
        'writtenOff',
      ] as const;
      for (const account of accounts) {
        await transact((unit) => unit.ledger.post([deposit(`in/${account}`, account, 100n)]));
        await assertRefused(
          transact((unit) => unit.ledger.post([transfer(`over/${account}`, account, 'funding', 101n)])),
          'INSUFFICIENT_FUNDS',
          { transfer: `over/${account}`, account },
        );
        await transact((unit) => unit.ledger.post([transfer(`all/${account}`, account, 'funding', 100n)]));
        await assertRefused(
          transact((unit) => unit.ledger.post([transfer(`one/${account}`, account, 'funding', 1n)])),
          'INSUFFICIENT_FUNDS',
          { transfer: `one/${account}`, account },
        );
        assertEqual(await transact((unit) => balanceOf(unit, account)), 0n, `the balance of ${account}`);
      }
    },
  }),
  storeCase({
    id: 'ledger-some-accounts-may-owe',
    title: 'lets the platform, its fees, its differences and the outside world go below zero',
    check: async ({ transact }) => {
      const accounts = ['funding', 'differences', 'fees/stripe', 'outside/bank'] as const;
      for (const account of accounts) {
        await transact((unit) => unit.ledger.post([transfer(`from/${account}`, account, 'pool/p', 7n)]));
        assertEqual(await transact((unit) => balanceOf(unit, account)), -7n, `the balance of ${account}`);
      }
    },
  }),
  storeCase({
    id: 'ledger-keeps-currencies-apart',
    title: 'never spends one currency for another',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('in', 'pool/p', 100n, 'EUR')]));
      await assertRefused(
        transact((unit) => unit.ledger.post([transfer('out', 'pool/p', 'writtenOff', 1n)])),
        'INSUFFICIENT_FUNDS',
        { transfer: 'out', account: 'pool/p' },
      );
      await transact(async (unit) => {
        await unit.ledger.post([deposit('usd', 'pool/p', 3n)]);
        assertEqual(
          await unit.ledger.balances([
            { account: 'pool/p', currency: 'USD' },
            { account: 'pool/p', currency: 'EUR' },
            { account: 'pool/p', currency: 'JPY' },
          ]),
          [3n, 100n, 0n],
          'the balances',
        );
      });
    },
  }),
  storeCase({
    id: 'ledger-batch-is-all-or-nothing',
    title: 'moves nothing of a batch whose last transfer is refused',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('in', 'pool/p', 100n)]));
      await assertRefused(
        transact((unit) =>
          unit.ledger.post([
            transfer('a', 'pool/p', 'participant/a/held', 60n),
            transfer('b', 'pool/p', 'participant/b/held', 40n),
            transfer('c', 'pool/p', 'participant/c/held', 1n),
          ]),
        ),
        'INSUFFICIENT_FUNDS',
        { transfer: 'c', account: 'pool/p' },
      );
      await transact(async (unit) => {
        assertEqual(await balanceOf(unit, 'pool/p'), 100n, 'the pool');
        assertEqual(await balanceOf(unit, 'participant/a/held'), 0n, 'the first of them');
        assertEqual(await unit.ledger.find(['a', 'b', 'c']), [undefined, undefined, undefined], 'transfers');
      });
    },
  }),
  storeCase({
    id: 'ledger-applies-a-batch-in-order',
    title: 'lets a credit pay for a debit after it in the batch, not for one before it',
    check: async ({ transact }) => {
      const credit = deposit('in', 'pool/p', 100n);
      const debit = transfer('out', 'pool/p', 'participant/u1/held', 100n);
      await assertRefused(
        transact((unit) => unit.ledger.post([debit, credit])),
        'INSUFFICIENT_FUNDS',
        { transfer: 'out', account: 'pool/p' },
      );
      const results = await transact((unit) => unit.ledger.post([credit, debit]));
      assertEqual(
        results.map(({ id }) => id),
        ['in', 'out'],
        'results in the order of the requests',
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/held')), 100n, 'the participant');
    },
  }),
  storeCase({
    id: 'ledger-passes-money-on-within-a-batch',
    title: 'passes the same money through a chain of accounts in one batch',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.ledger.post([
          deposit('1', 'pool/p', 10n),
          transfer('2', 'pool/p', 'participant/u1/held', 10n),
          transfer('3', 'participant/u1/held', 'participant/u1/available', 10n),
          transfer('4', 'participant/u1/available', 'participant/u1/reserved', 10n),
          transfer('5', 'participant/u1/reserved', 'participant/u1/paid/bank', 9n),
        ]),
      );
      const balances = await transact((unit) =>
        unit.ledger.balances([
          { account: 'pool/p', currency: 'USD' },
          { account: 'participant/u1/held', currency: 'USD' },
          { account: 'participant/u1/available', currency: 'USD' },
          { account: 'participant/u1/reserved', currency: 'USD' },
          { account: 'participant/u1/paid/bank', currency: 'USD' },
        ]),
      );
      assertEqual(balances, [0n, 0n, 0n, 1n, 9n], 'the balances');
    },
  }),
  storeCase({
    id: 'ledger-refuses-what-is-no-transfer',
    title: 'refuses a transfer of nothing, of less, of too much, to itself or to no account',
    check: async ({ transact }) => {
      const good = deposit('t', 'pool/p', 5n);
      const wrong = [
        { ...good, asked: 0n },
        { ...good, asked: -5n },
        { ...good, asked: MAX_MINOR + 1n },
        { ...good, debit: 'pool/p' as const },
        { ...good, credit: 'pool/' as const },
        { ...good, credit: 'pool/a/b' as const },
        { ...good, debit: 'participant//held' as const },
      ];
      for (const request of wrong) {
        await assertRefused(
          transact((unit) => unit.ledger.post([deposit('first', 'pool/p', 1n), request])),
          'INVALID_TRANSFER',
        );
      }
      assertEqual(await transact((unit) => collect(unit.ledger.transfers())), [], 'transfers stored');
    },
  }),
  storeCase({
    id: 'ledger-balances-fit-64-bits',
    title: 'keeps amounts exact to the last of 64 bits and refuses what would leave them',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([transfer('max', 'outside/a', 'pool/p', MAX_MINOR)]));
      await transact(async (unit) => {
        assertEqual(await balanceOf(unit, 'pool/p'), MAX_MINOR, 'the largest balance');
        assertEqual((await unit.ledger.find(['max']))[0]?.asked, MAX_MINOR, 'the largest amount');
      });
      await assertRefused(
        transact((unit) =>
          unit.ledger.post([deposit('good', 'pool/q', 1n), transfer('over', 'outside/b', 'pool/p', 1n)]),
        ),
        'AMOUNT_OUT_OF_RANGE',
      );
      await transact((unit) => unit.ledger.post([transfer('min', 'outside/a', 'pool/q', 1n)]));
      assertEqual(await transact((unit) => balanceOf(unit, 'outside/a')), -MAX_MINOR - 1n, 'the smallest');
      await assertRefused(
        transact((unit) => unit.ledger.post([transfer('under', 'outside/a', 'pool/q', 1n)])),
        'AMOUNT_OUT_OF_RANGE',
      );
      await transact(async (unit) => {
        assertEqual(
          await unit.ledger.find(['good', 'over', 'under']),
          [undefined, undefined, undefined],
          'refused',
        );
        assertEqual(await balanceOf(unit, 'pool/q'), 1n, 'the other pool');
        assertEqual(await balanceOf(unit, 'outside/b'), 0n, 'the other side');
      });
    },
  }),
  storeCase({
    id: 'ledger-amounts-beyond-floats',
    title: 'keeps amounts that no float can hold',
    check: async ({ transact }) => {
      const amounts = [9_007_199_254_740_993n, 9_007_199_254_740_991n, 1n, 4_611_686_018_427_387_905n];
      await transact((unit) =>
        unit.ledger.post(amounts.map((amount, index) => deposit(`t${index}`, `pool/${index}`, amount))),
      );
      await transact(async (unit) => {
        const found = await unit.ledger.find(amounts.map((_, index) => `t${index}`));
        assertEqual(
          found.map((row) => row?.moved),
          amounts,
          'moved',
        );
        const balances = await unit.ledger.balances(
          amounts.map((_, index) => ({ account: `pool/${index}` as const, currency: 'USD' })),
        );
        assertEqual(balances, amounts, 'the balances');
      });
    },
  }),
  storeCase({
    id: 'ledger-answers-in-the-order-asked',
    title: 'tells balances and transfers in the order asked, twice if asked twice, zero for what never moved',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('a', 'pool/a', 1n), deposit('b', 'pool/b', 2n)]));
      await transact(async (unit) => {
        const ids = ['b', 'unknown', 'a', 'b'];
        const found = await unit.ledger.find(ids);
        assertEqual(
          found.map((row) => row?.id),
          ['b', undefined, 'a', 'b'],
          'transfers',
        );
        const accounts = ['pool/b', 'pool/never', 'pool/a', 'pool/b'] as const;
        const balances = await unit.ledger.balances(
          accounts.map((account) => ({ account, currency: 'USD' })),
        );
        assertEqual(balances, [2n, 0n, 1n, 2n], 'balances');
      });
    },
  }),
  storeCase({
    id: 'ledger-tells-similar-accounts-apart',
    title: 'never takes one account for another with a similar name',
    check: async ({ transact }) => {
      const accounts = [
        'pool/a',
        'pool/A',
        'pool/a ',
        'pool/a%2Fb',
        'pool/a%25',
        'campaign/a',
        'fees/a',
      ] as const;
      await transact((unit) =>
        unit.ledger.post(accounts.map((account, index) => deposit(account, account, BigInt(index + 1)))),
      );
      const balances = await transact((unit) =>
        unit.ledger.balances(accounts.map((account) => ({ account, currency: 'USD' }))),
      );
      assertEqual(balances, [1n, 2n, 3n, 4n, 5n, 6n, 7n], 'the balances');
    },
  }),
  storeCase({
    id: 'ledger-adds-up',
    title: 'keeps the sum of all accounts at zero, and each balance at the sum of its transfers',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.ledger.post([
          deposit('1', 'pool/p', 1000n),
          transfer('2', 'pool/p', 'participant/u1/held', 333n),
          transfer('3', 'pool/p', 'participant/u2/held', 333n),
          transfer('4', 'pool/p', 'participant/u3/held', 400n, { atMost: true }),
          transfer('5', 'participant/u1/held', 'funding', 33n, { kind: 'reversal', reverses: '2' }),
          deposit('6', 'pool/p', 5n, 'EUR'),
        ]),
      );
      await transact(async (unit) => {
        const folded = new Map<string, bigint>();
        for (const { debit, credit, currency, moved } of await collect(unit.ledger.transfers())) {
          const [from, to] = [`${currency} ${debit}`, `${currency} ${credit}`];
          folded.set(from, (folded.get(from) ?? 0n) - moved);
          folded.set(to, (folded.get(to) ?? 0n) + moved);
        }
        let sum = 0n;
        for (const { account, currency, balance } of await collect(unit.ledger.accounts())) {
          assertEqual(balance, folded.get(`${currency} ${account}`), `the balance of ${account}`);
          folded.delete(`${currency} ${account}`);
          sum += balance;
        }
        assertEqual(sum, 0n, 'the sum of all accounts');
        assertEqual(
          [...folded.values()].filter((balance) => balance !== 0n),
          [],
          'accounts left out',
        );
      });
    },
  }),
];
