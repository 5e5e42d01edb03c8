import type { Platform } from '../../campaigns/platform.ts';
import type { ViewCount, ViewQuery } from '../../ports/view-source.ts';
import { assertEqual, assertThat } from '../assert.ts';
import { inTime } from '../provider/case.ts';
import { plainText } from '../plain.ts';
import { type Stop, stop } from '../provider/stop.ts';
import type { OpenedViewSource, ViewSourceCase, ViewSourceHarness } from './harness.ts';
import { sampleClips } from './sample-clips.ts';

/** What a case works with: an open source, and the questions that every case asks. */
export interface ViewCaseContext extends OpenedViewSource {
  readonly harness: ViewSourceHarness;
  /** So many clips of the platforms of the source, one of each in turn. */
  readonly clips: (count: number) => readonly ViewQuery[];
  /** Asks, with all the time it takes, and checks the form of what comes. */
  readonly ask: (queries: readonly ViewQuery[], stopped?: Stop) => Promise<readonly ViewCount[]>;
}

/** What a case is made of. */
export interface ViewCaseParts extends Omit<ViewSourceCase, 'run'> {
  readonly check: (context: ViewCaseContext) => Promise<void>;
}

/** A case that opens the source, checks and closes it. */
export function viewCase({ check, ...described }: ViewCaseParts): ViewSourceCase {
  return {
    ...described,
    run: async (harness) => {
      const opened = await harness.open();
      try {
        await check(contextOf(opened, harness));
      } finally {
        await opened.close?.();
      }
    },
  };
}

function contextOf(opened: OpenedViewSource, harness: ViewSourceHarness): ViewCaseContext {
  return {
    ...opened,
    harness,
    clips: (count) => inTurn(harness.platforms, count),
    ask: async (queries, stopped = stop()) => {
      const counts = await inTime(opened.source.views(queries, stopped.signal), 'asking for views');
      assertEqual(counts.length, queries.length, 'the answers, of the queries there were');
      for (const count of counts) assertForm(count);
      const told = plainText(counts);
      assertThat(
        harness.secret === undefined || !told.includes(harness.secret),
        'no answer has a secret in it',
      );
      return counts;
    },
  };
}

function inTurn(platforms: readonly Platform[], count: number): readonly ViewQuery[] {
  const ofEach = platforms.map((platform) => sampleClips(platform, count));
  return Array.from({ length: count }, (_, index) => ofEach.flatMap((clips) => clips[index] ?? []))
    .flat()
    .slice(0, count);
}

/** An answer has its own parts and nothing more, so that a service's words cannot come along. */
function assertForm(count: ViewCount): void {
  if (count.kind === 'counted') {
    assertThat(typeof count.views === 'bigint' && count.views >= 0n, 'a count is a bigint, zero or more');
    assertParts(count, ['kind', 'views']);
    return;
  }
  if (count.kind === 'unknown') {
    assertParts(count, ['kind', 'reason']);
    return;
  }
  assertThat(count.kind === 'failed', 'an answer is counted, unknown or failed');
  assertThat(typeof count.retryable === 'boolean', 'a failure says whether asking again can help');
  const { retryAfterMs } = count;
  assertThat(
    retryAfterMs === undefined || (Number.isSafeInteger(retryAfterMs) && retryAfterMs >= 0),
    'a time to wait is a whole number of milliseconds, zero or more',
  );
  assertParts(count, ['code', 'kind', 'retryable', ...(retryAfterMs === undefined ? [] : ['retryAfterMs'])]);
}

function assertParts(count: ViewCount, names: readonly string[]): void {
  assertEqual(Object.keys(count).sort(), names, `the parts of an answer that is ${count.kind}`);
}
