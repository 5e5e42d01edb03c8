import { describe, expect, it } from 'vitest';
import { participantLock } from '../../../src/engines/payouts/context.ts';
import { lockedViews } from '../../../src/engines/payouts/write.ts';
import { memoryStore } from '../../../src/memory/memory-store.ts';
import { payout } from '../../../src/testing/store/rows.ts';

const PROGRAM = 'acme';

/** What locks are taken for payouts of `u2`, of whom the caller knows or believes so much. */
async function locksTaken(known?: readonly string[]): Promise<readonly (readonly string[])[]> {
  const store = memoryStore();
  await store.transact(PROGRAM, (unit) => unit.payouts.add([payout('p1', { participant: 'u2' })]));
  const taken: (readonly string[])[] = [];
  const views = await store.transact(PROGRAM, (unit) =>
    lockedViews(
      {
        ...unit,
        locks: {
          ...unit.locks,
          take: (names) => {
            taken.push(names);
            return unit.locks.take(names);
          },
        },
      },
      ['p1', 'unknown'],
      known,
    ),
  );
  expect(views.map((view) => view.payout.participant)).toEqual(['u2']);
  return taken;
}

describe('payouts that are read under locks', () => {
  it("are read under their participants' locks, whether or not the caller knows whose they are", async () => {
    expect(await locksTaken()).toEqual([[participantLock('u2')]]);
    expect(await locksTaken(['u2'])).toEqual([[participantLock('u2')]]);
  });

  it('are read again under the right lock, where the caller was wrong about whose they are', async () => {
    expect(await locksTaken(['u1'])).toEqual([[participantLock('u1')], [participantLock('u2')]]);
  });
});
