import { type Participant, putParticipants } from '@payout-engines/core';
import { type Database, type Query, Refused } from '@payout-engines/example-kit';
import { logPayout } from './payout-log.ts';
import { PROGRAM } from './program.ts';

/** Where a clipper is paid: personal data. It stands in one table; the library knows it by a name and a version. */

const EMAIL = /^[^\s@<>"]{1,64}@[^\s@<>"]{1,180}\.[a-z]{2,24}$/i;
const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;

/** As it is kept: an IBAN without spaces, or the e-mail of a PayPal account. Nothing where it is neither. */
export function readAddress(typed: string): string | undefined {
  if (EMAIL.test(typed)) return typed.toLowerCase();
  const plain = typed.replaceAll(/\s/g, '').toUpperCase();
  return IBAN.test(plain) && isIban(plain) ? plain : undefined;
}

/** ISO 7064: letters are numbers from 10 on, the first four places go to the end, and 97 leaves 1. */
function isIban(plain: string): boolean {
  const digits = `${plain.slice(4)}${plain.slice(0, 4)}`.replaceAll(/[A-Z]/g, (letter) =>
    (letter.charCodeAt(0) - 55).toString(),
  );
  return BigInt(digits) % 97n === 1n;
}

/** `DE•• •••• 51`, `a•••@•••.com`: enough to know it by, and of no use to anybody else. */
export function masked(address: string): string {
  if (address.includes('@')) return `${address.slice(0, 1)}•••@•••${address.slice(address.lastIndexOf('.'))}`;
  return `${address.slice(0, 2)}•• •••• ${address.slice(-2)}`;
}

/** Where a clipper is paid, all but the end of it hidden. */
export async function maskedDetails(query: Query, clipper: string): Promise<string | undefined> {
  const [row] = await query('SELECT address FROM payment_details WHERE clipper = $1', [clipper]);
  return row && masked(String(row['address']));
}

/** Keeps where a clipper is to be paid. Another one than before waits some days before anything is paid to it. */
export async function changeDetails(
  database: Database,
  clipper: string,
  typed: string,
  now: Date,
): Promise<void> {
  const address = readAddress(typed);
  if (address === undefined)
    throw new Refused(422, 'INVALID_DETAILS', 'That is neither an IBAN nor an e-mail.');
  await database.together(async ({ query, store }) => {
    const [stored] = await query(
      'SELECT address, version FROM payment_details WHERE clipper = $1 FOR UPDATE',
      [clipper],
    );
    if (stored?.['address'] === address) return;
    const version = Number(stored?.['version'] ?? 0) + 1;
    await query(
      `INSERT INTO payment_details (clipper, address, version) VALUES ($1, $2, $3)
       ON CONFLICT (clipper) DO UPDATE SET address = excluded.address, version = excluded.version`,
      [clipper, address, version],
    );
    const [known] = await store.transact(PROGRAM, (unit) => unit.participants.find([clipper]));
    const before: Participant = known ?? { id: clipper, active: true, verified: true };
    const destination = { id: `details-of-${clipper}`, version, ...(version > 1 && { since: now }) };
    await putParticipants(store, PROGRAM, [{ ...before, destination }]);
  });
}

/** Shows an operator who is paying a payout where to pay it, and writes down that they have looked. */
export async function lookAtDetails(
  { query }: Database,
  look: { readonly payout: string; readonly clipper: string; readonly version: number; readonly by: string },
): Promise<string | undefined> {
  const [row] = await query('SELECT address FROM payment_details WHERE clipper = $1 AND version = $2', [
    look.clipper,
    look.version,
  ]);
  if (row === undefined) return undefined;
  await logPayout(query, { ...look, key: 'looked', what: 'looked at where to pay it' });
  return String(row['address']);
}
