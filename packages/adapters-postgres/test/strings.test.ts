import type { Notification, Store } from '@payout-engines/core';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool, openStore } from './database.ts';
import { day, interaction, transfer } from './rows.ts';

const pool = openPool({ max: 2 });
let store: Store;
beforeAll(async () => {
  store = await openStore(pool, 'strings');
});
afterAll(() => pool.end());

/** Ids made of what SQL, arrays, COPY, JSON and LIKE give a meaning to, and of anything else. */
const hostile = fc.constantFrom(
  ...`'";\\{}()[],.$%_-*/|&=<>:@#?!~^+\` `,
  '--',
  '/*',
  '*/',
  'NULL',
  '\\n',
  '\\t',
  '$1',
  "E'",
  '\u00a0',
  '\u2028',
  '\ufeff',
  '=',
  'é',
  '🎉',
);
const id = fc.oneof(
  fc.array(hostile, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => /^\P{Control}+$/u.test(text)),
);
const anyText = fc.oneof(
  fc.string({ maxLength: 200, unit: 'binary' }),
  fc
    .array(fc.oneof(hostile, fc.constantFrom('\n', '\t', '\r', '\u0001', '\u007f')))
    .map((parts) => parts.join('')),
);

describe('strings', () => {
  let run = 0;

  it('of any kind come back as they went in, and mean nothing to SQL', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(id, { minLength: 1, maxLength: 30 }), async (ids) => {
        run += 1;
        const program = `${ids[0] ?? ''}/${run}`.slice(-200).replace(/^[\udc00-\udfff]/, '');
        await store.transact(program, async (unit) => {
          await unit.ledger.post(
            ids.map((text) => transfer(text, 'funding', 'pool/p', 1n, { subject: text, currency: text })),
          );
          await unit.earnings.add(
            ids.map((text) => ({
              id: text,
              participant: text,
              currency: text,
              amount: 5n,
              kind: 'share',
              subject: text,
              held: 5n,
              released: 0n,
              reversed: 0n,
            })),
          );
          await unit.participants.put(
            ids.map((text) => ({
              id: text,
              active: true,
              verified: true,
              tier: text,
              destination: { id: text, version: 1 },
            })),
          );
          await unit.referrals.add(
            ids.map((text) => ({ referrer: `${run}!`, referred: `${text}.`, since: day(1) })),
          );
          await unit.periods.open([{ id: ids[0] ?? '', start: day(1), end: day(2) }]);
          await unit.interactions.record(
            ids.map((text) => interaction(text, day(1), { kind: text, participant: text, actor: text })),
          );
          await unit.outbox.add(ids.map((text) => notification(text)));
        });
        await store.transact(program, async (unit) => {
          const transfers = await unit.ledger.find(ids);
          expect(transfers.map((row) => [row?.id, row?.subject, row?.currency])).toEqual(
            ids.map((text) => [text, text, text]),
          );
          expect((await unit.earnings.find(ids)).map((row) => row?.participant)).toEqual(ids);
          expect((await unit.participants.find(ids)).map((row) => row?.destination?.id)).toEqual(ids);
          const referred = ids.map((text) => `${text}.`);
          expect((await unit.referrals.find(referred)).map((row) => row?.referred)).toEqual(referred);
          expect(await unit.interactions.total(ids[0] ?? '')).toBe(ids.length);
          const leased = await unit.outbox.lease(ids.length, 60_000);
          expect(new Set(leased.map((row) => row.participant))).toEqual(new Set(ids));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('of a plan come back to the byte, and those that cannot are refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 8 }), async (pages) => {
        run += 1;
        const plan = {
          period: `p${run}`,
          revision: 0,
          digest: 'd',
          header: pages[0] ?? '',
          pages: pages.length,
          step: 'pool',
          page: 0,
        } as const;
        const storable = pages.every((page) => !/[\0\p{Surrogate}]/u.test(page));
        await store.transact('plans', async (unit) => {
          if (!storable) {
            await expect(unit.plans.freeze(plan, pages)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
            return;
          }
          await unit.plans.freeze(plan, pages);
          expect((await unit.plans.find(plan.period))?.header).toBe(plan.header);
          for (const [page, text] of pages.entries()) {
            expect(await unit.plans.page(plan.period, 0, page)).toBe(text);
          }
        });
      }),
      { numRuns: 100 },
    );
  });
});

function notification(text: string): Notification {
  return {
    id: text,
    kind: 'share',
    participant: text,
    period: text,
    currency: text,
    amount: '1',
    state: 'held',
    points: '1',
    breakdown: [{ kind: text, counted: 1, points: '1' }],
  };
}
