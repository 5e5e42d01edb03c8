import { addReferrals, assertId, type Participant, putParticipants } from '@payout-engines/core';
import { type Database, type Query, Refused, type Row } from '@payout-engines/example-kit';
import { PROGRAM } from './program.ts';

/** Somebody who earns, as the app knows them. */
export interface Creator {
  readonly id: string;
  readonly name: string;
  readonly invitedBy: string | undefined;
}

/** Lets somebody take part. The same creator again changes nothing. */
export async function addCreator(
  database: Database,
  { id, name, invitedBy }: Creator,
  { active = true, verified = true, since }: { active?: boolean; verified?: boolean; since: Date },
): Promise<void> {
  await database.together(async ({ query, store }) => {
    const added = await query(
      'INSERT INTO creator (id, name, invited_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING id',
      [id, name, invitedBy ?? null],
    );
    if (added.length === 0) return;
    await putParticipants(store, PROGRAM, [{ id, active, verified }]);
    if (invitedBy !== undefined)
      await addReferrals(store, PROGRAM, [{ referrer: invitedBy, referred: id, since }]);
  });
}

/** Says that somebody's identity has been checked. What was held until then is released with the next look at it. */
export async function verifyCreator(database: Database, id: string): Promise<void> {
  await changeParticipant(database, id, (before) => ({ ...before, verified: true }));
}

/**
 * Says where a creator is paid. The address is kept apart; the library knows it by a name and a version, so that it can
 * tell that the wallet has changed.
 */
export async function setWallet(database: Database, creator: string, address: string): Promise<void> {
  await changeParticipant(database, creator, async (before, query) => {
    const [row] = await query('SELECT address, version FROM creator_wallet WHERE creator = $1', [creator]);
    if (row?.['address'] === address) return before;
    const version = Number(row?.['version'] ?? 0) + 1;
    await query(
      `INSERT INTO creator_wallet (creator, address, version) VALUES ($1, $2, $3)
       ON CONFLICT (creator) DO UPDATE SET address = $2, version = $3, since = now()`,
      [creator, address, version],
    );
    return { ...before, destination: { id: walletName(creator), version } };
  });
}

/** What the library and the bank call a creator's wallet. */
export function walletName(creator: string): string {
  return `wallet-of-${creator}`;
}

async function changeParticipant(
  database: Database,
  id: string,
  change: (before: Participant, query: Query) => Participant | Promise<Participant>,
): Promise<void> {
  await database.together(async ({ query, store }) => {
    await creatorOf(query, id, 'FOR UPDATE');
    const [before] = await store.transact(PROGRAM, (unit) => unit.participants.find([id]));
    if (before === undefined) throw new Refused(404, 'CREATOR_NOT_FOUND', 'There is no such creator.');
    const after = await change(before, query);
    if (after !== before) await putParticipants(store, PROGRAM, [after]);
  });
}

/** One creator, locked if the caller is about to change something. */
export async function creatorOf(query: Query, id: string, lock: '' | 'FOR UPDATE' = ''): Promise<Creator> {
  assertId(id, 'creator');
  const [row] = await query(`SELECT id, name, invited_by FROM creator WHERE id = $1 ${lock}`, [id]);
  if (row === undefined) throw new Refused(404, 'CREATOR_NOT_FOUND', 'There is no such creator.');
  return readCreator(row);
}

/** Creators by id, up to so many. */
export async function creators(query: Query, limit = 50): Promise<readonly Creator[]> {
  const rows = await query('SELECT id, name, invited_by FROM creator ORDER BY id LIMIT $1', [limit]);
  return rows.map(readCreator);
}

/** Those whom a creator has invited. */
export async function invitedBy(query: Query, creator: string): Promise<readonly Creator[]> {
  const rows = await query('SELECT id, name, invited_by FROM creator WHERE invited_by = $1 ORDER BY id', [
    creator,
  ]);
  return rows.map(readCreator);
}

/** What people are called, by id; who is not known keeps the id. */
export async function namesOf(query: Query, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await query('SELECT id, name FROM creator WHERE id = ANY($1)', [ids]);
  const names = new Map(rows.map((row) => [String(row['id']), String(row['name'])]));
  return new Map(ids.map((id) => [id, names.get(id) ?? id]));
}

function readCreator(row: Row): Creator {
  const invited = row['invited_by'];
  return {
    id: String(row['id']),
    name: String(row['name']),
    invitedBy: typeof invited === 'string' ? invited : undefined,
  };
}
