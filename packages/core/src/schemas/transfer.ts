import * as z from 'zod';
import { type Account, isAccount } from '../ledger/account.ts';
import type { TransferKind } from '../ledger/transfer.ts';
import { idSchema } from './primitives.ts';

const account = z.custom<Account>((value) => typeof value === 'string' && isAccount(value), {
  error: 'it is not an account',
});

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

/** A transfer that somebody asks for. */
export const transferRequestSchema = z.strictObject({
  id: idSchema,
  debit: account,
  credit: account,
  currency: idSchema,
  asked: z.bigint(),
  kind: z.enum(KINDS),
  subject: idSchema,
  atMost: z.boolean().exactOptional(),
  reverses: idSchema.exactOptional(),
});
