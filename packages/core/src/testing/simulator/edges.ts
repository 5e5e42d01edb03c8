import type { Payout } from '../../payouts/payout.ts';
import { PAYOUT_EDGES, PAYOUT_STATES, type PayoutState } from '../../payouts/states.ts';

/** An edge as text: `approved --claim--> processing`. */
function edgeText(from: PayoutState, event: string, to: PayoutState): string {
  return `${from} --${event}--> ${to}`;
}

interface Edge {
  readonly event: string;
  readonly to: PayoutState;
  readonly text: string;
}

const EDGES = new Map<PayoutState, readonly Edge[]>(
  PAYOUT_STATES.map((from) => [
    from,
    Object.entries(PAYOUT_EDGES[from]).map(([event, to]) => ({ event, to, text: edgeText(from, event, to) })),
  ]),
);

/** Every edge of the state table, as text. */
export const EDGE_TEXTS: readonly string[] = [...EDGES.values()].flatMap((edges) =>
  edges.map(({ text }) => text),
);

/**
 * The edges that lead from what a payout was to what it is: one mostly, two where a transaction took two steps and
 * stored the last. Nothing where nothing of its state changed.
 */
export function edgesBetween(before: Payout, after: Payout): readonly string[] {
  const events = eventsBetween(before, after);
  if (before.state === after.state) {
    return (EDGES.get(before.state) ?? [])
      .filter(({ event, to }) => to === after.state && events.has(event))
      .map(({ text }) => text);
  }
  const direct = edgesTo(before.state, after.state, events);
  if (direct !== undefined) return [direct.text];
  for (const first of EDGES.get(before.state) ?? []) {
    const second = edgesTo(first.to, after.state, events);
    if (second !== undefined) return [first.text, second.text];
  }
  return [];
}

/** Two states may have several edges between them; what else has changed tells which one was taken. */
function edgesTo(from: PayoutState, to: PayoutState, events: ReadonlySet<string>): Edge | undefined {
  const edges = (EDGES.get(from) ?? []).filter((edge) => edge.to === to);
  return edges.find(({ event }) => events.has(event)) ?? edges[0];
}

/** What must have happened, seen from what else than the state has changed. */
function eventsBetween(before: Payout, after: Payout): ReadonlySet<string> {
  const events = new Set<string>();
  if (after.fence > before.fence) events.add('claim');
  if (after.paid > before.paid) events.add('evidence');
  if (after.returned > before.returned) events.add('return');
  if (!isSameDestination(before, after)) events.add('destination_changed');
  return events;
}

function isSameDestination({ destination: left }: Payout, { destination: right }: Payout): boolean {
  return left?.id === right?.id && left?.version === right?.version;
}
