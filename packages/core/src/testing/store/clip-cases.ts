import type { Clip } from '../../campaigns/clip.ts';
import { CLIP_STATES } from '../../campaigns/clip-states.ts';
import { FINDINGS } from '../../campaigns/observation.ts';
import { MAX_MINOR } from '../../money/range.ts';
import { assertEqual, assertRefused, assertThat } from '../assert.ts';
import { storeCase } from './case.ts';
import { A_FRACTION, campaign, clip, day, NO_DATE, observation, upTo } from './rows.ts';

const RACERS = 16;

/** Every field that a clip can have. */
const FULL = clip('full', {
  participant: "o'neil",
  platform: 'tiktok',
  content: '7234567890123456789',
  url: 'https://www.tiktok.com/@é/video/7234567890123456789',
  submittedAt: day(1, 1),
  state: 'disqualified',
  views: {
    baseline: 9_007_199_254_740_993n,
    highWater: MAX_MINOR,
    raisedAt: day(3, 7),
    priced: [
      { rate: 0, views: 1n },
      { rate: 12, views: 9_007_199_254_740_993n },
    ],
    held: { views: 0n, since: day(4, 9) },
  },
  approvedAt: day(2, 2),
  steps: 41,
  earned: MAX_MINOR,
  forfeited: 3n,
  reversed: 9_007_199_254_740_993n,
  observations: 77,
  falls: 5,
  tries: 2,
  dueAt: day(9, 999),
  settled: true,
  reason: 'bots "x" 🎉',
  decidedBy: 'olga',
  updatedAt: day(5, 5),
});

const approved = (id: string, more: Partial<Clip> = {}): Clip =>
  clip(id, {
    state: 'approved',
    views: { baseline: 5n, highWater: 5n, raisedAt: day(1), priced: [] },
    approvedAt: day(1),
    ...more,
  });

const idsOf = (clips: readonly { readonly id: string }[]): readonly string[] => clips.map(({ id }) => id);

