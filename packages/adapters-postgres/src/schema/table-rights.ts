/** What the application may do with a table beside reading it. It removes nothing. */
export interface TableRights {
  readonly insert: boolean;
  /** The columns that it changes. Locking a row takes the right to change one of them. */
  readonly update: readonly string[];
  /** Whether each row belongs to a program. */
  readonly ofProgram: boolean;
}

const rights = (update: readonly string[] = []): TableRights => ({ insert: true, update, ofProgram: true });

/** All tables, and what the statements of the store do with them. A test compares it with the schema. */
export const TABLE_RIGHTS: Readonly<Record<string, TableRights>> = {
  migration: { insert: false, update: [], ofProgram: false },
  transfer: rights(),
  account: rights(['balance']),
  reversal_total: rights(['reversed']),
  earning: rights(['held', 'released', 'reversed', 'fulfilled']),
  period: rights(['state']),
  interaction: rights(),
  participant: rights([
    'active',
    'tier',
    'verified',
    'destination_id',
    'destination_version',
    'destination_provider',
    'destination_since',
    'removed_id',
    'removed_version',
    'removed_provider',
    'removed_since',
  ]),
  blocked_destination: rights(),
  referral: rights(),
  plan: rights(['step', 'page']),
  plan_page: rights(),
  notification: rights(['leased_until', 'delivered_at']),
  // Its rows are only locked.
  program_lock: rights(['name']),
  payout: rights([
    'state',
    'provider',
    'destination_id',
    'destination_version',
    'approved_by',
    'approved_at',
    'approval_digest',
    'attempt',
    'fence',
    'due_at',
    'epoch',
    'reason',
    'note',
    'paid',
    'returned',
    'updated_at',
  ]),
  attempt: rights([
    'paid_by',
    'first_sent_at',
    'last_sent_at',
    'sends',
    'not_executed',
    'tries',
    'absent_at',
    'pending_object',
    'ended_as',
    'code',
    'ended_at',
  ]),
  movement: rights(['returned']),
  batch: rights(['page']),
  batch_page: rights(['left_out']),
  reversal: rights(['applied']),
  event: rights(),
  control: rights(['epoch', 'halts', 'restored_at', 'restored_since']),
  block: rights(),
  block_entry: rights(),
};
