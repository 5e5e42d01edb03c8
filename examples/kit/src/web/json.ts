/** Amounts as decimal strings, instants as ISO 8601: what a JSON number would not keep. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));
}