/** Clips and their observations: submitted once, tracked by one at a time, changed where they may. */
export const clipCases = [
  storeCase({
    id: 'clip-is-kept-as-it-is',
    title: 'keeps a clip as it was submitted, to the last view, unit, millisecond and character',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        await unit.clips.add([FULL, clip('plain'), approved('B')]);
      });
      const stored = await transact((unit) => unit.clips.find(['plain', 'unknown', 'full', 'B', 'full']));
      assertEqual(stored, [clip('plain'), undefined, FULL, approved('B'), FULL], 'the clips');
      assertEqual(await transact((unit) => unit.clips.find([])), [], 'nothing asked');
      for (const field of ['views', 'approvedAt', 'reason', 'decidedBy']) {
        assertEqual(field in (stored[0] ?? {}), false, field);
      }
      assertEqual('held' in (stored[3]?.views ?? {}), false, 'held views that are none');
    },
  }),
  storeCase({
    id: 'clip-id-is-used-once',
    title: 'refuses to add a clip twice, and adds none of the set then',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        await unit.clips.add([clip('a')]);
      });
      await transact(async (unit) => {
        await assertRefused(unit.clips.add([clip('b'), clip('a')]), 'IDEMPOTENCY_CONFLICT', {
          kind: 'clip',
          id: 'a',
        });
        await assertRefused(unit.clips.add([clip('c'), clip('c')]), 'IDEMPOTENCY_CONFLICT');
      });
      assertEqual(await transact((unit) => unit.clips.find(['b', 'c'])), [undefined, undefined], 'stored');
    },
  }),
  storeCase({
    id: 'clip-changes-keep-its-content',
    title:
      'changes what changes of a clip, never whose it is or what it shows, the last of several changes winning',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        await unit.clips.add([clip('a'), clip('b')]);
      });
      const changes = { ...FULL, id: 'a' };
      await transact((unit) =>
        unit.clips.update([clip('a', { steps: 9 }), changes, clip('b', { tries: 7 })]),
      );
      const { campaign: of, participant, platform, content, url, submittedAt } = clip('a');
      const frozen = { campaign: of, participant, platform, content, url, submittedAt };
      assertEqual(
        await transact((unit) => unit.clips.find(['a', 'b'])),
        [{ ...changes, ...frozen }, clip('b', { tries: 7 })],
        'the clips',
      );
      await transact((unit) => unit.clips.update([clip('a')]));
      assertEqual(await transact((unit) => unit.clips.find(['a'])), [clip('a')], 'back as it was');
      await transact(async (unit) => {
        await assertRefused(unit.clips.update([clip('b', { tries: 8 }), clip('unknown')]), 'CLIP_NOT_FOUND', {
          clip: 'unknown',
        });
      });
      assertEqual((await transact((unit) => unit.clips.find(['b'])))[0]?.tries, 7, 'after a refusal');
    },
  }),
  storeCase({
    id: 'clip-must-be-one',
    title:
      'refuses clips whose high water lies below their baseline, that give back more than they earned, and parts',
    check: async ({ transact }) => {
      const views = { baseline: 5n, highWater: 9n, raisedAt: day(1), priced: [] };
      const wrong: readonly [Partial<Clip>, Parameters<typeof assertRefused>[1]][] = [
        [{ views: { ...views, highWater: 4n }, approvedAt: day(1) }, 'INVALID_INPUT'],
        [{ views: { ...views, priced: [{ rate: 0, views: 5n }] }, approvedAt: day(1) }, 'INVALID_INPUT'],
        [{ views: { ...views, highWater: MAX_MINOR + 1n }, approvedAt: day(1) }, 'AMOUNT_OUT_OF_RANGE'],
        [{ views }, 'INVALID_INPUT'],
        [{ approvedAt: day(1) }, 'INVALID_INPUT'],
        [{ earned: 1n, reversed: 2n }, 'INVALID_AMOUNT'],
        [{ earned: -1n }, 'INVALID_INPUT'],
        [{ steps: A_FRACTION }, 'INVALID_INPUT'],
        [{ tries: -1 }, 'INVALID_INPUT'],
        [{ dueAt: NO_DATE }, 'INVALID_INSTANT'],
        [{ content: '' }, 'INVALID_ID'],
      ];
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        for (const [parts, code] of wrong) {
          await assertRefused(unit.clips.add([clip('new'), clip('a', parts)]), code);
        }
        assertEqual(await unit.clips.find(['new', 'a']), [undefined, undefined], 'what is stored');
      });
    },
  }),
  storeCase({
    id: 'clip-lease-oldest-first',
    title:
      'leases clips that are due and watched, oldest first, as they were, and not again before their time',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        await unit.clips.add([
          approved('c', { dueAt: day(2) }),
          clip('B', { dueAt: day(2) }),
          approved('a', { dueAt: day(1, 5) }),
          approved('later', { dueAt: day(4) }),
          ...CLIP_STATES.filter((state) => state !== 'submitted' && state !== 'approved').map((state) =>
            clip(state, { state, dueAt: day(1) }),
          ),
        ]);
      });
      const lease = (at: Date, until: Date, limit: number) =>
        transact((unit) => unit.clips.lease({ at, until, limit }));
      assertEqual(await lease(day(1, 4), day(3), 9), [], 'none yet');
      assertEqual(
        await lease(day(2), day(3), 2),
        [approved('a', { dueAt: day(1, 5) }), clip('B', { dueAt: day(2) })],
        'the oldest two, as they were',
      );
      assertEqual(idsOf(await lease(day(2, 999), day(3), 9)), ['c'], 'the rest');
      assertEqual(await lease(day(2, 999), day(3), 9), [], 'none is left');
      assertEqual(await lease(day(4), day(5), 0), [], 'none asked for');
      assertEqual(
        idsOf(await lease(day(4), day(5), 9)),
        ['B', 'a', 'c', 'later'],
        'when the leases are over',
      );
      await transact((unit) => unit.clips.update([approved('a', { dueAt: day(1), state: 'withdrawn' })]));
      assertEqual(await lease(day(4), day(5), 9), [], 'one that is watched no more');
    },
  }),
  storeCase({
    id: 'clip-list-and-totals',
    title: 'lists clips by id for campaigns and participants, and sums them up by state',
    check: async ({ transact }) => {
      const priced = [
        { rate: 0, views: 3n },
        { rate: 1, views: 4n },
      ];
      const grown = { baseline: 5n, highWater: 12n, raisedAt: day(1), priced };
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1'), campaign('c2')]);
        await unit.clips.add([
          approved('c', { views: grown, earned: MAX_MINOR }),
          approved('B', { participant: 'u2', views: grown, earned: MAX_MINOR, reversed: 7n }),
          clip('a', { settled: true }),
          clip('d', { campaign: 'c2' }),
        ]);
      });
      await transact(async (unit) => {
        const list = async (...[filter, page]: Parameters<typeof unit.clips.list>) =>
          idsOf(await unit.clips.list(filter, page));
        assertEqual(await list({ campaign: 'c1' }, { limit: 2 }), ['B', 'a'], 'the first page');
        assertEqual(await list({ campaign: 'c1' }, { limit: 2, after: 'a' }), ['c'], 'the second page');
        assertEqual(await list({ participant: 'u1' }, { limit: 9 }), ['a', 'c', 'd'], 'of a participant');
        assertEqual(await list({ campaign: 'c1', participant: 'u1' }, { limit: 9 }), ['a', 'c'], 'of both');
        assertEqual(await list({ campaign: 'c1', settled: false }, { limit: 9 }), ['B', 'c'], 'not settled');
        assertEqual(await list({ states: ['submitted'] }, { limit: 9 }), ['a', 'd'], 'of a state');
        assertEqual(await list({}, { limit: 9 }), ['B', 'a', 'c', 'd'], 'all');
        assertEqual(await list({ campaign: 'unknown' }, { limit: 9 }), [], 'of none');
        const sums = { views: 14n, earned: MAX_MINOR + MAX_MINOR, reversed: 7n };
        assertEqual(
          await unit.clips.totals('c1'),
          [
            { state: 'approved', count: 2, ...sums },
            { state: 'submitted', count: 1, views: 0n, earned: 0n, reversed: 0n },
          ],
          'totals',
        );
        assertEqual(await unit.clips.totals('unknown'), [], 'totals of none');
      });
    },
  }),
  storeCase({
    id: 'clip-of-one-program',
    title: 'shows no clip and no observation of one program to another',
    check: async ({ store, program, otherProgram }) => {
      await store.transact(program, async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        await unit.clips.add([clip('a', { dueAt: day(1) })]);
        await unit.observations.add([observation('a', 1)]);
      });
      await store.transact(otherProgram, async (unit) => {
        assertEqual(await unit.clips.find(['a']), [undefined], 'found');
        assertEqual(await unit.clips.lease({ at: day(9), until: day(10), limit: 9 }), [], 'leased');
        assertEqual(await unit.clips.list({}, { limit: 9 }), [], 'listed');
        assertEqual(await unit.clips.totals('c1'), [], 'summed up');
        assertEqual(await unit.observations.of('a', { limit: 9 }), [], 'observed');
        await assertRefused(unit.clips.update([clip('a')]), 'CLIP_NOT_FOUND');
      });
    },
  }),
  storeCase({
    id: 'clip-undone-with-its-transaction',
    title: 'forgets leases, changes and observations of a transaction that fails',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        await unit.clips.add([clip('a', { dueAt: day(1) })]);
      });
      const failing = transact(async (unit) => {
        await unit.clips.lease({ at: day(2), until: day(3), limit: 1 });
        await unit.clips.update([clip('a', { state: 'rejected', settled: true })]);
        await unit.clips.add([clip('b')]);
        await unit.observations.add([observation('a', 1)]);
        throw new Error('undo');
      });
      await failing.catch(() => undefined);
      await transact(async (unit) => {
        assertEqual(
          await unit.clips.find(['a', 'b']),
          [clip('a', { dueAt: day(1) }), undefined],
          'the clips',
        );
        assertEqual(await unit.observations.of('a', { limit: 9 }), [], 'observations');
        assertEqual(idsOf(await unit.clips.lease({ at: day(2), until: day(3), limit: 9 })), ['a'], 'due');
      });
    },
  }),
  storeCase({
    id: 'observation-is-kept-for-ever',
    title: 'keeps every observation of a clip by its number, page by page, and takes none of them twice',
    check: async ({ transact }) => {
      const full = observation('a', FINDINGS.length + 1, {
        at: day(3, 7),
        views: MAX_MINOR,
        reason: 'rate_limited "x"',
        growth: 9_007_199_254_740_993n,
        rate: 12,
        earned: MAX_MINOR,
        cutByClip: 1n,
        cutByParticipant: 2n,
        cutByBudget: 3n,
      });
      const { views: _, ...uncounted } = observation('a', 1);
      const all = [...FINDINGS.map((finding, index) => ({ ...uncounted, number: index + 1, finding })), full];
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        await unit.clips.add([clip('a'), clip('b')]);
        await unit.observations.add([...all.toReversed(), observation('b', 1)]);
        await unit.observations.add([]);
      });
      await transact(async (unit) => {
        assertEqual(await unit.observations.of('a', { limit: 99 }), all, 'all');
        assertEqual(await unit.observations.of('a', { limit: 2, after: 3 }), all.slice(3, 5), 'a page');
        assertEqual(await unit.observations.of('unknown', { limit: 2 }), [], 'of none');
        await assertRefused(
          unit.observations.add([observation('b', 2), observation('a', 4)]),
          'IDEMPOTENCY_CONFLICT',
          { kind: 'observation', id: 'a' },
        );
        await assertRefused(unit.observations.add([observation('b', 0)]), 'INVALID_INPUT');
        await assertRefused(unit.observations.add([observation('b', 2, { growth: -1n })]), 'INVALID_INPUT');
        assertEqual((await unit.observations.of('b', { limit: 9 })).length, 1, 'after refusals');
      });
    },
  }),
  storeCase({
    id: 'race-to-lease-clips',
    title: 'leases no clip to two at the same time',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.campaigns.add([campaign('c1')]);
        await unit.clips.add(upTo(40).map((index) => clip(`clip${index}`, { dueAt: day(1) })));
      });
      const lease = () => transact((unit) => unit.clips.lease({ at: day(2), until: day(3), limit: 5 }));
      const leased = (await Promise.all(upTo(RACERS).map(lease))).flatMap(idsOf);
      assertThat(new Set(leased).size === leased.length, 'each is leased once');
      const rest = await transact((unit) => unit.clips.lease({ at: day(2), until: day(3), limit: 40 }));
      assertEqual(leased.length + rest.length, 40, 'leased in the end');
    },
  }),
];
