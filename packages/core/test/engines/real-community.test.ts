import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  currency,
  type Interaction,
  memoryStore,
  parseMoney,
  planLines,
  recordInteractions,
  revenueShare,
  storeInteractions,
  verify,
} from '../../src/index.ts';
import { periodsBetween } from '../../src/periods/periods-between.ts';
import { needsData } from '../data-folder.ts';

const PROGRAM = 'bicycles';

function rowsOf(file: string): readonly (readonly string[])[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

function interactionOf([
  id = '',
  kind = '',
  participant = '',
  actor = '',
  at = '',
]: readonly string[]): Interaction {
  return { id, kind, participant, at: new Date(at), ...(actor === '' ? {} : { actor }) };
}

it('gives every share of 309 periods of a real community as an independent computation does', async (ctx) => {
  const interactions = rowsOf(needsData(ctx, 'se-bicycles-meta/events.csv')).map(interactionOf);
  const expected = new Map<string, Map<string, bigint>>();
  for (const [, start = '', participant = '', , lamports = ''] of rowsOf(
    needsData(ctx, 'se-bicycles-meta/oracle_biweekly_quarter_points.csv'),
  )) {
    const shares = expected.get(start) ?? new Map<string, bigint>();
    expected.set(start, shares.set(participant, BigInt(lamports)));
  }
  expect(expected.size).toBe(309);

  const store = memoryStore();
  const sol = currency('SOL');
  const schedule = { kind: 'biweekly', anchor: '2010-08-23', timeZone: 'UTC' } as const;
  const periods = [...periodsBetween(schedule, new Date('2010-08-23'), new Date('2023-09-01'))];
  await store.transact(PROGRAM, (unit) => unit.periods.open(periods));
  const receipt = await recordInteractions(store, PROGRAM, interactions);
  expect(receipt).toEqual({ recorded: 8992, duplicates: 0, late: 0 });

  const engine = revenueShare({
    store,
    rules: {
      currency: sol,
      revenue: [{ source: 'pool', rate: 1 }],
      scoring: {
        weights: { question: 3, answer: 3, comment: 1, accept: '0.5', upvote: '0.25', downvote: 0 },
      },
      idOrder: 'numeric',
    },
    interactions: storeInteractions(store),
    directory: {
      participants: async (_program, ids) =>
        Promise.resolve(ids.map((id) => ({ id, active: true, verified: true }))),
      referrals: async (_program, ids) => Promise.resolve(ids.map(() => undefined)),
    },
    revenue: { revenue: async () => Promise.resolve([parseMoney('1', sol)]) },
  });

  let compared = 0;
  for (const { id } of periods) {
    const shares = expected.get(id);
    if (shares === undefined) continue;
    const request = { program: PROGRAM, period: id };
    const plan = await engine.plan(request);
    for (const { participant, points, share } of planLines(plan)) {
      expect(points === 0n ? 0n : shares.get(participant), `${id} ${participant}`).toBe(share);
      if (points > 0n) compared += 1;
    }
    expect(await engine.commit(request, plan.digest)).toMatchObject({
      balanced: true,
      shares: 1_000_000_000n,
    });
  }
  expect(compared).toBe([...expected.values()].reduce((sum, { size }) => sum + size, 0));
  expect(await verify(store, PROGRAM)).toMatchObject({ ok: true });
});
