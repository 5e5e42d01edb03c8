import type { PaymentObject } from '@payout-engines/core';
import type { Intent } from './intent.ts';
import { after, reopened } from './next-attempt.ts';
import { type IntentOptions, type IntentRail, LEASE_MS } from './rail.ts';

/**
 * What Stripe's objects make of the intent, or nothing where they say nothing. What moved counts whichever attempt it
 * carries; an object that has failed left the money where it was, so that another attempt comes later.
 */
export function byObjects(
  rail: IntentRail,
  options: IntentOptions,
  intent: Intent,
  objects: readonly PaymentObject[],
  now: Date,
): Intent | undefined {
  const ours = objects.filter(
    ({ reference }) => reference?.program === intent.program && reference.payout === intent.id,
  );
  const [first, second] = ours.filter(({ status }) => status !== 'failed');
  if (first === undefined) {
    const failure = ours.find(({ reference }) => reference?.attempt === intent.attempt.number);
    return failure && reopened(rail, options, intent, now, failure.code ?? 'failed');
  }
  if (second !== undefined) return { ...intent, state: 'needs_review', code: 'moved_twice' };
  if (first.amount !== intent.amount || first.currency !== intent.currency) {
    return { ...intent, state: 'needs_review', code: 'amount_differs' };
  }
  if (first.status === 'moved') return withoutCode({ ...intent, state: 'done', object: first.id });
  const attempt = { ...intent.attempt, pendingObject: first.id };
  return { ...intent, state: 'processing', object: first.id, dueAt: after(now, LEASE_MS), attempt };
}

function withoutCode({ code: _, ...intent }: Intent): Intent {
  return intent;
}
