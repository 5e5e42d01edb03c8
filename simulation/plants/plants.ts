import { APPROVALS } from './guards/approvals.ts';
import { ATTEMPTS } from './guards/attempts.ts';
import { CLAIMS } from './guards/claims.ts';
import { EARNINGS_AND_LEDGER } from './guards/earnings.ts';
import { EVIDENCE } from './guards/evidence.ts';
import { LOOKS } from './guards/looks.ts';
import { OPENING } from './guards/opening.ts';
import { OPERATORS } from './guards/operators.ts';
import { OUTCOMES } from './guards/outcomes.ts';
import { SENDS } from './guards/sends.ts';
import type { Plant } from './plant.ts';

/** Every planted bug. */
export const PLANTS: readonly Plant[] = [
  ...OUTCOMES,
  ...LOOKS,
  ...SENDS,
  ...CLAIMS,
  ...ATTEMPTS,
  ...EVIDENCE,
  ...APPROVALS,
  ...OPENING,
  ...EARNINGS_AND_LEDGER,
  ...OPERATORS,
];

/** Plants that may hide behind one another: each set is planted together, and must be noticed. */
export const MASKED: readonly (readonly string[])[] = [
  ['no-key-window', 'no-lookup'],
  ['no-lease', 'key-per-send'],
  ['no-lease', 'no-lookup'],
  ['no-fence', 'fence-not-raised-by-conclusions'],
  ['cancelled-can-be-claimed', 'no-lease'],
  ['destination-read-at-send', 'approval-digest-unchecked'],
  ['hold-unchecked-at-claim', 'changed-destination-due-at-once'],
  ['account-switch-ignored', 'provider-account-unchecked'],
  ['reversal-bound-in-engine', 'reversal-bound-in-ledger', 'reversal-bound-in-earnings'],
  ['stored-earning-credited-again', 'idempotency-of-transfers'],
  ['available-unchecked', 'never-negative'],
  ['retry-without-money', 'never-negative'],
  ['inactive-claimed', 'unverified-paid'],
];

/** The plants of these names. */
export function plantsNamed(names: readonly string[]): readonly Plant[] {
  return names.map((name) => {
    const plant = PLANTS.find((candidate) => candidate.name === name);
    if (plant === undefined) throw new Error(`there is no plant called ${name}; --plants lists them`);
    return plant;
  });
}

/** What a set of plants is called. */
export function setName(names: readonly string[]): string {
  return names.join(',');
}
