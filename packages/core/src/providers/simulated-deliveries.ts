import type { Clock } from '../ports/clock.ts';
import type { RawEvent } from '../ports/provider.ts';
import { type SimulatedEventBody, signSimulatedEvent } from './simulated-event.ts';
import type { SimulatedFaults } from './simulated-faults.ts';
import type { TrueMovement } from './simulated-movement.ts';

/** What events are delivered with. */
export interface DeliveryRules {
  readonly clock: Clock;
  readonly schedule: (afterMs: number, run: () => void) => void;
  readonly fault: SimulatedFaults['event'];
  readonly secret: string;
  readonly deliver: (event: RawEvent) => void;
  readonly nextId: () => string;
}

/** Tells whoever listens of what became of a payment, so long after it happened. */
export type Announce = (type: string, movement: TrueMovement, afterMs: number) => void;

/**
 * Delivers events, each signed at the time of its delivery, as a provider that repeats a delivery signs it anew. What
 * goes wrong is decided when the event is made.
 */
export function simulatedDeliveries({
  clock,
  schedule,
  fault,
  secret,
  deliver,
  nextId,
}: DeliveryRules): Announce {
  let keptBack: (() => void)[] = [];

  const hand = (body: SimulatedEventBody, signedWith = secret) => {
    deliver(signSimulatedEvent(JSON.stringify(body), signedWith, clock()));
    const waiting = keptBack;
    keptBack = [];
    for (const handOver of waiting) handOver();
  };

  return (type, movement, afterMs) => {
    const body = eventBody(nextId(), type, movement);
    const handLater = (ms: number, other = body, signedWith = secret) => {
      schedule(ms, () => {
        hand(other, signedWith);
      });
    };
    const decided = fault?.({ type, movement, at: clock() });
    switch (decided?.name) {
      case 'event_dropped':
        return;
      case 'event_early':
        hand(body);
        return;
      case 'event_delayed':
        handLater(afterMs + decided.afterMs);
        return;
      case 'event_reordered': {
        let handed = false;
        const handOnce = () => {
          if (handed) return;
          handed = true;
          hand(body);
        };
        keptBack.push(handOnce);
        schedule(afterMs + decided.afterMs, handOnce);
        return;
      }
      case 'event_duplicated':
        handLater(afterMs + (decided.afterMs ?? 0));
        break;
      case 'event_under_two_ids':
        handLater(afterMs, { ...body, id: nextId() });
        break;
      case 'event_forged':
        handLater(afterMs, body, `not ${secret}`);
        break;
      case 'event_wrong_account':
        handLater(afterMs, { ...body, id: nextId(), account: `${body.account}/other` });
        break;
      case undefined:
    }
    handLater(afterMs);
  };
}

/** What an event about a payment says. */
export function eventBody(id: string, type: string, movement: TrueMovement): SimulatedEventBody {
  const { account, environment, object, reference } = movement;
  return { id, type, account, environment, payment: { object, reference } };
}
