/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object whose fields can be asked for, or nothing where it is none. */
export function jsonObject(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of an object that is a text with something in it, and of a length that ids have. */
export function textOf(object: JsonObject | undefined, field: string): string | undefined {
  const value = object !== undefined && Object.hasOwn(object, field) ? object[field] : undefined;
  return typeof value === 'string' && ID.test(value) ? value : undefined;
}

/** What Stripe's ids and types are made of, and what stores take as an id. */
const ID = /^[ -~]{1,255}$/;
