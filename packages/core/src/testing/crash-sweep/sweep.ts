import { PayoutError } from '../../errors.ts';
import { CaseFailure } from '../assert.ts';
import { checkMoney } from './check-money.ts';
import type { CrashFlow } from './flow.ts';
import { Fuse } from './fuse.ts';
import { assertSamePicture, type Picture, pictureOf } from './picture.ts';
import { bringToRest } from './rest.ts';
import { startWorker, type SweepWorker } from './worker.ts';
import { openWorld, type OpenStore, type SweepWorld } from './world.ts';

/** How a sweep goes about it. */
export interface SweepOptions {
  /** Opens an empty store for each run. */
  readonly open: OpenStore;
  /** Every so manieth point or pair is tried. @defaultValue `1` */
  readonly stride?: number;
  /** The first one that is tried, from 1. @defaultValue `1` */
  readonly from?: number;
  /** Whether a caller that was interrupted calls again. Only a proof of the sweep itself says no. @defaultValue `true` */
  readonly callsAgain?: boolean;
}

/** What a sweep has tried. */
export interface SweepReport {
  /** Points at which a process can die while the calls are made. */
  readonly points: number;
  /** Runs with a crash, or with two. */
  readonly runs: number;
}

/** How long after a crash the next process begins. */
const RESTART_MS = 1000;

/**
 * Runs a flow with a crash at each of its points. After each, a new process makes the calls again, does what is due
 * until nothing is, and must come to the same as the run without a crash.
 *
 * @throws `CaseFailure` that names the flow and the point
 */
export async function sweepCrashes(flow: CrashFlow, options: SweepOptions): Promise<SweepReport> {
  const { stride = 1, from = 1 } = options;
  const whole = await run(flow, [], options);
  let runs = 0;
  for (let point = from; point <= whole.callPoints; point += stride) {
    await runLike(whole.picture, flow, [point], options);
    runs += 1;
  }
  return { points: whole.callPoints, runs };
}

/**
 * Runs a flow with a crash at each of its points and, for each, another one at each point of the recovery: the repeated
 * calls, and everything until nothing is due.
 *
 * @throws `CaseFailure` that names the flow and both points
 */
export async function sweepPairs(flow: CrashFlow, options: SweepOptions): Promise<SweepReport> {
  const { stride = 1, from = 1 } = options;
  const whole = await run(flow, [], options);
  let runs = 0;
  // Pairs that are left out before the next one: counted over all of them, so that a stride meets every first point.
  let skip = from - 1;
  for (let first = 1; first <= whole.callPoints; first += 1) {
    const { lastPoints } = await runLike(whole.picture, flow, [first], options);
    let second = skip + 1;
    for (; second <= lastPoints; second += stride) {
      await runLike(whole.picture, flow, [first, second], options);
      runs += 1;
    }
    skip = second - lastPoints - 1;
  }
  return { points: whole.callPoints, runs };
}

/** What one run has come to. */
interface Run {
  readonly picture: Picture;
  /** The points of the calls, as the first process made them. */
  readonly callPoints: number;
  /** The points of the last process: for one that recovered, the calls and all that was due. */
  readonly lastPoints: number;
}

async function runLike(
  expected: Picture,
  flow: CrashFlow,
  crashes: readonly number[],
  options: SweepOptions,
): Promise<Run> {
  const deaths: string[] = [];
  try {
    const ended = await run(flow, crashes, options, deaths);
    assertSamePicture(ended.picture, expected);
    return ended;
  } catch (error) {
    const where = deaths.map((name, index) => `crash ${crashes[index] ?? 0} ${name}`).join(', then ');
    throw new CaseFailure(`${flow.id}, ${where}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Lives one after the other, until one of them ends by itself. */
async function run(
  flow: CrashFlow,
  crashes: readonly number[],
  options: SweepOptions,
  deaths: string[] = [],
): Promise<Run> {
  const world = await openWorld(flow, options.open);
  await flow.prepare?.(world, startWorker(world, new Fuse()));
  let callPoints = 0;
  for (let life = 0; ; life += 1) {
    const isRecovery = life > 0;
    const fuse = new Fuse(crashes[life]);
    const worker = startWorker(world, fuse);
    try {
      if (!isRecovery || options.callsAgain !== false) await makeCalls(flow, worker, world, fuse, isRecovery);
      if (!isRecovery) callPoints = fuse.points;
      flow.meanwhile?.(world);
      if (fuse.diedAt === undefined) await bringToRest(world, worker);
    } catch (error) {
      // Whatever a dying process says, nobody hears it.
      if (fuse.diedAt === undefined) throw error;
    }
    if (fuse.diedAt === undefined) {
      if (life < crashes.length) throw new CaseFailure(`it ended before point ${crashes[life] ?? 0}`);
      await checkMoney(world);
      return { picture: await pictureOf(world, flow, worker), callPoints, lastPoints: fuse.points };
    }
    deaths.push(fuse.diedAt);
    world.time.pass(RESTART_MS);
  }
}

async function makeCalls(
  flow: CrashFlow,
  worker: SweepWorker,
  world: SweepWorld,
  fuse: Fuse,
  isRecovery: boolean,
): Promise<void> {
  const { refused = [], refusedAgain = [] } = flow;
  const expected = isRecovery ? [...refused, ...refusedAgain] : refused;
  for (const call of flow.calls) {
    try {
      await call(worker, world);
    } catch (error) {
      const isExpected = PayoutError.is(error) && expected.some((code) => code === error.code);
      if (!isExpected) throw error;
    }
    // It has died, and something in it has caught that.
    if (fuse.diedAt !== undefined) return;
  }
}
