import type { Notification } from '@payout-engines/core';
import { assertInvariant } from '../session/invariant.ts';

/** Reads a notification from the JSON it was stored as. */
export function readNotification(body: string): Notification {
  const parsed: unknown = JSON.parse(body);
  assertInvariant(isNotification(parsed), 'a stored notification can be told');
  return parsed;
}

type Fields = Readonly<Record<string, unknown>>;

function isNotification(value: unknown): value is Notification {
  if (!isObject(value)) return false;
  const common =
    hasTexts(value, 'id', 'participant', 'period', 'currency', 'amount') &&
    (value['state'] === 'held' || value['state'] === 'available');
  if (!common) return false;
  if (value['kind'] === 'referral_bonus') return hasTexts(value, 'referred') && isWhole(value['level']);
  return value['kind'] === 'share' && hasTexts(value, 'points') && isBreakdown(value['breakdown']);
}

function isBreakdown(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((line) => isObject(line) && hasTexts(line, 'kind', 'points') && isWhole(line['counted']))
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function hasTexts(value: Fields, ...names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value);
}
