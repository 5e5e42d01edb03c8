import type { Payouts } from '@payout-engines/core';
import { type Database, openDatabase } from '@payout-engines/example-kit';
import { queueDue } from './batches.ts';
import { applyChargeBacks } from './earnings.ts';
import { engineOn } from './program.ts';
import { prepareQueue, startQueue, type Queue } from './queue.ts';
import { seed } from './seed.ts';
import { type Connect, demoConnect, realConnect, type StripeSecrets } from './stripe/connect.ts';
import { TABLES } from './tables.ts';

/** What the app runs on. */
export interface Services {
  readonly database: Database;
  readonly connect: Connect;
  readonly engine: Payouts;
  /** Tells the app's own time of day: which payday is the latest. */
  readonly clock: () => Date;
  /** Starts the workers. They find again what a process that died has left behind. */
  work(onDefect: (error: unknown) => void): Promise<void>;
  close(): Promise<void>;
}

export interface ServicesOptions {
  /** The URL of a PostgreSQL server: this app needs several connections. */
  readonly url: string;
  /** Left out, the Stripe of the demonstration. */
  readonly stripe?: StripeSecrets;
  readonly clock?: () => Date;
  /** How long the demonstration's Stripe takes for a payment. */
  readonly latencyMs?: number;
  /** How many creators are made besides those who can sign in. */
  readonly others?: number;
}

/** Opens what the app runs on, and fills an empty demonstration. */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { url, stripe, clock = () => new Date(), latencyMs = 0, others } = options;
  await prepareQueue(url);
  const database = await openDatabase({ url }, 'creator_batches', TABLES);
  let connect: Connect | undefined;
  try {
    connect =
      stripe === undefined ? await demoConnect(database, url, { latencyMs }) : realConnect(database, stripe);
    await seed(database, connect, clock(), others);
    const engine = engineOn(database.store, connect);
    // What a crash came between.
    await applyChargeBacks(database, connect);
    return servicesOf(url, database, connect, engine, clock);
  } catch (error) {
    await connect?.close();
    await database.close();
    throw error;
  }
}

function servicesOf(
  url: string,
  database: Database,
  connect: Connect,
  engine: Payouts,
  clock: () => Date,
): Services {
  let queue: Queue | undefined;
  return {
    database,
    connect,
    engine,
    clock,
    work: async (onDefect) => {
      // A job of a process that was killed stays locked for hours. Jobs name no payouts, so that new ones do as well.
      await queueDue(database, engine, 'start');
      queue = await startQueue(url, database, engine, onDefect);
    },
    close: async () => {
      await queue?.stop();
      await connect.close();
      await database.close();
    },
  };
}
