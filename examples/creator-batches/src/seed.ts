import { putParticipants } from '@payout-engines/core';
import type { Database } from '@payout-engines/example-kit';
import { fillBatch } from './batches.ts';
import { addDeed } from './deeds.ts';
import { chargeBack, recordPayment } from './earnings.ts';
import { CHUNK, engineOn, paydayPeriod, PROGRAM } from './program.ts';
import type { Connect } from './stripe/connect.ts';

const DAY_MS = 86_400_000;

/** How far a creator has come with Stripe. */
type AtStripe = 'ready' | 'begun' | 'nothing' | 'paused';

interface SeedCreator {
  readonly id: string;
  readonly name: string;
  readonly stripe: AtStripe;
  /** What fans paid: `tip` or `call`, how many days ago, how many tokens. */
  readonly payments: readonly (readonly ['tip' | 'call', number, bigint])[];
}

/** Those who can sign in. */
export const CREATORS: readonly SeedCreator[] = [
  {
    id: 'mia',
    name: 'Mia',
    stripe: 'ready',
    payments: [
      ['tip', 41, 900n],
      ['call', 38, 2_400n],
      ['tip', 36, 333n],
      ['tip', 16, 450n],
      ['call', 12, 1_800n],
      ['tip', 5, 700n],
      ['call', 2, 1_250n],
      ['tip', 1, 77n],
    ],
  },
  {
    id: 'noor',
    name: 'Noor',
    stripe: 'ready',
    payments: [
      ['tip', 15, 120n],
      ['tip', 9, 210n],
      ['call', 3, 600n],
    ],
  },
  {
    id: 'otis',
    name: 'Otis',
    stripe: 'paused',
    payments: [
      ['call', 40, 1_600n],
      ['tip', 37, 260n],
      ['tip', 4, 500n],
    ],
  },
  {
    id: 'pia',
    name: 'Pia',
    stripe: 'begun',
    payments: [
      ['tip', 39, 1_500n],
      ['call', 14, 2_200n],
      ['tip', 6, 90n],
    ],
  },
  { id: 'quin', name: 'Quin', stripe: 'nothing', payments: [['tip', 35, 800n]] },
  {
    id: 'rae',
    name: 'Rae',
    stripe: 'ready',
    payments: [
      ['call', 44, 3_000n],
      ['tip', 3, 400n],
    ],
  },
];

/** Others, so that a batch has several chunks. */
const MORE =
  'Ana Bo Cyn Dag Eli Fay Gus Hal Ida Jun Kai Lou Max Nia Ola Pat Ray Sol Tam Uma Val Wes Xan Yan Zoe Abe Bea Cal Dot Eve Fin';

/**
 * Fills an empty database: creators, what fans paid them, and the batch before the latest payday, paid. The batch of the
 * latest payday is left to be opened. Interrupted, it goes on; of one that is filled, nothing is changed.
 */
export async function seed(database: Database, connect: Connect, now: Date, others = 31): Promise<void> {
  const { query } = database;
  if ((await query(`SELECT FROM deed WHERE what = 'filled the demonstration'`)).length > 0) return;
  const engine = engineOn(database.store, connect);
  for (const [age, cents] of [
    [400, '5'],
    [13, '4.75'],
  ] as const) {
    await query('INSERT INTO token_rate (since, cents) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      new Date(dayOf(now) - age * DAY_MS).toISOString(),
      cents,
    ]);
  }
  // With live money, nobody is made up.
  if (connect.environment === 'live') return;
  const creators = [...CREATORS, ...crowd(others)];
  for (const creator of creators) await addCreator(database, connect, creator);

  const { start } = paydayPeriod(now);
  const before = paydayPeriod(new Date(start.getTime() - DAY_MS));
  await pay(database, connect, creators, now, (age) => age > 30);
  // Stripe stops transfers to Otis now, and his account looked ready until a moment ago.
  const [otis] = await database.store.transact(PROGRAM, (unit) => unit.participants.find(['otis']));
  if (otis?.destination !== undefined) await connect.demo?.pause(otis.destination.id);
  await query(
    `INSERT INTO batch_run (key, payday, opened_by) VALUES ($1, $2, 'the cron job') ON CONFLICT DO NOTHING`,
    [before.id, before.start.toISOString()],
  );
  await fillBatch(database, engine, before.id);
  await engine.process({ program: PROGRAM, chunk: CHUNK });
  await pay(database, connect, creators, now, (age) => age <= 30);
  await chargeBack(database, connect, 'rae-1', 'olga');
  await addDeed(query, 'the demonstration', 'filled the demonstration');
}

async function addCreator(database: Database, connect: Connect, creator: SeedCreator): Promise<void> {
  const { id, name, stripe } = creator;
  await database.query('INSERT INTO creator (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, name]);
  const [known] = await database.store.transact(PROGRAM, (unit) => unit.participants.find([id]));
  if (known === undefined) {
    await putParticipants(database.store, PROGRAM, [{ id, active: true, verified: false }]);
  }
  // At a real Stripe, they connect accounts of its test mode by themselves.
  if (stripe === 'nothing' || known?.verified === true || connect.demo === undefined) return;
  const url = 'https://creators.example/verification';
  const { account } = await connect.onboarding.link({
    program: PROGRAM,
    participant: id,
    returnUrl: url,
    refreshUrl: url,
  });
  if (stripe === 'begun') return;
  await connect.demo.finishOnboarding(account);
  await connect.onboarding.state({ program: PROGRAM, participant: id });
}

async function pay(
  database: Database,
  connect: Connect,
  creators: readonly SeedCreator[],
  now: Date,
  which: (age: number) => boolean,
): Promise<void> {
  for (const { id: creator, payments } of creators) {
    for (const [index, [kind, age, tokens]] of payments.entries()) {
      if (!which(age)) continue;
      const at = new Date(now.getTime() - age * DAY_MS - index * 3_700_000);
      await recordPayment(database, connect, { id: `${creator}-${index + 1}`, creator, kind, tokens, at });
    }
  }
}

function crowd(many: number): readonly SeedCreator[] {
  const names = MORE.split(' ');
  return Array.from({ length: many }, (_, index) => names[index] ?? `Creator ${index + 1}`).map(
    (name, index) => ({
      id: name.toLowerCase().replace(' ', '-'),
      name,
      stripe: 'ready',
      payments: [
        [index % 2 === 0 ? 'tip' : 'call', 33 + (index % 7), 520n + BigInt(index) * 83n],
        [index % 3 === 0 ? 'call' : 'tip', 9 + (index % 4), 640n + BigInt(index) * 41n],
      ],
    }),
  );
}

function dayOf(at: Date): number {
  return new Date(at.toISOString().slice(0, 10)).getTime();
}
