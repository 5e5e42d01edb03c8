import {
  memoryStore,
  paidAccount,
  participantAccount,
  payouts,
  putParticipants,
  storeDirectory,
  verify,
} from '@payout-engines/core';
import { stripeProvider } from '../../src/stripe-provider.ts';
import { newestClient } from '../connected-stripe.ts';
import type { LoopbackFault } from '../../src/testing/loopback/faults.ts';
import { type SeenRequest, startLoopbackStripe } from '../../src/testing/loopback/server.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const PROGRAM = 'acme';
const TIMEOUT_MS = 250;

export interface ManyPayouts {
  readonly payouts: number;
  readonly workers: number;
  /** How often each fault happens, in percent of requests. */
  readonly percent: number;
  /** What the loopback takes in a second at each endpoint. */
  readonly perSecond: number;
  readonly seed: number;
}

/** What came of it, as both sides have it. */
export interface ManyPayoutsReport {
  readonly completed: number;
  readonly failed: number;
  readonly needsReview: number;
  /** Of these, how many could have been found out by another send: Stripe keeps no error under their key. */
  readonly needsReviewInVain: number;
  readonly open: number;
  readonly transfers: number;
  /** Payouts with more than one transfer. */
  readonly doubled: number;
  /** Transfers that the books do not have, or have otherwise. */
  readonly notBooked: number;
  /** Movements in the books without a transfer. */
  readonly madeUp: number;
  /** Completed or closed payouts whose state does not say what their transfers do. */
  readonly wrongState: number;
  /** Minor units: credited to participants, and what of it is in each place at the end. */
  readonly credited: bigint;
  readonly accountedFor: bigint;
  readonly booksAddUp: boolean;
  /** Requests that were too many in their second. */
  readonly overLimit: number;
  readonly requests: number;
  readonly faults: Readonly<Record<string, number>>;
}

const WRITE_FAULTS: readonly LoopbackFault[] = [
  { name: 'request_lost' },
  { name: 'response_lost' },
  { name: 'truncated' },
  { name: 'withheld' },
  { name: 'executed_late', afterMs: 2 * TIMEOUT_MS },
  { name: 'reset_then_429' },
  { name: 'error_500_stored' },
  { name: 'error_500_executed' },
  { name: 'error_502', executed: true },
  { name: 'error_502', executed: false },
  { name: 'not_a_payment', executed: true },
  { name: 'rate_limited' },
  { name: 'lock_timeout' },
  { name: 'key_in_use' },
  { name: 'balance_insufficient' },
  { name: 'recipient_not_ready' },
  { name: 'refused_not_stored' },
];

const READ_FAULTS: readonly LoopbackFault[] = [
  { name: 'request_lost' },
  { name: 'truncated' },
  { name: 'error_502', executed: false },
  { name: 'not_a_payment', executed: false },
  { name: 'rate_limited' },
  { name: 'lags', ms: 50 * MINUTE },
];

