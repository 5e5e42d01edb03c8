/** The seconds of a `retry-after` header, in milliseconds. A date in it is left to the caller's own patience. */
export function retryAfterMs(headers: Headers): number | undefined {
  const header = headers.get('retry-after') ?? '';
  if (!/^(?:0|[1-9]\d{0,5})$/.test(header)) return undefined;
  const seconds: unknown = JSON.parse(header);
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}
