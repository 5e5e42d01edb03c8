import type { Query } from '@payout-engines/example-kit';

/** A wallet as its owner sees it: enough to know it by, and of no use to anybody else. */
export interface ShownWallet {
  readonly masked: string;
  readonly since: Date;
  readonly version: number;
}

/** Where a creator is paid, if they have said so. */
export async function walletOf(query: Query, creator: string): Promise<ShownWallet | undefined> {
  const [row] = await query('SELECT address, version, since FROM creator_wallet WHERE creator = $1', [
    creator,
  ]);
  if (row === undefined) return undefined;
  const address = String(row['address']);
  return {
    masked: `${address.slice(0, 4)}••••${address.slice(-4)}`,
    since: row['since'] instanceof Date ? row['since'] : new Date(String(row['since'])),
    version: Number(row['version']),
  };
}

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BYTES = 32;

/** What is wrong with an address of Solana as it was typed; nothing where it is one: 32 bytes in base 58. */
export function walletProblem(address: string): string | undefined {
  if (address === '') return 'Paste the address of your wallet.';
  if (!/^[1-9A-HJ-NP-Za-km-z]{1,60}$/.test(address)) {
    return 'An address has letters and digits, without 0, O, I and l, and nothing between them.';
  }
  let value = 0n;
  for (const letter of address) value = value * 58n + BigInt(ALPHABET.indexOf(letter));
  const zeros = /^1*/.exec(address)?.[0].length ?? 0;
  const bytes = zeros + (value === 0n ? 0 : Math.ceil(value.toString(16).length / 2));
  return bytes === BYTES ? undefined : 'It is not a whole address: some of it is missing, or too much.';
}
