import {
  type PaymentObject,
  type PaymentProvider,
  payouts,
  type ProviderAccount,
  type SendOutcome,
  storeDirectory,
} from '@payout-engines/core';
import { Pool } from 'pg';
import { pgExecutor, postgresStore, type PgPool } from '../../src/index.ts';
import type { FromParent, FromWorker, Order, Point, ProviderAnswer, ProviderCall } from './messages.ts';
import { provider, RULES } from './world.ts';

/**
 * A worker process: the production engine on a real database, which kills itself at one of its points. They lie before
 * each statement and each call of the provider, after it was begun and before it is answered, and after its answer.
 */

const say = (message: FromWorker): void => {
  process.send?.(message);
};

const points: Point[] = [];
const times = new Map<string, number>();
let killAt: Point | undefined;

function pass(name: string): void {
  const time = (times.get(name) ?? 0) + 1;
  times.set(name, time);
  const point = { name, time };
  points.push(point);
  if (killAt?.name !== name || killAt.time !== time) return;
  say({ kind: 'dying', point });
  // Nothing of this process runs after this line: no finally, no exit handler, no goodbye to the database.
  process.kill(process.pid, 'SIGKILL');
}

async function around<T>(name: string, call: () => Promise<T>): Promise<T> {
  pass(`before ${name}`);
  const answer = call();
  pass(`during ${name}`);
  try {
    return await answer;
  } finally {
    pass(`after ${name}`);
  }
}

function dyingPool(pool: PgPool): PgPool {
  return {
    connect: async () => {
      const client = await pool.connect();
      return {
        query: (config) => around(nameOf(config.text), () => client.query(config)),
        on: (event, listener) => client.on(event, listener),
        removeListener: (event, listener) => client.removeListener(event, listener),
        release: (destroy) => client.release(destroy),
      };
    },
  };
}

/** The first words of a statement: enough to find it. */
function nameOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 60);
}

// the provider, which is in the parent

const waiting = new Map<number, (answer: ProviderAnswer) => void>();
let calls = 0;

async function ask(call: ProviderCall): Promise<unknown> {
  const id = (calls += 1);
  const answer = await around(`provider.${call.method}`, () => {
    const answered = new Promise<ProviderAnswer>((resolve) => waiting.set(id, resolve));
    say({ kind: 'call', id, call });
    return answered;
  });
  if ('error' in answer) throw new Error(answer.error);
  return answer.value;
}

const { id, capabilities } = provider();
const remote: PaymentProvider = {
  id,
  capabilities,
  account: async () => (await ask({ method: 'account' })) as ProviderAccount,
  send: async (request) => (await ask({ method: 'send', request })) as SendOutcome,
  find: async (lookup) => (await ask({ method: 'find', lookup })) as readonly PaymentObject[],
};

async function work({ url, schema, program, concurrency, ...order }: Order): Promise<void> {
  killAt = order.killAt;
  const pool = new Pool({ connectionString: url });
  const store = postgresStore(pgExecutor(dyingPool(pool)), { schema });
  const engine = payouts({ store, rules: RULES, directory: storeDirectory(store), providers: [remote] });
  const { errors } = await engine.process({ program, concurrency });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  await pool.end();
  say({ kind: 'ended', points });
  process.disconnect();
}

process.on('message', (message: FromParent) => {
  if (message.kind === 'order') void work(message.order);
  else waiting.get(message.id)?.(message.answer);
});
say({ kind: 'ready' });
