import type { PaymentObject, PaymentProvider } from '../../ports/provider.ts';
import type { UnitOfWork } from '../../ports/store.ts';
import { availableOf } from './available.ts';
import { PayoutChange } from './change.ts';
import type { PayoutContext } from './context.ts';
import { keyOf } from './candidates.ts';
import { settleAnswer, type Told } from './settle-answer.ts';
import { settleObject } from './settle-object.ts';
import { Tally } from './tally.ts';
import { lockedViews, writeChanges } from './write.ts';

/** What is known of a payment, to be settled. */
export interface Finding {
  readonly program: string;
  readonly payout: string;
  /** Whose it was when it was claimed, where that is known. */
  readonly participant?: string;
  readonly provider: PaymentProvider;
  readonly objects: readonly PaymentObject[];
  /** What an attempt was answered, where no object says it. */
  readonly told?: Told;
}

/** Settles findings as one transaction and counts what came of them. */
export async function settleFindings(
  context: PayoutContext,
  program: string,
  findings: readonly Finding[],
): Promise<Tally> {
  return context.store.transact(program, (unit) => settleWithin(context, unit, findings));
}

/** The same, in a transaction that does more. */
export async function settleWithin(
  context: PayoutContext,
  unit: UnitOfWork,
  findings: readonly Finding[],
): Promise<Tally> {
  const tally = new Tally();
  const participants = findings.flatMap(({ participant }) => participant ?? []);
  const views = await lockedViews(
    unit,
    [...new Set(findings.map(({ payout }) => payout))],
    participants.length === findings.length ? participants : undefined,
  );
  const now = await unit.now();
  const changes = new Map(views.map((view) => [view.payout.id, new PayoutChange(view, now)]));
  // What an object shows is booked whatever is available.
  const answered = new Set(findings.flatMap(({ payout, told }) => (told === undefined ? [] : [payout])));
  const available = await availableOf(
    unit,
    views.flatMap(({ payout }) => (answered.has(payout.id) ? [payout] : [])),
  );
  const controls = await unit.controls.read();
  const booked = await bookedFor(unit, findings);
  for (const { payout, provider, objects, told } of findings) {
    const change = changes.get(payout);
    if (change === undefined) continue;
    const before = change.payout.state;
    for (const object of objects) {
      settleObject(context, change, provider, object, booked.get(keyOf(provider.id, object.id)));
    }
    if (told !== undefined)
      settleAnswer(context, change, provider, { available: available(change.payout), controls }, told);
    count(tally, before, change);
  }
  await writeChanges(unit, [...changes.values()]);
  return tally;
}

/** For which payout each object is booked already. */
async function bookedFor(
  unit: UnitOfWork,
  findings: readonly Finding[],
): Promise<ReadonlyMap<string, string>> {
  const objects = new Map<string, Set<string>>();
  for (const finding of findings) {
    if (finding.objects.length === 0) continue;
    const ids = objects.get(finding.provider.id) ?? new Set();
    for (const { id } of finding.objects) ids.add(id);
    objects.set(finding.provider.id, ids);
  }
  const booked = new Map<string, string>();
  for (const [provider, ids] of objects) {
    for (const movement of await unit.movements.find(provider, [...ids])) {
      if (movement !== undefined) booked.set(keyOf(provider, movement.object), movement.payout);
    }
  }
  return booked;
}

export function count(tally: Tally, before: string, { payout, changed }: PayoutChange): void {
  if (payout.state === before) {
    if (changed && before === 'processing') tally.add('unknown');
    return;
  }
  if (payout.state === 'completed') tally.add('completed');
  if (payout.state === 'approved') tally.add('postponed');
  if (payout.state === 'failed') tally.add('failed');
  if (payout.state === 'needs_review') tally.add('needsReview');
}
