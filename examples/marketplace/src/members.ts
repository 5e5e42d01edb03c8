import { putParticipants } from '@payout-engines/core';
import type { Database, Query, Row } from '@payout-engines/example-kit';
import { lockMembers } from './entries.ts';
import { PROGRAM } from './program.ts';

/** Somebody who is paid. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly kind: 'seller' | 'scout';
}

export async function findMember(query: Query, id: string): Promise<Member | undefined> {
  const [row] = await query('SELECT id, name, kind FROM member WHERE id = $1', [id]);
  return row && readMember(row);
}

export async function listMembers(query: Query): Promise<readonly Member[]> {
  return (await query('SELECT id, name, kind FROM member ORDER BY id')).map(readMember);
}

function readMember(row: Row): Member {
  return {
    id: String(row['id']),
    name: String(row['name']),
    kind: row['kind'] === 'scout' ? 'scout' : 'seller',
  };
}

/** `HDFC •••• 51`: enough to know it by, and of no use to anybody else. */
export async function bankAccountOf(query: Query, member: string): Promise<string | undefined> {
  const [row] = await query('SELECT ifsc, number FROM member_bank_account WHERE member = $1', [member]);
  return row && `${String(row['ifsc']).slice(0, 4)} •••• ${String(row['number']).slice(-2)}`;
}

/**
 * Changes where a member is paid. The library never sees the number: what it sends to is a name for it, with a version, so
 * that nothing that was approved goes to another account than the approver knew.
 */
export async function changeBankAccount(
  database: Database,
  {
    member,
    ifsc,
    number,
    at,
  }: { readonly member: string; readonly ifsc: string; readonly number: string; readonly at: Date },
): Promise<void> {
  await database.together(async ({ query, store }) => {
    await lockMembers(query, [member]);
    const [same] = await query(
      'SELECT FROM member_bank_account WHERE member = $1 AND ifsc = $2 AND number = $3',
      [member, ifsc, number],
    );
    const [known] = await store.transact(PROGRAM, (unit) => unit.participants.find([member]));
    if (same !== undefined || known === undefined) return;
    await query(
      `INSERT INTO member_bank_account (member, ifsc, number) VALUES ($1, $2, $3)
       ON CONFLICT (member) DO UPDATE SET ifsc = EXCLUDED.ifsc, number = EXCLUDED.number`,
      [member, ifsc, number],
    );
    const version = (known.destination?.version ?? 0) + 1;
    const since = known.destination === undefined ? {} : { since: at };
    await putParticipants(store, PROGRAM, [
      { ...known, destination: { id: `bank-of-${member}-${version}`, version, ...since } },
    ]);
  });
}
