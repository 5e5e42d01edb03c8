import { putParticipants } from '@payout-engines/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectedStripe } from '../connected-stripe.ts';
import type { LoopbackEvent } from '../../src/testing/loopback/events.ts';
import {
  shownAccount,
  shownBalance,
  shownPlatform,
  shownTransfer,
} from '../../src/testing/loopback/shown.ts';
import { type EventWorld, eventWorld, PROGRAM } from './event-world.ts';

/** Reads of the loopback without HTTP: nine hundred orders are looked at here, and the way there is not. */
function readsInProcess({ loopback, stripe }: ConnectedStripe): ConnectedStripe['stripe'] {
  const { platform } = loopback;
  const account = platform.accounts;
  return {
    ...stripe,
    on: () => undefined,
    off: () => undefined,
    transfers: {
      create: (params, options) => stripe.transfers.create(params, options),
      retrieve: () => Promise.reject(new Error('not needed')),
      list: ({ transfer_group }) => {
        const found = platform.transfers.filter((transfer) => transfer.transferGroup === transfer_group);
        const data = found.map((transfer) => shownTransfer(platform, transfer));
        return Promise.resolve({ object: 'list', data, has_more: false });
      },
      createReversal: () => Promise.reject(new Error('not needed')),
      listReversals: () => Promise.reject(new Error('not needed')),
    },
    balance: { retrieve: () => Promise.resolve(shownBalance(false, platform.balances)) },
    accounts: {
      retrieve: (id) => {
        const found = account.get(id);
        return found === undefined
          ? Promise.reject(new Error('no such account'))
          : Promise.resolve(shownAccount(found));
      },
      retrieveCurrent: () => Promise.resolve(shownPlatform(platform)),
    },
  };
}

let world: EventWorld;
let version = 1;
beforeAll(async () => {
  world = await eventWorld(readsInProcess);
});
afterAll(() => world.close());

/** What can happen to a paid payout and the account it went to, each with the event that tells of it. */
type Step = (transfer: string) => LoopbackEvent;
const STEPS: readonly Step[] = [
  (transfer) => transferEvent('transfer.created', transfer),
  (transfer) => {
    world.loopback.giveBack(transfer, 30);
    return transferEvent('transfer.reversed', transfer);
  },
  // A second event for the same reversal.
  (transfer) => transferEvent('transfer.reversed', transfer),
  () => {
    const maya = world.loopback.platform.accounts.get('acct_maya');
    if (maya === undefined) throw new Error('no such account');
    maya.payoutsEnabled = false;
    return world.loopback.eventOf('account.updated', shownAccount(maya), 'acct_maya');
  },
  (transfer) => {
    world.loopback.giveBack(transfer, 70);
    return transferEvent('transfer.reversed', transfer);
  },
  () => {
    const maya = world.loopback.platform.accounts.get('acct_maya');
    if (maya === undefined) throw new Error('no such account');
    const event = { object: 'capability', id: 'transfers', account: 'acct_maya', status: 'inactive' };
    maya.transfers = 'inactive';
    return world.loopback.eventOf('capability.updated', event, 'acct_maya');
  },
];

function transferEvent(type: string, id: string): LoopbackEvent {
  const { platform } = world.loopback;
  const transfer = platform.transfers.find((one) => one.id === id);
  if (transfer === undefined) throw new Error('no such transfer');
  return world.loopback.eventOf(type, shownTransfer(platform, transfer));
}

function* ordersOf(items: readonly number[]): Generator<readonly number[]> {
  if (items.length === 0) yield [];
  for (const first of items) {
    for (const rest of ordersOf(items.filter((item) => item !== first))) yield [first, ...rest];
  }
}

/** The events of the first so many steps. Each is asked for when its step, and all before it, may have happened. */
type EventAt = (index: number) => LoopbackEvent;

