import type {
  CheckedPayoutRules,
  Currency,
  Directory,
  RevenueShareRules,
  RevenueSource,
} from '@payout-engines/core';
import type { Calendar } from './input/calendar.ts';
import type { EventSource } from './input/events-file.ts';

/** What one run is to do: the rules, the facts, and which periods they fall into. Making one writes nothing. */
export interface Job {
  readonly program: string;
  readonly currency: Currency;
  readonly rules: RevenueShareRules;
  readonly revenue: RevenueSource;
  readonly directory: Directory;
  readonly events: EventSource;
  readonly calendar: Calendar;
  /** Who would be paid out of what the ledger then holds for them. */
  readonly payoutRules: CheckedPayoutRules;
  readonly pageSize: number | undefined;
}
