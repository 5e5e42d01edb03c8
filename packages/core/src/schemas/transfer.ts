import * as z from 'zod';
import type { Account } from '../ledger/account.ts';
import type { TransferKind } from '../ledger/transfer.ts';

/** Whether it names one, `assertTransferRequest` says. */
const account = z.custom<Account>((value) => typeof value === 'string', { error: 'it is not a string' });

/** A record, so that no kind can be missing. */
const KINDS: Readonly<Record<TransferKind, TransferKind>> = {
  pool: 'pool',
  pool_return: 'pool_return',
  share: 'share',
  referral_bonus: 'referral_bonus',
  release: 'release',
  reversal: 'reversal',
  deposit: 'deposit',
  earning: 'earning',
  adjustment: 'adjustment',
  reserve: 'reserve',
  unreserve: 'unreserve',
  payout: 'payout',
  evidence: 'evidence',
  fee: 'fee',
  difference: 'difference',
  return: 'return',
};

/** A transfer that somebody asks for, shape only: what is in it is checked by the ledger's own `assertTransferRequest`. */
export const transferRequestSchema = z.strictObject({
  id: z.string(),
  debit: account,
  credit: account,
  currency: z.string(),
  asked: z.bigint(),
  kind: z.enum(KINDS),
  subject: z.string(),
  atMost: z.boolean().exactOptional(),
  reverses: z.string().exactOptional(),
});
