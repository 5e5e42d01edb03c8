import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertBlock,
  type Block,
  blockAfter,
  type BlockEntry,
  NO_BLOCK,
  transferDigest,
} from '../../src/ledger/block.ts';
import { PayoutError } from '../../src/errors.ts';
import type { Transfer } from '../../src/ledger/transfer.ts';
import { ACCOUNTS, runs } from './arbitraries.ts';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Texts that look like the text that is hashed, so that a field could seem to end in another place. */
const text = fc.oneof(
  fc.constantFrom('a', 'b', 'a"', '","', 'a","b', '\\', '\\"', 'null', '1', 'é', 'e\u0301', '🎉'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
);

const transfer: fc.Arbitrary<Transfer> = fc
  .record({
    id: text,
    debit: fc.constantFrom(...ACCOUNTS),
    credit: fc.constantFrom(...ACCOUNTS),
    currency: text,
    asked: fc.bigInt({ min: 1n, max: 30n }),
    moved: fc.bigInt({ min: 0n, max: 30n }),
    kind: fc.constantFrom<Transfer['kind']>('deposit', 'share', 'fee'),
    subject: text,
    atMost: fc.constantFrom(undefined, false, true),
    reverses: fc.option(text, { nil: undefined }),
    at: fc.date({ min: new Date(0), max: new Date(5), noInvalidDate: true }),
  })
  .map(({ atMost, reverses, ...rest }) => ({
    ...rest,
    ...(atMost === undefined ? {} : { atMost }),
    ...(reverses === undefined ? {} : { reverses }),
  }));

/** What a transfer says, apart from how it says that it is not capped. */
const said = ({ atMost, ...rest }: Transfer) => ({ ...rest, atMost: atMost === true });

describe('the digest of a transfer', () => {
  it('is the same for the same transfer, and another one for every other', () => {
    fc.assert(
      fc.property(transfer, transfer, (left, right) => {
        const same = JSON.stringify(Object.entries(said(left)).sort(), asText);
        const other = JSON.stringify(Object.entries(said(right)).sort(), asText);
        expect(transferDigest('p', left) === transferDigest('p', right)).toBe(same === other);
      }),
      runs(2_000),
    );
  });

  it('changes with each single field, and with the program', () => {
    fc.assert(
      fc.property(transfer, transfer, (left, right) => {
        const before = transferDigest('p', left);
        expect(transferDigest('q', left)).not.toBe(before);
        for (const field of [
          'id',
          'debit',
          'credit',
          'currency',
          'asked',
          'moved',
          'kind',
          'subject',
          'at',
        ]) {
          const value: unknown = Reflect.get(right, field);
          const changed = { ...left, [field]: value };
          const isSame = asText('', value) === asText('', Reflect.get(left, field));
          expect(transferDigest('p', changed) === before, field).toBe(isSame);
        }
        expect(transferDigest('p', { ...left, atMost: left.atMost !== true })).not.toBe(before);
        const { reverses, ...without } = left;
        const other = reverses === undefined ? { ...left, reverses: 'x' } : without;
        expect(transferDigest('p', other)).not.toBe(before);
      }),
      runs(500),
    );
  });

  it('is the SHA-256 of a JSON array, which anybody can compute', () => {
    fc.assert(
      fc.property(transfer, (one) => {
        const array = [
          ...['transfer', 1, 'acme', one.id, one.debit, one.credit, one.currency],
          ...[String(one.asked), String(one.moved), one.kind, one.subject, one.atMost === true],
          ...[one.reverses ?? null, one.at.toISOString()],
        ];
        expect(transferDigest('acme', one)).toBe(sha256(JSON.stringify(array)));
      }),
      runs(200),
    );
  });
});

const entries = fc.uniqueArray(
  fc.record({ transfer: text, digest: fc.constantFrom(...['a', 'b', 'c', 'd'].map(sha256)) }),
  { minLength: 1, maxLength: 6, selector: (entry) => entry.transfer },
);
const AT = new Date(Date.UTC(2026, 0, 1));

describe('a block', () => {
  it('has a hash of its program, its number, the block before, its time and the digests in their order', () => {
    fc.assert(
      fc.property(entries, (sealed) => {
        const first = blockAfter('p', undefined, sealed, AT);
        expect(first).toMatchObject({ number: 1, previous: NO_BLOCK, transfers: sealed.length });
        const second = blockAfter('p', first, sealed, AT);
        expect(second).toMatchObject({ number: 2, previous: first.hash });
        const header = JSON.stringify(['block', 1, 'p', 2, first.hash, sealed.length, AT.toISOString()]);
        expect(second.hash).toBe(sha256([header, ...sealed.map(({ digest }) => digest)].join('\n')));
        const turned = sealed.toReversed();
        const hashes = [
          first.hash,
          second.hash,
          blockAfter('q', first, sealed, AT).hash,
          blockAfter('p', second, sealed, AT).hash,
          blockAfter('p', { ...first, hash: second.hash }, sealed, AT).hash,
          blockAfter('p', first, sealed, new Date(1)).hash,
          blockAfter('p', first, [...sealed, ...sealed], AT).hash,
          blockAfter('p', first, sealed.slice(1), AT).hash,
        ];
        expect(new Set(hashes).size).toBe(hashes.length);
        expect(blockAfter('p', first, turned, AT).hash === second.hash).toBe(
          turned.every(({ digest }, index) => digest === sealed[index]?.digest),
        );
      }),
      runs(300),
    );
  });

  it('is refused where it is none, and taken as it was made', () => {
    const sealed: readonly BlockEntry[] = [{ transfer: 'a', digest: sha256('a') }];
    const block = blockAfter('p', undefined, sealed, AT);
    assertBlock(block, sealed);
    const wrong: readonly Partial<Block>[] = [
      { number: 0 },
      { number: 2 ** 53 },
      { hash: block.hash.toUpperCase() },
      { previous: '' },
      { transfers: 0 },
      { transfers: 2 },
    ];
    for (const parts of wrong) {
      expect(
        refusalOf(() => assertBlock({ ...block, ...parts }, sealed)),
        JSON.stringify(parts),
      ).toBe('INVALID_INPUT');
    }
    expect(refusalOf(() => assertBlock({ ...block, sealedAt: new Date(Number.NaN) }, sealed))).toBe(
      'INVALID_INSTANT',
    );
    expect(refusalOf(() => assertBlock(block, [{ transfer: 'a\n', digest: sha256('a') }]))).toBe(
      'INVALID_ID',
    );
  });
});

function refusalOf(attempt: () => void): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return PayoutError.is(error) ? error.code : String(error);
  }
}

function asText(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Date ? value.toISOString() : value;
}
