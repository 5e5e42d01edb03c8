import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type ConnectedAccount,
  eventBody,
  type LoopbackEvent,
  NO_REQUIREMENTS,
  shownAccount,
  signatureHeader,
  startLoopbackStripe,
} from '@payout-engines/adapters-stripe/testing';
import type { Query, Row } from '@payout-engines/example-kit';
import { Client } from 'pg';
import Stripe from 'stripe';

/** What the Stripe of the demonstration has done. It is the truth that the books of the app are compared with. */
export const DEMO_STRIPE_TABLES = `
  CREATE TABLE IF NOT EXISTS demo_stripe_done (
    number integer PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('transfer', 'account', 'ready', 'paused')),
    at timestamptz NOT NULL,
    key text UNIQUE,
    body text NOT NULL,
    object text NOT NULL,
    destination text,
    amount bigint,
    delivered boolean NOT NULL DEFAULT false
  )`;

type Kind = 'transfer' | 'account' | 'ready' | 'paused';

/** The paths that change what this Stripe has. */
const KINDS: Readonly<Record<string, Kind>> = { '/v1/transfers': 'transfer', '/v1/accounts': 'account' };

/** Whoever has it is the one process with this Stripe: two would not know of each other’s payments. */
const STRIPE_LOCK = 7_104_101;
const LOCK_MS = 10_000;
const REDELIVER_MS = 5_000;
/** What the platform has to pay from, in cents. */
const FUNDS = 1_000_000_000;

/** A Stripe on this machine that remembers what it did. */
export interface DemoStripe {
  readonly client: Stripe;
  /** What it signs its deliveries with: those about the platform, and those about connected accounts. */
  readonly secrets: { readonly platform: string; readonly connect: string };
  /** Where its events go, from now on: those that were not delivered yet at first. */
  deliverTo(receive: (request: Request) => Response | Promise<Response>): void;
  /** A creator has said everything there that Stripe wants to know. */
  finishOnboarding(account: string): Promise<void>;
  /** Stripe stops transfers to an account, and has told nobody yet. */
  pause(account: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * The loopback Stripe of the adapter lives in memory. Here, each thing that it did is written down in the database
 * before anybody sees its answer, and done again, in the same order and under the same keys and ids, when the app starts:
 * so it knows after a crash what it paid, as Stripe does. What it did and was not written down died with it, unseen.
 */
export async function startDemoStripe(
  url: string,
  query: Query,
  { latencyMs = 0 }: { readonly latencyMs?: number } = {},
): Promise<DemoStripe> {
  const lock = await onlyOne(url);
  const rows = await query('SELECT * FROM demo_stripe_done ORDER BY number');
  const startAt = rows[0] === undefined ? new Date() : instantOf(rows[0]);
  const loopback = await startLoopbackStripe({ startAt });
  const { platform, config, testKey } = loopback;
  const origin = `${config.protocol}://${config.host}:${config.port}`;
  platform.setBalance('USD', FUNDS);
  const newSecret = (): string => `whsec_${randomBytes(24).toString('hex')}`;
  const secrets = { platform: newSecret(), connect: newSecret() };
  const unwritten: (() => Promise<unknown>)[] = [];
  const waiting: { readonly number: number; readonly event: LoopbackEvent }[] = [];
  let receive: ((request: Request) => Response | Promise<Response>) | undefined;
  let writing: Promise<void> = Promise.resolve();
  let [isDelivering, isClosed] = [false, false];
  /** The last number that was given out while things are done again. */
  let counted = 0;

  for (const row of rows) await doAgain(row);

  const client = new Stripe(testKey, {
    ...config,
    httpClient: Stripe.createFetchHttpClient(written),
    telemetry: false,
  });
  return {
    client,
    secrets,
    deliverTo: (to) => {
      receive = to;
      void deliver();
    },
    finishOnboarding: async (id) => {
      const { number, event } = changed(id, makeReady);
      await keep({ number, kind: 'ready', body: '', object: id });
      waiting.push({ number, event });
      void deliver();
    },
    pause: async (id) => {
      const { number } = changed(id, makePaused);
      await keep({ number, kind: 'paused', body: '', object: id, delivered: true });
    },
    close: async () => {
      isClosed = true;
      await loopback.close();
      await lock.end();
    },
  };

  /** A request of the client: its answer is seen by nobody before what it did is kept. */
  async function written(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    const isWrite = init?.method === 'POST';
    if (isWrite && latencyMs > 0 && KINDS[pathname] === 'transfer') await wait(latencyMs);
    passUntil(new Date());
    // Whoever stops waiting does not stop what is done: it must be kept all the same.
    const { signal: _signal, ...request } = init ?? {};
    const answer = await fetch(input, request);
    const text = await answer.text();
    const kind = KINDS[pathname];
    if (isWrite && answer.status === 200 && kind !== undefined) {
      const object = JSON.parse(text) as Shown;
      const key = new Headers(init.headers).get('idempotency-key');
      const number = numberOf(object.id);
      unwritten.push(() =>
        keep({
          number,
          kind,
          key,
          body: typeof init.body === 'string' ? init.body : '',
          object: object.id,
          ...placesOf(object),
        }),
      );
      const event = loopback.events.find((one) => numberOf(one.id) === number + 1);
      if (event !== undefined) waiting.push({ number, event });
    }
    await writeDown();
    void deliver();
    return new Response(text, { status: answer.status, headers: answer.headers });
  }

  /** One at a time. What could not be written is tried with the next request; until then nobody is told anything. */
  function writeDown(): Promise<void> {
    const mine = writing.then(async () => {
      for (let write = unwritten[0]; write !== undefined; write = unwritten[0]) {
        await write();
        unwritten.shift();
      }
    });
    writing = mine.catch(() => undefined);
    return mine;
  }

  async function keep(done: {
    readonly number: number;
    readonly kind: Kind;
    readonly key?: string | null;
    readonly body: string;
    readonly object: string;
    readonly destination?: string;
    readonly amount?: number;
    readonly delivered?: boolean;
  }): Promise<void> {
    const {
      number,
      kind,
      key = null,
      body,
      object,
      destination = null,
      amount = null,
      delivered = false,
    } = done;
    // The same answer again, under its key, is the same row.
    await query(
      `INSERT INTO demo_stripe_done (number, kind, at, key, body, object, destination, amount, delivered)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (number) DO NOTHING`,
      [number, kind, loopback.clock().toISOString(), key, body, object, destination, amount, delivered],
    );
  }

  async function doAgain(row: Row): Promise<void> {
    const [number, object] = [Number(row['number']), String(row['object'])];
    passUntil(instantOf(row));
    let event: LoopbackEvent | undefined;
    if (row['kind'] === 'ready' || row['kind'] === 'paused') {
      countTo(number - 1);
      event = changed(object, row['kind'] === 'ready' ? makeReady : makePaused).event;
      counted = number;
    } else {
      // A request has a number, then the object that it makes, then the event that tells of it.
      countTo(number - 2);
      const path = row['kind'] === 'transfer' ? '/v1/transfers' : '/v1/accounts';
      const answer = await fetch(`${origin}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${testKey}`,
          'content-type': 'application/x-www-form-urlencoded',
          ...(typeof row['key'] === 'string' && { 'idempotency-key': row['key'] }),
        },
        body: String(row['body']),
      });
      const made = (await answer.json()) as Shown;
      if (made.id !== object) throw new Error(`the Stripe of the demonstration forgot ${object}`);
      event = loopback.events.find((one) => numberOf(one.id) === number + 1);
      counted = number + 1;
    }
    if (row['delivered'] !== true && event !== undefined) waiting.push({ number, event });
  }

