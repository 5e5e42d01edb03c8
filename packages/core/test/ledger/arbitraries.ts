import fc from 'fast-check';
import type { Account } from '../../src/ledger/account.ts';
import type { TransferKind, TransferRequest } from '../../src/ledger/transfer.ts';
import { MAX_MINOR } from '../../src/money/range.ts';

/** How many runs a property gets: `PROPERTY_RUNS`, or what it asks for. */
export const runs = (usual: number) => ({ numRuns: Number(process.env['PROPERTY_RUNS'] ?? usual) });

/** Few accounts and ids, so that requests meet: every kind of account, those that may owe and those that may not. */
export const ACCOUNTS: readonly Account[] = [
  'funding',
  'outside/bank',
  'fees/bank',
  'differences',
  'writtenOff',
  'pool/p',
  'campaign/c',
  'participant/a/held',
  'participant/a/available',
  'participant/b/available',
  'participant/b/reserved',
  'participant/b/paid/bank',
];

/** `evidence` among them: the one kind that may leave a debt. */
const KINDS: readonly TransferKind[] = ['deposit', 'share', 'reversal', 'evidence'];

const id = fc.integer({ min: 0, max: 11 }).map((number) => `t${number}`);

const asked = fc.oneof(
  { weight: 20, arbitrary: fc.bigInt({ min: 1n, max: 20n }) },
  { weight: 1, arbitrary: fc.constantFrom(0n, -1n, MAX_MINOR, MAX_MINOR + 1n) },
);

/** The platform pays in as often as all others move money on, or nothing would ever be there to move. */
const debit = fc.oneof(fc.constant<Account>('funding'), fc.constantFrom(...ACCOUNTS));

/** Any request, now and then one that no ledger takes. */
export const request: fc.Arbitrary<TransferRequest> = fc
  .record(
    {
      id,
      debit,
      credit: fc.constantFrom(...ACCOUNTS),
      currency: fc.constantFrom('USD', 'USD', 'EUR'),
      asked,
      kind: fc.constantFrom(...KINDS),
      subject: fc.constantFrom('s', 's', 's', 'other'),
      atMost: fc.boolean(),
      reverses: fc.option(id, { nil: undefined, freq: 3 }),
    },
    { requiredKeys: ['id', 'debit', 'credit', 'currency', 'asked', 'kind', 'subject'] },
  )
  .map(({ reverses, ...rest }) => (reverses === undefined ? rest : { ...rest, reverses }));

export const batch = fc.array(request, { maxLength: 5 });

/** Batches in which ids do not meet by chance, so that most of them are accepted. */
export const freshBatches = fc
  .array(fc.array(request, { maxLength: 5 }), { maxLength: 12 })
  .map((batches) =>
    batches.map((requests, number) =>
      requests.map((asked, position) => ({ ...asked, id: `${number}.${position}` })),
    ),
  );
