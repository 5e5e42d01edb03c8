import { numberOf } from '../../whole-number.ts';

/** What a form-encoded body or query says, with `a[b]=c` as a nested object: all Stripe takes, and all strings. */
export type Form = { readonly [name: string]: string | Form };

export function readForm(encoded: string): Form {
  const form: Record<string, string | Form> = {};
  for (const [path, value] of new URLSearchParams(encoded)) {
    const [first = '', ...rest] = path
      .split(/\[|\]\[|\]/)
      .filter((part, index) => index === 0 || part !== '');
    if (rest.length === 0) {
      form[first] = value;
      continue;
    }
    const [name = ''] = rest;
    const inner = form[first];
    form[first] = { ...(typeof inner === 'object' ? inner : {}), [name]: value };
  }
  return form;
}

/** The text under a name; nothing where there is none. */
export function textOf(form: Form, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' ? value : undefined;
}

/** The parts under a name, as in `metadata[a]=b`. */
export function partsOf(form: Form, name: string): Readonly<Record<string, string>> {
  const value = form[name];
  if (typeof value !== 'object') return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (typeof part === 'string' ? [[key, part]] : [])),
  );
}

/** The same whatever order the parameters came in: what an idempotency key is held to. */
export function fingerprint(encoded: string): string {
  return JSON.stringify([...new URLSearchParams(encoded)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** A whole number, as a form says it; nothing where it is none. */
export function wholeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(0|[1-9][0-9]{0,15})$/.test(text) ? numberOf(BigInt(text)) : undefined;
}
