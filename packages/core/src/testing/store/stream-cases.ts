import { assertEqual, assertThat } from '../assert.ts';
import { plainText } from '../plain.ts';
import { storeCase } from './case.ts';
import { collect, day, days, deposit, earning, interaction, sortedCounts, upTo } from './rows.ts';

/** More than two batches of any reasonable size. */
const MANY = 25_000;
const CHUNK = 5_000;

/** Writes many rows in chunks, as an engine does. */
async function inChunks(write: (indexes: readonly number[]) => Promise<unknown>): Promise<void> {
  const indexes = upTo(MANY);
  for (let start = 0; start < MANY; start += CHUNK) await write(indexes.slice(start, start + CHUNK));
}

/** Fails unless the values are so many different ones. */
function assertAllOnce(values: readonly string[], count: number, what: string): void {
  assertEqual(values.length, count, `${what}, with repetitions`);
  assertEqual(new Set(values).size, count, what);
}

/** Streams and large batches: every row, exactly once. */
export const streamCases = [
  storeCase({
    id: 'stream-transfers-and-accounts',
    title: 'tells every one of 25,000 transfers and balances exactly once',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await inChunks((indexes) =>
          unit.ledger.post(indexes.map((index) => deposit(`t${index}`, `participant/u${index}/held`, 2n))),
        );
      });
      await transact(async (unit) => {
        const transfers = await collect(unit.ledger.transfers());
        assertAllOnce(
          transfers.map(({ id }) => id),
          MANY,
          'transfers',
        );
        const accounts = await collect(unit.ledger.accounts());
        assertAllOnce(
          accounts.map(({ account }) => account),
          MANY + 1,
          'accounts',
        );
        let sum = 0n;
        for (const { balance } of accounts) sum += balance;
        assertEqual(sum, 0n, 'the sum of all accounts');
        assertEqual(accounts.find(({ account }) => account === 'funding')?.balance, -50_000n, 'the funding');
      });
    },
  }),
  storeCase({
    id: 'stream-large-batch',
    title: 'answers one batch of 25,000 transfers in its order',
    check: async ({ transact }) => {
      const requests = upTo(MANY).map((index) =>
        deposit(`t${index}`, `participant/u${index}/held`, BigInt(index + 1)),
      );
      const results = await transact((unit) => unit.ledger.post(requests));
      assertThat(
        results.length === MANY &&
          results.every(({ id, moved }, index) => id === `t${index}` && moved === BigInt(index + 1)),
        'each result stands where its request stood',
      );
      await transact(async (unit) => {
        const backwards = requests.toReversed();
        const found = await unit.ledger.find(backwards.map(({ id }) => id));
        assertThat(
          found.every((row, index) => row?.id === backwards[index]?.id),
          'found in the order asked',
        );
        const balances = await unit.ledger.balances(
          backwards.map(({ credit, currency }) => ({ account: credit, currency })),
        );
        assertThat(
          balances.every((balance, index) => balance === backwards[index]?.asked),
          'balances in the order asked',
        );
      });
      const again = await transact((unit) => unit.ledger.post(requests));
      assertThat(plainText(again) === plainText(results), 'the replay gives the stored results');
    },
  }),
  storeCase({
    id: 'stream-earnings',
    title: 'tells every one of 25,000 earnings exactly once',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await inChunks((indexes) =>
          unit.earnings.add(indexes.map((index) => earning(`e${index}`, { participant: `u${index}` }))),
        );
      });
      const earnings = await transact((unit) => collect(unit.earnings.all()));
      assertAllOnce(
        earnings.map(({ id }) => id),
        MANY,
        'earnings',
      );
    },
  }),
  storeCase({
    id: 'stream-counts',
    title: 'tells the counts of each of 25,000 participants once, never in two parts',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await unit.periods.open([days(1, 8)]);
        for (const kind of ['like', 'post']) {
          await inChunks((indexes) =>
            unit.interactions.record(
              indexes.map((index) =>
                interaction(`${kind}${index}`, day(2), { kind, participant: `u${index}` }),
              ),
            ),
          );
        }
      });
      await transact(async (unit) => {
        assertEqual(await unit.interactions.total('d1'), 2 * MANY, 'interactions');
        const counts = await collect(unit.interactions.counts('d1'));
        assertAllOnce(
          counts.map(({ participant }) => participant),
          MANY,
          'participants',
        );
        const expected = plainText([
          { kind: 'like', count: 1, ownActs: 0 },
          { kind: 'post', count: 1, ownActs: 0 },
        ]);
        assertThat(
          sortedCounts(counts).every((row) => plainText(row.counts) === expected),
          'every participant has one like and one post',
        );
      });
    },
  }),
  storeCase({
    id: 'stream-can-be-left',
    title: 'goes on paying in a transaction that has left a stream half read',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await inChunks((indexes) =>
          unit.ledger.post(indexes.map((index) => deposit(`t${index}`, 'pool/p', 1n))),
        );
      });
      await transact(async (unit) => {
        for await (const batch of unit.ledger.transfers()) {
          assertThat(batch.length > 0, 'a batch has rows');
          break;
        }
        const [posted] = await unit.ledger.post([deposit('after', 'pool/p', 1n)]);
        assertEqual(posted?.moved, 1n, 'moved');
        assertEqual((await collect(unit.ledger.transfers())).length, MANY + 1, 'a stream begun anew');
      });
    },
  }),
  storeCase({
    id: 'stream-beside-reads',
    title: 'answers questions while a stream is being read',
    check: async ({ transact }) => {
      await transact(async (unit) => {
        await inChunks((indexes) =>
          unit.ledger.post(indexes.map((index) => deposit(`t${index}`, `participant/u${index}/held`, 1n))),
        );
      });
      await transact(async (unit) => {
        let rows = 0;
        for await (const batch of unit.ledger.transfers()) {
          rows += batch.length;
          const ids = batch.slice(0, 3).map(({ id }) => id);
          const found = await unit.ledger.find(ids);
          assertEqual(
            found.map((row) => row?.id),
            ids,
            'transfers found meanwhile',
          );
          assertEqual(
            await unit.ledger.balances([{ account: 'pool/none', currency: 'USD' }]),
            [0n],
            'balances',
          );
        }
        assertEqual(rows, MANY, 'transfers in the stream');
      });
    },
  }),
];
