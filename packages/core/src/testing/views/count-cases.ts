import { PLATFORMS } from '../../campaigns/platform.ts';
import { assertEqual, assertRefused, assertThat } from '../assert.ts';
import { stop } from '../provider/stop.ts';
import { viewCase } from './case.ts';
import type { ViewSourceCase } from './harness.ts';
import { sampleClips } from './sample-clips.ts';

/** Beyond 32 bits, and as far as a JSON number goes. */
const LARGE = [2n ** 31n, 2n ** 53n - 1n];

export const countCases: readonly ViewSourceCase[] = [
  viewCase({
    id: 'declares-itself',
    title: 'says its name, whose content it counts and how many clips it takes at once',
    check: async ({ source, harness }) => {
      assertThat(source.id.length > 0, 'a source has an id');
      assertEqual([...source.platforms].sort(), [...harness.platforms].sort(), 'the platforms');
      assertThat(source.platforms.length > 0, 'a source counts something');
      assertThat(
        source.platforms.every((platform) => PLATFORMS.includes(platform)),
        'the platforms are known ones',
      );
      assertThat(
        Number.isSafeInteger(source.batchSize) && source.batchSize > 0,
        'a batch has room for a clip',
      );
    },
  }),
  viewCase({
    id: 'answers-in-order',
    title: 'answers in the order of the queries, each clip with its own count',
    check: async ({ clips, show, ask }) => {
      const queries = clips(8);
      for (const [index, query] of queries.entries()) await show(query, BigInt(index) * 1000n);
      const counts = queries.map((_, index) => ({ kind: 'counted', views: BigInt(index) * 1000n }));
      assertEqual(await ask(queries), counts, 'the counts');
      assertEqual(await ask(queries.toReversed()), counts.toReversed(), 'the counts, asked for backwards');
    },
  }),
  viewCase({
    id: 'counts-are-exact',
    title: 'gives large counts to the last view, and zero as zero',
    check: async ({ clips, show, ask }) => {
      const views = [0n, ...LARGE];
      const queries = clips(views.length);
      for (const [index, query] of queries.entries()) await show(query, views[index] ?? 0n);
      assertEqual(
        await ask(queries),
        views.map((count) => ({ kind: 'counted', views: count })),
        'the counts',
      );
    },
  }),
  viewCase({
    id: 'shows-each-change',
    title: 'gives the count of now: growth, a fall and zero after a count',
    check: async ({ clips, show, ask }) => {
      for (const views of [657_842n, 700_000n, 12n, 0n, 657_842n]) {
        for (const query of clips(1)) await show(query, views);
        assertEqual(await ask(clips(1)), [{ kind: 'counted', views }], 'the count of now');
      }
    },
  }),
  viewCase({
    id: 'absent-is-missing',
    title: 'calls content that does not exist missing, never zero, and counts its neighbours',
    check: async ({ clips, show, ask }) => {
      const queries = clips(6);
      for (const query of queries.slice(0, 1)) await show(query, 5n);
      for (const query of queries.slice(2, 3)) await show(query, 7n);
      const missing = { kind: 'unknown', reason: 'missing' };
      assertEqual(
        await ask(queries),
        [{ kind: 'counted', views: 5n }, missing, { kind: 'counted', views: 7n }, missing, missing, missing],
        'the answers',
      );
    },
  }),
  viewCase({
    id: 'unknown-keeps-its-reason',
    title: 'says why there is no count, as far as it can tell, never zero',
    check: async ({ harness, clips, show, ask }) => {
      const queries = clips(harness.unknown.length + 1);
      const shown = [...harness.unknown, 99n];
      for (const [index, query] of queries.entries()) await show(query, shown[index] ?? 0n);
      const expected = shown.map((views) =>
        typeof views === 'bigint' ? { kind: 'counted', views } : { kind: 'unknown', reason: views },
      );
      assertEqual(await ask(queries), expected, 'the answers');
    },
  }),
  viewCase({
    id: 'unknown-after-a-count',
    title: 'does not remember: a clip that hides is unknown, whatever was counted before',
    check: async ({ harness, clips, show, ask }) => {
      for (const reason of harness.unknown) {
        for (const query of clips(1)) await show(query, 1_000n);
        await ask(clips(1));
        for (const query of clips(1)) await show(query, reason);
        assertEqual(await ask(clips(1)), [{ kind: 'unknown', reason }], 'the answer of now');
      }
    },
  }),
  viewCase({
    id: 'same-clip-twice',
    title: 'answers a clip that is asked for twice twice, and the same',
    check: async ({ clips, show, ask }) => {
      for (const clip of clips(1)) await show(clip, 41n);
      const counted = { kind: 'counted', views: 41n };
      const thrice = [...clips(1), ...clips(1), ...clips(1)];
      assertEqual(await ask(thrice), [counted, counted, counted], 'the answers');
    },
  }),
  viewCase({
    id: 'nothing-asked',
    title: 'answers no queries with no answers',
    check: async ({ ask }) => {
      assertEqual(await ask([]), [], 'the answers');
    },
  }),
  viewCase({
    id: 'batch-size-holds',
    title: 'takes as many clips at once as it says, and refuses one more',
    check: async ({ source, clips, show, ask }) => {
      // Of a large batch, what the world has to show is enough when it is more than any page of a service.
      const queries = clips(source.batchSize + 1);
      const shown = queries.slice(0, 300);
      for (const [index, query] of shown.entries()) await show(query, BigInt(index));
      const counts = await ask(queries.slice(0, source.batchSize));
      const expected = shown
        .slice(0, source.batchSize)
        .map((_, index) => ({ kind: 'counted', views: BigInt(index) }));
      assertEqual(counts.slice(0, 300), expected, 'the counts of a full batch');
      await assertRefused(source.views(queries, stop().signal), 'INVALID_INPUT');
    },
  }),
  viewCase({
    id: 'other-platform-is-unsupported',
    title: 'says of content that it does not count that it cannot, and counts the rest',
    without: ({ platforms }) =>
      PLATFORMS.every((platform) => platforms.includes(platform)) ? 'it counts every platform' : undefined,
    check: async ({ harness, clips, show, ask }) => {
      const others = PLATFORMS.filter((platform) => !harness.platforms.includes(platform));
      const unsupported = others.map(() => ({ kind: 'failed', code: 'unsupported', retryable: false }));
      for (const own of clips(1)) await show(own, 3n);
      assertEqual(
        await ask([...others.flatMap((platform) => sampleClips(platform, 1)), ...clips(1)]),
        [...unsupported, { kind: 'counted', views: 3n }],
        'the answers',
      );
    },
  }),
  viewCase({
    id: 'hostile-content',
    title: 'counts no clip under a text that is not its id, whatever that text is',
    check: async ({ clips, show, ask }) => {
      const [own] = clips(1);
      assertThat(own !== undefined, 'a source counts something');
      await show(own, 8n);
      const hostile = [
        '',
        `${own.content},${own.content}`,
        `${own.content}&key=1`,
        ` ${own.content}`,
        `../${own.content}`,
        '__proto__',
        '\u0000',
        'é'.repeat(5_000),
      ];
      const queries = hostile.map((content) => ({ platform: own.platform, content }));
      const counts = await ask([...queries, own]);
      assertThat(
        counts.slice(0, -1).every((count) => count.kind !== 'counted'),
        'what is no id has no count',
      );
      assertEqual(counts.at(-1), { kind: 'counted', views: 8n }, 'the clip beside them');
    },
  }),
];