  /** Changes an account, and numbers the event about it. */
  function changed(
    id: string,
    change: (account: ConnectedAccount) => void,
  ): { readonly number: number; readonly event: LoopbackEvent } {
    const account = platform.accounts.get(id);
    if (account === undefined) throw new Error('there is no such account');
    change(account);
    const event = loopback.eventOf('account.updated', shownAccount(account), id);
    return { number: numberOf(event.id), event };
  }

  /** Gives out numbers until the next one is what it was. */
  function countTo(last: number): void {
    while (counted < last) counted = numberOf(loopback.eventOf('numbering', {}).id);
    if (counted !== last) throw new Error('the Stripe of the demonstration has lost count');
  }

  function passUntil(at: Date): void {
    const ms = at.getTime() - loopback.clock().getTime();
    if (ms > 0) loopback.pass(ms);
  }

  /** Delivers one event after the other, each until it is taken. */
  async function deliver(): Promise<void> {
    if (isDelivering || receive === undefined) return;
    isDelivering = true;
    try {
      for (let next = waiting[0]; next !== undefined && !isClosed; next = waiting[0]) {
        const body = eventBody(next.event);
        const secret = next.event.account === undefined ? secrets.platform : secrets.connect;
        const signature = signatureHeader(body, [secret], new Date());
        const answer = await receive(
          new Request('http://localhost/webhooks/stripe', {
            method: 'POST',
            headers: { 'stripe-signature': signature, 'content-type': 'application/json' },
            body,
          }),
        );
        if (answer.status !== 200) break;
        await query('UPDATE demo_stripe_done SET delivered = true WHERE number = $1', [next.number]);
        waiting.shift();
      }
    } catch {
      // The database is away: what was not told is told later.
    } finally {
      isDelivering = false;
    }
    if (waiting.length > 0 && !isClosed) setTimeout(() => void deliver(), REDELIVER_MS).unref();
  }
}

interface Shown {
  readonly id: string;
  readonly amount?: number;
  readonly destination?: string;
}

function placesOf({ amount, destination }: Shown) {
  return { ...(amount !== undefined && { amount }), ...(destination !== undefined && { destination }) };
}

function makeReady(account: ConnectedAccount): void {
  account.transfers = 'active';
  account.payoutsEnabled = true;
  account.detailsSubmitted = true;
  account.requirements = NO_REQUIREMENTS;
}

function makePaused(account: ConnectedAccount): void {
  account.transfers = 'inactive';
}

/** `tr_00000012` is the twelfth thing that was given an id. */
function numberOf(id: string): number {
  return Number(id.split('_').at(-1));
}

function instantOf(row: Row): Date {
  return row['at'] instanceof Date ? row['at'] : new Date(String(row['at']));
}

async function onlyOne(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const until = performance.now() + LOCK_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      STRIPE_LOCK,
    ]);
    if (rows[0]?.taken === true) return client;
    if (performance.now() > until) {
      await client.end();
      throw new Error(
        'Another app pays with the demonstration’s Stripe on this database. End it, or set STRIPE_SECRET_KEY.',
      );
    }
    await wait(250);
  }
}
