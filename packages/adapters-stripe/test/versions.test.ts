import { providerCases, registerProviderCases } from '@payout-engines/core/testing';
import Stripe22 from 'stripe-22';
import { afterAll, describe, expect, it } from 'vitest';
import { ABILITIES } from './abilities.ts';
import { connectedStripe, type ConnectedStripe, type MakeClient, openStripe } from './connected-stripe.ts';
import type { LoopbackFault } from '../src/testing/loopback/faults.ts';

/** Their types declare a module `stripe`, whatever name they are installed under. */
async function olderClient(name: string): Promise<MakeClient> {
  const { default: Older } = (await import(name)) as { readonly default: typeof Stripe22 };
  return (key, config) => new Older(key, { ...config, telemetry: false });
}

const CLIENTS: readonly (readonly [string, MakeClient])[] = [
  ['20', await olderClient('stripe-20')],
  ['21', await olderClient('stripe-21')],
  ['22', (key, config) => new Stripe22(key, { ...config, telemetry: false })],
];

const FAULTS: readonly (readonly [LoopbackFault, string])[] = [
  [{ name: 'truncated' }, 'unknown'],
  [{ name: 'reset_then_429' }, 'unknown'],
  [{ name: 'error_502', executed: true }, 'unknown'],
  [{ name: 'not_a_payment', executed: true }, 'unknown'],
  [{ name: 'error_500_executed' }, 'unknown'],
  [{ name: 'rate_limited' }, 'not_executed'],
  [{ name: 'lock_timeout' }, 'not_executed'],
  [{ name: 'key_in_use' }, 'not_executed'],
];

describe.each(CLIENTS)('version %s of the stripe package', (_version, client) => {
  registerProviderCases(it, providerCases, { open: () => openStripe(client), abilities: ABILITIES });

  const opened: ConnectedStripe[] = [];
  afterAll(async () => {
    for (const one of opened) await one.close();
  });

  it('has errors that mean the same', async () => {
    const one = await connectedStripe({ client, timeoutMs: 300 });
    opened.push(one);
    for (const [fault, kind] of FAULTS) {
      one.loopback.nextWrite(fault);
      const outcome = await one.provider.send(one.request(), new AbortController().signal);
      expect(outcome.kind, fault.name).toBe(kind);
    }
  });

  it('never waits for ever for a list that breaks off', async () => {
    const one = await connectedStripe({ client, timeoutMs: 300 });
    opened.push(one);
    await one.provider.account();
    one.loopback.nextRead({ name: 'truncated' });
    await expect(one.provider.find(one.request())).rejects.toHaveProperty('code', 'PROVIDER_UNAVAILABLE');
  });
});
