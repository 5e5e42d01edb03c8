import type { Campaign } from '../../campaigns/campaign.ts';
import { CAMPAIGN_STATES } from '../../campaigns/campaign-states.ts';
import { MAX_MINOR } from '../../money/range.ts';
import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import { balanceOf, campaign, day, deposit, NO_DATE, transfer, upTo } from './rows.ts';

const RACERS = 16;

/** Every field that a campaign can have. */
const FULL = campaign('full', {
  terms: {
    currency: 'KWD',
    minimumViews: 1_000n,
    clipCap: MAX_MINOR,
    participantCap: 9_007_199_254_740_993n,
    platforms: ['youtube', 'tiktok', 'instagram', 'x'],
    startsAt: day(1, 1),
    endsAt: day(30, 999),
    idleDays: 7,
    hold: { completion: false, days: 14 },
    approval: { hours: 72, outcome: 'approve' },
    whenSpent: 'owe',
    viewsPerHour: 100_000n,
    tracking: { everyMs: 1, slowAfterMs: 2, longestMs: 3 },
  },
  createdAt: day(1, 123),
  state: 'completed',
  rates: [
    { perThousand: '0.000001', from: day(1), by: "o'neil" },
    { perThousand: '123456789.5', from: day(2, 7), by: 'é "x" 🎉' },
  ],
  deposited: MAX_MINOR,
  refunded: 1n,
  spent: MAX_MINOR - 1n,
  recent: [
    { day: '2026-01-01', amount: -5n },
    { day: '2026-01-02', amount: MAX_MINOR },
  ],
  activeAt: day(3, 1),
  dueAt: day(4, 2),
  completedAt: day(5, 3),
  reason: 'spent',
});

