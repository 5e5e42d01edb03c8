/** How often a property is tried: `PROPERTY_RUNS` times, or as often as it asks for. */
export function runs(usual: number): { readonly numRuns: number } {
  return { numRuns: Number(process.env['PROPERTY_RUNS'] ?? usual) };
}
