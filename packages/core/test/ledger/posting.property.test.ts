import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayGoNegative } from '../../src/ledger/account.ts';
import { debitedAccounts, decidePosting } from '../../src/ledger/posting.ts';
import type { Transfer, TransferRequest } from '../../src/ledger/transfer.ts';
import { MAX_MINOR } from '../../src/money/range.ts';
import { batch, freshBatches, request, runs } from './arbitraries.ts';
import { foldOf, Ledger, requestOf } from './ledger.ts';
import { NaiveLedger } from './naive.ts';

/** A result without its time. */
const row = (transfer: Transfer) => ({ ...requestOf(transfer), moved: transfer.moved });

const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((total, amount) => total + amount, 0n);

describe('posting', () => {
  it('does what the rules say, as an oracle that shares no code with it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 15 }), (batches) => {
        const ledger = new Ledger();
        const naive = new NaiveLedger();
        for (const requests of batches) {
          const expected = naive.post(requests);
          const actual = ledger.attempt(requests);
          expect(typeof actual === 'string' ? actual : actual.map(row)).toEqual(expected);
          seen.add(typeof expected === 'string' ? expected : 'posted');
        }
        expect([...ledger.transfers.values()].map(row)).toEqual(naive.rows);
      }),
      // One seed, so that what it meets does not change from run to run.
      { ...runs(2000), seed: 20251001 },
    );
    // A run that never met a refusal would prove nothing about it.
    expect([...seen].sort()).toEqual([
      'CURRENCY_MISMATCH',
      'IDEMPOTENCY_CONFLICT',
      'INSUFFICIENT_FUNDS',
      'INVALID_TRANSFER',
      'REVERSAL_EXCEEDS',
      'TRANSFER_NOT_FOUND',
      'posted',
    ]);
  });

  it('creates no money and loses none: all accounts of a currency add up to zero (I2)', () => {
    fc.assert(
      fc.property(freshBatches, (batches) => {
        const ledger = new Ledger();
        for (const requests of batches) ledger.attempt(requests);
        for (const currency of ['USD', 'EUR']) {
          const balances = [...ledger.balances.entries()].filter((entry) => entry.currency === currency);
          expect(sum(balances.map(({ balance }) => balance))).toBe(0n);
        }
      }),
      runs(500),
    );
  });

  it('keeps each balance at the sum of its transfers (I30)', () => {
    fc.assert(
      fc.property(freshBatches, (batches) => {
        const ledger = new Ledger();
        for (const requests of batches) {
          ledger.attempt(requests);
          expect(ledger.snapshot()).toEqual(foldOf(ledger.transfers.values()));
        }
      }),
      runs(300),
    );
  });

  it('never takes an account below zero that must not be, at any point of any batch (I3)', () => {
    fc.assert(
      fc.property(freshBatches, (batches) => {
        const ledger = new Ledger();
        for (const requests of batches) ledger.attempt(requests);
        const walked = new Map<string, bigint>();
        for (const { debit, credit, currency, moved, kind, reverses } of ledger.transfers.values()) {
          const [from, to] = [`${currency} ${debit}`, `${currency} ${credit}`];
          const left = (walked.get(from) ?? 0n) - moved;
          if (moved > 0n && !mayGoNegative(debit, reverses !== undefined || kind === 'evidence'))
            expect(left).toBeGreaterThanOrEqual(0n);
          walked.set(from, left);
          walked.set(to, (walked.get(to) ?? 0n) + moved);
        }
      }),
      runs(500),
    );
  });

  it('moves no more than was asked for, and less only where that was allowed', () => {
    fc.assert(
      fc.property(freshBatches, (batches) => {
        const ledger = new Ledger();
        for (const requests of batches) ledger.attempt(requests);
        for (const { asked, moved, atMost } of ledger.transfers.values()) {
          expect(moved).toBeGreaterThanOrEqual(0n);
          expect(moved).toBeLessThanOrEqual(asked);
          if (atMost !== true) expect(moved).toBe(asked);
        }
      }),
      runs(300),
    );
  });

  it('answers everything that was ever posted with what was stored then, and moves nothing more (I20)', () => {
    fc.assert(
      fc.property(freshBatches, fc.infiniteStream(fc.nat()), (batches, choices) => {
        const ledger = new Ledger();
        for (const requests of batches) ledger.attempt(requests);
        const before = ledger.snapshot();
        const stored = [...ledger.transfers.values()];
        const again = [...stored, ...stored]
          .map((transfer) => ({ transfer, key: choices.next().value }))
          .sort((left, right) => left.key - right.key)
          .map(({ transfer }) => transfer);
        const results = ledger.post(again.map(requestOf));
        expect(results).toEqual(again);
        expect(ledger.snapshot()).toEqual(before);
        expect([...ledger.transfers.values()]).toEqual(stored);
      }),
      runs(300),
    );
  });

  it('changes nothing that its caller could see when it refuses', () => {
    fc.assert(
      fc.property(freshBatches, batch, (batches, last) => {
        const ledger = new Ledger();
        for (const requests of batches) ledger.attempt(requests);
        const before = [ledger.snapshot(), [...ledger.transfers.values()]];
        const copy = structuredClone(last);
        if (typeof ledger.attempt(last) !== 'string') return;
        expect([ledger.snapshot(), [...ledger.transfers.values()]]).toEqual(before);
        expect(last).toEqual(copy);
      }),
      runs(300),
    );
  });

  it('gives a batch what its transfers get one after the other', () => {
    fc.assert(
      fc.property(freshBatches, (batches) => {
        const [together, alone] = [new Ledger(), new Ledger()];
        for (const requests of batches) {
          const results = together.attempt(requests);
          if (typeof results === 'string') continue;
          expect(requests.flatMap((one) => alone.post([one])).map(row)).toEqual(results.map(row));
        }
        expect(alone.snapshot()).toEqual(together.snapshot());
      }),
      runs(300),
    );
  });

  it('gives each participant the same whatever the order of deposits in a batch', () => {
    const deposits = fc.array(request, { maxLength: 12 }).map((requests): TransferRequest[] =>
      requests.map(({ credit, currency, asked }, index) => ({
        id: `d${index}`,
        debit: 'funding',
        credit: credit === 'funding' ? 'pool/p' : credit,
        currency,
        asked: asked < 1n || asked > MAX_MINOR ? 1n : asked,
        kind: 'deposit',
        subject: 's',
      })),
    );
    const shuffled = deposits.chain((requests) =>
      fc.tuple(
        fc.constant(requests),
        fc.shuffledSubarray(requests, { minLength: requests.length, maxLength: requests.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([requests, other]) => {
        const [left, right] = [new Ledger(), new Ledger()];
        left.post(requests);
        right.post(other);
        expect(right.snapshot()).toEqual(left.snapshot());
      }),
      runs(300),
    );
  });
});

