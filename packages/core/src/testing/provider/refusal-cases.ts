import { money } from '../../money/money.ts';
import { payablePart } from '../../money/provider-amount.ts';
import type { RefusalScope } from '../../payouts/verdict.ts';
import type { PaymentRequest, SendOutcome } from '../../ports/provider.ts';
import { assertEqual, assertThat } from '../assert.ts';
import { describe, providerCase, type ProviderCaseContext } from './case.ts';
import type { ProviderCase } from './harness.ts';

/** A code for testing by ISO 4217: nobody pays in it. */
const NOBODY_S_CURRENCY = 'XTS';

export const refusalCases: readonly ProviderCase[] = [
  providerCase({
    id: 'refusal-for-balance',
    title: 'refuses every payment of the run, and moves nothing, when the platform cannot pay',
    needs: ['balance'],
    check: async (context) => {
      const asked = context.request();
      await context.having('emptyBalance')(asked.currency);
      await assertRefusedSend(context, asked, 'run', 'a payment that the platform cannot pay');
      // A sandbox that other cases use too is left as it was.
      await context.having('fillBalance')(asked.currency);
    },
  }),
  providerCase({
    id: 'refusal-for-balance-is-replayed',
    title: 'gives a refusal that it keeps again after funds have arrived, and pays under a new key',
    needs: ['balance', 'keys'],
    check: async (context) => {
      const { provider, request, send, pay, having, assertPayments, harness } = context;
      const asked = request();
      await having('emptyBalance')(asked.currency);
      const { stored = false, code } = await assertRefusedSend(
        context,
        asked,
        'run',
        'a payment that the platform cannot pay',
      );
      await having('fillBalance')(asked.currency);
      const again = await send(asked);
      if (stored) {
        assertThat(
          provider.capabilities.keys?.replaysFirstAnswer === true,
          'only a provider that replays the first answer keeps a refusal under its key',
        );
        assertThat(
          again.kind === 'refused' && again.code === code,
          `a refusal that is kept under its key is given again, not ${describe(again)}`,
        );
      } else {
        assertThat(
          again.kind !== 'unknown',
          `the answer under the old key is definite, not ${describe(again)}`,
        );
      }
      const { program, payout, attempt } = asked;
      await pay(request({ program, payout, attempt: attempt + 1 }));
      if (harness.abilities.lookup) {
        await assertPayments(asked, again.kind === 'object' ? 2 : 1, 'movements');
      }
    },
  }),
  providerCase({
    id: 'refusal-for-recipient',
    title: 'refuses a payment to a recipient who is not ready, for that recipient alone',
    needs: ['recipients'],
    check: async (context) => {
      const { request, pay, having } = context;
      const asked = request({ destination: await having('unreadyDestination')() });
      await assertRefusedSend(context, asked, 'recipient', 'a payment to a recipient who is not ready');
      await pay(request());
    },
  }),
  providerCase({
    id: 'refusal-off-the-step',
    title: 'refuses an amount off its step, wherever it has one, and rounds nothing',
    check: async (context) => {
      for (const [currency, payable] of Object.entries(context.provider.capabilities.currencies)) {
        const amount = (payable.minimum ?? 0n) + 1_000_001n;
        if (payablePart(money(payable.currency, amount), payable).rest.minor === 0n) continue;
        const asked = context.request({ currency, amount });
        await assertRefusedSend(context, asked, 'payout', `an amount of ${currency} off its step`);
      }
    },
  }),
  providerCase({
    id: 'refusal-below-the-minimum',
    title: 'refuses an amount below its minimum, wherever it has one, and zero and less everywhere',
    check: async (context) => {
      for (const [currency, payable] of Object.entries(context.provider.capabilities.currencies)) {
        const below = (payable.minimum ?? 1n) - 1n;
        const onStep = payablePart(money(payable.currency, below), payable).payable.minor;
        for (const amount of new Set([below, onStep, 0n, -1n])) {
          const asked = context.request({ currency, amount });
          await assertRefusedSend(context, asked, 'payout', `${amount.toString()} of ${currency}`);
        }
      }
    },
  }),
  providerCase({
    id: 'refusal-of-a-currency',
    title: 'refuses a currency that it does not declare',
    check: async (context) => {
      for (const currency of [NOBODY_S_CURRENCY, 'constructor']) {
        assertThat(
          !Object.hasOwn(context.provider.capabilities.currencies, currency),
          `${currency} is nobody's`,
        );
        const asked = context.request({ currency });
        await assertRefusedSend(context, asked, 'payout', 'a payment in a currency that is not declared');
      }
    },
  }),
];

type Refusal = Extract<SendOutcome, { readonly kind: 'refused' }>;

async function assertRefusedSend(
  { send, assertPayments, harness }: ProviderCaseContext,
  asked: PaymentRequest,
  scope: RefusalScope,
  what: string,
): Promise<Refusal> {
  const outcome = await send(asked);
  assertThat(outcome.kind === 'refused', `${what} is refused, not ${describe(outcome)}`);
  assertEqual(outcome.scope, scope, `what the refusal of ${what} is about`);
  if (harness.abilities.lookup) await assertPayments(asked, 0, `movements after the refusal of ${what}`);
  return outcome;
}
