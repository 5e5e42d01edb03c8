/** The seeds that random commands are run with: as many as `PROPERTY_RUNS` says, but enough to reach every outcome. */
export const SEEDS: readonly number[] = Array.from(
  { length: Math.max(60, Number(process.env['PROPERTY_RUNS'] ?? 60)) },
  (_, seed) => seed,
);
