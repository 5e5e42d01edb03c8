import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seal } from '../../src/engines/seal.ts';
import { type Verification, verify } from '../../src/engines/verify.ts';
import { PayoutError } from '../../src/errors.ts';
import { blockAfter, type BlockHead, transferDigest } from '../../src/ledger/block.ts';
import type { Transfer, TransferRequest } from '../../src/ledger/transfer.ts';
import { memoryStore } from '../../src/memory/memory-store.ts';
import type { Store } from '../../src/ports/store.ts';
import { freshBatches, runs } from '../ledger/arbitraries.ts';
import { type Rows, tamperedStore } from './tampered-store.ts';

const P = 'p';

/** A deposit into a pool, which needs nothing else to be right. */
function deposit(id: string, asked = 5n): TransferRequest {
  return { id, debit: 'funding', credit: 'pool/p', currency: 'USD', asked, kind: 'deposit', subject: 's' };
}

async function post(store: Store, ...ids: readonly string[]): Promise<void> {
  await store.transact(P, (unit) => unit.ledger.post(ids.map((id) => deposit(id))));
}

/** Nine transfers in five blocks: b, d, then a, c, then e to i. */
async function chain(): Promise<{ readonly store: Store; readonly head: BlockHead }> {
  const store = memoryStore();
  await post(store, 'd', 'b');
  await seal(store, P);
  await post(store, 'c', 'a');
  await seal(store, P);
  await post(store, 'e', 'f', 'g', 'h', 'i');
  const { head } = await seal(store, P, { transfersPerBlock: 2 });
  if (head === undefined) throw new Error('nothing was sealed');
  return { store, head };
}

async function verdict(
  change: (rows: Rows) => void,
  { withHead = false }: { readonly withHead?: boolean } = {},
): Promise<readonly string[]> {
  const { store, head } = await chain();
  const changed = await tamperedStore(store, P, change);
  const { problems } = await verify(changed, P, withHead ? { head } : {});
  return problems.map((problem) => {
    const { block, transfer } = { block: '', transfer: '', ...problem };
    return [problem.problem, block, transfer].filter((part) => part !== '').join(' ');
  });
}

describe('sealing', () => {
  it('seals everything once, block by block, and gives the end of the chain', async () => {
    const store = memoryStore();
    expect(await seal(store, P)).toEqual({ blocks: 0, transfers: 0 });
    await post(store, 'e', 'c', 'a', 'd', 'b');
    const first = await seal(store, P, { transfersPerBlock: 2 });
    expect(first).toMatchObject({ blocks: 3, transfers: 5, head: { number: 3 } });
    expect(await seal(store, P)).toEqual({ blocks: 0, transfers: 0, head: first.head });
    await post(store, 'a0', 'f');
    expect(await seal(store, P)).toMatchObject({ blocks: 1, transfers: 2, head: { number: 4 } });
    expect(await verify(store, P)).toMatchObject({ ok: true, transfers: 7, blocks: 4, unsealed: 0 });
    const entries = await store.transact(P, async (unit) => {
      const found: unknown[] = [];
      for await (const batch of unit.blocks.entries())
        found.push(...batch.map(({ block, transfer }) => [block, transfer]));
      return found;
    });
    expect(entries).toEqual([
      [1, 'a'],
      [1, 'b'],
      [2, 'c'],
      [2, 'd'],
      [3, 'e'],
      [4, 'a0'],
      [4, 'f'],
    ]);
  });

  it('leaves the chains of other programs alone', async () => {
    const store = memoryStore();
    await post(store, 'a');
    await store.transact('q', (unit) => unit.ledger.post([deposit('a')]));
    const mine = await seal(store, P);
    expect(await verify(store, 'q')).toMatchObject({ ok: true, blocks: 0, unsealed: 1 });
    const theirs = await seal(store, 'q');
    expect(theirs.head?.hash).not.toBe(mine.head?.hash);
  });

  it('makes one chain when it is called many times at once', async () => {
    const store = memoryStore();
    await post(store, ...Array.from({ length: 50 }, (_, index) => `t${index}`));
    const reports = await Promise.all(
      [1, 2, 3, 4].map((size) => seal(store, P, { transfersPerBlock: size })),
    );
    expect(reports.reduce((sum, { transfers }) => sum + transfers, 0)).toBe(50);
    expect(await verify(store, P)).toMatchObject({ ok: true, unsealed: 0 });
  });

  it('stops after a block when it is told to, and goes on where it stopped', async () => {
    const store = memoryStore();
    await post(store, 'a', 'b', 'c');
    const signal = { aborted: true };
    expect(await seal(store, P, { transfersPerBlock: 1, signal })).toMatchObject({ blocks: 1, transfers: 1 });
    expect(await seal(store, P, { transfersPerBlock: 1 })).toMatchObject({ blocks: 2, transfers: 2 });
  });

  it('leaves whole blocks when the store fails between two, and seals the rest next time', async () => {
    const store = memoryStore();
    await post(store, 'a', 'b', 'c');
    let left = 2;
    const failing: Store = {
      transact: (program, work) => {
        left -= 1;
        if (left < 0) return Promise.reject(new PayoutError('STORE_UNAVAILABLE', { reason: 'gone' }));
        return store.transact(program, work);
      },
    };
    await expect(seal(failing, P, { transfersPerBlock: 1 })).rejects.toThrow('gone');
    expect(await verify(store, P)).toMatchObject({ ok: true, blocks: 2, unsealed: 1 });
    expect(await seal(store, P)).toMatchObject({ blocks: 1, transfers: 1, head: { number: 3 } });
    expect(await verify(store, P)).toMatchObject({ ok: true, blocks: 3, unsealed: 0 });
  });

  it('refuses blocks of no or too many transfers, and a head that is none', async () => {
    const store = memoryStore();
    for (const transfersPerBlock of [0, -1, 1.5, 100_001, Number.NaN]) {
      await expect(seal(store, P, { transfersPerBlock })).rejects.toHaveProperty('code', 'INVALID_INPUT');
    }
    for (const head of [
      { number: 0, hash: 'a'.repeat(64) },
      { number: 1, hash: '' },
    ]) {
      await expect(verify(store, P, { head })).rejects.toHaveProperty('code', 'INVALID_INPUT');
    }
  });
});

