/**
 * The text of a body's bytes, such that its UTF-8 is those bytes again: a byte order mark stays, and bytes that are no
 * UTF-8 give nothing. `Request.text()` drops the one and replaces the other, and so would let a changed body pass.
 */
export function bodyText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Stripe's events are far smaller. Whoever sends more is not Stripe, and gets no memory of ours. */
export const BODY_BYTES_MAX = 1_048_576;

/** Parts of a body as one, or nothing once they are too many. */
export interface BodyParts {
  /** Whether the part still fits. */
  add(part: Uint8Array): boolean;
  whole(): Uint8Array;
}

/** Collects the parts of a body that arrives as a stream. */
export function bodyParts(): BodyParts {
  const parts: Uint8Array[] = [];
  let length = 0;
  return {
    add: (part) => {
      length += part.length;
      if (length > BODY_BYTES_MAX) return false;
      parts.push(part);
      return true;
    },
    whole: () => {
      const whole = new Uint8Array(length);
      let start = 0;
      for (const part of parts) {
        whole.set(part, start);
        start += part.length;
      }
      return whole;
    },
  };
}
