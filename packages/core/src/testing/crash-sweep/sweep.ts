import { PayoutError } from '../../errors.ts';
import { CaseFailure } from '../assert.ts';
import { checkMoney } from './check-money.ts';
import type { CrashFlow } from './flow.ts';
import { Fuse } from './fuse.ts';
import { assertSamePicture, type Picture, pictureOf } from './picture.ts';
import { bringToRest } from './rest.ts';
import { startWorker, type SweepWorker } from './worker.ts';
import { openWorld, type OpenStore, PROGRAM, type SweepWorld } from './world.ts';

/** How a sweep goes about it. */
export interface SweepOptions {
  /** Opens an empty store for each run. */
  readonly open: OpenStore;
  /** One in so many points, or pairs, is tried. @defaultValue `1` */
  readonly stride?: number;
  /** The first one that is tried, from 1. @defaultValue `1` */
  readonly from?: number;
  /**
   * Where the first crash may fall: in the `calls`, or in all that is done until nothing is due any more.
   *
   * @defaultValue `'rest'`
   */
  readonly through?: 'calls' | 'rest';
  /** Whether a caller that got no answer calls again. Only a proof of the sweep itself says no. @defaultValue `true` */
  readonly callsAgain?: boolean;
}

/** What a sweep has tried. */
export interface SweepReport {
  /** Points at which the first process can die, as far as the sweep goes. */
  readonly points: number;
  /** Runs with a crash, or with two. */
  readonly runs: number;
  /** The names of the points at which processes died. */
  readonly diedAt: ReadonlySet<string>;
}

/** How long after a crash the next process begins. */
const RESTART_MS = 1000;

/**
 * Runs a flow with a crash at each of its points. After each, a new process makes the calls again that were not
 * answered, does what is due until nothing is, and must come to the same as the run without a crash.
 *
 * @throws `CaseFailure` that names the flow and the point
 */
export async function sweepCrashes(flow: CrashFlow, options: SweepOptions): Promise<SweepReport> {
  const { stride = 1, from = 1 } = options;
  const sweep = await Sweep.begin(flow, options);
  for (let point = from; point <= sweep.points; point += stride) await sweep.crash([point]);
  return sweep.report;
}

/**
 * Runs a flow with a crash at each of its points and, for each, again with another one at each point of the recovery:
 * the repeated calls, and everything until nothing is due. The stride is about the second ones only.
 *
 * @throws `CaseFailure` that names the flow and both points
 */
export async function sweepPairs(flow: CrashFlow, options: SweepOptions): Promise<SweepReport> {
  const { stride = 1, from = 1 } = options;
  const sweep = await Sweep.begin(flow, options);
  // Pairs are counted over all of them, so that a stride meets another second point for each first one.
  let skipped = from - 1;
  for (let first = 1; first <= sweep.points; first += 1) {
    const recovery = await sweep.crash([first]);
    let second = skipped + 1;
    for (; second <= recovery; second += stride) await sweep.crash([first, second]);
    skipped = second - recovery - 1;
  }
  return sweep.report;
}

/** The runs of one flow, each compared with the one in which nobody died. */
class Sweep {
  readonly #flow: CrashFlow;
  readonly #options: SweepOptions;
  readonly #whole: Run;
  readonly #diedAt = new Set<string>();
  #runs = 0;

  private constructor(flow: CrashFlow, options: SweepOptions, whole: Run) {
    this.#flow = flow;
    this.#options = options;
    this.#whole = whole;
  }

  static async begin(flow: CrashFlow, options: SweepOptions): Promise<Sweep> {
    const deaths: string[] = [];
    try {
      return new Sweep(flow, options, await run(flow, [], options, deaths));
    } catch (error) {
      throw failure(`${flow.id}, without a crash`, error);
    }
  }

  get points(): number {
    const { callPoints, lastPoints } = this.#whole;
    return this.#options.through === 'calls' ? callPoints : lastPoints;
  }

  get report(): SweepReport {
    return { points: this.points, runs: this.#runs, diedAt: this.#diedAt };
  }

  /** Runs the flow with crashes, and says how many points the last process had. */
  async crash(crashes: readonly number[]): Promise<number> {
    const { lastPoints } = await this.#runLikeWhole(crashes);
    this.#runs += 1;
    return lastPoints;
  }

  async #runLikeWhole(crashes: readonly number[]): Promise<Run> {
    const deaths: string[] = [];
    try {
      const ended = await run(this.#flow, crashes, this.#options, deaths);
      assertSamePicture(ended.picture, this.#whole.picture);
      for (const name of deaths) this.#diedAt.add(name);
      return ended;
    } catch (error) {
      const places = crashes.map(
        (point, index) => `a crash at point ${point}, ${deaths[index] ?? 'not reached'}`,
      );
      throw failure(`${this.#flow.id}, ${places.join(', and then ')}`, error);
    }
  }
}

function failure(where: string, cause: unknown): CaseFailure {
  return new CaseFailure(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}

/** What one run has come to. */
interface Run {
  readonly picture: Picture;
  /** The points of the calls, as the first process made them. */
  readonly callPoints: number;
  /** The points of the last process, up to its rest. */
  readonly lastPoints: number;
}

/** Lives one after the other, each up to its crash, and the last one up to its rest. */
async function run(
  flow: CrashFlow,
  crashes: readonly number[],
  options: SweepOptions,
  deaths: string[],
): Promise<Run> {
  const world = await openWorld(flow, options.open);
  await flow.prepare?.(world, startWorker(world, new Fuse()));
  const caller = new Caller(flow, options.callsAgain !== false);
  let callPoints = 0;
  for (let life = 0; ; life += 1) {
    const fuse = new Fuse(crashes[life]);
    const worker = startWorker(world, fuse);
    try {
      await caller.call(worker, world, fuse);
      if (life === 0) callPoints = fuse.points;
      if (fuse.diedAt === undefined) await bringToRest(world, worker);
    } catch (error) {
      // Whatever a dying process says, nobody hears it.
      if (fuse.diedAt === undefined) throw error;
    }
    if (fuse.diedAt === undefined) {
      if (life < crashes.length) throw new CaseFailure('there are not so many points');
      await checkMoney({ program: PROGRAM, ...world });
      const picture = await pictureOf(world, flow, startWorker(world, new Fuse()));
      return { picture, callPoints, lastPoints: fuse.points };
    }
    deaths.push(fuse.diedAt);
    world.time.pass(RESTART_MS);
  }
}

/** Who makes the calls of a flow: all of them again, until all were answered by one process. */
class Caller {
  readonly #flow: CrashFlow;
  readonly #callsAgain: boolean;
  #tries = 0;
  #done = false;

  constructor(flow: CrashFlow, callsAgain: boolean) {
    this.#flow = flow;
    this.#callsAgain = callsAgain;
  }

  async call(worker: SweepWorker, world: SweepWorld, fuse: Fuse): Promise<void> {
    this.#tries += 1;
    if (this.#done) return;
    const isAgain = this.#tries > 1;
    if (isAgain && !this.#callsAgain) return;
    const { calls, refused = [], refusedAgain = [] } = this.#flow;
    const expected = isAgain ? [...refused, ...refusedAgain] : refused;
    for (const call of calls) {
      try {
        await call(worker, world);
      } catch (error) {
        const isExpected = PayoutError.is(error) && expected.some((code) => code === error.code);
        if (!isExpected) throw error;
      }
      // It has died, and something in it has caught that.
      if (fuse.diedAt !== undefined) return;
    }
    this.#done = true;
    this.#flow.meanwhile?.(world);
  }
}