describe('a budget drawn on by capped transfers', () => {
  it('pays out the smaller of budget and demand, to the unit, however it is drawn on (I3)', () => {
    const amount = fc.oneof(fc.bigInt({ min: 1n, max: 50n }), fc.bigInt({ min: 1n, max: MAX_MINOR }));
    fc.assert(
      fc.property(
        amount,
        fc.array(fc.array(amount, { maxLength: 6 }), { maxLength: 6 }),
        (budget, demands) => {
          const ledger = new Ledger();
          ledger.post([
            {
              id: 'b',
              debit: 'funding',
              credit: 'campaign/c',
              currency: 'USD',
              asked: budget,
              kind: 'deposit',
              subject: 'c',
            },
          ]);
          for (const [step, asks] of demands.entries()) {
            ledger.post(
              asks.map((asked, index) => ({
                id: `v${step}.${index}`,
                debit: 'campaign/c',
                credit: `participant/u${index}/available`,
                currency: 'USD',
                asked,
                kind: 'earning',
                subject: 'c',
                atMost: true,
              })),
            );
          }
          const demand = sum(demands.flat());
          const paid = budget < demand ? budget : demand;
          expect(ledger.balances.of('campaign/c', 'USD')).toBe(budget - paid);
          expect(sum([...ledger.transfers.values()].slice(1).map(({ moved }) => moved))).toBe(paid);
        },
      ),
      runs(500),
    );
  });
});

