import type { Transfer, TransferKind } from '@payout-engines/core';
import type { Columns } from '../session/columns.ts';
import { anyText, milliseconds } from '../session/statement.ts';
import { readAccount } from './account-columns.ts';

const KINDS: Readonly<Record<TransferKind, true>> = {
  pool: true,
  pool_return: true,
  share: true,
  referral_bonus: true,
  release: true,
  reversal: true,
  deposit: true,
  earning: true,
  adjustment: true,
  reserve: true,
  unreserve: true,
  payout: true,
  evidence: true,
  fee: true,
  difference: true,
  return: true,
};

/** What {@link readTransfer} reads of a transfer named `t`. An endless time, which nobody writes, is read as none. */
export const TRANSFER_COLUMNS = `${anyText('t.id')}, t.debit, t.credit, ${anyText('t.currency')}, t.asked, t.kind,
  ${anyText('t.subject')}, t.at_most, ${anyText('t.reverses')}, t.moved,
  CASE WHEN isfinite(t.at) THEN ${milliseconds('t.at')} END`;

export function readTransfer(columns: Columns): Transfer {
  const content = {
    id: columns.text(),
    debit: readAccount(columns),
    credit: readAccount(columns),
    currency: columns.text(),
    asked: columns.bigint(),
    kind: columns.word(KINDS),
    subject: columns.text(),
  };
  const atMost = columns.boolean();
  const reverses = columns.optionalText();
  return {
    ...content,
    ...(atMost ? { atMost } : {}),
    ...(reverses === undefined ? {} : { reverses }),
    moved: columns.bigint(),
    at: columns.instant(),
  };
}
