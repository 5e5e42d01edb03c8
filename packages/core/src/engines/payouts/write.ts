import type { UnitOfWork } from '../../ports/store.ts';
import type { Halt } from '../../ports/store.ts';
import { participantLock } from './context.ts';
import type { PayoutChange, PayoutView } from './change.ts';

/** Payouts with all that belongs to them, in the order asked; those that do not exist are left out. */
export async function viewsOf(unit: UnitOfWork, ids: readonly string[]): Promise<readonly PayoutView[]> {
  const payouts = (await unit.payouts.find(ids)).flatMap((payout) => payout ?? []);
  if (payouts.length === 0) return [];
  const found = payouts.map(({ id }) => id);
  const attempts = byPayout(await unit.attempts.of(found));
  const movements = byPayout(await unit.movements.of(found));
  return payouts.map((payout) => ({
    payout,
    attempts: attempts.get(payout.id) ?? [],
    movements: movements.get(payout.id) ?? [],
  }));
}

function byPayout<Row extends { readonly payout: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.payout);
    if (group === undefined) groups.set(row.payout, [row]);
    else group.push(row);
  }
  return groups;
}

/**
 * Takes the locks of the payouts' participants, and only then reads them: what was read before is only where to look, and
 * is not read where the caller knows whose they are.
 */
export async function lockedViews(
  unit: UnitOfWork,
  ids: readonly string[],
  known?: readonly string[],
): Promise<readonly PayoutView[]> {
  const participants = new Set(known ?? (await participantsOf(unit, ids)));
  await unit.locks.take([...participants].map(participantLock));
  const views = await viewsOf(unit, ids);
  const others = views.map(({ payout }) => payout.participant).filter((id) => !participants.has(id));
  if (others.length === 0) return views;
  // A store that was restored may have given the id to somebody else.
  await unit.locks.take(others.map(participantLock));
  return viewsOf(unit, ids);
}

async function participantsOf(unit: UnitOfWork, ids: readonly string[]): Promise<readonly string[]> {
  return (await unit.payouts.find(ids)).flatMap((payout) => payout?.participant ?? []);
}

/** Writes what is to change, as one set for each kind of row. */
export async function writeChanges(unit: UnitOfWork, changes: readonly PayoutChange[]): Promise<void> {
  const changed = changes.filter((change) => change.changed);
  if (changed.length === 0) return;
  const transfers = changed.flatMap((change) => change.transfers);
  if (transfers.length > 0) await unit.ledger.post(transfers);
  await unit.payouts.update(changed.map(({ payout }) => payout));
  const attempts = changed.flatMap((change) => change.changedAttempts);
  if (attempts.length > 0) await unit.attempts.put(attempts);
  const added = changed.flatMap((change) => change.addedMovements);
  if (added.length > 0) await unit.movements.add(added);
  const returned = changed.flatMap((change) => change.returnedMovements);
  if (returned.length > 0) await unit.movements.update(returned);
  const blocked = changed.flatMap((change) => change.blocked);
  if (blocked.length > 0) await unit.participants.block(blocked);
  const told = changed.flatMap((change) => change.told);
  if (told.length > 0) await unit.outbox.add(told);
  const halts = changed.flatMap((change) => change.halts);
  if (halts.length > 0) await addHalts(unit, halts);
}

/** Adds stops of new sends. A stop of the same scope for the same reason takes the place of the one before. */
export async function addHalts(unit: UnitOfWork, halts: readonly Halt[]): Promise<void> {
  const controls = await unit.controls.lock();
  const added = halts.filter(
    (halt, index) => !halts.slice(index + 1).some((later) => isSameStop(halt, later)),
  );
  const kept = controls.halts.filter((stored) => !added.some((halt) => isSameStop(stored, halt)));
  await unit.controls.put({ ...controls, halts: [...kept, ...added] });
}

/** Whether two stops have the same scope and reason. */
export function isSameStop(
  left: Pick<Halt, 'provider' | 'account' | 'currency' | 'reason'>,
  right: Pick<Halt, 'provider' | 'account' | 'currency' | 'reason'>,
): boolean {
  return (
    left.provider === right.provider &&
    left.account === right.account &&
    left.currency === right.currency &&
    left.reason === right.reason
  );
}

/** The stop that keeps payments of a provider, account and currency from being sent now. */
export function stopOf(
  halts: readonly Halt[],
  payment: { readonly provider: string; readonly account?: string; readonly currency: string },
  now: Date,
): Halt | undefined {
  return halts.find(
    ({ provider, account, currency, until }) =>
      (provider === undefined || provider === payment.provider) &&
      (account === undefined || account === payment.account) &&
      (currency === undefined || currency === payment.currency) &&
      (until === undefined || now.getTime() < until.getTime()),
  );
}
