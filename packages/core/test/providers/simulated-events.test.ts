import { describe, expect, it } from 'vitest';
import type { RawEvent } from '../../src/ports/provider.ts';
import { SIMULATED_SIGNATURE_HEADER, signSimulatedEvent } from '../../src/providers/simulated-event.ts';
import { EVENT_FAULTS, type EventFault } from '../../src/providers/simulated-faults.ts';
import { type Simulated, simulated } from './simulated.ts';

const SECRET = 'whsec_1';
const MINUTE = 60_000;

async function pay({ provider, request }: Simulated): Promise<void> {
  await provider.send(request(), new AbortController().signal);
}

/** What the provider says of a delivered event: which it is, or why it is none. */
async function told({ provider }: Simulated, raw: RawEvent): Promise<string> {
  try {
    const event = await provider.event?.(raw);
    return `${event?.id} ${event?.type} ${event?.payment?.object} ${event?.account}`;
  } catch (error) {
    return error instanceof Error ? error.message : 'refused';
  }
}

describe('how an event arrives', () => {
  const CREATED = 'event-1 payment.created payment-1 account-1';
  /** What has arrived at once, after a minute, and after another payment. */
  const TABLE: readonly (readonly [EventFault, readonly string[], readonly string[]])[] = [
    [{ name: 'event_dropped' }, [], []],
    [{ name: 'event_early' }, [CREATED], [CREATED]],
    [{ name: 'event_duplicated', afterMs: MINUTE }, [], [CREATED, CREATED]],
    [{ name: 'event_delayed', afterMs: MINUTE }, [], [CREATED]],
    [{ name: 'event_reordered', afterMs: MINUTE }, [], [CREATED]],
    [{ name: 'event_under_two_ids' }, [], ['event-2 payment.created payment-1 account-1', CREATED]],
    [
      { name: 'event_forged' },
      [],
      ['The event of provider simulated was refused: its signature is not right.', CREATED],
    ],
    [{ name: 'event_wrong_account' }, [], ['event-2 payment.created payment-1 account-1/other', CREATED]],
  ];

  it.each(TABLE)('$name', async (fault, before, after) => {
    const world = simulated();
    world.next.event = fault;
    await pay(world);
    expect(await Promise.all(world.delivered.map((raw) => told(world, raw)))).toEqual(before);
    world.pass(MINUTE);
    expect(await Promise.all(world.delivered.map((raw) => told(world, raw)))).toEqual(after);
  });

  it('has a line for every fault', () => {
    expect(TABLE.map(([{ name }]) => name).sort()).toEqual([...EVENT_FAULTS].sort());
  });

  it('comes after the answer, and early before it', async () => {
    const world = simulated({ latencyMs: () => 10, eventDelayMs: () => 5 });
    const sent = pay(world);
    world.pass(24);
    expect(world.delivered).toEqual([]);
    world.pass(1);
    expect(world.delivered).toHaveLength(1);
    await sent;
    world.next.event = { name: 'event_early' };
    const sentAgain = pay(world);
    world.pass(10);
    expect(world.delivered).toHaveLength(2);
    world.pass(10);
    await sentAgain;
  });

  it('lets another event pass where the order is lost', async () => {
    const world = simulated();
    world.next.event = { name: 'event_reordered', afterMs: MINUTE };
    await pay(world);
    await pay(world);
    world.pass(0);
    const ids = await Promise.all(
      world.delivered.map(async (raw) => (await world.provider.event?.(raw))?.id),
    );
    expect(ids).toEqual(['event-2', 'event-1']);
    world.pass(MINUTE);
    expect(world.delivered).toHaveLength(2);
  });

  it('tells of what comes back, and of what has come to its end', async () => {
    const world = simulated();
    world.next.send = { name: 'pending_moved', afterMs: MINUTE };
    await pay(world);
    world.pass(MINUTE);
    world.provider.giveBack('payment-1', 1n);
    world.pass(0);
    const types = await Promise.all(
      world.delivered.map(async (raw) => (await world.provider.event?.(raw))?.type),
    );
    // The first was signed a minute ago, which is not too long.
    expect(types).toEqual(['payment.created', 'payment.updated', 'payment.returned']);
  });

  it('is made by tests too, with what they want it to say, and as often as they want', async () => {
    const world = simulated({ secret: SECRET });
    await pay(world);
    const raw = world.provider.eventFor('payment-1', { account: 'account-9' });
    world.provider.emit(raw);
    world.provider.emit(raw);
    expect(world.delivered).toEqual([raw, raw]);
    await expect(world.provider.event?.(raw)).resolves.toMatchObject({ account: 'account-9' });
  });
});

describe('reading an event', () => {
  const world = simulated({ secret: SECRET });
  const genuine = { id: 'e1', type: 'other', account: 'a', environment: 'test' };
  const signed = (body: unknown, seconds = 0, secret = SECRET) =>
    signSimulatedEvent(
      typeof body === 'string' ? body : JSON.stringify(body),
      secret,
      new Date(world.clock().getTime() + seconds * 1000),
    );

  it('gives what is about something else without a payment, and ignores what it does not know', async () => {
    await expect(world.provider.event?.(signed({ ...genuine, more: 1 }))).resolves.toEqual(genuine);
  });

  it.each([
    ['a time of 300 seconds ago', signed(genuine, -300)],
    ['a time in 300 seconds', signed(genuine, 300)],
  ])('accepts %s', async (_, raw) => {
    await expect(world.provider.event?.(raw)).resolves.toEqual(genuine);
  });

  it.each([
    ['a time of 301 seconds ago', signed(genuine, -301), 'too far from now'],
    ['a time in 301 seconds', signed(genuine, 301), 'too far from now'],
    ['another secret', signed(genuine, 0, 'whsec_2'), 'not right'],
    ['no header', { ...signed(genuine), headers: {} }, 'missing or malformed'],
    [
      'a header with more in it',
      {
        ...signed(genuine),
        headers: { [SIMULATED_SIGNATURE_HEADER]: `${signed(genuine).headers[SIMULATED_SIGNATURE_HEADER]} ` },
      },
      'missing or malformed',
    ],
    ['a forged body that could not even be read', { ...signed(genuine), body: '{' }, 'not right'],
    ['a body that is no JSON', signed('{'), 'body is malformed'],
    ['a body that is no event', signed([]), 'body is malformed'],
    ['another environment', signed({ ...genuine, environment: 'sandbox' }), 'body is malformed'],
    [
      'an attempt with a fraction',
      signed({
        ...genuine,
        payment: { object: 'o', reference: { program: 'p', payout: 'q', attempt: 1.5 } },
      }),
      'body is malformed',
    ],
  ])('refuses %s', async (_, raw, reason) => {
    const failure = world.provider.event?.(raw);
    await expect(failure).rejects.toMatchObject({ code: 'EVENT_REFUSED' });
    await expect(failure).rejects.toThrow(reason);
  });
});