/** Campaigns: created once, changed where they may, and their budgets kept by their locks. */
export const campaignCases = [
  storeCase({
    id: 'campaign-is-kept-as-it-is',
    title: 'keeps a campaign as it was created, to the last unit, millisecond and character',
    check: async ({ transact }) => {
      await transact((unit) => unit.campaigns.add([FULL, campaign('plain')]));
      const stored = await transact((unit) => unit.campaigns.find(['plain', 'unknown', 'full', 'plain']));
      assertEqual(stored, [campaign('plain'), undefined, FULL, campaign('plain')], 'the campaigns');
      assertEqual(await transact((unit) => unit.campaigns.lock(['full', 'x'])), [FULL, undefined], 'locked');
      assertEqual(await transact((unit) => unit.campaigns.find([])), [], 'nothing asked');
      assertEqual('reason' in (stored[0] ?? {}), false, 'a reason that was left out');
    },
  }),
  storeCase({
    id: 'campaign-id-is-used-once',
    title: 'refuses to create a campaign twice, and creates none of the set then',
    check: async ({ transact }) => {
      await transact((unit) => unit.campaigns.add([campaign('a')]));
      await transact(async (unit) => {
        await assertRefused(unit.campaigns.add([campaign('b'), campaign('a')]), 'IDEMPOTENCY_CONFLICT', {
          kind: 'campaign',
          id: 'a',
        });
        await assertRefused(unit.campaigns.add([campaign('c'), campaign('c')]), 'IDEMPOTENCY_CONFLICT');
      });
      assertEqual(
        await transact((unit) => unit.campaigns.find(['b', 'c'])),
        [undefined, undefined],
        'what is stored',
      );
    },
  }),
  storeCase({
    id: 'campaign-changes-keep-terms',
    title: 'changes what changes of a campaign, never its terms, the last of several changes winning',
    check: async ({ transact }) => {
      await transact((unit) => unit.campaigns.add([campaign('a'), campaign('b')]));
      const changes = { ...FULL, id: 'a' };
      await transact((unit) =>
        unit.campaigns.update([
          { ...campaign('a'), deposited: 5n },
          changes,
          { ...campaign('b'), deposited: 7n },
        ]),
      );
      const { terms, createdAt } = campaign('a');
      assertEqual(
        await transact((unit) => unit.campaigns.find(['a', 'b'])),
        [{ ...changes, terms, createdAt }, campaign('b', { deposited: 7n })],
        'the campaigns',
      );
      await transact(async (unit) => {
        await assertRefused(
          unit.campaigns.update([{ ...campaign('b'), deposited: 9n }, campaign('unknown')]),
          'CAMPAIGN_NOT_FOUND',
          { campaign: 'unknown' },
        );
      });
      assertEqual(
        (await transact((unit) => unit.campaigns.find(['b'])))[0]?.deposited,
        7n,
        'after a refusal',
      );
    },
  }),
  storeCase({
    id: 'campaign-must-be-one',
    title: 'refuses campaigns that spend more than they have, rates of nothing, and terms without an end',
    check: async ({ transact }) => {
      const { terms } = campaign('a');
      const { idleDays: _, ...endless } = terms;
      const wrong: readonly [Partial<Campaign>, Parameters<typeof assertRefused>[1]][] = [
        [{ spent: 1n }, 'INVALID_AMOUNT'],
        [{ deposited: 2n, spent: 1n, refunded: 2n }, 'INVALID_AMOUNT'],
        [{ deposited: -1n }, 'INVALID_INPUT'],
        [{ deposited: MAX_MINOR + 1n }, 'AMOUNT_OUT_OF_RANGE'],
        [{ rates: [] }, 'INVALID_INPUT'],
        [{ rates: [{ perThousand: '0', from: day(1), by: 'olga' }] }, 'INVALID_INPUT'],
        [{ rates: [{ perThousand: '-1', from: day(1), by: 'olga' }] }, 'INVALID_INPUT'],
        [{ rates: [{ perThousand: '1e3', from: day(1), by: 'olga' }] }, 'INVALID_DECIMAL'],
        [{ terms: endless }, 'INVALID_INPUT'],
        [{ terms: { ...terms, clipCap: 0n } }, 'INVALID_INPUT'],
        [{ terms: { ...terms, platforms: [] } }, 'INVALID_INPUT'],
        [{ terms: { ...terms, startsAt: day(3), endsAt: day(3) } }, 'INVALID_INPUT'],
        [{ state: 'completed' }, 'INVALID_INPUT'],
        [{ dueAt: NO_DATE }, 'INVALID_INSTANT'],
        [{ id: '' }, 'INVALID_ID'],
      ];
      await transact(async (unit) => {
        for (const [parts, code] of wrong) {
          await assertRefused(unit.campaigns.add([campaign('new'), campaign('a', parts)]), code);
        }
        assertEqual(await unit.campaigns.find(['new', 'a']), [undefined, undefined], 'what is stored');
      });
    },
  }),
  storeCase({
    id: 'campaign-due-in-order',
    title: 'tells which campaigns are due, by time and id, and lists them by id and state',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.campaigns.add([
          campaign('c', { dueAt: day(2) }),
          campaign('B', { dueAt: day(2) }),
          campaign('a', { dueAt: day(3), state: 'running' }),
          campaign('d', { dueAt: day(4) }),
        ]),
      );
      await transact(async (unit) => {
        const ids = (rows: readonly Campaign[]) => rows.map(({ id }) => id);
        assertEqual(ids(await unit.campaigns.due({ at: day(3), limit: 10 })), ['B', 'c', 'a'], 'due');
        assertEqual(ids(await unit.campaigns.due({ at: day(3), limit: 2 })), ['B', 'c'], 'the first two');
        assertEqual(ids(await unit.campaigns.due({ at: day(1, 999), limit: 2 })), [], 'none yet');
        assertEqual(ids(await unit.campaigns.list({ limit: 3 })), ['B', 'a', 'c'], 'the first page');
        assertEqual(ids(await unit.campaigns.list({ limit: 3, after: 'c' })), ['d'], 'the second page');
        assertEqual(ids(await unit.campaigns.list({ limit: 3, states: ['running'] })), ['a'], 'of a state');
        assertEqual(
          ids(await unit.campaigns.list({ limit: 9, states: CAMPAIGN_STATES })).length,
          4,
          'of any',
        );
        await unit.campaigns.update([campaign('c', { dueAt: day(9) })]);
        assertEqual(ids(await unit.campaigns.due({ at: day(3), limit: 10 })), ['B', 'a'], 'after a change');
      });
    },
  }),
  storeCase({
    id: 'campaign-spends-of-participants',
    title: 'keeps what each participant has earned in a campaign, zero where nothing is known',
    check: async ({ transact }) => {
      await transact((unit) => unit.campaigns.add([campaign('a'), campaign('b')]));
      const key = (campaign: string, participant: string) => ({ campaign, participant });
      await transact(async (unit) => {
        await unit.campaigns.putSpends([
          { ...key('a', 'u1'), earned: 5n },
          { ...key('b', 'u1'), earned: MAX_MINOR },
          { ...key('a', 'u1'), earned: 6n },
        ]);
        await unit.campaigns.putSpends([]);
      });
      const asked = [key('b', 'u1'), key('a', 'u2'), key('a', 'u1'), key('b', 'u1')];
      assertEqual(
        await transact((unit) => unit.campaigns.spends(asked)),
        [MAX_MINOR, 0n, 6n, MAX_MINOR],
        'in the order asked',
      );
      await transact(async (unit) => {
        await assertRefused(
          unit.campaigns.putSpends([
            { ...key('a', 'u2'), earned: 1n },
            { ...key('a', 'u1'), earned: -1n },
          ]),
          'INVALID_AMOUNT',
        );
        assertEqual(await unit.campaigns.spends([key('a', 'u2')]), [0n], 'after a refusal');
      });
    },
  }),
  storeCase({
    id: 'campaign-of-one-program',
    title: 'shows no campaign of one program to another',
    check: async ({ store, program, otherProgram }) => {
      await store.transact(program, (unit) => unit.campaigns.add([campaign('a', { dueAt: day(1) })]));
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await unit.campaigns.find(['a']), [undefined], 'found');
        assertEqual(await unit.campaigns.due({ at: day(9), limit: 9 }), [], 'due');
        assertEqual(await unit.campaigns.list({ limit: 9 }), [], 'listed');
        await unit.campaigns.add([campaign('a', { deposited: 1n })]);
      });
      assertEqual(
        (await store.transact(program, (unit) => unit.campaigns.find(['a'])))[0]?.deposited,
        0n,
        'kept',
      );
    },
  }),
  storeCase({
    id: 'campaign-undone-with-its-transaction',
    title: 'forgets what was done to campaigns in a transaction that fails',
    check: async ({ transact }) => {
      await transact((unit) => unit.campaigns.add([campaign('a')]));
      const failing = transact(async (unit) => {
        await unit.campaigns.add([campaign('b')]);
        await unit.campaigns.update([campaign('a', { deposited: 5n, dueAt: day(2) })]);
        await unit.campaigns.putSpends([{ campaign: 'a', participant: 'u1', earned: 5n }]);
        throw new Error('undo');
      });
      await failing.catch(() => undefined);
      await transact(async (unit) => {
        assertEqual(await unit.campaigns.find(['a', 'b']), [campaign('a'), undefined], 'the campaigns');
        assertEqual(await unit.campaigns.due({ at: day(3), limit: 9 }), [], 'due');
        assertEqual(await unit.campaigns.spends([{ campaign: 'a', participant: 'u1' }]), [0n], 'the spend');
      });
    },
  }),
  storeCase({
    id: 'campaign-lock-keeps-a-budget',
    title: 'keeps budgets and caps that many look at under the lock and then draw on at the same time',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.campaigns.add(
          ['a', 'b'].map((id) => campaign(id, { state: 'running', deposited: 1000n })),
        );
        await unit.ledger.post([deposit('in/a', 'campaign/a', 1000n), deposit('in/b', 'campaign/b', 1000n)]);
      });
      const key = { campaign: 'a', participant: 'u1' };
      await Promise.all(
        upTo(RACERS).map((racer) =>
          transact(async (unit) => {
            // Asked for in either order, so that locks taken as asked would be taken crosswise.
            const ids = (racer & 1) === 0 ? ['a', 'b'] : ['b', 'a'];
            const locked = await unit.campaigns.lock(ids);
            const [earned = 0n] = await unit.campaigns.spends([key]);
            const drawn = locked.flatMap((one) => {
              const left = one === undefined ? 0n : one.deposited - one.spent;
              return one === undefined || left === 0n ? [] : [{ one, amount: left < 90n ? left : 90n }];
            });
            if (drawn.length === 0) return;
            await unit.ledger.post(
              drawn.map(({ one, amount }) =>
                transfer(`${one.id}/${racer}`, `campaign/${one.id}`, 'participant/u1/held', amount),
              ),
            );
            await unit.campaigns.update(
              drawn.map(({ one, amount }) => ({ ...one, spent: one.spent + amount })),
            );
            await unit.campaigns.putSpends([{ ...key, earned: earned + 1n }]);
          }),
        ),
      );
      await transact(async (unit) => {
        const stored = await unit.campaigns.find(['a', 'b']);
        assertEqual(
          stored.map((one) => one?.spent),
          [1000n, 1000n],
          'spent',
        );
        assertEqual(await balanceOf(unit, 'participant/u1/held'), 2000n, 'earned');
        assertEqual(await unit.campaigns.spends([key]), [12n], 'who drew on the first campaign');
      });
    },
  }),
];
