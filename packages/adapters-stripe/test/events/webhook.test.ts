import { inspect } from 'node:util';
import { PayoutError } from '@payout-engines/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoopbackEvent } from '../../src/testing/loopback/events.ts';
import { signatureHeader } from '../../src/testing/loopback/events.ts';
import { shownTransfer } from '../../src/testing/loopback/shown.ts';
import { CONNECT_SECRET, type EventWorld, eventWorld, PLATFORM_SECRET, PROGRAM } from './event-world.ts';

let world: EventWorld;
beforeEach(async () => {
  world = await eventWorld();
});
afterEach(() => world.close());

function eventsAbout(object: string): readonly LoopbackEvent[] {
  return world.loopback.events.filter((event) => event.object['id'] === object);
}

function transferEvent(type: string, transfer: string, more: Partial<LoopbackEvent> = {}): LoopbackEvent {
  const { platform } = world.loopback;
  const found = platform.transfers.find(({ id }) => id === transfer);
  if (found === undefined) throw new Error('no such transfer');
  return { ...world.loopback.eventOf(type, shownTransfer(platform, found)), ...more };
}

function thinDelivery(fields: Record<string, unknown>, secret = PLATFORM_SECRET) {
  const body = JSON.stringify({
    object: 'v2.core.event',
    livemode: false,
    created: '2026-11-01T12:00:00.000Z',
    ...fields,
  });
  return { body, headers: { 'stripe-signature': signatureHeader(body, [secret], world.loopback.clock()) } };
}

async function returned(payout: string): Promise<readonly bigint[]> {
  const { payout: found, transfers } = await world.engine.explain({ program: PROGRAM, payout });
  return [found.returned, ...transfers.filter(({ kind }) => kind === 'return').map(({ moved }) => moved)];
}

async function stored(id: string): Promise<boolean> {
  const [isNew] = await world.store.transact(PROGRAM, (unit) =>
    unit.events.add('stripe', [{ id, type: 'again' }]),
  );
  return isNew === false;
}

async function codeOf(received: Promise<unknown>): Promise<string> {
  const error: unknown = await received.catch((thrown: unknown) => thrown);
  return PayoutError.is(error) ? error.code : inspect(error);
}