describe('verifying sealed transfers', () => {
  it('finds nothing in what nobody has changed, whatever end of the chain it is compared with', async () => {
    const { store, head } = await chain();
    expect(await verify(store, P)).toMatchObject({ ok: true, blocks: 5, unsealed: 0, head });
    expect(await verify(store, P, { head })).toMatchObject({ ok: true });
    await post(store, 'later');
    await seal(store, P);
    expect(await verify(store, P, { head })).toMatchObject({ ok: true, blocks: 6 });
  });

  const first = (change: (transfer: Transfer) => Transfer) => (rows: Rows) => {
    rows.transfers = rows.transfers.map((row) => (row.id === 'a' ? change(row) : row));
  };

  it.each<[string, (transfer: Transfer) => Transfer]>([
    ['debit', (row) => ({ ...row, debit: 'outside/bank' })],
    ['credit', (row) => ({ ...row, credit: 'pool/q' })],
    ['currency', (row) => ({ ...row, currency: 'EUR' })],
    ['asked', (row) => ({ ...row, asked: 6n })],
    ['moved', (row) => ({ ...row, moved: 4n })],
    ['kind', (row) => ({ ...row, kind: 'adjustment' })],
    ['subject', (row) => ({ ...row, subject: 't' })],
    ['atMost', (row) => ({ ...row, atMost: true })],
    ['reverses', (row) => ({ ...row, reverses: 'b' })],
    ['at', (row) => ({ ...row, at: new Date(row.at.getTime() + 1) })],
  ])('finds another %s, and says of which transfer', async (_field, change) => {
    expect(await verdict(first(change))).toContain('sealed_transfer_differs 2 a');
  });

  it('finds another id: a sealed transfer is missing', async () => {
    expect(await verdict(first((row) => ({ ...row, id: 'z' })))).toEqual(['sealed_transfer_missing 2 a']);
  });

  it('finds a removed transfer, also where the balances were changed with it', async () => {
    const problems = await verdict((rows) => {
      rows.transfers = rows.transfers.filter(({ id }) => id !== 'a');
      rows.accounts = rows.accounts.map((row) => ({
        ...row,
        balance: row.balance > 0n ? row.balance - 5n : row.balance + 5n,
      }));
    });
    expect(problems).toEqual(['sealed_transfer_missing 2 a']);
  });

  it('finds an inserted transfer: by the balances, and in a block by its hash', async () => {
    const insert = (rows: Rows): void => {
      const [row] = rows.transfers;
      if (row !== undefined) rows.transfers.push({ ...row, id: 'z' });
    };
    expect(await verdict(insert)).toEqual(['balance_differs', 'balance_differs']);
    const problems = await verdict((rows) => {
      insert(rows);
      const inserted = rows.transfers.find(({ id }) => id === 'z');
      if (inserted !== undefined) {
        rows.entries.push({ block: 2, transfer: 'z', digest: transferDigest(P, inserted) });
      }
    });
    expect(problems).toContain('block_differs 2');
  });

  it('finds a changed transfer whose entry was changed with it', async () => {
    const problems = await verdict((rows) => {
      first((row) => ({ ...row, subject: 't' }))(rows);
      const changed = rows.transfers.find(({ id }) => id === 'a');
      rows.entries = rows.entries.map((entry) =>
        entry.transfer === 'a' && changed !== undefined
          ? { ...entry, digest: transferDigest(P, changed) }
          : entry,
      );
    });
    expect(problems).toEqual(['block_differs 2']);
  });

  it.each<[string, (rows: Rows) => void, readonly string[]]>([
    [
      'an entry that was removed',
      (rows) => {
        rows.entries = rows.entries.filter(({ transfer }) => transfer !== 'a');
      },
      ['block_differs 2'],
    ],
    [
      'two entries in each other’s place',
      (rows) => {
        rows.entries = [
          ...rows.entries.slice(2, 4).toReversed(),
          ...rows.entries.slice(4),
          ...rows.entries.slice(0, 2),
        ];
      },
      ['block_differs 2'],
    ],
    [
      'an entry in another block',
      (rows) => {
        rows.entries = rows.entries.map((entry) => (entry.transfer === 'a' ? { ...entry, block: 1 } : entry));
      },
      ['block_differs 1', 'block_differs 2'],
    ],
    [
      'a block that was removed, with its entries or without',
      (rows) => {
        rows.blocks = rows.blocks.filter(({ number }) => number !== 3);
      },
      ['block_missing 3', 'chain_broken 4'],
    ],
    [
      'a last block that was removed without its entries',
      (rows) => {
        rows.blocks = rows.blocks.filter(({ number }) => number !== 5);
      },
      ['block_missing 5'],
    ],
    [
      'a first block that was removed',
      (rows) => {
        rows.blocks = rows.blocks.filter(({ number }) => number !== 1);
        rows.entries = rows.entries.filter(({ block }) => block !== 1);
      },
      ['block_missing 1', 'chain_broken 2'],
    ],
    [
      'two blocks whose entries were swapped',
      (rows) => {
        rows.entries = rows.entries.map((entry) => ({
          ...entry,
          block: entry.block === 1 ? 2 : entry.block === 2 ? 1 : entry.block,
        }));
      },
      ['block_differs 1', 'block_differs 2'],
    ],
    [
      'two blocks that were swapped as a whole',
      (rows) => {
        const swapped = (number: number): number => (number === 3 ? 4 : number === 4 ? 3 : number);
        rows.blocks = rows.blocks.map((block) => ({ ...block, number: swapped(block.number) }));
        rows.entries = rows.entries.map((entry) => ({ ...entry, block: swapped(entry.block) }));
      },
      ['chain_broken 3', 'block_differs 3', 'chain_broken 4', 'block_differs 4', 'chain_broken 5'],
    ],
    [
      'another time of a block',
      (rows) => {
        rows.blocks = rows.blocks.map((block) =>
          block.number === 2 ? { ...block, sealedAt: new Date(0) } : block,
        );
      },
      ['block_differs 2'],
    ],
    [
      'another number of transfers in a block',
      (rows) => {
        rows.blocks = rows.blocks.map((block) => (block.number === 2 ? { ...block, transfers: 9 } : block));
      },
      ['block_differs 2'],
    ],
    [
      'another hash of a block',
      (rows) => {
        rows.blocks = rows.blocks.map((block) =>
          block.number === 2 ? { ...block, hash: 'f'.repeat(64) } : block,
        );
      },
      ['block_differs 2', 'chain_broken 3'],
    ],
  ])('finds %s', async (_what, change, problems) => {
    expect(await verdict(change)).toEqual(problems);
  });

  it('finds a chain that was cut or written anew as a whole, by an end of it that was kept', async () => {
    const cut = (rows: Rows): void => {
      rows.blocks = rows.blocks.slice(0, 4);
      rows.entries = rows.entries.filter(({ block }) => block <= 4);
    };
    expect(await verdict(cut)).toEqual([]);
    expect(await verdict(cut, { withHead: true })).toEqual(['head_missing 5']);

    const anew = (rows: Rows): void => {
      first((row) => ({ ...row, subject: 't' }))(rows);
      const byId = new Map(rows.transfers.map((row) => [row.id, row]));
      rows.entries = rows.entries.map((entry) => {
        const row = byId.get(entry.transfer);
        return row === undefined ? entry : { ...entry, digest: transferDigest(P, row) };
      });
      let before: BlockHead | undefined;
      rows.blocks = rows.blocks.map(({ number, sealedAt }) => {
        const entries = rows.entries.filter(({ block }) => block === number);
        const block = blockAfter(P, before, entries, sealedAt);
        before = block;
        return block;
      });
    };
    expect(await verdict(anew)).toEqual([]);
    expect(await verdict(anew, { withHead: true })).toEqual(['head_differs 5']);
  });

  it('says so when the books cannot be read to their end', async () => {
    const { store } = await chain();
    const broken: Store = {
      transact: (program, work) =>
        store.transact(program, (unit) =>
          work({
            ...unit,
            ledger: {
              ...unit.ledger,
              transfers: () => {
                throw new PayoutError('INVARIANT_BROKEN', { invariant: 'a stored word is known' });
              },
            },
          }),
        ),
    };
    expect(await verify(broken, P)).toMatchObject({
      ok: false,
      blocks: 5,
      problems: [{ problem: 'unreadable', reason: 'a stored word is known' }],
    });
  });

  it('reads one moment where the store can', async () => {
    const { store } = await chain();
    let snapshots = 0;
    const able: Store = {
      transact: () => Promise.reject(new Error('it was not read by a snapshot')),
      snapshot: (program, work) => {
        snapshots += 1;
        return store.transact(program, work);
      },
    };
    expect(await verify(able, P)).toMatchObject({ ok: true });
    expect(snapshots).toBe(1);
  });
});

