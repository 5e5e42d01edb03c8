/**
 * The boundaries of a schedule as local times, numbered. Each is computed from its number alone, never from the one
 * before it, so that nothing drifts: one month and one month after January 31 is March 31.
 */
export interface Boundaries {
  readonly first: number;
  readonly last: number;
  /** The local time of the boundary with a number from `first` to `last`. It increases with the number. */
  at(number: number): number;
}

/** The number of the last boundary at or before a local time; one below the first if there is none. */
export function lastUpTo(boundaries: Boundaries, local: number): number {
  // A search, because it needs nothing but the order: no division, and no estimate that could be wrong.
  let reached = boundaries.first - 1;
  let beyond = boundaries.last + 1;
  while (beyond - reached > 1) {
    const middle = (reached + beyond) >> 1;
    if (boundaries.at(middle) <= local) reached = middle;
    else beyond = middle;
  }
  return reached;
}
