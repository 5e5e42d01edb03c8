/** Where an operator reads how far the run is. */
export interface Progress {
  /** Something that will soon be out of date: shown on a terminal only, in place of the one before. */
  show(text: string): void;
  /** A line that stays. */
  say(text?: string): void;
}

/** A stream to write text to, such as `process.stdout`. */
export interface TextStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\x1b[2K';

/** Progress on a stream. What will soon be out of date is left out where nobody watches. */
export function progressOn(stream: TextStream): Progress {
  let shown = false;
  const clear = (): void => {
    if (shown) stream.write(CLEAR_LINE);
    shown = false;
  };
  return {
    show: (text) => {
      if (stream.isTTY !== true) return;
      clear();
      stream.write(`  ${text} …`);
      shown = true;
    },
    say: (text = '') => {
      clear();
      stream.write(`${text}\n`);
    },
  };
}
