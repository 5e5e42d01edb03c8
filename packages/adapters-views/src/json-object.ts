/** A JSON object whose properties nobody has looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, if it is one. */
export function jsonObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

/** The own property of an object; what it inherits is nobody's answer. */
export function property(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
