import { createReadStream } from 'node:fs';

/** A line of a file, or why it cannot be read. */
export type Line =
  { readonly number: number; readonly text: string } | { readonly number: number; readonly problem: string };

const LINE_BYTES_MAX = 65_536;
const CHUNK_BYTES = 262_144;
const NEWLINE = 10;

/**
 * The lines of a file with their numbers, a chunk of the file at a time.
 *
 * Bytes are split before they are decoded, because a decoder that repairs broken text would make one id of two, and so
 * one participant of two. Blank lines are passed over.
 */
export async function* readLines(file: string): AsyncGenerator<readonly Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const chunks: AsyncIterable<unknown> = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  let number = 0;
  let rest = Buffer.alloc(0);
  let tooLong = false;

  const finish = (end: Buffer): readonly Line[] => {
    number += 1;
    const bytes = rest.length === 0 ? end : Buffer.concat([rest, end]);
    const long = tooLong || bytes.length > LINE_BYTES_MAX;
    rest = Buffer.alloc(0);
    tooLong = false;
    if (long) return [{ number, problem: `it is longer than ${LINE_BYTES_MAX} bytes` }];
    const text = decode(decoder, bytes, number === 1);
    if (text === undefined) return [{ number, problem: 'it is not UTF-8' }];
    return text === '' ? [] : [{ number, text }];
  };

  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue;
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(...finish(chunk.subarray(start, end)));
      start = end + 1;
    }
    const tail = chunk.subarray(start);
    tooLong ||= rest.length + tail.length > LINE_BYTES_MAX;
    rest = tooLong ? Buffer.alloc(0) : Buffer.concat([rest, tail]);
    yield lines;
  }
  if (rest.length > 0 || tooLong) yield finish(Buffer.alloc(0));
}

function decode(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Buffer,
  first: boolean,
): string | undefined {
  try {
    const text = decoder.decode(bytes).replace(/\r$/, '');
    return first ? text.replace(/^\uFEFF/, '') : text;
  } catch {
    return undefined;
  }
}