/** A fresh payout, its events received in an order, and what stands in the books then. */
async function stateAfter(count: number, receive: (events: readonly LoopbackEvent[]) => Promise<void>) {
  return stateAfterSteps(async (eventAt) =>
    receive(Array.from({ length: count }, (_, index) => eventAt(index))),
  );
}

async function stateAfterSteps(receive: (eventAt: EventAt) => Promise<void>) {
  const maya = world.loopback.platform.accounts.get('acct_maya');
  if (maya === undefined) throw new Error('no such account');
  Object.assign(maya, { payoutsEnabled: true, transfers: 'active' });
  // Money came back from the version before: nobody is paid there any more.
  const destination = { id: 'acct_maya', version: (version += 1), provider: 'stripe' };
  await putParticipants(world.store, PROGRAM, [{ id: 'maya', active: true, verified: true, destination }]);
  const [before] = await world.engine.balance({ program: PROGRAM, participant: 'maya' });
  const { payout: id, transfer } = await world.pay(100n);
  const happened: LoopbackEvent[] = [];
  await receive((index) => {
    for (const step of STEPS.slice(happened.length, index + 1)) happened.push(step(transfer));
    const event = happened[index];
    if (event === undefined) throw new Error('no such step');
    return event;
  });
  const { payout, attempts, movements } = await world.engine.explain({ program: PROGRAM, payout: id });
  const [balance] = await world.engine.balance({ program: PROGRAM, participant: 'maya' });
  const [person] = await world.store.transact(PROGRAM, (unit) => unit.participants.find(['maya']));
  return {
    state: payout.state,
    paid: payout.paid,
    returned: payout.returned,
    ends: attempts.map(({ end }) => end),
    movements: movements.map(({ moved, returned }) => [moved, returned]),
    available: (balance?.available ?? 0n) - (before?.available ?? 0n),
    verified: person?.verified,
  };
}

async function receiveInOrder(events: readonly LoopbackEvent[], order: readonly number[]): Promise<void> {
  for (const index of order) {
    const event = events[index];
    if (event !== undefined) await world.webhook.receive(world.delivery(event));
  }
}

describe('every order of the events of one payout', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'gives one final state: %i events, one of them twice',
    async (count) => {
      const indices = Array.from({ length: count }, (_, index) => index);
      const expected = await stateAfter(count, (events) => receiveInOrder(events, indices));
      let run = 0;
      for (const order of ordersOf(indices)) {
        // Another one is repeated in each order, at once or at the end.
        const again = order[run % count] ?? 0;
        const withDuplicate =
          run % 2 === 0 ? [...order, again] : order.flatMap((one) => (one === again ? [one, one] : [one]));
        run += 1;
        expect([order, await stateAfter(count, (events) => receiveInOrder(events, withDuplicate))]).toEqual([
          order,
          expected,
        ]);
      }
    },
    600_000,
  );

  it.each([2, 3, 4, 5])(
    'gives it too where each arrives as soon as it may, before what happens later: %i events',
    async (count) => {
      const indices = Array.from({ length: count }, (_, index) => index);
      const expected = await stateAfter(count, (events) => receiveInOrder(events, indices));
      for (const order of ordersOf(indices)) {
        const state = await stateAfterSteps(async (eventAt) => {
          for (const index of order) await world.webhook.receive(world.delivery(eventAt(index)));
        });
        expect([order, state]).toEqual([order, expected]);
      }
    },
    600_000,
  );

  it('gives the same state when they all arrive at once', async () => {
    const inOrder = await stateAfter(6, (events) => receiveInOrder(events, [0, 1, 2, 3, 4, 5]));
    const atOnce = await stateAfter(6, async (events) => {
      await Promise.all([...events, ...events].map((event) => world.webhook.receive(world.delivery(event))));
    });
    expect(atOnce).toEqual(inOrder);
    expect(inOrder).toEqual({
      state: 'returned',
      paid: 100n,
      returned: 100n,
      ends: ['paid'],
      movements: [[100n, 100n]],
      available: 100n,
      verified: false,
    });
  });
});
