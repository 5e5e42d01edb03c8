/** A count as the client wants it: a number, exactly, or nothing where no number is. */
export function numberOf(count: bigint): number | undefined {
  if (count > BigInt(Number.MAX_SAFE_INTEGER) || count < BigInt(Number.MIN_SAFE_INTEGER)) return undefined;
  const number: unknown = JSON.parse(count.toString());
  return typeof number === 'number' ? number : undefined;
}

/** A count as Stripe shows it: nothing where it is not a whole number that JSON carries exactly. */
export function countOf(shown: unknown): bigint | undefined {
  return typeof shown === 'number' && Number.isSafeInteger(shown) ? BigInt(shown) : undefined;
}
