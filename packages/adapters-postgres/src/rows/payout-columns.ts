import type { FeeBearer, Payout, PayoutState } from '@payout-engines/core';
import { Columns } from '../session/columns.ts';
import {
  instantColumn,
  integerColumn,
  keyColumn,
  RowSet,
  textColumn,
  writtenColumn,
} from '../session/row-set.ts';
import { anyText, milliseconds } from '../session/statement.ts';
import type { Writable } from '../session/writable.ts';

export const STATES: Readonly<Record<PayoutState, true>> = {
  pending: true,
  approved: true,
  processing: true,
  needs_review: true,
  completed: true,
  returned: true,
  failed: true,
  rejected: true,
  cancelled: true,
};

const FEE_BEARERS: Readonly<Record<FeeBearer, true>> = { participant: true, platform: true };

const OPENED = {
  id: keyColumn<Payout>(({ id }) => id),
  participant: textColumn<Payout>(({ participant }) => participant),
  currency: textColumn<Payout>(({ currency }) => currency),
  amount: integerColumn<Payout>(({ amount }) => amount),
  fee: integerColumn<Payout>(({ fee }) => fee),
  fee_bearer: textColumn<Payout>(({ feeBearer }) => feeBearer),
  batch: textColumn<Payout>(({ batch }) => batch),
  requested_by: textColumn<Payout>(({ requestedBy }) => requestedBy),
  opened_at: instantColumn<Payout>(({ openedAt }) => openedAt),
};

const CHANGES = {
  state: textColumn<Payout>(({ state }) => state),
  provider: textColumn<Payout>(({ provider }) => provider),
  destination_id: textColumn<Payout>(({ destination }) => destination?.id),
  destination_version: integerColumn<Payout>(({ destination }) => destination?.version),
  approved_by: textColumn<Payout>(({ approval }) => approval?.by),
  approved_at: instantColumn<Payout>(({ approval }) => approval?.at),
  approval_digest: textColumn<Payout>(({ approval }) => approval?.digest),
  attempt: integerColumn<Payout>(({ attempt }) => attempt),
  fence: integerColumn<Payout>(({ fence }) => fence),
  due_at: instantColumn<Payout>(({ dueAt }) => dueAt),
  epoch: integerColumn<Payout>(({ epoch }) => epoch),
  reason: textColumn<Payout>(({ reason }) => reason),
  note: writtenColumn<Payout>(({ note }) => note),
  paid: integerColumn<Payout>(({ paid }) => paid),
  returned: integerColumn<Payout>(({ returned }) => returned),
  updated_at: instantColumn<Payout>(({ updatedAt }) => updatedAt),
};

export const NEW_PAYOUTS = new RowSet<Payout>('payout', { ...OPENED, ...CHANGES });

/**
 * The same rows, of payouts that are stored and locked. By ON CONFLICT, which goes by key whatever the planner thinks of
 * the table. The condition stands behind the fences that were read under the lock.
 */
export const CHANGED_PAYOUTS = new RowSet<Payout>(
  'payout',
  { ...OPENED, ...CHANGES },
  `ON CONFLICT (program, id) DO UPDATE
   SET ${Object.keys(CHANGES)
     .map((name) => `${name} = excluded.${name}`)
     .join(', ')}
   WHERE stored.fence <= excluded.fence RETURNING 1`,
);

/** What {@link readPayout} reads. */
export const PAYOUT_COLUMNS = `${anyText('id')}, ${anyText('participant')}, ${anyText('currency')}, amount, fee,
  fee_bearer, ${anyText('batch')}, ${anyText('requested_by')}, ${milliseconds('opened_at')}, state,
  ${anyText('provider')}, ${anyText('destination_id')}, destination_version, ${anyText('approved_by')},
  ${milliseconds('approved_at')}, ${anyText('approval_digest')}, attempt, fence, ${milliseconds('due_at')}, epoch,
  ${anyText('reason')}, ${anyText('note')}, paid, returned, ${milliseconds('updated_at')}`;

/** Field by field: spreading gives each row a shape of its own, which costs ten times as much. */
export function readPayout(row: unknown): Payout {
  const columns = new Columns(row);
  const id = columns.text();
  const participant = columns.text();
  const currency = columns.text();
  const amount = columns.bigint();
  const fee = columns.bigint();
  const feeBearer = columns.word(FEE_BEARERS);
  const batch = columns.optionalText();
  const requestedBy = columns.text();
  const openedAt = columns.instant();
  const state = columns.word(STATES);
  const provider = columns.text();
  const destination = readDestination(columns);
  const approval = readApproval(columns);
  const attempt = columns.integer();
  const fence = columns.integer();
  const dueAt = columns.instant();
  const epoch = columns.integer();
  const reason = columns.optionalText();
  const note = columns.optionalText();
  const paid = columns.bigint();
  const returned = columns.bigint();
  const updatedAt = columns.instant();
  const payout: Writable<Payout> = {
    id,
    participant,
    currency,
    amount,
    fee,
    feeBearer,
    requestedBy,
    openedAt,
    state,
    provider,
    attempt,
    fence,
    dueAt,
    epoch,
    paid,
    returned,
    updatedAt,
  };
  if (batch !== undefined) payout.batch = batch;
  if (destination !== undefined) payout.destination = destination;
  if (approval !== undefined) payout.approval = approval;
  if (reason !== undefined) payout.reason = reason;
  if (note !== undefined) payout.note = note;
  return payout;
}

function readDestination(columns: Columns): Payout['destination'] {
  const id = columns.optionalText();
  const version = columns.optionalInteger();
  return id === undefined || version === undefined ? undefined : { id, version };
}

function readApproval(columns: Columns): Payout['approval'] {
  const by = columns.optionalText();
  const at = columns.optionalInstant();
  const digest = columns.optionalText();
  return by === undefined || at === undefined || digest === undefined ? undefined : { by, at, digest };
}
