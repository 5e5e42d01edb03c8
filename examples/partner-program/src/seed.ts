import { putParticipants } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { PROGRAM } from './program.ts';
import { recordSale, refundSale } from './sales.ts';

const DAY_MS = 86_400_000;

interface SeedPartner {
  readonly id: string;
  readonly name: string;
  /** Who has none has not said yet where to be paid. */
  readonly iban?: string;
  readonly verified?: boolean;
}

export const PARTNERS: readonly SeedPartner[] = [
  { id: 'ada', name: 'Ada', iban: 'DE02 1203 0000 0000 2020 51' },
  { id: 'ben', name: 'Ben', iban: 'FR76 3000 6000 0112 3456 7890 189' },
  { id: 'cleo', name: 'Cleo', iban: 'NL91 ABNA 0417 1643 00' },
  { id: 'dev', name: 'Dev' },
];

/** Sales by the days that they are old. */
const SALES = [
  ['ada', 61, 41_800n],
  ['ada', 47, 20_600n],
  ['ada', 12, 33_333n],
  ['ben', 58, 90_000n],
  ['ben', 3, 25_000n],
  ['cleo', 70, 1_200_000n],
  ['cleo', 40, 350_000n],
  ['dev', 50, 80_000n],
] as const;

/** Fills an empty database with partners, their sales and a refund; of one that is not empty, nothing is changed. */
export async function seed(database: Database, now: Date): Promise<void> {
  for (const { id, name, iban, verified = true } of PARTNERS) {
    await database.query('INSERT INTO partner (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, name]);
    const [known] = await database.store.transact(PROGRAM, (unit) => unit.participants.find([id]));
    if (known !== undefined) continue;
    if (iban !== undefined) {
      await database.query(
        'INSERT INTO partner_bank_account (partner, iban) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [id, iban],
      );
    }
    // The library never sees the number: what it sends to is a name for it.
    const destination = iban === undefined ? {} : { destination: { id: `bank-of-${id}`, version: 1 } };
    await putParticipants(database.store, PROGRAM, [
      { id, active: true, verified, tier: 'starter', ...destination },
    ]);
  }
  for (const [index, [partner, age, amount]] of SALES.entries()) {
    const at = new Date(now.getTime() - age * DAY_MS);
    const id = `order-${index + 1}`;
    const [stored] = await database.query('SELECT FROM sale WHERE id = $1', [id]);
    if (stored === undefined) await recordSale(database, { id, partner, kind: 'products', amount, at });
  }
  await refundSale(database, { id: 'refund-1', sale: 'order-3', amount: 10_000n });
}
