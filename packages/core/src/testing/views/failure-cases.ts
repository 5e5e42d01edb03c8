import { VIEW_FAILURES } from '../../ports/view-source.ts';
import { assertEqual, assertThat } from '../assert.ts';
import { inTime } from '../provider/case.ts';
import { stop } from '../provider/stop.ts';
import { viewCase } from './case.ts';
import type { ViewSourceCase } from './harness.ts';

const ABORTED = { kind: 'failed', code: 'aborted', retryable: true };

export const failureCases: readonly ViewSourceCase[] = [
  ...VIEW_FAILURES.map((code) =>
    viewCase({
      id: `failure-${code.replaceAll('_', '-')}`,
      title: `answers each clip with ${code} when the service fails so, and counts again when it is back`,
      without: ({ failures }) =>
        failures[code] === undefined ? 'its world cannot fail like this' : undefined,
      check: async ({ harness, clips, show, fail, ask }) => {
        const retryable = harness.failures[code]?.retryable;
        assertThat(fail !== undefined && retryable !== undefined, 'a harness with failures can fail');
        const queries = clips(4);
        for (const query of queries) await show(query, 100n);
        await fail(code);
        for (const count of await ask(queries)) {
          assertThat(count.kind === 'failed', `a failed look is no count and no reason, but ${count.kind}`);
          assertEqual(count.code, code, 'why it failed');
          assertEqual(count.retryable, retryable, 'whether asking again can help');
        }
        await fail(undefined);
        const counted = queries.map(() => ({ kind: 'counted', views: 100n }));
        assertEqual(await ask(queries), counted, 'the counts, once the service is back');
      },
    }),
  ),
  viewCase({
    id: 'aborted-before',
    title: 'asks for nothing when the signal has aborted already',
    check: async ({ clips, show, ask }) => {
      const queries = clips(3);
      for (const query of queries) await show(query, 100n);
      const stopped = stop();
      stopped.abort();
      assertEqual(await ask(queries, stopped), [ABORTED, ABORTED, ABORTED], 'the answers');
    },
  }),
  viewCase({
    id: 'aborted-while-waiting',
    title: 'stops waiting at once when the signal aborts',
    without: ({ stalls }) => (stalls ? undefined : 'its world cannot stall'),
    check: async ({ clips, show, stall, ask }) => {
      assertThat(stall !== undefined, 'a harness that stalls can stall');
      const queries = clips(2);
      for (const query of queries) await show(query, 100n);
      const { asked } = await stall();
      const stopped = stop();
      const answers = ask(queries, stopped);
      await inTime(asked, 'the request of a source');
      stopped.abort();
      assertEqual(await answers, [ABORTED, ABORTED], 'the answers');
    },
  }),
];
