import { EDGE_TEXTS } from './edges.ts';
import { FAULT_NAMES } from './faults.ts';
import type { SeedResult } from './run-seed.ts';

/** What many seeds came to together. */
export interface SeedsSummary {
  readonly seeds: number;
  readonly payouts: number;
  readonly events: number;
  /** How often each fault has happened, and each edge was taken: zeros included. */
  readonly faults: Readonly<Record<string, number>>;
  readonly edges: Readonly<Record<string, number>>;
  /** The seeds in which something broke, in their order. */
  readonly failed: readonly SeedResult[];
}

/** The summary of no seeds at all. */
export const NO_SEEDS: SeedsSummary = {
  seeds: 0,
  payouts: 0,
  events: 0,
  faults: Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])),
  edges: Object.fromEntries(EDGE_TEXTS.map((edge) => [edge, 0])),
  failed: [],
};

/** Adds one more seed. */
export function addSeed(summary: SeedsSummary, result: SeedResult): SeedsSummary {
  return mergeSummaries(summary, {
    seeds: 1,
    payouts: result.payouts,
    events: result.events,
    faults: result.faults,
    edges: result.edges,
    failed: result.violation === undefined ? [] : [result],
  });
}

/** Two summaries as one. */
export function mergeSummaries(left: SeedsSummary, right: SeedsSummary): SeedsSummary {
  return {
    seeds: left.seeds + right.seeds,
    payouts: left.payouts + right.payouts,
    events: left.events + right.events,
    faults: sums(left.faults, right.faults),
    edges: sums(left.edges, right.edges),
    failed: [...left.failed, ...right.failed].sort((one, other) => one.seed - other.seed),
  };
}

/** What takes several rare things at once: one of ten thousand seeds reaches it, and not one of a thousand. */
const RARE: ReadonlySet<string> = new Set([
  'pending --evidence--> completed',
  'returned --evidence--> returned',
  'completed --evidence--> completed',
  'approved --evidence--> completed',
]);
const SEEDS_FOR_THE_RARE = 10_000;

/**
 * The names of faults and edges that no seed has reached: a run with one of them has proved too little. The rarest edges
 * are asked for from ten thousand seeds on.
 */
export function missingReach({
  seeds,
  faults,
  edges,
}: Pick<SeedsSummary, 'seeds' | 'faults' | 'edges'>): readonly string[] {
  return [
    ...FAULT_NAMES.filter((name) => (faults[name] ?? 0) === 0),
    ...EDGE_TEXTS.filter(
      (edge) => (edges[edge] ?? 0) === 0 && (seeds >= SEEDS_FOR_THE_RARE || !RARE.has(edge)),
    ),
  ];
}

function sums(
  left: Readonly<Record<string, number>>,
  right: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const all: Record<string, number> = { ...left };
  for (const [name, count] of Object.entries(right)) all[name] = (all[name] ?? 0) + count;
  return all;
}
