/** The order of ids in memory: by code unit, which no locale changes. */
export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
