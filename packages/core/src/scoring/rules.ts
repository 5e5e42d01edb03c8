import { PayoutError } from '../errors.ts';
import { idProblem } from '../id.ts';
import { coefficientAt, type DecimalInput, type ExactDecimal, parseDecimal } from '../money/decimal.ts';

/** What each kind of interaction is worth, and how much of it counts. */
export interface ScoringRules {
  /** Points for one interaction of each kind, zero or more. A kind without a weight is refused when it is scored. */
  readonly weights: Readonly<Record<string, DecimalInput>>;
  /** By kind: whether acts on oneself count. Left out, they do not for `follow` and `like`, and do for all else. */
  readonly ownActsCount?: Readonly<Record<string, boolean>>;
  /** By kind: the most that count for one participant. Left out, there is no cap. */
  readonly caps?: Readonly<Record<string, number>>;
}

/** Post 3, comment 1, follow 0.5, like 0.25; following or liking oneself does not count; no caps. */
export const DEFAULT_SCORING_RULES = {
  weights: { post: '3', comment: '1', follow: '0.5', like: '0.25' },
  ownActsCount: { post: true, comment: true, follow: false, like: false },
} as const satisfies ScoringRules;

/** Checked rules with all weights as integers at one scale: what {@link score} works with. */
export interface Scoring {
  /** Decimal places of weights and points: 39.5 points at scale 2 are `3950n`. */
  readonly scale: number;
  readonly kinds: ReadonlyMap<string, ScoredKind>;
}

/** What the rules say about one kind. */
export interface ScoredKind {
  /** The weight times 10^scale. */
  readonly weight: bigint;
  readonly ownActsCount: boolean;
  readonly cap: number | undefined;
}

/** The most kinds one set of rules can have. */
const KINDS_MAX = 256;

/** One follows and likes others; doing it to oneself says nothing. A post or a comment is one's own by nature. */
const OWN_ACTS_IGNORED: ReadonlySet<string> = new Set(['follow', 'like']);

type Issue = { readonly path: string; readonly reason: string };

/**
 * Checks scoring rules and brings their weights to one scale, once for any number of scores.
 *
 * @throws {@link PayoutError} with code `INVALID_INPUT`, naming every rule that is not valid
 *
 * @example
 * ```ts
 * import { compileScoring, DEFAULT_SCORING_RULES } from '@payout-engines/core';
 *
 * compileScoring(DEFAULT_SCORING_RULES).kinds.get('post')?.weight; // => 300n
 * ```
 */
export function compileScoring(rules: ScoringRules): Scoring {
  const { weights, ownActsCount, caps } = assertScoringRules(rules);
  let scale = 0;
  for (const weight of weights.values()) if (weight.scale > scale) scale = weight.scale;
  const kinds = new Map<string, ScoredKind>();
  for (const [kind, weight] of weights) {
    kinds.set(kind, {
      weight: coefficientAt(weight, scale),
      ownActsCount: ownActsCount.get(kind) ?? !OWN_ACTS_IGNORED.has(kind),
      cap: caps.get(kind),
    });
  }
  return { scale, kinds };
}

interface CheckedRules {
  readonly weights: ReadonlyMap<string, ExactDecimal>;
  readonly ownActsCount: ReadonlyMap<string, boolean>;
  readonly caps: ReadonlyMap<string, number>;
}

function assertScoringRules(rules: ScoringRules): CheckedRules {
  const issues: Issue[] = [];
  if (!isRecord(rules) || !isRecord(rules.weights)) {
    throw new PayoutError('INVALID_INPUT', {
      issues: [{ path: 'weights', reason: 'it must be an object of kinds and their weights' }],
    });
  }
  const weights = new Map<string, ExactDecimal>();
  for (const [position, [kind, input]] of Object.entries(rules.weights).entries()) {
    const problem = idProblem(kind);
    const weight = problem === undefined ? readWeight(input, `weights.${kind}`, issues) : undefined;
    if (problem !== undefined)
      issues.push({ path: `weights[${position}]`, reason: `the kind is no id: ${problem}` });
    if (weight !== undefined) weights.set(kind, weight);
  }
  const declared = Object.keys(rules.weights);
  if (declared.length > KINDS_MAX) issues.push({ path: 'weights', reason: `more than ${KINDS_MAX} kinds` });
  const ownActsCount = new Map<string, boolean>();
  for (const [kind, value] of entriesByKind(rules.ownActsCount, 'ownActsCount', rules.weights, issues)) {
    if (typeof value === 'boolean') ownActsCount.set(kind, value);
    else issues.push({ path: `ownActsCount.${kind}`, reason: 'it must be true or false' });
  }
  const caps = new Map<string, number>();
  for (const [kind, value] of entriesByKind(rules.caps, 'caps', rules.weights, issues)) {
    if (Number.isSafeInteger(value) && value >= 0) caps.set(kind, value);
    else issues.push({ path: `caps.${kind}`, reason: 'it must be a whole number, zero or more' });
  }
  if (issues.length > 0) throw new PayoutError('INVALID_INPUT', { issues });
  return { weights, ownActsCount, caps };
}

function readWeight(input: DecimalInput, path: string, issues: Issue[]): ExactDecimal | undefined {
  try {
    const weight = parseDecimal(input);
    if (weight.coefficient >= 0n) return weight;
    issues.push({ path, reason: 'a weight is zero or more' });
  } catch (error) {
    if (!PayoutError.is(error, 'INVALID_DECIMAL')) throw error;
    issues.push({ path, reason: error.details.reason });
  }
  return undefined;
}

/** The entries whose kind has a weight; the others are issues, because a misspelt kind would be ignored in silence. */
function entriesByKind<T>(
  record: Readonly<Record<string, T>> | undefined,
  path: string,
  weights: Readonly<Record<string, unknown>>,
  issues: Issue[],
): (readonly [kind: string, value: T])[] {
  if (record === undefined) return [];
  if (!isRecord(record)) {
    issues.push({ path, reason: 'it must be an object by kind' });
    return [];
  }
  return Object.entries(record).filter(([kind], position) => {
    const declared = Object.hasOwn(weights, kind);
    if (!declared) issues.push({ path: `${path}[${position}]`, reason: 'its kind has no weight' });
    return declared;
  });
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
