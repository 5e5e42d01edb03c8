/** A value that two stores can be compared by: JSON without surprises. */
export type Plain = null | string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * A value in plain form: bigints as `12n`, Dates as ISO text with milliseconds, properties in order of their names, those that
 * are undefined left out. What a store is free to choose stays the caller's to remove.
 */
export function plain(value: unknown): Plain {
  if (value === undefined) return { undefined: true };
  if (value === null) return null;
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return `${value}n`;
    case 'object':
      return plainObject(value);
    default:
      return typeof value;
  }
}

/** One line of text for a value, the same for equal values and another for others. */
export function plainText(value: unknown): string {
  return JSON.stringify(plain(value));
}

function plainObject(value: object): Plain {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  if (Array.isArray(value)) return value.map((item: unknown) => plain(item));
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(
    entries
      .filter(([, item]) => item !== undefined)
      .sort(([left], [right]) => byCodeUnit(left, right))
      .map(([key, item]) => [key, plain(item)]),
  );
}

/** Compares two texts by their UTF-16 units, which no locale changes. */
export function byCodeUnit(left: string, right: string): -1 | 0 | 1 {
  return left < right ? -1 : left > right ? 1 : 0;
}