/** A change of one field of a transfer, to a value that the ledger could have written. */
const CHANGES: Readonly<Record<string, (row: Transfer) => Transfer>> = {
  debit: (row) => ({ ...row, debit: row.debit === 'fees/x' ? 'fees/y' : 'fees/x' }),
  credit: (row) => ({ ...row, credit: row.credit === 'fees/x' ? 'fees/y' : 'fees/x' }),
  currency: (row) => ({ ...row, currency: row.currency === 'USD' ? 'EUR' : 'USD' }),
  moved: (row) => ({ ...row, moved: row.moved + 1n }),
  asked: (row) => ({ ...row, asked: row.asked + 1n }),
  kind: (row) => ({ ...row, kind: row.kind === 'share' ? 'deposit' : 'share' }),
  subject: (row) => ({ ...row, subject: `${row.subject}x` }),
  atMost: (row) => ({ ...row, atMost: row.atMost !== true }),
  reverses: (row) => ({ ...row, reverses: row.reverses === 'x' ? 'y' : 'x' }),
  at: (row) => ({ ...row, at: new Date(row.at.getTime() + 1) }),
  id: (row) => ({ ...row, id: `${row.id}x` }),
};

/** Those that show in balances before anything is sealed, where anything was moved. */
const OF_MONEY = ['debit', 'credit', 'currency', 'moved'];