describe('events of transfers', () => {
  it('book 30 that come back and then 70 as two returns', async () => {
    const { payout, transfer } = await world.pay(100n);
    for (const amount of [30, 70]) {
      world.loopback.giveBack(transfer, amount);
      const event = eventsAbout(transfer).at(-1);
      if (event === undefined) throw new Error('nothing was announced');
      expect((await world.webhook.receive(world.delivery(event))).kind).toBe('settled');
    }
    expect(await returned(payout)).toEqual([100n, 30n, 70n]);
  });

  it('book one reversal once, though two events tell of it, and one of these twice', async () => {
    const { payout, transfer } = await world.pay(100n);
    world.loopback.giveBack(transfer, 30);
    const [first, second] = [
      transferEvent('transfer.reversed', transfer),
      transferEvent('transfer.reversed', transfer),
    ];
    const kinds = [];
    for (const event of [first, second, first]) {
      kinds.push((await world.webhook.receive(world.delivery(event))).kind);
    }
    expect(kinds).toEqual(['settled', 'settled', 'duplicate']);
    expect(await returned(payout)).toEqual([30n, 30n]);
  });

  it('are hints: what a signed event says of amounts is not believed, the transfer is read again', async () => {
    const { payout, transfer } = await world.pay(100n);
    const event = transferEvent('transfer.reversed', transfer);
    const lying = { ...event, object: { ...event.object, amount_reversed: 100, reversed: true } };
    await world.webhook.receive(world.delivery(lying));
    expect(await returned(payout)).toEqual([0n]);
  });

  it('settle a payment whose answer was lost, and whose event comes before anything else', async () => {
    await world.engine.credit({
      program: PROGRAM,
      credits: [
        { key: 'c', participant: 'maya', currency: 'USD', amount: 500n, kind: 'bounty', subject: 'c' },
      ],
    });
    const { id } = await world.engine.request({
      program: PROGRAM,
      key: 'r',
      participant: 'maya',
      currency: 'USD',
    });
    world.loopback.nextWrite({ name: 'response_lost' }, { name: 'request_lost' });
    await world.engine.process({ program: PROGRAM });
    expect((await world.engine.payout({ program: PROGRAM, payout: id })).state).toBe('processing');
    const created = world.loopback.events.find(({ type }) => type === 'transfer.created');
    if (created === undefined) throw new Error('nothing was announced');
    await world.webhook.receive(world.delivery(created));
    const settled = await world.engine.payout({ program: PROGRAM, payout: id });
    expect([settled.state, settled.paid]).toEqual(['completed', 500n]);
  });

  it('that are thin are read at Stripe first, and settled the same', async () => {
    const { payout, transfer } = await world.pay(100n);
    world.loopback.giveBack(transfer, 30);
    const related_object = { id: transfer, type: 'transfer', url: `/v1/transfers/${transfer}` };
    const thin = thinDelivery({ id: 'evt_thin', type: 'v1.transfer.reversed', related_object });
    expect((await world.webhook.receive(thin)).kind).toBe('settled');
    expect((await world.webhook.receive(thin)).kind).toBe('duplicate');
    expect(await returned(payout)).toEqual([30n, 30n]);
  });

  it('that are not ours, or of a payout that nobody knows, are stored and change nothing', async () => {
    const { transfer } = await world.pay(100n);
    const event = transferEvent('transfer.updated', transfer);
    const others = { ...event, id: 'evt_others', object: { ...event.object, metadata: {} } };
    const foreign = { ...event, id: 'evt_foreign', object: { ...event.object, transfer_group: 'group' } };
    for (const one of [others, foreign]) {
      expect(await world.webhook.receive(world.delivery(one))).toEqual({
        kind: 'ignored',
        why: 'not_about_a_payment',
      });
      expect(await stored(one.id)).toBe(true);
    }
  });

  it('are delivered again when Stripe cannot be read, and settle then', async () => {
    const { payout, transfer } = await world.pay(100n);
    world.loopback.giveBack(transfer, 30);
    const delivery = world.delivery(transferEvent('transfer.reversed', transfer));
    const failing = { name: 'error_502', executed: false } as const;
    world.loopback.nextRead(...Array.from({ length: 12 }, () => failing));
    expect(await codeOf(world.webhook.receive(delivery))).toBe('PROVIDER_UNAVAILABLE');
    world.loopback.nextRead();
    for (let tries = 0; tries < 12; tries += 1) {
      if ((await codeOf(world.webhook.receive(delivery))) !== 'PROVIDER_UNAVAILABLE') break;
    }
    expect(await returned(payout)).toEqual([30n, 30n]);
  });
});

describe('events that do not belong', () => {
  it('are refused when an event of a connected account has the signature of the platform, or the reverse', async () => {
    const { transfer } = await world.pay(100n);
    const ofMaya = world.loopback.eventOf(
      'account.updated',
      { id: 'acct_maya', object: 'account' },
      'acct_maya',
    );
    expect(await codeOf(world.webhook.receive(world.delivery(ofMaya, [PLATFORM_SECRET])))).toBe(
      'EVENT_REFUSED',
    );
    const unowned = world.loopback.eventOf('account.updated', { id: 'acct_maya', object: 'account' });
    expect(await codeOf(world.webhook.receive(world.delivery(unowned, [CONNECT_SECRET])))).toBe(
      'EVENT_REFUSED',
    );
    const ofTransfer = transferEvent('transfer.reversed', transfer, { account: 'acct_elsewhere' });
    expect(await codeOf(world.webhook.receive(world.delivery(ofTransfer, [PLATFORM_SECRET])))).toBe(
      'EVENT_REFUSED',
    );
  });

  it('are never settled when a connected account makes transfers of its own', async () => {
    const { payout, transfer } = await world.pay(100n);
    world.loopback.giveBack(transfer, 30);
    const event = transferEvent('transfer.reversed', transfer, { account: 'acct_maya' });
    expect(await world.webhook.receive(world.delivery(event))).toEqual({
      kind: 'ignored',
      why: 'unknown_type',
    });
    expect(await returned(payout)).toEqual([0n]);
  });

  it('are refused when they are live and the program is a test, whatever endpoint they came to', async () => {
    const { transfer } = await world.pay(100n);
    const live = transferEvent('transfer.updated', transfer, { livemode: true });
    const object = { ...live.object, livemode: true };
    expect(await codeOf(world.webhook.receive(world.delivery({ ...live, object })))).toBe('EVENT_REFUSED');
    const ofMaya = world.loopback.eventOf(
      'account.updated',
      { id: 'acct_maya', object: 'account' },
      'acct_maya',
    );
    expect(await codeOf(world.webhook.receive(world.delivery({ ...ofMaya, livemode: true })))).toBe(
      'EVENT_REFUSED',
    );
  });

  it('are thanked for and forgotten when a live endpoint for connected accounts gets their test events', async () => {
    const live = world.webhookWith({ events: { ...world.events, environment: 'live' } });
    const ofMaya = world.loopback.eventOf(
      'account.updated',
      { id: 'acct_maya', object: 'account' },
      'acct_maya',
    );
    expect(await live.receive(world.delivery(ofMaya))).toEqual({ kind: 'ignored', why: 'other_environment' });
    expect(await stored(ofMaya.id)).toBe(false);
    const ofPlatform = world.loopback.eventOf('balance.available', { object: 'balance' });
    expect(await codeOf(live.receive(world.delivery(ofPlatform)))).toBe('EVENT_REFUSED');
  });

  it('are stored and ignored when their type is unknown, thin or not', async () => {
    const unknown = world.loopback.eventOf('treasury.moon_landed', { id: 'moon_1', object: 'moon' });
    const thin = thinDelivery({
      id: 'evt_thin',
      type: 'v2.core.event_destination.ping',
      related_object: null,
    });
    for (const [id, raw] of [[unknown.id, world.delivery(unknown)] as const, ['evt_thin', thin] as const]) {
      expect(await world.webhook.receive(raw)).toEqual({ kind: 'ignored', why: 'unknown_type' });
      expect(await world.webhook.receive(raw)).toEqual({ kind: 'duplicate' });
      expect(await stored(id)).toBe(true);
    }
  });
});

