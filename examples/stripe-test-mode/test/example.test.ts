import { spawnSync } from 'node:child_process';
import { startLoopbackStripe } from '@payout-engines/adapters-stripe/testing';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { payAndTakeBack } from '../src/pay-and-take-back.ts';

/** The command as a reader runs it. */
function main(environment: Readonly<Record<string, string>>) {
  const { STRIPE_TEST_KEY: _, STRIPE_TEST_ACCOUNT: __, ...env } = process.env;
  const args = ['--import', 'tsx', '--conditions=@payout-engines/source', 'src/main.ts'];
  return spawnSync(process.execPath, args, {
    cwd: new URL('..', import.meta.url).pathname,
    env: { ...env, ...environment },
    encoding: 'utf8',
  });
}

describe('the example', () => {
  it('says in one line that it was skipped where no key is set', () => {
    const { status, stdout, stderr } = main({});
    expect([status, stderr, stdout.trim().split('\n')]).toEqual([
      0,
      '',
      [expect.stringContaining('Skipped: STRIPE_TEST_KEY is not set.')],
    ]);
  });

  it.each(['sk_live_1234567890', 'rk_live_1234567890', 'whsec_1234567890'])(
    'refuses %s, and repeats it nowhere',
    (key) => {
      const { status, stdout, stderr } = main({ STRIPE_TEST_KEY: key, STRIPE_TEST_ACCOUNT: 'acct_1' });
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toContain('Refused');
      expect(stderr).not.toContain(key);
    },
  );

  it('pays, takes back and compares the books, against the loopback Stripe', async () => {
    const loopback = await startLoopbackStripe({ startAt: new Date() });
    loopback.platform.setBalance('USD', 10_000);
    loopback.platform.addAccount('acct_ann');
    const lines: string[] = [];
    const stripe = new Stripe(loopback.testKey, loopback.config);
    const say = (line: string) => void lines.push(line);
    expect(await payAndTakeBack(stripe, { account: 'acct_ann', run: '1', say })).toBe(true);
    expect(lines.at(-1)).toBe('The books say: paid 500, returned 200. They prove themselves.');
    expect(loopback.platform.transfers.map(({ amount, amountReversed }) => [amount, amountReversed])).toEqual(
      [[500, 200]],
    );

    loopback.platform.addAccount('acct_new', { transfers: 'pending' });
    expect(await payAndTakeBack(stripe, { account: 'acct_new', run: '2', say })).toBe(false);
    expect(lines.at(-1)).toBe('acct_new cannot be paid: transfers_not_active.');
    loopback.platform.setBalance('USD', 0);
    expect(await payAndTakeBack(stripe, { account: 'acct_ann', run: '3', say })).toBe(false);
    expect(lines.at(-1)).toBe('The payout is approved: balance_insufficient.');
    const live = new Stripe(loopback.liveKey, loopback.config);
    expect(await payAndTakeBack(live, { account: 'acct_ann', run: '4', say })).toBe(false);
    expect(loopback.platform.transfers).toHaveLength(1);
    await loopback.close();
  });
});
