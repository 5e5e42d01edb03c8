import { participantAccount } from '../../ledger/account.ts';
import type { Movement, Payout } from '../../payouts/payout.ts';
import { isOpen } from '../../payouts/states.ts';
import type { Store, UnitOfWork } from '../../ports/store.ts';
import type { SimulatedProvider } from '../../providers/simulated-provider.ts';
import { verify } from '../../engines/verify.ts';
import { assertEqual, assertThat, CaseFailure } from '../assert.ts';

/** What is looked at: the books of a program, the only provider that its workers sent to, and what was delivered. */
export interface MoneyToCheck {
  readonly program: string;
  readonly store: Store;
  readonly provider: Pick<SimulatedProvider, 'id' | 'truth' | 'requests'>;
  /** Notifications that were delivered, by id. */
  readonly delivered: { readonly size: number };
}

/**
 * Checks what holds after any number of crashes, once everything has come to rest: from the truth of the provider and
 * the public reads of the ledger.
 *
 * @throws `CaseFailure`
 */
export async function checkMoney(world: MoneyToCheck): Promise<void> {
  const { ok, problems } = await verify(world.store, world.program);
  if (!ok)
    throw new CaseFailure(`the books do not add up: ${problems.map(({ problem }) => problem).join(', ')}`);
  checkTruth(world);
  await world.store.transact(world.program, async (unit) => {
    const payouts = await collected(unit.payouts.all());
    const movements = await collected(unit.movements.all());
    checkBooks(world, payouts, movements);
    await checkReserved(unit, payouts);
    const { stored, undelivered } = await unit.outbox.counts();
    assertEqual(undelivered, 0, 'notifications that were never delivered');
    assertEqual(world.delivered.size, stored, 'notifications that were delivered');
  });
}

/** A payout moves money at most once, and every send of a key carries the same bytes for one attempt. */
function checkTruth({ provider }: MoneyToCheck): void {
  const paid = new Set<string>();
  for (const { reference, status } of provider.truth()) {
    if (status !== 'moved') continue;
    assertThat(!paid.has(reference.payout), `${reference.payout} was paid twice`);
    paid.add(reference.payout);
  }
  const frozen = new Map<string, string>();
  const keys = new Map<string, string>();
  for (const { request } of provider.requests()) {
    const attempt = `${request.payout}\n${request.attempt}`;
    assertEqual(request.frozen, frozen.get(request.key) ?? request.frozen, 'what was sent under one key');
    assertEqual(request.key, keys.get(attempt) ?? request.key, 'the key of one attempt');
    frozen.set(request.key, request.frozen);
    keys.set(attempt, request.key);
  }
}

/** The books hold exactly what the provider has moved, and each payout's sums are those of its movements. */
function checkBooks(
  { provider }: MoneyToCheck,
  payouts: readonly Payout[],
  movements: readonly Movement[],
): void {
  const booked = movements
    .filter((movement) => movement.provider === provider.id)
    .map(({ object, payout, moved, returned }) => ({ object, payout, moved, returned }));
  const moved = provider
    .truth()
    .filter(({ status }) => status === 'moved')
    .map(({ object, reference: { payout }, amount, returned }) => ({
      object,
      payout,
      moved: amount,
      returned,
    }));
  assertEqual(booked.sort(byObject), moved.sort(byObject), 'what the books say was moved');
  for (const { id, paid, returned } of payouts) {
    const own = movements.filter(({ payout }) => payout === id);
    assertEqual(paid, sum(own.map((one) => one.moved)), `what was paid of ${id}`);
    assertEqual(returned, sum(own.map((one) => one.returned)), `what came back of ${id}`);
  }
}

/** What is reserved is what the open payouts hold, so nothing for those that are closed. */
async function checkReserved(unit: UnitOfWork, payouts: readonly Payout[]): Promise<void> {
  const reserved = new Map<string, bigint>();
  for (const { participant, currency, amount, state } of payouts) {
    if (currency !== 'USD') continue;
    reserved.set(participant, (reserved.get(participant) ?? 0n) + (isOpen(state) ? amount : 0n));
  }
  const expected = [...reserved];
  const balances = await unit.ledger.balances(
    expected.map(([participant]) => ({
      account: participantAccount(participant, 'reserved'),
      currency: 'USD',
    })),
  );
  for (const [index, [participant, amount]] of expected.entries()) {
    assertEqual(balances[index], amount, `what is reserved for ${participant}`);
  }
}

function byObject(left: { readonly object: string }, right: { readonly object: string }): number {
  return left.object < right.object ? -1 : 1;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

async function collected<Row>(stream: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const batch of stream) rows.push(...batch);
  return rows;
}