describe('reversals', () => {
  const parts = fc.array(fc.array(fc.bigInt({ min: 1n, max: 60n }), { maxLength: 4 }), { maxLength: 8 });

  it('never take back more than was given, in any order and any batches (I26)', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 100n }), parts, (given, batches) => {
        const ledger = new Ledger();
        ledger.post([
          {
            id: 's',
            debit: 'funding',
            credit: 'participant/a/available',
            currency: 'USD',
            asked: given,
            kind: 'share',
            subject: 'p',
          },
        ]);
        let taken = 0n;
        for (const [number, asks] of batches.entries()) {
          const result = ledger.attempt(
            asks.map((asked, index) => ({
              id: `r${number}.${index}`,
              debit: 'participant/a/available',
              credit: 'funding',
              currency: 'USD',
              asked,
              kind: 'reversal',
              subject: 'p',
              reverses: 's',
            })),
          );
          // All or nothing, and accepted exactly when all of it is left to take.
          const all = sum(asks);
          expect(result === 'REVERSAL_EXCEEDS').toBe(taken + all > given);
          if (typeof result !== 'string') taken += all;
        }
        expect(taken).toBeLessThanOrEqual(given);
        expect(ledger.balances.of('participant/a/available', 'USD')).toBe(given - taken);
      }),
      runs(500),
    );
  });

  it('stay within the bound of every transfer at once, whatever else is posted', () => {
    fc.assert(
      fc.property(freshBatches, fc.nat(), (batches, salt) => {
        const ledger = new Ledger();
        for (const [number, requests] of batches.entries()) {
          // Original ids are those of earlier batches, so that many reversals find theirs.
          const earlier = [...ledger.transfers.keys()];
          ledger.attempt(
            requests.map((asked, index) =>
              asked.reverses === undefined || earlier.length === 0
                ? asked
                : { ...asked, reverses: earlier[(salt + number + index) % earlier.length] ?? 'none' },
            ),
          );
        }
        const taken = new Map<string, bigint>();
        for (const { reverses, moved, currency } of ledger.transfers.values()) {
          if (reverses === undefined) continue;
          taken.set(reverses, (taken.get(reverses) ?? 0n) + moved);
          expect(ledger.transfers.get(reverses)?.currency).toBe(currency);
          expect(ledger.transfers.get(reverses)?.reverses).toBeUndefined();
        }
        for (const [id, amount] of taken) {
          expect(amount).toBeLessThanOrEqual(ledger.transfers.get(id)?.moved ?? -1n);
        }
      }),
      runs(500),
    );
  });
});

describe('what a store is told before and after deciding', () => {
  it('names every account whose balance the decision looks at, each once', () => {
    fc.assert(
      fc.property(freshBatches, (batches) => {
        const ledger = new Ledger();
        for (const requests of batches) {
          const named = debitedAccounts(requests).map(({ account, currency }) => `${currency} ${account}`);
          expect(new Set(named).size).toBe(named.length);
          try {
            decidePosting(
              requests,
              {
                transfer: (id) => ledger.transfers.get(id),
                reversed: () => 0n,
                balance: (account, currency) => {
                  expect(named).toContain(`${currency} ${account}`);
                  return ledger.balances.of(account, currency);
                },
              },
              new Date(0),
            );
          } catch (error) {
            expect(error).toHaveProperty('code');
          }
          ledger.attempt(requests);
        }
      }),
      runs(200),
    );
  });
});
