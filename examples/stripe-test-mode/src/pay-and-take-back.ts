import {
  memoryStore,
  type PayoutEngineRules,
  payouts,
  putParticipants,
  storeDirectory,
  verify,
} from '@payout-engines/core';
import {
  memoryIntents,
  type StripeClient,
  stripeProvider,
  stripeReversals,
} from '@payout-engines/adapters-stripe';

const RULES: PayoutEngineRules = {
  environment: 'test',
  thresholds: { currencies: {}, otherCurrencies: { minimum: 0n } },
  require: { active: true, verified: true, destination: true, noOpenPayout: true },
  approval: { mode: 'automatic' },
  destinationHoldDays: 0,
};

const [PARTICIPANT, CURRENCY, AMOUNT, BACK] = ['ann', 'USD', 500n, 200n];

/**
 * Pays 5.00 USD to a connected account, takes 2.00 of it back, and has the books compared with Stripe. Everything is
 * named after the run, so that each run is new; the books are in memory, and gone when it ends.
 *
 * @returns whether all went as it should
 */
export async function payAndTakeBack(
  stripe: StripeClient,
  {
    account,
    run,
    say,
  }: { readonly account: string; readonly run: string; readonly say: (line: string) => void },
): Promise<boolean> {
  const program = `try-${run}`;
  const store = memoryStore();
  const provider = stripeProvider(stripe, { currencies: { [CURRENCY]: {} } });
  const { id, environment } = await provider.account();
  say(`Platform ${id}, ${environment} mode.`);
  if (environment !== 'test') return false;
  const [balance] = await provider.balances();
  say(`It can pay ${balance?.available ?? 0n} cents.`);
  const { canReceive, reasons } = await provider.recipient(account);
  if (!canReceive) {
    say(`${account} cannot be paid: ${reasons.map(({ code }) => code).join(', ')}.`);
    return false;
  }

  const destination = { id: account, version: 1, provider: provider.id };
  await putParticipants(store, program, [{ id: PARTICIPANT, active: true, verified: true, destination }]);
  const engine = payouts({ store, directory: storeDirectory(store), providers: [provider], rules: RULES });
  const about = { participant: PARTICIPANT, currency: CURRENCY, amount: AMOUNT };
  const earned = { key: 'first', ...about, kind: 'bounty' as const, subject: 'example' };
  await engine.credit({ program, credits: [earned] });
  const payout = await engine.request({ program, key: 'first', ...about });
  await engine.process({ program });
  const { payout: after, movements } = await engine.explain({ program, payout: payout.id });
  const transfer = movements[0]?.object;
  say(`The payout is ${after.state}: ${transfer ?? after.reason ?? 'nobody knows yet'}.`);
  if (transfer === undefined) return false;

  const reversals = stripeReversals(stripe, { store: memoryIntents(() => new Date()) });
  const asked = { ...about, program, key: 'first', transfer, amount: BACK };
  const { state } = await reversals.takeBack(asked);
  say(`Taking ${BACK} cents back is ${state}.`);
  await engine.reconcile({ program, since: new Date(Date.now() - 3_600_000) });
  const { payout: last } = await engine.explain({ program, payout: payout.id });
  const { ok } = await verify(store, program);
  say(
    `The books say: paid ${last.paid}, returned ${last.returned}. They ${ok ? 'prove' : 'DO NOT PROVE'} themselves.`,
  );
  return state === 'done' && last.paid === AMOUNT && last.returned === BACK && ok;
}