describe('over generated ledgers', () => {
  it('any single field of any transfer shows: of a sealed one always, of another one where money moved', async () => {
    await fc.assert(
      fc.asyncProperty(
        freshBatches,
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        fc.constantFrom(...Object.keys(CHANGES)),
        async (batches, transfersPerBlock, pick, field) => {
          const store = memoryStore();
          for (const [index, batch] of batches.entries()) {
            await store.transact(P, (unit) => unit.ledger.post(batch)).catch(() => undefined);
            if (index % 3 === 2) await seal(store, P, { transfersPerBlock });
          }
          const before = await verify(store, P);
          // Transfers at random are no payouts and earnings; their ledger and its blocks are right all the same.
          expect(before.problems.filter(isOfTransfers)).toEqual([]);
          if (before.transfers === 0) return;

          const position = pick % before.transfers;
          let changed: Transfer | undefined;
          let isSealed = false;
          const tampered = await tamperedStore(store, P, (rows) => {
            changed = rows.transfers[position];
            isSealed = rows.entries.some(({ transfer }) => transfer === changed?.id);
            rows.transfers = rows.transfers.map((row, index) =>
              index === position ? (CHANGES[field]?.(row) ?? row) : row,
            );
          });
          const after = await verify(tampered, P);
          const problem = field === 'id' ? 'sealed_transfer_missing' : 'sealed_transfer_differs';
          if (isSealed) {
            expect(after.problems).toContainEqual(
              expect.objectContaining({ problem, transfer: changed?.id }),
            );
          } else if (changed !== undefined && changed.moved > 0n && OF_MONEY.includes(field)) {
            expect(after.problems.filter(isOfTransfers)).not.toEqual([]);
          }
        },
      ),
      runs(300),
    );
  });
});

function isOfTransfers({ problem }: Verification['problems'][number]): boolean {
  return /^(sealed|block|chain|head|balance|moved|not_conserved|reversed|unreadable)/.test(problem);
}
