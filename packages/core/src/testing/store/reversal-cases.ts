import type { Account } from '../../ledger/account.ts';
import type { TransferRequest } from '../../ledger/transfer.ts';
import { assertEqual, assertRefused } from '../assert.ts';
import { storeCase } from './case.ts';
import { balanceOf, deposit, transfer } from './rows.ts';

function reversal(
  id: string,
  reverses: string,
  asked: bigint,
  debit: Account = 'participant/u1/available',
): TransferRequest {
  return transfer(id, debit, 'funding', asked, { kind: 'reversal', reverses });
}

/** Reversals: bounded by what they take back, in any number of batches and in any order. */
export const reversalCases = [
  storeCase({
    id: 'reversal-takes-back',
    title: 'takes back a share in parts, up to exactly all of it',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('share', 'participant/u1/available', 100n)]));
      await transact((unit) =>
        unit.ledger.post([reversal('r1', 'share', 30n), reversal('r2', 'share', 30n)]),
      );
      await transact((unit) => unit.ledger.post([reversal('r3', 'share', 40n)]));
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 0n, 'the balance');
      assertEqual(
        (await transact((unit) => unit.ledger.find(['r3'])))[0]?.reverses,
        'share',
        'what it names',
      );
    },
  }),
  storeCase({
    id: 'reversal-of-another',
    title: 'takes back from nobody but the one who got it',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('share', 'participant/u1/available', 100n)]));
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r1', 'share', 60n, 'participant/u2/available')])),
        'INVALID_TRANSFER',
        { transfer: 'r1', reason: 'it takes back from another than the one who got it' },
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u2/available')), 0n, 'the balance');
    },
  }),
  storeCase({
    id: 'reversal-bound-in-one-batch',
    title: 'never takes back more than was given, within one batch',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('share', 'participant/u1/available', 100n)]));
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r1', 'share', 60n), reversal('r2', 'share', 41n)])),
        'REVERSAL_EXCEEDS',
        { transfer: 'r2', reverses: 'share' },
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 100n, 'the balance');
    },
  }),
  storeCase({
    id: 'reversal-bound-over-batches',
    title: 'never takes back more than was given, over many batches and after a replay',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('share', 'participant/u1/available', 100n)]));
      await transact((unit) => unit.ledger.post([reversal('r1', 'share', 60n)]));
      await transact((unit) => unit.ledger.post([reversal('r1', 'share', 60n)]));
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r2', 'share', 41n)])),
        'REVERSAL_EXCEEDS',
        { transfer: 'r2', reverses: 'share' },
      );
      await transact((unit) =>
        unit.ledger.post([reversal('r1', 'share', 60n), reversal('r3', 'share', 40n)]),
      );
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r4', 'share', 1n)])),
        'REVERSAL_EXCEEDS',
        { transfer: 'r4', reverses: 'share' },
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'funding')), 0n, 'given and taken back');
    },
  }),
  storeCase({
    id: 'reversal-bound-forgets-what-was-rolled-back',
    title: 'counts no reversal that was rolled back',
    check: async ({ transact }) => {
      await transact((unit) => unit.ledger.post([deposit('share', 'participant/u1/available', 100n)]));
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r1', 'share', 100n), reversal('r2', 'share', 1n)])),
        'REVERSAL_EXCEEDS',
      );
      await transact((unit) => unit.ledger.post([reversal('r1', 'share', 100n)]));
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 0n, 'the balance');
    },
  }),
  storeCase({
    id: 'reversal-of-a-transfer-in-the-same-batch',
    title: 'takes back a share that was given earlier in the same batch, within its bound',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.ledger.post([deposit('share', 'participant/u1/available', 100n), reversal('r1', 'share', 70n)]),
      );
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r2', 'share', 31n)])),
        'REVERSAL_EXCEEDS',
        { transfer: 'r2', reverses: 'share' },
      );
    },
  }),
  storeCase({
    id: 'reversal-before-its-original-in-a-batch',
    title: 'refuses a reversal that stands before what it takes back',
    check: async ({ transact }) => {
      await assertRefused(
        transact((unit) =>
          unit.ledger.post([reversal('r1', 'share', 1n), deposit('share', 'participant/u1/available', 100n)]),
        ),
        'TRANSFER_NOT_FOUND',
        { transfer: 'share' },
      );
    },
  }),
  storeCase({
    id: 'reversal-of-nothing',
    title: 'refuses to take back what was never given, also what another program gave',
    check: async ({ transact, store, otherProgram }) => {
      await store.transact(otherProgram, (unit) =>
        unit.ledger.post([deposit('share', 'participant/u1/available', 100n)]),
      );
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r1', 'share', 1n)])),
        'TRANSFER_NOT_FOUND',
        { transfer: 'share' },
      );
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('self', 'self', 1n)])),
        'TRANSFER_NOT_FOUND',
        { transfer: 'self' },
      );
    },
  }),
  storeCase({
    id: 'reversal-of-a-reversal',
    title: 'refuses to take back a taking back',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.ledger.post([deposit('share', 'participant/u1/available', 100n), reversal('r1', 'share', 50n)]),
      );
      await assertRefused(
        transact((unit) => unit.ledger.post([transfer('r2', 'funding', 'pool/p', 1n, { reverses: 'r1' })])),
        'INVALID_TRANSFER',
      );
    },
  }),
  storeCase({
    id: 'reversal-in-another-currency',
    title: 'refuses to take back dollars in euros',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.ledger.post([
          deposit('share', 'participant/u1/available', 100n),
          deposit('euros', 'participant/u1/available', 100n, 'EUR'),
        ]),
      );
      await assertRefused(
        transact((unit) => unit.ledger.post([{ ...reversal('r1', 'share', 1n), currency: 'EUR' }])),
        'CURRENCY_MISMATCH',
        { left: 'USD', right: 'EUR' },
      );
    },
  }),
  storeCase({
    id: 'reversal-may-leave-a-debt',
    title:
      'lets only a reversal take what is available to a participant below zero, and nets it with what comes next',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.ledger.post([
          deposit('share', 'participant/u1/available', 100n),
          transfer('payout', 'participant/u1/available', 'outside/bank', 100n),
          reversal('r1', 'share', 80n),
        ]),
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), -80n, 'the debt');
      await assertRefused(
        transact((unit) =>
          unit.ledger.post([transfer('more', 'participant/u1/available', 'outside/bank', 1n)]),
        ),
        'INSUFFICIENT_FUNDS',
        { transfer: 'more', account: 'participant/u1/available' },
      );
      const [capped] = await transact((unit) =>
        unit.ledger.post([
          transfer('capped', 'participant/u1/available', 'outside/bank', 1n, { atMost: true }),
        ]),
      );
      assertEqual(capped?.moved, 0n, 'a capped transfer from a debt');
      await transact((unit) => unit.ledger.post([deposit('next', 'participant/u1/available', 90n)]));
      assertEqual(await transact((unit) => balanceOf(unit, 'participant/u1/available')), 10n, 'netted');
    },
  }),
  storeCase({
    id: 'reversal-leaves-no-debt-elsewhere',
    title: 'never takes what is held or reserved below zero, even by a reversal',
    check: async ({ transact }) => {
      const accounts = [
        'participant/u1/held',
        'participant/u1/reserved',
        'participant/u1/paid/available',
        'pool/p',
        'campaign/c',
      ] as const;
      for (const account of accounts) {
        await transact((unit) =>
          unit.ledger.post([
            deposit(`in/${account}`, account, 50n),
            transfer(`out/${account}`, account, 'writtenOff', 50n),
          ]),
        );
        await assertRefused(
          transact((unit) => unit.ledger.post([reversal(`r/${account}`, `in/${account}`, 1n, account)])),
          'INSUFFICIENT_FUNDS',
          { transfer: `r/${account}`, account },
        );
      }
    },
  }),
  storeCase({
    id: 'reversal-bound-counts-what-moved',
    title: 'takes back no more of a capped transfer than it paid',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.ledger.post([
          deposit('budget', 'campaign/c', 40n),
          transfer('views', 'campaign/c', 'participant/u1/available', 60n, { atMost: true }),
          transfer('none', 'campaign/c', 'participant/u1/available', 60n, { atMost: true }),
        ]),
      );
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r1', 'views', 41n)])),
        'REVERSAL_EXCEEDS',
        { transfer: 'r1', reverses: 'views' },
      );
      await assertRefused(
        transact((unit) => unit.ledger.post([reversal('r2', 'none', 1n)])),
        'REVERSAL_EXCEEDS',
        { transfer: 'r2', reverses: 'none' },
      );
      await transact((unit) => unit.ledger.post([reversal('r3', 'views', 40n)]));
    },
  }),
  storeCase({
    id: 'reversal-capped-counts-what-it-moved',
    title: 'counts against the bound what a capped reversal took back, not what it asked for',
    check: async ({ transact }) => {
      await transact((unit) =>
        unit.ledger.post([
          deposit('share', 'participant/u1/held', 100n),
          transfer('release', 'participant/u1/held', 'participant/u1/available', 70n),
          { ...reversal('r1', 'share', 100n, 'participant/u1/held'), atMost: true },
        ]),
      );
      assertEqual((await transact((unit) => unit.ledger.find(['r1'])))[0]?.moved, 30n, 'moved');
      await transact((unit) => unit.ledger.post([reversal('r2', 'share', 70n)]));
      assertEqual(await transact((unit) => balanceOf(unit, 'funding')), 0n, 'all of it is back');
      await transact((unit) =>
        unit.ledger.post([
          deposit('second', 'participant/u2/held', 100n),
          transfer('second release', 'participant/u2/held', 'participant/u2/available', 70n),
          { ...reversal('r3', 'second', 100n, 'participant/u2/held'), atMost: true },
          reversal('r4', 'second', 70n, 'participant/u2/available'),
        ]),
      );
      assertEqual(await transact((unit) => balanceOf(unit, 'funding')), 0n, 'and in one batch');
    },
  }),
];
