import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertAccount,
  accountOwner,
  campaignAccount,
  feesAccount,
  isAccount,
  mayGoNegative,
  paidAccount,
  participantAccount,
  participantOfAvailable,
  poolAccount,
} from '../../src/ledger/account.ts';
import { idProblem } from '../../src/id.ts';
import { runs } from './arbitraries.ts';

const troublesome = fc.constantFrom(
  '/',
  '%',
  '%2F',
  '%25',
  '%2f',
  'held',
  'available',
  'paid',
  'é',
  '🎉',
  ' ',
  'a',
  '2',
  '5',
  'F',
);

/** Ids made of what accounts are made of. */
const id = fc
  .oneof(
    fc.array(troublesome, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  )
  .filter((text) => idProblem(text) === undefined);

const makers: readonly ((left: string, right: string) => string)[] = [
  (left) => participantAccount(left, 'held'),
  (left) => participantAccount(left, 'available'),
  (left) => participantAccount(left, 'reserved'),
  (left, right) => paidAccount(left, right),
  (left) => poolAccount(left),
  (left) => campaignAccount(left),
  (left) => feesAccount(left),
];

describe('accounts', () => {
  it('are accounts, whatever ids they are made of', () => {
    fc.assert(
      fc.property(id, id, fc.constantFrom(...makers), (left, right, make) => {
        expect(isAccount(make(left, right))).toBe(true);
      }),
      runs(1000),
    );
  });

  it('hold the longest ids there are, escaped', () => {
    for (const long of [
      'x'.repeat(255),
      '/'.repeat(255),
      '%'.repeat(255),
      '%2F'.repeat(85),
      '🎉'.repeat(127),
    ]) {
      for (const make of makers) expect(isAccount(make(long, long))).toBe(true);
    }
  });

  it('are never those of someone else: other ids or kinds give other accounts', () => {
    const cause = fc.tuple(id, id, fc.integer({ min: 0, max: makers.length - 1 }));
    fc.assert(
      fc.property(cause, cause, ([a, b, one], [c, d, two]) => {
        const same = one === two && a === c && (one !== 3 || b === d);
        expect(makers[one]?.(a, b) === makers[two]?.(c, d)).toBe(same);
      }),
      runs(2000),
    );
  });

  it('are nothing else: a name with an unknown kind, a part too many or too few, or an id no store takes', () => {
    const wrong = [
      '',
      'Funding',
      'funding/x',
      'pool',
      'pool/',
      'pool/a/b',
      'pools/a',
      'participant/a',
      'participant/a/',
      'participant//held',
      'participant/a/held/b',
      'participant/a/paid',
      'participant/a/paid/',
      'participant/a/paid/b/c',
      'participant/a/owed',
      ' funding',
      'xparticipant/a/held',
      'x/participant/a/held',
      'funding\n',
      'pool/a\n',
      'pool/a\u0000',
      'pool/\ud800',
      'pool/a\udc00b',
      'pool/100%',
      'pool/%41',
      'pool/%2f',
      `pool/${'x'.repeat(256)}`,
      poolAccount('%2F'.repeat(86)),
      `participant/${'x'.repeat(256)}/held`,
      `participant/a/paid/${'x'.repeat(256)}`,
    ];
    for (const text of wrong) {
      expect(isAccount(text), JSON.stringify(text)).toBe(false);
      expect(() => assertAccount(text)).toThrow('account is not a valid id');
    }
    for (const text of [
      'funding',
      'differences',
      'writtenOff',
      'fees/stripe',
      'outside/bank',
      'pool/a%2Fb',
    ]) {
      expect(isAccount(text), text).toBe(true);
      expect(() => assertAccount(text)).not.toThrow();
    }
  });

  it('may go below zero only where it is said that they may', () => {
    fc.assert(
      fc.property(id, id, fc.boolean(), (left, right, isReversal) => {
        expect(mayGoNegative(participantAccount(left, 'held'), isReversal)).toBe(false);
        expect(mayGoNegative(participantAccount(left, 'reserved'), isReversal)).toBe(false);
        expect(mayGoNegative(participantAccount(left, 'available'), isReversal)).toBe(isReversal);
        expect(mayGoNegative(paidAccount(left, right), isReversal)).toBe(false);
        expect(mayGoNegative(poolAccount(left), isReversal)).toBe(false);
        expect(mayGoNegative(campaignAccount(left), isReversal)).toBe(false);
      }),
      runs(500),
    );
    for (const isReversal of [true, false]) {
      expect(mayGoNegative('writtenOff', isReversal)).toBe(false);
      for (const account of ['funding', 'differences', 'fees/x', 'outside/x'] as const) {
        expect(mayGoNegative(account, isReversal)).toBe(true);
      }
    }
  });

  it('of a participant have that participant as owner, and any other account is its own', () => {
    fc.assert(
      fc.property(id, id, (left, right) => {
        const mine = (['held', 'available', 'reserved'] as const).map((name) =>
          participantAccount(left, name),
        );
        const owners = [...mine, paidAccount(left, right)].map(accountOwner);
        expect(new Set(owners).size).toBe(1);
        expect(accountOwner(participantAccount(right, 'held')) === owners[0]).toBe(left === right);
        for (const account of [poolAccount(left), campaignAccount(left), feesAccount(left)])
          expect(accountOwner(account)).toBe(account);
      }),
      runs(300),
    );
    expect(accountOwner('funding')).toBe('funding');
  });

  it('that hold what is available tell whose it is, and no other account does', () => {
    fc.assert(
      fc.property(id, id, (left, right) => {
        expect(participantOfAvailable(participantAccount(left, 'available'))).toBe(left);
        const others = [participantAccount(left, 'held'), participantAccount(left, 'reserved')];
        for (const account of [...others, paidAccount(left, right), paidAccount(left, 'available')])
          expect(participantOfAvailable(account)).toBeUndefined();
        for (const account of [poolAccount(left), campaignAccount(left), feesAccount('available')])
          expect(participantOfAvailable(account)).toBeUndefined();
      }),
      runs(500),
    );
    expect(participantOfAvailable('participant/a%2Fb%25/available')).toBe('a/b%');
    expect(participantOfAvailable('participant/%252F/available')).toBe('%2F');
    for (const account of ['funding', 'differences', 'writtenOff', 'outside/bank'] as const)
      expect(participantOfAvailable(account)).toBeUndefined();
  });

  it('have names that can be read', () => {
    expect(participantAccount('u1', 'held')).toBe('participant/u1/held');
    expect(paidAccount('u1', 'bank')).toBe('participant/u1/paid/bank');
    expect(feesAccount('a/b')).toBe('fees/a%2Fb');
    expect(poolAccount('p')).toBe('pool/p');
    expect(campaignAccount('c')).toBe('campaign/c');
  });
});
