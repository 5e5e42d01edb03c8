import { describe, expect, it } from 'vitest';
import { PayoutError } from '../../src/errors.ts';
import type { ViewCount, ViewFailure, ViewQuery, ViewSource } from '../../src/ports/view-source.ts';
import { viewSourceCases } from '../../src/testing/views/cases.ts';
import type { ShownViews, ViewSourceCase, ViewSourceHarness } from '../../src/testing/views/harness.ts';

const missing: ViewCount = { kind: 'unknown', reason: 'missing' };
const aborted: ViewCount = { kind: 'failed', code: 'aborted', retryable: true };
const unsupported: ViewCount = { kind: 'failed', code: 'unsupported', retryable: false };

/** A source that keeps every promise, in a world of its own; `wrong` changes what it does. */
function harnessOf(
  wrong: (right: ViewSource, world: World) => ViewSource = (right) => right,
): ViewSourceHarness {
  return {
    platforms: ['tiktok', 'x'],
    unknown: ['missing', 'private', 'removed', 'hidden'],
    failures: { rate_limited: { retryable: true }, unauthorized: { retryable: false } },
    stalls: true,
    secret: 'key-of-the-service',
    open: async () => {
      const world = new World();
      return {
        source: wrong(rightSource(world), world),
        show: async ({ content }, views) => void world.shown.set(content, views),
        fail: async (code) => void (world.failing = code),
        stall: async () => {
          world.stalled = true;
          return { asked: new Promise((resolve) => (world.onAsked = resolve)) };
        },
      };
    },
  };
}

class World {
  readonly shown = new Map<string, ShownViews>();
  failing: ViewFailure | undefined;
  stalled = false;
  onAsked: () => void = () => undefined;
}

function rightSource(world: World): ViewSource {
  return {
    id: 'right',
    platforms: ['tiktok', 'x'],
    batchSize: 20,
    views: async (queries, signal) => {
      if (queries.length > 20) {
        throw new PayoutError('INVALID_INPUT', { issues: [{ path: 'queries', reason: 'more than 20' }] });
      }
      if (signal.aborted) return queries.map(() => aborted);
      if (world.stalled) {
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(queries.map(() => aborted)));
          world.onAsked();
        });
      }
      return queries.map((query) => answer(world, query));
    },
  };
}

function answer({ shown, failing }: World, { platform, content }: ViewQuery): ViewCount {
  if (platform !== 'tiktok' && platform !== 'x') return unsupported;
  if (failing !== undefined) return { kind: 'failed', code: failing, retryable: failing === 'rate_limited' };
  const views = shown.get(content);
  if (views === undefined) return missing;
  return typeof views === 'bigint' ? { kind: 'counted', views } : { kind: 'unknown', reason: views };
}

/** The same source with other answers. */
function answering(
  right: ViewSource,
  change: (counts: readonly ViewCount[]) => readonly ViewCount[],
): ViewSource {
  return { ...right, views: async (queries, signal) => change(await right.views(queries, signal)) };
}

const eachCount = (change: (count: ViewCount) => ViewCount) => (right: ViewSource) =>
  answering(right, (counts) => counts.map(change));

const WRONG: Readonly<Record<string, (right: ViewSource, world: World) => ViewSource>> = {
  'that calls what is missing zero': eachCount((count) =>
    count.kind === 'unknown' ? { kind: 'counted', views: 0n } : count,
  ),
  'that calls every reason missing': eachCount((count) => (count.kind === 'unknown' ? missing : count)),
  'that calls a failure missing': eachCount((count) => (count.kind === 'failed' ? missing : count)),
  'that calls zero unknown': eachCount((count) =>
    count.kind === 'counted' && count.views === 0n ? missing : count,
  ),
  'that loses the last digit of large counts': eachCount((count) =>
    count.kind === 'counted' && count.views > 2n ** 40n ? { ...count, views: count.views - 1n } : count,
  ),
  'that never asks again': eachCount((count) =>
    count.kind === 'failed' ? { ...count, retryable: false } : count,
  ),
  'that sorts its answers': (right) =>
    answering(right, (counts) =>
      counts.toSorted((one, other) => (JSON.stringify(one, plain) < JSON.stringify(other, plain) ? -1 : 1)),
    ),
  'that leaves out what is missing': (right) =>
    answering(right, (counts) => counts.filter((count) => count.kind !== 'unknown')),
  'that tells the key': eachCount((count) =>
    count.kind === 'failed' ? Object.assign({ ...count }, { detail: 'key-of-the-service' }) : count,
  ),
  'that throws when the service fails': (right) =>
    answering(right, (counts) => {
      if (counts.some((count) => count.kind === 'failed')) throw new Error('503');
      return counts;
    }),
  'that remembers the first count': (right, world) => {
    const seen = new Map<string, ViewCount>();
    return {
      ...right,
      views: async (queries, signal) => {
        const counts = await right.views(queries, signal);
        return counts.map((count, index) => {
          const { content } = queries[index] ?? { content: '' };
          if (count.kind === 'counted' && !seen.has(content)) seen.set(content, count);
          return (world.shown.has(content) ? seen.get(content) : undefined) ?? count;
        });
      },
    };
  },
  'that answers the same clip once': (right) => ({
    ...right,
    views: (queries, signal) =>
      right.views([...new Map(queries.map((query) => [query.content, query])).values()], signal),
  }),
  'that takes any number': (right) => ({
    ...right,
    views: async (queries, signal) => [
      ...(await right.views(queries.slice(0, 20), signal)),
      ...queries.slice(20).map(() => missing),
    ],
  }),
  'that looks at the first id of several': (right) => ({
    ...right,
    views: (queries, signal) =>
      right.views(
        queries.map((query) => ({ ...query, content: /\d{6,}/.exec(query.content)?.[0] ?? '' })),
        signal,
      ),
  }),
  'that never stops waiting': (right) => ({
    ...right,
    views: (queries) =>
      right.views(queries, { aborted: false, addEventListener: () => {}, removeEventListener: () => {} }),
  }),
  'that says another platform than it counts': (right) => ({ ...right, platforms: ['youtube'] }),
};

const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

const applicable = viewSourceCases.filter(
  (viewSourceCase) => viewSourceCase.without?.(harnessOf()) === undefined,
);

describe('the contract of view sources', () => {
  it.each(applicable)('is kept by a source that does what it must: $title', async (viewSourceCase) => {
    expect(await outcome(viewSourceCase, harnessOf())).toBe('kept');
  });

  it.each(Object.keys(WRONG))('catches a source %s', async (name) => {
    const harness = harnessOf(WRONG[name]);
    const outcomes = await Promise.all(
      viewSourceCases.map((viewSourceCase) => outcome(viewSourceCase, harness)),
    );
    expect(outcomes).toContain('broken');
  });

  it('has an id of its own for each case', () => {
    expect(new Set(viewSourceCases.map(({ id }) => id)).size).toBe(viewSourceCases.length);
  });
});

async function outcome(
  viewSourceCase: ViewSourceCase,
  harness: ViewSourceHarness,
): Promise<'kept' | 'broken'> {
  return viewSourceCase.run(harness).then(
    () => 'kept',
    () => 'broken',
  );
}
