import { assertInvariant, PayoutError } from '../errors.ts';

/** What became of one call of a set. */
export type Answer<Result> =
  { readonly kind: 'done'; readonly result: Result } | { readonly kind: 'refused'; readonly error: unknown };

/** How calls are gathered. */
export interface GatherRules<Item, Result> {
  /**
   * Carries out a set in one transaction and gives each of its items an answer, in their order. Where it throws, nothing
   * of the set has been kept, or nobody knows.
   */
  readonly write: (program: string, items: readonly Item[]) => Promise<readonly Answer<Result>[]>;
  /**
   * Names of what a call depends on and changes: of two that share one, the later waits for the next set. Left out, a set
   * gives each call what it would have got in its turn.
   */
  readonly touches?: (item: Item) => readonly string[];
  /** How many calls one transaction takes. */
  readonly setMax: number;
  /** How many calls of a program may wait. */
  readonly waitingMax: number;
}

/** A call that waits for its answer. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** More steps than there are between somebody's answer and their next call, however many functions are around it. */
const STEPS_TO_NEXT_CALL = 10;

/**
 * Gathers calls that are made at the same time into sets, because a transaction of a hundred costs hardly more than one
 * of one. There is no timer: a call that finds nothing under way is written at once, and what comes meanwhile is the next
 * set. Each program has a queue of its own, first come, first served.
 */
export class Gatherer<Item, Result> {
  readonly #rules: GatherRules<Item, Result>;
  /** Who waits, for each program that has something under way. */
  readonly #queues = new Map<string, Waiting<Item, Result>[]>();

  constructor(rules: GatherRules<Item, Result>) {
    this.#rules = rules;
  }

  /**
   * What becomes of the call, once its set is written.
   *
   * @throws {@link PayoutError} with code `STORE_UNAVAILABLE` where too many wait
   */
  ask(program: string, item: Item): Promise<Result> {
    const queue = this.#queues.get(program);
    if (queue !== undefined && queue.length >= this.#rules.waitingMax) {
      const reason = `${queue.length} calls wait for it already, and the queue takes no more`;
      return Promise.reject(new PayoutError('STORE_UNAVAILABLE', { reason }));
    }
    return new Promise((resolve, reject) => {
      const waiting = { item, resolve, reject };
      if (queue === undefined) void this.#writeAll(program, [waiting]);
      else queue.push(waiting);
    });
  }

  /** Writes set after set until nobody waits. It never rejects: all errors are answers. */
  async #writeAll(program: string, queue: Waiting<Item, Result>[]): Promise<void> {
    this.#queues.set(program, queue);
    while (queue.length > 0) {
      const set = this.#takeSet(queue);
      const answers = await this.#answersTo(
        program,
        set.map(({ item }) => item),
      );
      for (const [index, { resolve, reject }] of set.entries()) {
        const answer = answers[index];
        if (answer?.kind === 'done') resolve(answer.result);
        else reject(answer?.error);
      }
      // Who was just answered often asks again at once: without this, they would come too late for the next set.
      for (let step = 0; step < STEPS_TO_NEXT_CALL; step += 1) await Promise.resolve();
    }
    this.#queues.delete(program);
  }

  /** Takes the next set off the queue. Nobody is overtaken by one who comes for the same thing. */
  #takeSet(queue: Waiting<Item, Result>[]): readonly Waiting<Item, Result>[] {
    const { touches, setMax } = this.#rules;
    if (touches === undefined) return queue.splice(0, setMax);
    const set: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    const touched = new Set<string>();
    for (const waiting of queue) {
      const names = set.length < setMax ? touches(waiting.item) : [];
      const fits = set.length < setMax && names.every((name) => !touched.has(name));
      (fits ? set : left).push(waiting);
      for (const name of names) touched.add(name);
    }
    queue.splice(0, queue.length, ...left);
    return set;
  }

  /**
   * The answers to a set. One bad call must not fail its neighbours: a set that was refused as a whole is halved, down to
   * the calls that are at fault. Doing again what may have been done is harmless, as everything is idempotent.
   */
  async #answersTo(program: string, items: readonly Item[]): Promise<readonly Answer<Result>[]> {
    try {
      const answers = await this.#rules.write(program, items);
      assertInvariant(answers.length === items.length, 'every call of a set has its answer');
      return answers;
    } catch (error) {
      if (items.length === 1 || concernsAll(error)) return items.map(() => ({ kind: 'refused', error }));
      const middle = items.length >> 1;
      return [
        ...(await this.#answersTo(program, items.slice(0, middle))),
        ...(await this.#answersTo(program, items.slice(middle))),
      ];
    }
  }
}

/** Whether an error says nothing about single calls: half of them would get it as well. */
function concernsAll(error: unknown): boolean {
  return PayoutError.is(error, 'STORE_UNAVAILABLE') || PayoutError.is(error, 'SCHEMA_NOT_READY');
}
