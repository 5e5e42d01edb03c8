/** One thing that happens at one instant. */
interface Entry {
  readonly time: number;
  readonly tie: number;
  readonly run: () => void;
}

/**
 * Virtual time: what is to happen, by instant. Things of one instant happen in an order that is drawn, because in the
 * world nothing says which of them comes first.
 */
export class Scheduler {
  readonly #heap: Entry[] = [];
  readonly #tie: () => number;
  #now: number;

  constructor(start: number, tie: () => number) {
    this.#now = start;
    this.#tie = tie;
  }

  /** Epoch milliseconds of virtual time, which never goes back. */
  get now(): number {
    return this.#now;
  }

  /** How many things are still to happen. */
  get waiting(): number {
    return this.#heap.length;
  }

  /** Runs something at an instant; at once, if that has passed. */
  at(time: number, run: () => void): void {
    const entry = { time: Math.max(time, this.#now), tie: this.#tie(), run };
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = entry;
  }

  /** Runs something after so many milliseconds. */
  after(ms: number, run: () => void): void {
    this.at(this.#now + ms, run);
  }

  /** Resolves after so many milliseconds. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets the next thing happen, and says whether there was one. */
  next(): boolean {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return false;
    if (heap.length > 0) this.#sink(last);
    this.#now = first.time;
    first.run();
    return true;
  }

  /** Puts an entry where the first one was, and below what comes before it. */
  #sink(entry: Entry): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let below = index + index + 1;
      let child = heap[below];
      if (child === undefined) break;
      const other = heap[below + 1];
      if (other !== undefined && isBefore(other, child)) {
        child = other;
        below += 1;
      }
      if (isBefore(entry, child)) break;
      heap[index] = child;
      index = below;
    }
    heap[index] = entry;
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.time < right.time || (left.time === right.time && left.tie <= right.tie);
}
