import { assertEqual, assertThat } from '../assert.ts';
import { describe, inTime, lostOutcome, providerCase } from './case.ts';
import type { ProviderCase } from './harness.ts';
import { stop } from './stop.ts';

export const lossCases: readonly ProviderCase[] = [
  providerCase({
    id: 'loss-of-a-response-is-unknown',
    title: 'says of a payment whose response was lost that it is unknown, and then finds it',
    needs: ['faults', 'lookup'],
    check: async ({ request, send, having, payments }) => {
      const asked = request();
      await having('loseResponse')();
      const outcome = await lostOutcome(send(asked));
      assertEqual(outcome.kind, 'unknown', 'the outcome of a send whose response was lost');
      const found = await payments(asked);
      assertEqual(
        found.map(({ amount }) => amount),
        [asked.amount],
        'the payments found',
      );
    },
  }),
  providerCase({
    id: 'loss-of-a-response-then-again',
    title: 'pays once when a payment whose response was lost is sent again',
    needs: ['faults', 'keys', 'lookup'],
    check: async ({ request, send, having, assertPayments }) => {
      const asked = request();
      await having('loseResponse')();
      await lostOutcome(send(asked));
      const again = await lostOutcome(send(asked));
      assertThat(
        again.kind === 'object' || again.kind === 'unknown',
        `sent again, it is paid or unknown, not ${describe(again)}`,
      );
      await assertPayments(asked, 1, 'movements');
    },
  }),
  providerCase({
    id: 'loss-of-a-request-is-unknown',
    title:
      'says of a request that was lost that it is unknown, finds nothing, and pays once when it is sent again',
    needs: ['faults', 'lookup'],
    check: async ({ request, send, pay, having, assertPayments }) => {
      const asked = request();
      await having('loseRequest')();
      const outcome = await lostOutcome(send(asked));
      assertEqual(outcome.kind, 'unknown', 'the outcome of a send that was lost');
      await assertPayments(asked, 0, 'movements of a request that was lost');
      await pay(asked);
      await assertPayments(asked, 1, 'movements');
    },
  }),
  providerCase({
    id: 'loss-stop-before-sending',
    title: 'sends nothing under a signal that was aborted before',
    check: async ({ provider, request, assertPayments, harness }) => {
      const asked = request();
      const stopped = stop();
      stopped.abort();
      const outcome = await inTime(
        lostOutcome(provider.send(asked, stopped.signal)),
        'a send under an aborted signal',
      );
      assertThat(
        outcome.kind === 'unknown' || outcome.kind === 'not_executed',
        `a send under an aborted signal is not ${describe(outcome)}`,
      );
      if (harness.abilities.lookup) await assertPayments(asked, 0, 'movements');
    },
  }),
  providerCase({
    id: 'loss-stop-while-waiting',
    title: 'stops waiting when its signal is aborted, and claims to know nothing',
    needs: ['faults'],
    check: async ({ provider, request, having }) => {
      await having('withholdResponse')();
      const waiting = stop();
      const sent = lostOutcome(provider.send(request(), waiting.signal));
      waiting.abort();
      const outcome = await inTime(sent, 'a send whose signal was aborted');
      assertEqual(outcome.kind, 'unknown', 'the outcome of a send that was stopped');
    },
  }),
];
