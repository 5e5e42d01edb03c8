import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackStripe, startLoopbackStripe } from '../../src/testing/index.ts';
import { watch } from './conforming-world.ts';
import { stripeDescription } from './openapi.ts';

const COMMAND = createRequire(import.meta.url).resolve('@stripe/cli/bin/shim.js');
const seen = watch(stripeDescription());
let loopback: LoopbackStripe;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'stripe-cli-'));
  loopback = await startLoopbackStripe(seen.options);
  loopback.platform.setBalance('USD', 100_000);
  loopback.platform.addAccount('acct_maya');
});
afterAll(async () => {
  await loopback.close();
  rmSync(home, { recursive: true, force: true });
});

/** Runs Stripe's own command against the loopback. */
async function run(...args: readonly string[]): Promise<string> {
  const { port } = loopback.config;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [COMMAND, ...args, '--api-base', `http://127.0.0.1:${port}`],
    {
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        XDG_CONFIG_HOME: home,
        STRIPE_API_KEY: loopback.testKey,
        STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      },
    },
  );
  return stdout;
}

async function answer(...args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await run(...args)) as Record<string, unknown>;
}

const CREATE = ['transfers', 'create', '--amount', '100', '--currency', 'usd', '--transfer-group', 'g'];

describe('Stripe’s own command line, as a second client', () => {
  it('pays once under a key, and is told of a key that was used for something else', async () => {
    const asked = [...CREATE, '--destination', 'acct_maya', '-d', 'metadata[k]=v', '-i', 'key1'];
    const [first, second] = [await answer(...asked), await answer(...asked)];
    expect(first).toMatchObject({
      object: 'transfer',
      amount: 100,
      metadata: { k: 'v' },
      transfer_group: 'g',
    });
    expect(second).toEqual(first);
    expect(loopback.platform.transfers).toHaveLength(1);
    const other = await answer(...asked, '-d', 'description=another');
    expect(other).toMatchObject({ error: { type: 'idempotency_error' } });
  });

  it('finds, changes and takes back a transfer', async () => {
    const id = loopback.platform.transfers[0]?.id ?? '';
    expect(await answer('get', '/v1/transfers', '-d', 'transfer_group=g')).toMatchObject({ data: [{ id }] });
    expect(await answer('get', '/v1/transfers', '-d', 'transfer_group=h')).toMatchObject({ data: [] });
    expect(await answer('transfers', 'retrieve', id)).toMatchObject({ id, reversed: false });
    expect(await answer('transfers', 'update', id, '-d', 'metadata[k]=w')).toMatchObject({
      metadata: { k: 'w' },
    });
    expect(await answer('transfer_reversals', 'create', id, '--amount', '30')).toMatchObject({
      object: 'transfer_reversal',
      amount: 30,
    });
    expect(await answer('transfers', 'retrieve', id)).toMatchObject({ amount_reversed: 30 });
    expect(await answer('balance', 'retrieve')).toMatchObject({ available: [{ amount: 99_930 }] });
  });

  it('pays out on a connected account, and sees there what it cannot see without', async () => {
    const asked = ['payouts', 'create', '--amount', '50', '--currency', 'usd'];
    const { id } = await answer(...asked, '--stripe-account', 'acct_maya');
    expect(await answer('payouts', 'list', '--stripe-account', 'acct_maya')).toMatchObject({
      data: [{ id }],
    });
    expect(await answer('payouts', 'list')).toMatchObject({ data: [] });
  });

  it('runs its own fixture of an account that is updated, and reads the events', async () => {
    await run('trigger', 'account.updated');
    const accounts = [...loopback.platform.accounts.keys()].filter((id) => id !== 'acct_maya');
    expect(accounts).toHaveLength(1);
    expect(await answer('events', 'list', '--stripe-account', accounts[0] ?? '')).toMatchObject({
      data: [{ type: 'account.updated' }, { type: 'account.updated' }],
    });
    const { data } = await answer('events', 'list', '--limit', '2');
    expect(data).toMatchObject([{ type: 'transfer.reversed' }, { type: 'transfer.updated' }]);
  });

  it('was answered as Stripe describes itself', () => {
    expect(seen.problems).toEqual([]);
    expect(seen.operations.size).toBeGreaterThanOrEqual(10);
  });
}, 60_000);
