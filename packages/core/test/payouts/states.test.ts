import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOpen,
  nextState,
  OPEN_STATES,
  PAYOUT_EDGES,
  PAYOUT_STATES,
  type PayoutEvent,
  type PayoutState,
  transition,
} from '../../src/payouts/states.ts';
import { runs } from '../money/property-runs.ts';
import { refusal } from '../money/refusal.ts';

const EVENTS: readonly PayoutEvent[] = [
  ...(['approve', 'reject', 'cancel', 'destination_changed', 'claim', 'refuse_for_now'] as const),
  ...(['fail', 'give_up', 'retry', 'evidence', 'return'] as const),
];

/** Every edge once more, as the design draws them. */
const EDGES: readonly string[] = [
  'pending approve approved',
  'pending reject rejected',
  'pending cancel cancelled',
  'pending destination_changed pending',
  'pending evidence completed',
  'approved claim processing',
  'approved cancel cancelled',
  'approved reject rejected',
  'approved destination_changed pending',
  'approved evidence completed',
  'processing evidence completed',
  'processing refuse_for_now approved',
  'processing fail failed',
  'processing give_up needs_review',
  'processing claim processing',
  'needs_review evidence completed',
  'needs_review fail failed',
  'completed evidence completed',
  'completed return returned',
  'returned evidence returned',
  'returned return returned',
  'failed retry approved',
  'failed evidence completed',
  'rejected evidence completed',
  'cancelled evidence completed',
];

describe('the states of a payout', () => {
  it('are joined by the edges of the design, and by no other (I13)', () => {
    const found = PAYOUT_STATES.flatMap((state) =>
      EVENTS.flatMap((event) => {
        const next = nextState(state, event);
        return next === undefined ? [] : [`${state} ${event} ${next}`];
      }),
    );
    expect([...found].sort()).toEqual([...EDGES].sort());
    const drawn = Object.entries(PAYOUT_EDGES).flatMap(([state, edges]) =>
      Object.entries(edges).map(([event, next]) => `${state} ${event} ${next}`),
    );
    expect(drawn.sort()).toEqual([...EDGES].sort());
    expect(Object.keys(PAYOUT_EDGES).sort()).toEqual([...PAYOUT_STATES].sort());
  });

  it('change along an edge, and any other step is refused and named', () => {
    for (const state of PAYOUT_STATES) {
      for (const event of EVENTS) {
        const edge = EDGES.find((text) => text.startsWith(`${state} ${event} `));
        if (edge !== undefined) {
          expect(`${state} ${event} ${transition('p1', state, event)}`).toBe(edge);
          continue;
        }
        const error = refusal(() => transition('p1', state, event));
        expect(error.code).toBe('WRONG_STATE');
        expect(error.details).toEqual({ payout: 'p1', state, action: event });
      }
    }
  });

  it('take evidence that money moved everywhere, and never lose it again', () => {
    for (const state of PAYOUT_STATES) {
      expect(nextState(state, 'evidence')).toBe(state === 'returned' ? 'returned' : 'completed');
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 20 }), (events) => {
        let state: PayoutState = 'completed';
        for (const event of events) state = nextState(state, event) ?? state;
        expect(['completed', 'returned']).toContain(state);
      }),
      runs(300),
    );
  });

  it('never lead from cancelled or rejected to a send (I7, I10)', () => {
    for (const state of ['cancelled', 'rejected'] as const) {
      for (const event of EVENTS) if (event !== 'evidence') expect(nextState(state, event)).toBeUndefined();
    }
  });

  it('hold reserved money from opening until the outcome is known', () => {
    expect(OPEN_STATES).toEqual(['pending', 'approved', 'processing', 'needs_review']);
    expect(PAYOUT_STATES.filter(isOpen)).toEqual([...OPEN_STATES]);
  });
});
