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
   * Names of what a call depends on and changes: of two that share one, the later waits until the earlier is answered.
   * Left out, any two may share one.
   */
  readonly touches?: (item: Item) => readonly string[];
  /** Whether calls that share a name may be of one set, which gives each of them what it would have got in its turn. */
  readonly inTurn?: boolean;
  /** How many sets of a program may be under way, so that one is prepared while another is written. @defaultValue `1` */
  readonly setsAtOnce?: 1 | 2;
  /** How many calls one transaction takes. */
  readonly setMax: number;
  /** How many calls of a program may wait. */
  readonly waitingMax: number;
}

/** A call that waits for its answer. */
interface Waiting<Item, Result> {
  readonly item: Item;
  readonly names: readonly string[];
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** What goes on in one program. */
interface Line<Item, Result> {
  readonly waiting: Waiting<Item, Result>[];
  /** What calls that are under way touch, and how many of them each. */
  readonly touched: Map<string, number>;
  setsUnderWay: number;
  callsUnderWay: number;
}

/** More steps than there are between somebody's answer and their next call, however many functions are around it. */
const STEPS_TO_NEXT_CALL = 10;

/** Sets are not made smaller than this, so that others can be under way beside them. */
const SMALL = 64;

/**
 * Gathers calls that are made at the same time into sets, because a transaction of a hundred costs hardly more than one
 * of one. There is no timer: a call that finds nothing in its way is written at once, and what comes meanwhile is the next
 * set. Each program has a line of its own, first come, first served.
 */
export class Gatherer<Item, Result> {
  readonly #rules: GatherRules<Item, Result>;
  /** The line of each program that has something under way. */
  readonly #lines = new Map<string, Line<Item, Result>>();

  constructor(rules: GatherRules<Item, Result>) {
    this.#rules = rules;
  }

  /**
   * What becomes of the call, once its set is written.
   *
   * @throws {@link PayoutError} with code `STORE_UNAVAILABLE` where too many wait
   */
  ask(program: string, item: Item): Promise<Result> {
    const line = this.#lines.get(program) ?? this.#newLine(program);
    const { length } = line.waiting;
    if (length >= this.#rules.waitingMax) {
      const reason = `${length} calls wait for it already, and the queue takes no more`;
      return Promise.reject(new PayoutError('STORE_UNAVAILABLE', { reason }));
    }
    return new Promise((resolve, reject) => {
      line.waiting.push({ item, names: this.#rules.touches?.(item) ?? [], resolve, reject });
      // Where others wait, so do those behind them; looking at all of them for each new one would cost their square.
      if (length === 0) this.#begin(program, line);
    });
  }

  #newLine(program: string): Line<Item, Result> {
    const line = { waiting: [], touched: new Map<string, number>(), setsUnderWay: 0, callsUnderWay: 0 };
    this.#lines.set(program, line);
    return line;
  }

  /** Begins sets until as many are under way as may be, or nobody waits who could be in one. */
  #begin(program: string, line: Line<Item, Result>): void {
    const { setsAtOnce = 1 } = this.#rules;
    while (line.setsUnderWay < setsAtOnce) {
      const set = this.#takeSet(line);
      if (set.length === 0) return;
      line.setsUnderWay += 1;
      line.callsUnderWay += set.length;
      void this.#write(program, line, set);
    }
  }

  /** Writes a set and begins what can come after it. It never rejects: all errors are answers. */
  async #write(
    program: string,
    line: Line<Item, Result>,
    set: readonly Waiting<Item, Result>[],
  ): Promise<void> {
    for (const { names } of set) {
      for (const name of names) line.touched.set(name, (line.touched.get(name) ?? 0) + 1);
    }
    const answers = await this.#answersTo(
      program,
      set.map(({ item }) => item),
    );
    for (const { names } of set) {
      for (const name of names) {
        const others = (line.touched.get(name) ?? 1) - 1;
        if (others === 0) line.touched.delete(name);
        else line.touched.set(name, others);
      }
    }
    for (const [index, { resolve, reject }] of set.entries()) {
      const answer = answers[index];
      if (answer?.kind === 'done') resolve(answer.result);
      else reject(answer?.error);
    }
    // Who was just answered often asks again at once: without this, they would come too late for the next set.
    for (let step = 0; step < STEPS_TO_NEXT_CALL; step += 1) await Promise.resolve();
    line.setsUnderWay -= 1;
    line.callsUnderWay -= set.length;
    this.#begin(program, line);
    if (line.setsUnderWay === 0) this.#lines.delete(program);
  }

  /** Takes the next set off the line. Nobody is overtaken by one who comes for the same thing. */
  #takeSet(line: Line<Item, Result>): readonly Waiting<Item, Result>[] {
    const { touches, inTurn = false, setMax } = this.#rules;
    const size = this.#sizeOf(line);
    const { waiting } = line;
    if (touches === undefined) return waiting.splice(0, size);
    const set: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    /** What the calls of the set touch, and what those touch that wait on. */
    const taken = new Set<string>();
    const blocked = new Set<string>();
    for (const call of waiting) {
      const { names } = call;
      const follows = names.some((name) => taken.has(name));
      // Who follows a call of the set could not go beside it.
      const hasRoom = set.length < (follows ? setMax : size);
      const isFree = names.every((name) => !blocked.has(name) && !line.touched.has(name));
      const fits = hasRoom && isFree && (inTurn || !follows);
      (fits ? set : left).push(call);
      for (const name of names) (fits ? taken : blocked).add(name);
    }
    waiting.splice(0, waiting.length, ...left);
    return set;
  }

  /** Of two sets at once, each takes half of all calls that are known, so that neither is long done before the other. */
  #sizeOf({ waiting, callsUnderWay }: Line<Item, Result>): number {
    const { setMax, setsAtOnce = 1 } = this.#rules;
    if (setsAtOnce === 1) return setMax;
    return Math.min(setMax, Math.max((waiting.length + callsUnderWay) >> 1, SMALL));
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
