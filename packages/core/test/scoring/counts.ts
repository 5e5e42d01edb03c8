import fc from 'fast-check';
import type { KindCount, ParticipantCounts } from '../../src/scoring/interaction.ts';
import type { ScoringRules } from '../../src/scoring/rules.ts';

/** Names that a plain object already has, beside ordinary ones. */
const KINDS = ['post', 'comment', 'follow', 'like', 'share', '__proto__', 'constructor', 'toString'];

export interface ScoringCase {
  readonly rules: Required<ScoringRules>;
  readonly participant: ParticipantCounts;
}

const weight = fc.oneof(
  fc.constantFrom('0', '3', '1', '0.5', '0.25', '0.001', '1000000.000001'),
  fc.nat({ max: 1000 }),
  fc.bigInt({ min: 0n, max: 10n ** 20n }),
);

/** An object with own properties only, `__proto__` among them. */
function record<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries);
}

/** Rules, and counts of kinds that they declare. */
export const scoringCase: fc.Arbitrary<ScoringCase> = fc
  .uniqueArray(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      weight,
      ownActsCount: fc.option(fc.boolean(), { nil: undefined }),
      cap: fc.option(fc.nat({ max: 50 }), { nil: undefined }),
      count: fc.oneof(fc.nat({ max: 100 }), fc.maxSafeNat()),
      ownShare: fc.nat({ max: 100 }),
      isCounted: fc.boolean(),
    }),
    { selector: ({ kind }) => kind, minLength: 1 },
  )
  .map((entries) => ({
    rules: {
      weights: record(entries.map(({ kind, weight }) => [kind, weight] as const)),
      ownActsCount: record(
        entries.flatMap(({ kind, ownActsCount: own }) => (own === undefined ? [] : [[kind, own] as const])),
      ),
      caps: record(entries.flatMap(({ kind, cap }) => (cap === undefined ? [] : [[kind, cap] as const]))),
    },
    participant: {
      participant: 'alice',
      counts: entries
        .filter(({ isCounted }) => isCounted)
        .map(({ kind, count, ownShare }): KindCount => ({
          kind,
          count,
          ownActs: ownShare < count ? ownShare : count,
        })),
    },
  }));
