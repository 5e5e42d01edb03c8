import * as z from 'zod';
import { assertInvariant } from '../../errors.ts';
import { parseMinor } from '../../money/minor.ts';
import type { IneligibleReason } from '../../payouts/eligibility.ts';
import type { LeftOut } from './results.ts';

/** The pages of a batch as they are stored: JSON, amounts as text. */

const candidatesSchema = z.array(z.tuple([z.string(), z.string()]));

export function textOfCandidates(
  candidates: readonly { readonly participant: string; readonly currency: string }[],
): string {
  return JSON.stringify(candidates.map(({ participant, currency }) => [participant, currency]));
}

export function readCandidates(
  text: string,
): readonly { readonly participant: string; readonly currency: string }[] {
  const read = candidatesSchema.safeParse(JSON.parse(text));
  assertInvariant(read.success, 'a stored page of a batch can be read');
  return read.data.map(([participant, currency]) => ({ participant, currency }));
}

const until = z.string().exactOptional();
const reasonSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('debt'), amount: z.string(), until }),
  z.strictObject({ kind: z.literal('below_threshold'), missing: z.string(), until }),
  z.strictObject({ kind: z.literal('on_hold'), hold: z.string(), until }),
  z.strictObject({ kind: z.literal('inactive') }),
  z.strictObject({ kind: z.literal('not_verified') }),
  z.strictObject({ kind: z.literal('no_destination') }),
  z.strictObject({ kind: z.literal('payout_open'), payout: z.string() }),
  z.strictObject({ kind: z.literal('destination_blocked') }),
  z.strictObject({ kind: z.literal('insufficient_available'), missing: z.string() }),
  z.strictObject({ kind: z.literal('not_payable'), provider: z.string() }),
  z.strictObject({ kind: z.literal('not_known') }),
  z.strictObject({ kind: z.literal('outside_rules'), code: z.string() }),
]);
const leftOutSchema = z.array(
  z.strictObject({
    participant: z.string(),
    currency: z.string(),
    available: z.string(),
    reasons: z.array(reasonSchema),
  }),
);

/** Bigints and Dates as text. */
export function textOfLeftOut(rows: readonly LeftOut[]): string {
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

export function readLeftOut(text: string): readonly LeftOut[] {
  const read = leftOutSchema.safeParse(JSON.parse(text));
  assertInvariant(read.success, 'who was left out of a batch can be read');
  return read.data.map(({ participant, currency, available, reasons }) => ({
    participant,
    currency,
    available: parseMinor(available),
    reasons: reasons.map(readReason),
  }));
}

function readReason(stored: z.infer<typeof reasonSchema>): IneligibleReason {
  switch (stored.kind) {
    case 'debt':
      return { kind: 'debt', amount: parseMinor(stored.amount), ...dated(stored) };
    case 'below_threshold':
      return { kind: 'below_threshold', missing: parseMinor(stored.missing), ...dated(stored) };
    case 'on_hold':
      return { kind: 'on_hold', hold: stored.hold, ...dated(stored) };
    case 'insufficient_available':
      return { kind: 'insufficient_available', missing: parseMinor(stored.missing) };
    default:
      return stored;
  }
}

function dated(stored: { readonly until?: string }): { readonly until?: Date } {
  return stored.until === undefined ? {} : { until: new Date(stored.until) };
}
