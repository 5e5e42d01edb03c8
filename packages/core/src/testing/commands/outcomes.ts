import type { StoreCommand } from './command.ts';
import type { CommandOutcome } from './run.ts';

/** Every outcome that each command can have. A run of many seeds must reach all of them, or it proves less than it seems. */
export const POSSIBLE_OUTCOMES: Readonly<Record<StoreCommand['kind'], readonly string[]>> = {
  post: [
    'done',
    'repeated',
    'nothing',
    'capped',
    'INVALID_ID',
    'INVALID_TRANSFER',
    'IDEMPOTENCY_CONFLICT',
    'INSUFFICIENT_FUNDS',
    'TRANSFER_NOT_FOUND',
    'REVERSAL_EXCEEDS',
    'CURRENCY_MISMATCH',
    'AMOUNT_OUT_OF_RANGE',
  ],
  'read balances': ['done', 'INVALID_ID'],
  'find transfers': ['found', 'missing', 'INVALID_ID'],
  'add earnings': [
    'done',
    'repeated',
    'nothing',
    'INVALID_ID',
    'INVALID_INSTANT',
    'AMOUNT_OUT_OF_RANGE',
    'IDEMPOTENCY_CONFLICT',
  ],
  'find earnings': ['found', 'missing', 'INVALID_ID'],
  'open periods': [
    'done',
    'repeated',
    'nothing',
    'INVALID_ID',
    'INVALID_INSTANT',
    'PERIOD_OVERLAP',
    'IDEMPOTENCY_CONFLICT',
  ],
  'find period': ['found', 'missing', 'INVALID_ID'],
  'lock period': ['found', 'missing', 'INVALID_ID'],
  'set state': ['done', 'PERIOD_NOT_FOUND', 'INVALID_ID'],
  record: [
    'done',
    'repeated',
    'nothing',
    'late',
    'INVALID_ID',
    'INVALID_INSTANT',
    'OUTSIDE_EVERY_PERIOD',
    'IDEMPOTENCY_CONFLICT',
  ],
  count: ['found', 'missing', 'INVALID_ID'],
  'put participants': ['done', 'repeated', 'nothing', 'INVALID_ID'],
  'find participants': ['found', 'missing', 'INVALID_ID'],
  'add referrals': [
    'done',
    'repeated',
    'nothing',
    'INVALID_ID',
    'INVALID_INSTANT',
    'SELF_REFERRAL',
    'REFERRER_ALREADY_SET',
    'REFERRAL_CYCLE',
    'IDEMPOTENCY_CONFLICT',
  ],
  'find referrals': ['found', 'missing', 'INVALID_ID'],
  freeze: ['done', 'INVALID_ID', 'IDEMPOTENCY_CONFLICT'],
  advance: ['done', 'INVALID_ID', 'PLAN_NOT_FOUND'],
  'read page': ['found', 'INVALID_ID', 'PLAN_NOT_FOUND'],
  'find plan': ['found', 'missing', 'INVALID_ID'],
  'lock plan': ['found', 'missing', 'INVALID_ID'],
  notify: ['done', 'repeated', 'nothing', 'INVALID_ID'],
  lease: ['found', 'missing'],
  deliver: ['done', 'repeated', 'nothing', 'INVALID_ID'],
  'change earnings': ['done', 'nothing', 'INVALID_ID', 'INVALID_AMOUNT', 'EARNING_NOT_FOUND'],
  'due earnings': ['found', 'missing', 'INVALID_INSTANT'],
  'held earnings': ['found', 'missing', 'INVALID_ID'],
  bonuses: ['found', 'missing', 'INVALID_ID'],
  'open payouts': [
    'done',
    'nothing',
    'INVALID_ID',
    'INVALID_AMOUNT',
    'INVALID_INSTANT',
    'AMOUNT_OUT_OF_RANGE',
    'IDEMPOTENCY_CONFLICT',
  ],
  'change payouts': ['done', 'nothing', 'INVALID_ID', 'PAYOUT_NOT_FOUND', 'INVARIANT_BROKEN'],
  'find payouts': ['found', 'missing', 'INVALID_ID'],
  'due payouts': ['found', 'missing', 'INVALID_INSTANT'],
  'payouts of': ['found', 'missing', 'INVALID_ID'],
  'list payouts': ['found', 'missing'],
  'put attempts': ['done', 'nothing', 'INVARIANT_BROKEN'],
  'find attempts': ['found', 'missing', 'INVALID_ID', 'INVALID_INSTANT'],
  'add movements': ['done', 'nothing', 'IDEMPOTENCY_CONFLICT'],
  'change movements': ['done', 'nothing', 'INVALID_AMOUNT', 'INVARIANT_BROKEN'],
  'find movements': ['found', 'missing', 'INVALID_ID'],
  'freeze batch': ['done', 'INVALID_ID', 'IDEMPOTENCY_CONFLICT'],
  'advance batch': ['done', 'INVALID_ID', 'BATCH_NOT_FOUND'],
  'find batch': ['found', 'missing', 'INVALID_ID'],
  'put reversals': ['done', 'nothing', 'INVALID_ID'],
  'waiting reversals': ['found', 'missing', 'INVALID_ID'],
  'add events': ['done', 'repeated', 'nothing', 'INVALID_ID'],
  'put controls': ['done', 'INVALID_ID'],
  block: ['done', 'repeated', 'nothing', 'INVALID_ID'],
  'take locks': ['done', 'INVALID_ID'],
  'read state': ['done'],
  transaction: ['kept', 'undone'],
};

/** How often each command had each outcome: `post INSUFFICIENT_FUNDS` → 12. Possible ones that never came are 0. */
export function countOutcomes(outcomes: Iterable<CommandOutcome>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [command, possible] of Object.entries(POSSIBLE_OUTCOMES)) {
    for (const outcome of possible) counts.set(`${command} ${outcome}`, 0);
  }
  for (const outcome of outcomes) countInto(counts, outcome);
  return counts;
}

function countInto(counts: Map<string, number>, { command, outcome, inner = [] }: CommandOutcome): void {
  const cell = `${command} ${outcome}`;
  counts.set(cell, (counts.get(cell) ?? 0) + 1);
  for (const operation of inner) countInto(counts, operation);
}

/** The outcomes that are possible and never came. */
export function missingOutcomes(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts].filter(([, count]) => count === 0).map(([cell]) => cell);
}
