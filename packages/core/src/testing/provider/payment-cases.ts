import type { PaymentObject, PaymentRequest, ProviderAccount } from '../../ports/provider.ts';
import { assertEqual, assertThat, refusalOf } from '../assert.ts';
import { describe, providerCase } from './case.ts';
import { type ProviderCase, referenceOf } from './harness.ts';

export const paymentCases: readonly ProviderCase[] = [
  providerCase({
    id: 'payment-answers-what-was-asked',
    title: 'answers a payment with an object of its reference, amount, currency, destination and account',
    check: async ({ provider, request, pay }) => {
      const asked = request();
      assertIsPayment(await pay(asked), asked, await provider.account(), 'the answer');
    },
  }),
  providerCase({
    id: 'payment-is-found-by-payout',
    title: 'finds a payment by program and payout, as it was answered',
    needs: ['lookup'],
    check: async ({ provider, request, pay, payments }) => {
      const asked = request();
      const paid = await pay(asked);
      const found = await payments(asked);
      assertEqual(
        found.map(({ id }) => id),
        [paid.id],
        'the payments found',
      );
      for (const payment of found)
        assertIsPayment(payment, asked, await provider.account(), 'the payment found');
    },
  }),
  providerCase({
    id: 'payment-never-made-is-not-found',
    title: 'finds nothing where nothing was sent',
    needs: ['lookup'],
    check: async ({ request, pay, assertPayments }) => {
      await pay(request());
      await assertPayments(request(), 0, 'payments of a payout that was never sent');
    },
  }),
  providerCase({
    id: 'payment-distinct-payouts',
    title: 'keeps the payments of two payouts apart',
    check: async ({ request, pay, payments, harness }) => {
      const [first, second] = [request(), request()];
      const [paidFirst, paidSecond] = [await pay(first), await pay(second)];
      assertThat(paidFirst.id !== paidSecond.id, 'two payments have two objects');
      if (!harness.abilities.lookup) return;
      assertEqual(idsOf(await payments(first)), [paidFirst.id], 'the payments of the first');
      assertEqual(idsOf(await payments(second)), [paidSecond.id], 'the payments of the second');
    },
  }),
  providerCase({
    id: 'payment-distinct-attempts',
    title: 'finds the payments of all attempts of a payout, each with its number',
    needs: ['lookup'],
    check: async ({ request, pay, payments }) => {
      const first = request();
      const { program, payout } = first;
      const second = request({ program, payout, attempt: first.attempt + 1 });
      const ids = [(await pay(first)).id, (await pay(second)).id];
      const found = await payments(first);
      assertEqual(idsOf(found), ids.sort(), 'the payments found');
      assertEqual(
        found.map(({ reference }) => reference?.attempt).sort(),
        [first.attempt, second.attempt].sort(),
        'their attempts',
      );
    },
  }),
  providerCase({
    id: 'payment-tenants-are-apart',
    title: 'never takes the payout of one program for that of another, however their ids are written',
    needs: ['lookup'],
    check: async ({ request, pay, payments, assertPayments }) => {
      const { program, payout } = request();
      // Joined by the usual signs, both read alike.
      for (const sign of ['/', ':', '_', '-', '.', ' ']) {
        const left = request({ program: `${program}${sign}a`, payout });
        const right = request({ program, payout: `a${sign}${payout}` });
        const paid = await pay(left);
        await assertPayments(right, 0, `payments of a program whose ids, joined by "${sign}", read alike`);
        const other = await pay(right);
        assertEqual(idsOf(await payments(left)), [paid.id], 'the payments of the first program');
        assertEqual(idsOf(await payments(right)), [other.id], 'the payments of the second program');
      }
    },
  }),
  providerCase({
    id: 'payment-from-its-own-account-only',
    title: 'executes nothing that another account should pay, and does not look there either',
    check: async ({ provider, request, send, assertPayments, harness }) => {
      const asked = request();
      const account = `${asked.account}x`;
      const outcome = await send(request({ ...asked, account }));
      assertThat(
        outcome.kind === 'not_executed',
        `what another account should pay is not ${describe(outcome)}`,
      );
      if (!harness.abilities.lookup) return;
      await assertPayments(asked, 0, 'movements of what another account should pay');
      const { program, payout } = asked;
      const failure = await refusalOf(provider.find({ program, payout, account }));
      assertThat(failure !== undefined, 'looking at another account is an error, not an empty list');
    },
  }),
  providerCase({
    id: 'payment-any-id',
    title: 'carries ids of every length and script whole',
    needs: ['lookup'],
    check: async ({ provider, request, pay, payments }) => {
      const { program, payout } = request();
      for (const filling of ['x', '𝄞', 'é', '"', '%', '&=']) {
        // The rest must fill up to what `assertId` allows.
        const room = 255 - Math.max(program.length, payout.length);
        const long = (start: string) => `${start}${filling.repeat(room)}`.slice(0, 254);
        const asked = request({ program: wellFormed(long(program)), payout: wellFormed(long(payout)) });
        assertIsPayment(await pay(asked), asked, await provider.account(), `the answer to ids of ${filling}`);
        const [found] = await payments(asked);
        assertThat(found !== undefined, `a payment with ids of ${filling} is found`);
        assertIsPayment(found, asked, await provider.account(), `the payment found, with ids of ${filling}`);
      }
    },
  }),
  providerCase({
    id: 'payment-returns-add-up',
    title: 'shows as returned all that came back so far',
    needs: ['returns', 'lookup'],
    check: async ({ request, pay, payments, having }) => {
      const asked = request();
      const paid = await pay(asked);
      assertEqual(paid.returned, 0n, 'returned, when nothing came back');
      const giveBack = having('giveBack');
      for (const [amount, inAll] of [
        [1n, 1n],
        [1n, 2n],
        [asked.amount - 2n, asked.amount],
      ] as const) {
        await giveBack(paid.id, amount);
        const [found] = await payments(asked);
        assertEqual(found?.returned, inAll, `returned, after ${inAll.toString()} came back`);
        assertEqual([found?.status, found?.amount], ['moved', asked.amount], 'the payment itself');
      }
    },
  }),
  providerCase({
    id: 'payment-is-listed',
    title: 'lists a payment once among those since before it, where it lists any',
    check: async ({ provider, request, pay, passTime }) => {
      if (provider.list === undefined) return;
      const asked = [request(), request(), request()];
      const ids: string[] = [];
      for (const one of asked) ids.push((await pay(one)).id);
      await passTime?.(provider.capabilities.lookup?.delayMs ?? 0);
      const listed: string[] = [];
      for await (const batch of provider.list(LONG_AGO)) listed.push(...idsOf(batch));
      assertEqual(
        listed.filter((id) => ids.includes(id)).sort(),
        ids.sort(),
        'those of the payments made that are listed',
      );
    },
  }),
];

const LONG_AGO = new Date('2000-01-01T00:00:00Z');

function idsOf(payments: readonly PaymentObject[]): readonly string[] {
  return payments.map(({ id }) => id).sort();
}

/** Without the half of a pair that a cut may have left. */
function wellFormed(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text;
}

function assertIsPayment(
  payment: PaymentObject,
  asked: PaymentRequest,
  account: ProviderAccount,
  what: string,
): void {
  assertThat(payment.id.length > 0, `${what} has an id`);
  assertEqual(payment.reference, referenceOf(asked), `the reference of ${what}`);
  assertEqual(payment.amount, asked.amount, `the amount of ${what}`);
  assertEqual(payment.currency, asked.currency, `the currency of ${what}`);
  assertEqual(payment.destination, asked.destination, `the destination of ${what}`);
  assertEqual(
    [payment.account, payment.environment],
    [account.id, account.environment],
    `the account of ${what}`,
  );
  assertThat(payment.status !== 'failed', `${what} has not failed`);
  assertEqual(payment.returned, 0n, `returned, of ${what}`);
}
