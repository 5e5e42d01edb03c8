import type { Halt } from '@payout-engines/core';
import { assertInvariant } from '../session/invariant.ts';
import { instant, text } from '../session/params.ts';

/** Halts as JSON, instants as ISO 8601. */
export function haltsText(halts: readonly Halt[]): string {
  return text(
    JSON.stringify(
      halts.map(({ provider, account, currency, reason, at, until }) => ({
        provider,
        account,
        currency,
        reason,
        at: instant(at),
        until: until === undefined ? undefined : instant(until),
      })),
    ),
  );
}

/** Reads what {@link haltsText} has written, and nothing else: a halt that is not understood must not be passed over. */
export function readHalts(json: string): readonly Halt[] {
  const halts: unknown = JSON.parse(json);
  assertInvariant(Array.isArray(halts), 'stored halts are a list');
  return halts.map(readHalt);
}

function readHalt(value: unknown): Halt {
  assertInvariant(typeof value === 'object' && value !== null, 'a stored halt is an object');
  const fields = new Map<string, unknown>(Object.entries(value));
  const take = (name: string): string | undefined => {
    const field = fields.get(name);
    fields.delete(name);
    assertInvariant(field === undefined || typeof field === 'string', 'a field of a stored halt is text');
    return field;
  };
  const provider = take('provider');
  const account = take('account');
  const currency = take('currency');
  const reason = take('reason');
  const at = take('at');
  const until = take('until');
  assertInvariant(
    fields.size === 0 && reason !== undefined && at !== undefined,
    'a stored halt has its fields and no others',
  );
  return {
    ...(provider === undefined ? {} : { provider }),
    ...(account === undefined ? {} : { account }),
    ...(currency === undefined ? {} : { currency }),
    reason,
    at: readInstant(at),
    ...(until === undefined ? {} : { until: readInstant(until) }),
  };
}

function readInstant(iso: string): Date {
  const read = new Date(iso);
  assertInvariant(
    !Number.isNaN(read.getTime()) && read.toISOString() === iso,
    'a stored instant is one of ISO 8601',
  );
  return read;
}