/** Pays many payouts by several workers that share a store, each with a client of its own, while everything goes wrong. */
export async function payMany(options: ManyPayouts): Promise<ManyPayoutsReport> {
  const chance = chances(options.seed);
  let quiet = false;
  const fault = ({ method, path }: SeenRequest): LoopbackFault | undefined => {
    if (quiet || path !== '/v1/transfers') return undefined;
    const faults = method === 'GET' ? READ_FAULTS : WRITE_FAULTS;
    // Each fault has so many of a hundred numbers.
    return faults[Math.floor(chance(100) / options.percent)];
  };
  const loopback = await startLoopbackStripe({ perSecond: options.perSecond, fault });
  loopback.platform.setBalance('USD', 1_000_000_000_000);
  const { clock } = loopback;
  const store = memoryStore({ clock });
  const share = Math.max(1, Math.floor(options.perSecond / options.workers / 2));
  const engineOfWorker = () => {
    const client = newestClient(loopback.testKey, loopback.config);
    return payouts({
      store,
      directory: storeDirectory(store),
      providers: [
        stripeProvider(client, { currencies: { USD: {} }, timeoutMs: TIMEOUT_MS, perSecond: share }),
      ],
      rules: {
        environment: 'test',
        thresholds: { currencies: {}, otherCurrencies: { minimum: 0n } },
        require: { active: true, verified: true, destination: true, noOpenPayout: false },
        approval: { mode: 'automatic' },
        destinationHoldDays: 0,
        runRefusalMs: MINUTE,
        retry: { firstMs: MINUTE, longestMs: 6 * HOUR, triesMax: 60, refusedMs: HOUR, attemptsMax: 60 },
      },
    });
  };
  const engine = engineOfWorker();
  const workers = [engine, ...Array.from({ length: options.workers - 1 }, engineOfWorker)];

  try {
    const ids = await open(options.payouts);
    for (let round = 0; round < 400; round += 1) {
      await Promise.all(workers.map((worker) => worker.process({ program: PROGRAM, concurrency: 8 })));
      loopback.pass(30 * MINUTE);
      if (round % 8 === 7 && (await openPayouts()) === 0) break;
    }
    // Whatever is still under way arrives; what it shows is evidence, whenever it comes.
    quiet = true;
    loopback.pass(DAY);
    await engine.reconcile({ program: PROGRAM, since: new Date(0) });
    return await report(ids);
  } finally {
    await loopback.close();
  }

  async function open(count: number): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let from = 0; from < count; from += 100) {
      const names = Array.from({ length: Math.min(100, count - from) }, (_, index) => `p${from + index}`);
      for (const name of names) loopback.platform.addAccount(`acct_${name}`);
      await putParticipants(
        store,
        PROGRAM,
        names.map((id) => ({
          id,
          active: true,
          verified: true,
          destination: { id: `acct_${id}`, version: 1, provider: 'stripe' },
        })),
      );
      const [currency, amount, kind] = ['USD', 1_000n, 'bounty'] as const;
      await engine.credit({
        program: PROGRAM,
        credits: names.map((name) => ({
          key: name,
          participant: name,
          currency,
          amount,
          kind,
          subject: name,
        })),
      });
      for (const participant of names) {
        const request = { program: PROGRAM, key: participant, participant, currency, amount };
        ids.push((await engine.request(request)).id);
      }
    }
    return ids;
  }

  async function openPayouts(): Promise<number> {
    return store.transact(PROGRAM, async (unit) => {
      let open = 0;
      for await (const page of unit.payouts.all()) {
        open += page.filter(({ state }) => OPEN.includes(state)).length;
      }
      return open;
    });
  }

  async function report(ids: readonly string[]): Promise<ManyPayoutsReport> {
    const { transfers } = loopback.platform;
    const byPayout = new Map<string, number>();
    for (const { metadata } of transfers) {
      const payout = metadata['payout_engines_payout'] ?? '';
      byPayout.set(payout, (byPayout.get(payout) ?? 0) + 1);
    }
    const { ok } = await verify(store, PROGRAM);
    const faults: Record<string, number> = {};
    for (const request of loopback.requests) {
      if (request.fault !== undefined) faults[request.fault.name] = (faults[request.fault.name] ?? 0) + 1;
    }
    const books = await store.transact(PROGRAM, async (unit) => {
      const movements = new Map<string, bigint>();
      for await (const page of unit.movements.all()) {
        for (const { object, moved } of page) movements.set(object, moved);
      }
      const found = await unit.payouts.find([...ids]);
      const accounts = Array.from({ length: ids.length }, (_, index) => `p${index}`).flatMap((id) => [
        participantAccount(id, 'available'),
        participantAccount(id, 'reserved'),
        paidAccount(id, 'stripe'),
      ]);
      const balances = await unit.ledger.balances(accounts.map((account) => ({ account, currency: 'USD' })));
      return { movements, found, balances };
    });
    let needsReviewInVain = 0;
    for (const payout of books.found) {
      if (payout?.state !== 'needs_review') continue;
      const { attempts } = await engine.explain({ program: PROGRAM, payout: payout.id });
      // An error that is kept under the key is all that any send will ever be answered: nobody can know.
      if (loopback.keptStatus(attempts.at(-1)?.key ?? '') !== 500) needsReviewInVain += 1;
    }
    const states = books.found.map((payout) => payout?.state ?? 'missing');
    const count = (of: readonly string[]) => states.filter((state) => of.includes(state)).length;
    const real = new Set(transfers.map(({ id }) => id));
    return {
      completed: count(['completed']),
      failed: count(['failed']),
      needsReview: count(['needs_review']),
      needsReviewInVain,
      open: count(OPEN),
      transfers: transfers.length,
      doubled: [...byPayout.values()].filter((times) => times > 1).length,
      notBooked: transfers.filter(({ id, amount }) => books.movements.get(id) !== BigInt(amount)).length,
      madeUp: [...books.movements.keys()].filter((object) => !real.has(object)).length,
      wrongState: books.found.filter(
        (payout) =>
          payout === undefined || (payout.state === 'completed') !== (byPayout.get(payout.id) === 1),
      ).length,
      credited: BigInt(ids.length) * 1_000n,
      accountedFor: books.balances.reduce((sum, amount) => sum + amount, 0n),
      booksAddUp: ok,
      overLimit: loopback.overLimit(),
      requests: loopback.requests.length,
      faults,
    };
  }
}

const OPEN: readonly string[] = ['pending', 'approved', 'processing'];

/** Whole numbers below a bound, the same for the same seed. */
function chances(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
