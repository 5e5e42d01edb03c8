/** How many of the last events a trace keeps. */
const KEPT = 200;

/** The last things that happened, for whoever looks at a failed seed. What is never read costs no text. */
export class Trace {
  readonly #entries: (Entry | undefined)[] = Array.from({ length: KEPT }, () => undefined);
  readonly #now: () => number;
  #next = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes what somebody did; the details become text only when they are read. */
  note(actor: string, what: string, ...details: readonly unknown[]): void {
    this.#entries[this.#next] = { time: this.#now(), actor, what, details };
    this.#next = this.#next + 1 === KEPT ? 0 : this.#next + 1;
  }

  /** One line for each of the last things, oldest first. */
  lines(): readonly string[] {
    const { length } = this.#entries;
    return this.#entries.flatMap((_, index) => {
      const at = this.#next + index;
      const entry = this.#entries[at < length ? at : at - length];
      return entry === undefined ? [] : [lineOf(entry)];
    });
  }
}

interface Entry {
  readonly time: number;
  readonly actor: string;
  readonly what: string;
  readonly details: readonly unknown[];
}

function lineOf({ time, actor, what, details }: Entry): string {
  return [new Date(time).toISOString(), actor, what, ...details.map(textOf)].join(' ');
}

const DETAIL_LENGTH_MAX = 300;

function textOf(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  const text = JSON.stringify(detail, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  return (text ?? typeof detail).slice(0, DETAIL_LENGTH_MAX);
}
