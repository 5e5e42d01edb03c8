import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApprovedContent, approvalDigest } from '../../src/payouts/approval.ts';
import { runs } from '../money/property-runs.ts';

const text = fc.constantFrom('a', 'b', 'a"', ',', '[', 'null', '1');
const amount = fc.bigInt({ min: 0n, max: 3n });

const content: fc.Arbitrary<ApprovedContent> = fc.record(
  {
    id: text,
    participant: text,
    currency: text,
    amount,
    fee: amount,
    feeBearer: fc.constantFrom('participant', 'platform'),
    provider: text,
    destination: fc.record({ id: text, version: fc.nat({ max: 2 }) }),
    requestedBy: text,
  },
  {
    requiredKeys: ['id', 'participant', 'currency', 'amount', 'fee', 'feeBearer', 'provider', 'requestedBy'],
  },
);

const PAYOUT: ApprovedContent = {
  id: 'p1',
  participant: 'ü1',
  currency: 'USD',
  amount: 9_007_199_254_740_993n,
  fee: 25n,
  feeBearer: 'participant',
  provider: 'stripe',
  destination: { id: 'acct_1', version: 2 },
  requestedBy: 'u1',
};

/** All of it as one text, written in another way. */
const plain = (program: string, { destination, ...rest }: ApprovedContent): string =>
  [program, ...Object.values(rest).map(String), destination?.id, destination?.version].map(String).join('\n');

describe('an approval', () => {
  it('has one digest for one content, and another for any other (I14)', () => {
    fc.assert(
      fc.property(text, content, text, content, (program, left, other, right) => {
        const same = plain(program, left) === plain(other, right);
        expect(approvalDigest(program, left) === approvalDigest(other, right)).toBe(same);
      }),
      runs(3000),
    );
  });

  it('is void when any one field of what was approved changes', () => {
    const digest = approvalDigest('acme', PAYOUT);
    expect(approvalDigest('acme', { ...PAYOUT })).toBe(digest);
    const { destination: _destination, ...nowhere } = PAYOUT;
    const changed: readonly [string, ApprovedContent][] = [
      ['acme2', PAYOUT],
      ['acme', { ...PAYOUT, id: 'p2' }],
      ['acme', { ...PAYOUT, participant: 'u2' }],
      ['acme', { ...PAYOUT, currency: 'EUR' }],
      ['acme', { ...PAYOUT, amount: 9_007_199_254_740_992n }],
      ['acme', { ...PAYOUT, fee: 26n }],
      ['acme', { ...PAYOUT, feeBearer: 'platform' }],
      ['acme', { ...PAYOUT, provider: 'bank' }],
      ['acme', { ...PAYOUT, destination: { id: 'acct_2', version: 2 } }],
      ['acme', { ...PAYOUT, destination: { id: 'acct_1', version: 3 } }],
      ['acme', nowhere],
      ['acme', { ...PAYOUT, requestedBy: 'u2' }],
    ];
    const digests = changed.map(([program, payout]) => approvalDigest(program, payout));
    expect(new Set([digest, ...digests]).size).toBe(changed.length + 1);
  });

  it('can be computed again by anybody', () => {
    const written =
      '["acme","p1","ü1","USD","9007199254740993","25","participant","stripe",["acct_1",2],"u1"]';
    expect(approvalDigest('acme', PAYOUT)).toBe(createHash('sha256').update(written).digest('hex'));
    const { destination: _destination, ...nowhere } = PAYOUT;
    expect(approvalDigest('acme', nowhere)).toBe(
      createHash('sha256').update(written.replace('["acct_1",2]', 'null')).digest('hex'),
    );
  });

  it('is not changed by what changes while a payout is carried out', () => {
    const later = { ...PAYOUT, state: 'processing', attempt: 3, fence: 9, paid: 5n, reason: 'x' };
    expect(approvalDigest('acme', later)).toBe(approvalDigest('acme', PAYOUT));
  });
});