describe('events of payouts from a connected account to its bank', () => {
  it('have that payout looked at again, and never touch the ledger', async () => {
    const { payout } = await world.pay(100n);
    const seen: unknown[] = [];
    const webhook = world.webhookWith({
      bankPayout: (bankPayout) => {
        seen.push(bankPayout);
        return Promise.resolve();
      },
    });
    const metadata = {
      payout_engines_program: PROGRAM,
      payout_engines_payout: 'bank-1',
      payout_engines_attempt: '1',
    };
    const object = { id: 'po_1', object: 'payout', metadata };
    const failed = world.loopback.eventOf('payout.failed', object, 'acct_maya');
    const thin = thinDelivery(
      {
        id: 'evt_thin',
        type: 'v1.payout.failed',
        context: 'acct_maya',
        related_object: { id: 'po_1', type: 'payout', url: '/v1/payouts/po_1' },
      },
      CONNECT_SECRET,
    );
    const about = { account: 'acct_maya', payout: 'po_1' };
    expect(await webhook.receive(world.delivery(failed))).toEqual({ kind: 'bank_payout', ...about });
    expect(await webhook.receive(world.delivery(failed))).toEqual({ kind: 'duplicate' });
    expect(await webhook.receive(thin)).toEqual({ kind: 'bank_payout', ...about });
    const reference = { program: PROGRAM, payout: 'bank-1', attempt: 1 };
    expect(seen).toEqual([{ ...about, reference }, { ...about, reference }, about]);
    expect(await returned(payout)).toEqual([0n]);
    const [balance] = await world.engine.balance({ program: PROGRAM, participant: 'maya' });
    expect([balance?.available, balance?.paid]).toEqual([0n, 100n]);
  });

  it('are not remembered before they are handled', async () => {
    const webhook = world.webhookWith({ bankPayout: () => Promise.reject(new Error('the process ended')) });
    const failed = world.loopback.eventOf('payout.failed', { id: 'po_1', object: 'payout' }, 'acct_maya');
    await expect(webhook.receive(world.delivery(failed))).rejects.toThrow('the process ended');
    expect(await stored(failed.id)).toBe(false);
  });
});

describe('a webhook', () => {
  it('tells of each event that was believed, and of no other', async () => {
    const told: unknown[] = [];
    const webhook = world.webhookWith({
      observe: (event, received) => told.push([event.type, received.kind]),
    });
    const unknown = world.loopback.eventOf('treasury.moon_landed', { id: 'moon_1', object: 'moon' });
    await webhook.receive(world.delivery(unknown));
    await codeOf(webhook.receive(world.delivery(unknown, ['whsec_of_somebody_else'])));
    expect(told).toEqual([['treasury.moon_landed', 'ignored']]);
  });

  it('is refused for another provider than its events are of', () => {
    expect(() => world.webhookWith({ provider: { ...world.provider, id: 'stripe-eu' } })).toThrow(
      'another id',
    );
  });
});
