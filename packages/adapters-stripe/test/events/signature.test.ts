import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { PayoutError, type RawEvent } from '@payout-engines/core';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import type { StripeEndpointSecrets } from '../../src/events/endpoint-secrets.ts';
import { stripeEvents, type StripeEventsOptions } from '../../src/events/stripe-events.ts';

const NOW = new Date('2026-11-26T12:00:00Z');
const NOW_SECONDS = NOW.getTime() / 1000;
const PLATFORM = 'whsec_platform_000001';
const CONNECT = 'whsec_connect_0000002';
const BODY = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  livemode: false,
  type: 'transfer.created',
  data: { object: { id: 'tr_1', object: 'transfer', livemode: false } },
});

function eventsWith(more: Partial<StripeEventsOptions> = {}) {
  return stripeEvents({
    environment: 'test',
    secrets: { platform: [PLATFORM], connect: [CONNECT] },
    clock: () => NOW,
    ...more,
  });
}

function hex(secret: string, body = BODY, seconds: number | string = NOW_SECONDS): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`, 'utf8').digest('hex');
}

function signed(secret = PLATFORM, body = BODY, seconds: number | string = NOW_SECONDS): RawEvent {
  return { body, headers: { 'stripe-signature': `t=${seconds},v1=${hex(secret, body, seconds)}` } };
}

function withHeader(header: string): RawEvent {
  return { body: BODY, headers: { 'stripe-signature': header } };
}

async function reasonOf(raw: RawEvent, events = eventsWith()): Promise<string> {
  const error: unknown = await events.verify(raw).catch((thrown: unknown) => thrown);
  if (!PayoutError.is(error, 'EVENT_REFUSED')) throw new Error('it was not refused', { cause: error });
  return error.details.reason;
}

describe('the signature of an event', () => {
  it.each([
    ['20', 'stripe-20'],
    ['21', 'stripe-21'],
    ['22', 'stripe-22'],
    ['23', 'stripe'],
  ])('is that which the signer of stripe %s makes', async (_version, name) => {
    const { default: Client } = (await import(name)) as { readonly default: typeof Stripe };
    const { webhooks } = new Client('sk_test_000000000000');
    const header = webhooks.generateTestHeaderString({
      payload: BODY,
      secret: PLATFORM,
      timestamp: NOW_SECONDS,
    });
    const event = await eventsWith().verify(withHeader(header));
    expect([event.id, event.endpoint]).toEqual(['evt_1', 'platform']);
  });

  it('is refused wherever the verifier of Stripe refuses it, and for a time in the future too', async () => {
    const { webhooks } = new Stripe('sk_test_000000000000');
    for (const shift of [-301, -300, -299, 0, 299, 300, 301, 86_400]) {
      const raw = signed(PLATFORM, BODY, NOW_SECONDS + shift);
      let theirs = true;
      try {
        webhooks.constructEvent(
          raw.body,
          raw.headers['stripe-signature'] ?? '',
          PLATFORM,
          300,
          undefined,
          NOW.getTime(),
        );
      } catch {
        theirs = false;
      }
      const ours = await eventsWith()
        .verify(raw)
        .then(() => true)
        .catch(() => false);
      expect([shift, ours]).toEqual([shift, theirs && shift <= 300]);
    }
  });

  it('says which endpoint it came to', async () => {
    expect((await eventsWith().verify(signed(CONNECT))).endpoint).toBe('connect');
  });

  it('may be one of several while a secret is rolled: with the old one, the new one or both', async () => {
    const [older, newer] = ['whsec_older_00000001', 'whsec_newer_00000002'];
    const both = withHeader(`t=${NOW_SECONDS},v1=${hex(older)},v1=${hex(newer)}`);
    for (const platform of [[older], [newer], [older, newer]]) {
      const events = eventsWith({ secrets: { platform } });
      expect((await events.verify(both)).id).toBe('evt_1');
      expect(await reasonOf(signed('whsec_neither_0000003'), events)).toBe('its signature is not right');
    }
  });

  it('counts no more from the time on at which its secret ends', async () => {
    const ends = (notAfter: Date) => eventsWith({ secrets: { platform: [{ secret: PLATFORM, notAfter }] } });
    expect((await ends(new Date(NOW.getTime() + 1)).verify(signed())).id).toBe('evt_1');
    expect(await reasonOf(signed(), ends(NOW))).toBe('its signature is not right');
  });

  it('counts only under the scheme v1, whatever else is in the header', async () => {
    const right = hex(PLATFORM);
    expect(
      (await eventsWith().verify(withHeader(`t=${NOW_SECONDS},v1=${right},v0=${right},v2=a+/b`))).id,
    ).toBe('evt_1');
    for (const header of [
      `t=${NOW_SECONDS},v0=${right}`,
      `t=${NOW_SECONDS},v2=${right}`,
      `t=${NOW_SECONDS},V1=${right}`,
    ]) {
      expect(await reasonOf(withHeader(header))).toBe('its signature header is missing or malformed');
    }
  });

  it.each([
    ['nothing', ''],
    ['no time', `v1=${hex(PLATFORM)}`],
    ['two times', `t=${NOW_SECONDS},t=${NOW_SECONDS},v1=${hex(PLATFORM)}`],
    ['a time that is no number', `t=now,v1=${hex(PLATFORM, BODY, 'now')}`],
    ['a negative time', `t=-1,v1=${hex(PLATFORM, BODY, '-1')}`],
    ['a time with a fraction', `t=1.5,v1=${hex(PLATFORM, BODY, '1.5')}`],
    ['a time of many digits', `t=${'9'.repeat(13)},v1=${hex(PLATFORM, BODY, '9'.repeat(13))}`],
    ['capital digits', `t=${NOW_SECONDS},v1=${hex(PLATFORM).toUpperCase()}`],
    ['half a signature', `t=${NOW_SECONDS},v1=${hex(PLATFORM).slice(0, 32)}`],
    ['an empty signature', `t=${NOW_SECONDS},v1=`],
    ['a signature too long', `t=${NOW_SECONDS},v1=${hex(PLATFORM)}00`],
    ['spaces', `t=${NOW_SECONDS}, v1=${hex(PLATFORM)}`],
    ['a thousand signatures', `t=${NOW_SECONDS}${`,v1=${hex(PLATFORM)}`.repeat(1000)}`],
  ])('is refused with %s in its header', async (_what, header) => {
    expect(await reasonOf(withHeader(header))).toBe('its signature header is missing or malformed');
  });

  it('is refused without its header, and under a name of another case', async () => {
    const missing = 'its signature header is missing or malformed';
    expect(await reasonOf({ body: BODY, headers: {} })).toBe(missing);
    const { headers } = signed();
    expect(
      await reasonOf({ body: BODY, headers: { 'Stripe-Signature': headers['stripe-signature'] ?? '' } }),
    ).toBe(missing);
  });

  it('is not that of a text with half a surrogate pair in the place of the character that it is encoded as', async () => {
    const genuine = BODY.replace('tr_1', 'tr_\uFFFD');
    const raw = signed(PLATFORM, genuine);
    await eventsWith().verify(raw);
    expect(await reasonOf({ ...raw, body: genuine.replace('\uFFFD', '\uD800') })).toBe(
      'its body is not a text',
    );
  });

  it('does not excuse a body that is no event', async () => {
    const event = JSON.parse(BODY) as Record<string, unknown>;
    for (const body of [
      '',
      'null',
      '[]',
      '"evt_1"',
      '{',
      `${BODY}${BODY}`,
      JSON.stringify({ ...event, id: undefined }),
      JSON.stringify({ ...event, id: 7 }),
      JSON.stringify({ ...event, id: '' }),
      JSON.stringify({ ...event, id: 'e'.repeat(256) }),
      JSON.stringify({ ...event, type: null }),
      JSON.stringify({ ...event, livemode: 'false' }),
      JSON.stringify({ ...event, object: 'charge' }),
      JSON.stringify({ ...event, account: 7 }),
      JSON.stringify({ ...event, data: {} }),
      JSON.stringify({ ...event, data: { object: { id: 'tr_1', livemode: true } } }),
      JSON.stringify({ ...event, object: 'v2.core.event', context: {} }),
    ]) {
      expect([body, await reasonOf(signed(PLATFORM, body))]).toEqual([body, 'its body is malformed']);
    }
  });
});

describe('the secrets of endpoints', () => {
  it.each<[string, unknown, string, string]>([
    ['none at all', {}, 'secrets', 'there must be one at least'],
    ['an empty one', { platform: [''] }, 'secrets.platform.0', 'it is not the signing secret'],
    [
      'an API key in its place',
      { platform: ['sk_live_0000000000'] },
      'secrets.platform.0',
      'it is not the signing',
    ],
    [
      'one from an unset variable',
      { connect: [undefined] },
      'secrets.connect.0',
      'it is not the signing secret',
    ],
    [
      'the same twice',
      { platform: [PLATFORM], connect: [PLATFORM] },
      'secrets.connect.0',
      'it is given twice',
    ],
    [
      'an end that is no date',
      { platform: [{ secret: PLATFORM, notAfter: 'soon' }] },
      'secrets.platform.0',
      'notAfter',
    ],
    [
      'an unknown endpoint',
      { organization: [PLATFORM] },
      'secrets',
      'an endpoint is either platform or connect',
    ],
  ])('are refused with %s', (_what, secrets, path, reason) => {
    let thrown: unknown;
    try {
      eventsWith({ secrets: secrets as StripeEndpointSecrets });
    } catch (error) {
      thrown = error;
    }
    if (!PayoutError.is(thrown, 'INVALID_INPUT')) throw new Error('it was not refused', { cause: thrown });
    expect(thrown.details.issues[0]?.path).toBe(path);
    expect(thrown.details.issues[0]?.reason).toContain(reason);
    expect(inspect(thrown, { depth: 9 })).not.toContain(PLATFORM);
  });

  it('are refused with a tolerance that would let old deliveries in, and with none', () => {
    for (const toleranceSeconds of [0, -1, 3601, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => eventsWith({ toleranceSeconds })).toThrow('toleranceSeconds');
    }
    expect(() => eventsWith({ environment: 'production' as 'live' })).toThrow('environment');
  });

  it('are in no error and in nothing that can be printed', async () => {
    const events = eventsWith();
    const errors = await Promise.all(
      [signed('whsec_of_somebody_else'), withHeader('t=1'), signed(PLATFORM, '{')].map((raw) =>
        events.verify(raw).catch((error: unknown) => error),
      ),
    );
    const printed =
      inspect([events, errors], { depth: 20, showHidden: true }) + JSON.stringify([events, errors]);
    for (const secret of [PLATFORM, CONNECT, 'whsec_']) expect(printed).not.toContain(secret);
  });
});
