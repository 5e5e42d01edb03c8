import { verify } from '@payout-engines/core';
import { afterEach, expect, it } from 'vitest';
import { memoryIntents } from '../src/intents/intent.ts';
import { stripeReversals } from '../src/intents/reversals.ts';
import type { LoopbackFault } from '../src/testing/index.ts';
import { type EventWorld, eventWorld, PROGRAM } from './events/event-world.ts';

const HOUR = 3_600_000;
let world: EventWorld;
afterEach(() => world.close());

/** Maya was paid 1.00 USD for an earning of which 0.30 is taken back: in the books, and at Stripe. */
async function clawedBack(faults: readonly LoopbackFault[]) {
  world = await eventWorld();
  const { loopback, connected, engine, store } = world;
  const { payout, transfer } = await world.pay(100n);
  const before = loopback.platform.balanceOf('usd');
  const reversal = { program: PROGRAM, key: 'refund-1', earning: await earningOf(), amount: 30n };
  await engine.reverse({ ...reversal, reason: 'refunded' });
  const owed = await balance();

  const reversals = stripeReversals(connected.stripe, {
    store: memoryIntents(loopback.clock),
    timeoutMs: 500,
  });
  const asked = {
    program: PROGRAM,
    key: 'refund-1',
    participant: 'maya',
    transfer,
    currency: 'USD',
    amount: 30n,
  };
  loopback.nextWrite(...faults);
  let intent = await reversals.takeBack(asked);
  for (let tries = 0; intent.state !== 'done' && tries < 20; tries += 1) {
    loopback.pass(HOUR);
    intent = await reversals.takeBack(asked);
  }
  return { payout, before, owed, intent };

  async function earningOf(): Promise<string> {
    return store.transact(PROGRAM, async (unit) => {
      for await (const page of unit.earnings.all()) for (const { id } of page) return id;
      throw new Error('nothing was earned');
    });
  }
}

async function balance() {
  const [found] = await world.engine.balance({ program: PROGRAM, participant: 'maya' });
  return [found?.available, found?.debt, found?.paid];
}

it.each([
  ['', []],
  [', though the answer was lost', [{ name: 'truncated' }]],
] as const)('a clawback that is taken back at Stripe pays the debt off, once%s', async (_how, faults) => {
  const { payout, before, owed, intent } = await clawedBack(faults);
  expect(owed).toEqual([0n, 30n, 100n]);
  expect(intent).toMatchObject({ state: 'done', amount: 30n });
  expect(world.loopback.platform.balanceOf('usd')).toBe(before + 30);
  // Taking it back posts nothing; what comes back is booked when the transfer is read again, however often that is.
  expect(await balance()).toEqual(owed);
  const event = world.loopback.events.find(({ type }) => type === 'transfer.reversed');
  if (event === undefined) throw new Error('nothing was announced');
  for (let times = 0; times < 2; times += 1) await world.webhook.receive(world.delivery(event));
  await world.engine.reconcile({ program: PROGRAM, since: new Date(0) });
  expect(await balance()).toEqual([0n, 0n, 70n]);
  const explained = await world.engine.explain({ program: PROGRAM, payout });
  expect(explained.payout).toMatchObject({ paid: 100n, returned: 30n });
  expect((await verify(world.store, PROGRAM)).ok).toBe(true);
});
