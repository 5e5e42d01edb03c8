/** How many UTF-16 units of pages go into one statement, so that not all of them have to be in memory. */
const CHUNK = 4_000_000;

/** The pages in chunks, each with the number of its first page. */
export function* inChunks(
  pages: Iterable<string>,
): Generator<{ readonly first: number; readonly chunk: readonly string[] }> {
  let first = 0;
  let chunk: string[] = [];
  let size = 0;
  for (const page of pages) {
    chunk.push(page);
    size += page.length;
    if (size < CHUNK) continue;
    yield { first, chunk };
    first += chunk.length;
    chunk = [];
    size = 0;
  }
  if (chunk.length > 0) yield { first, chunk };
}
