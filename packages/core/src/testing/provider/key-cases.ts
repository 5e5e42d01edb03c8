import { assertEqual, assertThat } from '../assert.ts';
import { describe, lostOutcome, providerCase } from './case.ts';
import type { ProviderCase } from './harness.ts';

const SENDS_AT_ONCE = 20;

export const keyCases: readonly ProviderCase[] = [
  providerCase({
    id: 'key-twice-pays-once',
    title: 'moves money once when the same request is sent twice, and gives the same object',
    needs: ['keys'],
    check: async ({ request, pay, payments, harness }) => {
      const asked = request();
      const [first, second] = [await pay(asked), await pay(asked)];
      assertEqual(second.id, first.id, 'the object of the second send');
      if (harness.abilities.lookup) {
        assertEqual(
          (await payments(asked)).map(({ id }) => id),
          [first.id],
          'the payments found',
        );
      }
    },
  }),
  providerCase({
    id: 'key-late-in-its-window',
    title: 'still knows a key shortly before its window ends',
    needs: ['keys', 'time'],
    check: async ({ provider, request, pay, having }) => {
      const asked = request();
      const first = await pay(asked);
      const windowMs = provider.capabilities.keys?.windowMs ?? 0;
      await having('passTime')(Math.max(windowMs - 60_000, 0));
      assertEqual((await pay(asked)).id, first.id, 'the object of the late send');
    },
  }),
  providerCase({
    id: 'key-sent-at-once-pays-once',
    title: `makes one movement of ${SENDS_AT_ONCE} sends of one key at once`,
    needs: ['keys'],
    check: async ({ request, send, assertPayments, harness }) => {
      const asked = request();
      const outcomes = await Promise.all(
        Array.from({ length: SENDS_AT_ONCE }, () => lostOutcome(send(asked))),
      );
      const objects = outcomes.flatMap((outcome) => (outcome.kind === 'object' ? [outcome.object.id] : []));
      assertThat(new Set(objects).size === 1, `one object, not ${new Set(objects).size}`);
      for (const outcome of outcomes) {
        assertThat(
          outcome.kind !== 'refused',
          `no send is refused while another has paid: ${describe(outcome)}`,
        );
      }
      if (harness.abilities.lookup) await assertPayments(asked, 1, 'movements');
    },
  }),
  providerCase({
    id: 'key-with-other-bytes',
    title: 'moves nothing more when a key comes with another request, and proves no failure by it',
    needs: ['keys'],
    check: async ({ request, pay, send, payments, harness }) => {
      const asked = request();
      const paid = await pay(asked);
      const { program, payout, attempt, key, amount } = asked;
      const outcome = await lostOutcome(
        send(request({ program, payout, attempt, key, amount: amount * 2n })),
      );
      assertEqual(outcome.kind, 'unknown', 'the outcome of the other request');
      if (harness.abilities.lookup) {
        const found = await payments(asked);
        assertEqual(
          found.map((payment) => [payment.id, payment.amount]),
          [[paid.id, asked.amount]],
          'the payments found',
        );
      }
    },
  }),
  providerCase({
    id: 'key-another-pays-again',
    title: 'takes another key for another payment',
    needs: ['keys'],
    check: async ({ request, pay, assertPayments, harness }) => {
      const asked = request();
      const { program, payout, attempt } = asked;
      const first = await pay(asked);
      const second = await pay(request({ program, payout, attempt: attempt + 1 }));
      assertThat(first.id !== second.id, 'another key makes another object');
      if (harness.abilities.lookup) await assertPayments(asked, 2, 'movements');
    },
  }),
];
