/** The invariants that the checker watches, by their numbers. */
export type Invariant =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I9'
  | 'I10'
  | 'I11'
  | 'I12'
  | 'I13'
  | 'I14'
  | 'I15'
  | 'I16'
  | 'I17'
  | 'I18'
  | 'I19'
  | 'I20'
  | 'I22'
  | 'I26'
  | 'I27'
  | 'I29'
  | 'I30'
  | 'I31';

/** Which rows broke it, by their ids and amounts. */
export type ViolationDetails = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

/** An invariant that did not hold: what a run stops at. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: Invariant;
  readonly details: ViolationDetails;

  constructor(invariant: Invariant, what: string, details: ViolationDetails) {
    super(`${invariant}: ${what} (${textOf(details)})`);
    this.invariant = invariant;
    this.details = details;
  }
}

function textOf(details: ViolationDetails): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
