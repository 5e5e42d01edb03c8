import { memoryStore, putParticipants } from '@payout-engines/core';
import { stripeBankPayouts } from '../../src/intents/bank-payouts.ts';
import { memoryIntents } from '../../src/intents/intent.ts';
import { stripeReversals } from '../../src/intents/reversals.ts';
import { stripeOnboarding, type StripeAccountParams } from '../../src/onboarding/onboarding.ts';
import type { LoopbackOptions, LoopbackStripe } from '../../src/testing/index.ts';
import { connectedStripe } from '../connected-stripe.ts';
import { accountsOf } from '../events/event-world.ts';

const HOUR = 3_600_000;

/** Has the adapter do all that it can, some of it twice, with refusals and lost answers. */
export async function doEverything(
  options: LoopbackOptions,
  account?: StripeAccountParams,
): Promise<LoopbackStripe> {
  const world = await connectedStripe({ loopback: options, timeoutMs: 1_000 });
  const { loopback, provider, request, stripe } = world;
  const store = memoryStore({ clock: loopback.clock });
  const intents = { store: memoryIntents(loopback.clock), timeoutMs: 1_000 };
  const paid = request();
  await provider.send(paid, new AbortController().signal);
  await provider.find(paid);
  for await (const page of provider.list?.(new Date(0)) ?? []) void page;
  await provider.balances();

  const about = { program: 'program-1', participant: 'maya', currency: 'USD' };
  const transfer = loopback.platform.transfers[0]?.id ?? '';
  for (const amount of [300n, 100n, 5_000n]) {
    // It happens, and what became of it has to be looked up.
    if (amount === 100n) loopback.nextWrite({ name: 'truncated' });
    const reversal = { ...about, key: `back-${amount}`, transfer, amount };
    await stripeReversals(stripe, intents).takeBack(reversal);
    loopback.pass(HOUR);
    await stripeReversals(stripe, intents).takeBack(reversal);
  }
  for (const amount of [200n, 100n, 9_000n]) {
    if (amount === 100n) loopback.nextWrite({ name: 'truncated' });
    const payout = { ...about, key: `on-${amount}`, account: 'acct_maya', amount };
    await stripeBankPayouts(stripe, intents).payOut(payout);
    loopback.pass(HOUR);
    await stripeBankPayouts(stripe, intents).payOut(payout);
  }
  for (const one of ['acct_maya', 'acct_nobody']) await provider.recipient(one);

  await putParticipants(store, 'clips', [{ id: 'noor', active: true, verified: false }]);
  const onboarding = stripeOnboarding({
    stripe: accountsOf(stripe),
    store,
    ...(account !== undefined && { account }),
  });
  const urls = { returnUrl: 'https://clips.example/done', refreshUrl: 'https://clips.example/again' };
  await onboarding.link({ program: 'clips', participant: 'noor', ...urls });
  await world.close();
  return loopback;
}
