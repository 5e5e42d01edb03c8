import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { split, splitTyped, type SplitEntry } from '@payout-engines/core/split';
import Decimal from 'decimal.js';
import { plainBigint } from './split-baselines.ts';
import { CONTENDERS, versions, type Case } from './split-peers.ts';
import type { Report } from './report.ts';

/**
 * Side by side, in one process, in turns: every round gives every contender its turn, and the fastest
 * call of each counts. The
 * garbage collector is left alone; forcing it between calls would throw away compiled code, and measure that.
 */

const TOTAL = 1_000_000_007n;
const LARGE_TOTAL = 10n ** 18n - 11n;
const WEIGHT_MAX = 1_000_000;
const SIZES = [10, 1_000, 100_000, 1_000_000];
const LARGEST = 10_000_000;
const UNIT = 'ns/participant';

const ROUNDS = 12;
/** A contender's turn lasts at least so long, and one that needs more for a few calls has fewer turns. */
const TURN_MS = 400;
const CONTENDER_MS = 2_500;

export function run(report: Report): void {
  report.text(
    `${versions()}; Node ${process.versions.node}. Total ${TOTAL}, weights from 1 to ${WEIGHT_MAX}.`,
  );
  report.text('Exact: the shares add up to the total and none is a whole unit off its quota.');
  for (const size of SIZES) compareAt(size, report);
  measureTyped(report);
}

interface Runner {
  readonly name: string;
  readonly published: boolean;
  readonly ours: boolean;
  run(): unknown;
  amounts(): readonly (number | bigint)[];
}

function compareAt(size: number, report: Report): void {
  const input = caseOf(size, TOTAL);
  const runners = runnersFor(input);
  const expected = plainBigint(input.total, input.bigints);
  const checks = new Map(runners.map((runner) => [runner, check(runner.amounts(), input, expected)]));
  const times = measure(runners, size);
  const time = (runner: Runner) => times.get(runner) ?? NaN;
  const fastest = (wanted: (runner: Runner) => boolean) =>
    runners.filter((runner) => !runner.ours && wanted(runner)).sort((a, b) => time(a) - time(b))[0];
  const rivals: readonly (readonly [string, Runner | undefined])[] = [
    ['fastest package', fastest((runner) => runner.published)],
    ['fastest exact package', fastest((runner) => runner.published && checks.get(runner)?.exact === true)],
    [
      'fastest package with largest remainders',
      fastest((runner) => runner.published && checks.get(runner)?.hamilton === true),
    ],
    ['plain', runners.find((runner) => runner.name === 'plain BigInt, full sort')],
  ];

  report.text(`\n${size.toLocaleString('en')} participants`);
  for (const runner of runners) {
    const note = checks.get(runner)?.note ?? '';
    report.row({ name: `${runner.name}, ${size}`, value: time(runner), unit: UNIT, note });
  }
  for (const ours of runners.filter((runner) => runner.ours)) {
    for (const [why, rival] of rivals) {
      if (rival === undefined) continue;
      const against = `${why}: ${rival.name}`;
      report.row({
        name: `${ours.name}, ${size}`,
        value: time(ours),
        unit: UNIT,
        against,
        ratio: time(rival) / time(ours),
      });
    }
  }
  report.flush();
}

function runnersFor(input: Case): Runner[] {
  const sorted = entriesOf(input, false);
  const shuffled = entriesOf(input, true);
  const ours: Runner[] = [
    {
      name: 'splitTyped',
      published: false,
      ours: true,
      run: () => splitTyped(input.total, input.weights),
      amounts: () => Array.from(splitTyped(input.total, input.weights).shares),
    },
    {
      name: 'split, ids in order',
      published: false,
      ours: true,
      run: () => split(input.total, sorted),
      amounts: () => split(input.total, sorted).shares.map(({ amount }) => amount),
    },
    {
      name: 'split, ids in no order',
      published: false,
      ours: true,
      run: () => split(input.total, shuffled),
      amounts: () => {
        const byId = new Map(split(input.total, shuffled).shares.map(({ id, amount }) => [id, amount]));
        return sorted.map(({ id }) => byId.get(id) ?? 0n);
      },
    },
  ];
  const theirs = CONTENDERS.filter(({ atMost }) => input.numbers.length <= atMost).map(
    ({ name, published, run: call, amounts }): Runner => ({
      name,
      published,
      ours: false,
      run: () => call(input),
      amounts: () => amounts(call(input) as never),
    }),
  );
  return [...ours, ...theirs];
}

/** The best time of each runner, in nanoseconds per participant. */
function measure(runners: readonly Runner[], size: number): Map<Runner, number> {
  const calls = Math.max(1, Math.ceil(20_000 / size));
  const best = new Map<Runner, number>();
  const spent = new Map<Runner, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const runner of runners) {
      const before = spent.get(runner) ?? 0;
      if (before > CONTENDER_MS) continue;
      let turn = 0;
      while (turn < TURN_MS) {
        const start = performance.now();
        for (let call = 0; call < calls; call++) runner.run();
        const took = performance.now() - start;
        turn += took;
        best.set(runner, Math.min(best.get(runner) ?? Infinity, (took * 1e6) / calls / size));
      }
      spent.set(runner, before + turn);
    }
  }
  return best;
}

interface Check {
  readonly exact: boolean;
  readonly hamilton: boolean;
  readonly note: string;
}

function check(
  amounts: readonly (number | bigint)[],
  { total, bigints }: Case,
  expected: readonly bigint[],
): Check {
  const sum = bigints.reduce((a, b) => a + b, 0n);
  let given = 0n;
  let offQuota = 0;
  let unlike = 0;
  for (const [index, amount] of amounts.entries()) {
    const share = BigInt(amount);
    const off = share * sum - (bigints[index] ?? 0n) * total;
    if (off >= sum || -off >= sum) offQuota++;
    if (share !== expected[index]) unlike++;
    given += share;
  }
  const note = `sum off by ${given - total}, shares off quota ${offQuota}, unlike largest remainders ${unlike}`;
  return { exact: given === total && offQuota === 0, hamilton: unlike === 0, note };
}

/** The typed face where the others have no form that fits: ten million, a total near 10^18, and 64-bit weights. */
function measureTyped(report: Report): void {
  report.text('\nsplitTyped alone');
  for (const size of [1_000_000, LARGEST]) {
    const numbers = weightsOf(size);
    const wide = BigUint64Array.from(
      numbers,
      (weight, index) => BigInt(weight) * 9_000_000_000_000n + BigInt(index),
    );
    const columns = [
      { name: 'weights below 2^20', total: TOTAL, weights: numbers },
      { name: 'weights below 2^20, total near 10^18', total: LARGE_TOTAL, weights: numbers },
      { name: 'weights below 2^63, total near 10^18', total: LARGE_TOTAL, weights: wide },
    ];
    for (const { name, total, weights } of columns) {
      let best = Infinity;
      for (let round = 0; round < (size === LARGEST ? 10 : 40); round++) {
        const start = performance.now();
        splitTyped(total, weights);
        best = Math.min(best, performance.now() - start);
      }
      report.row({ name: `splitTyped, ${name}, ${size}`, value: (best * 1e6) / size, unit: UNIT });
    }
  }
  for (const kind of ['numbers', 'wide']) {
    const name = kind === 'wide' ? 'weights below 2^63' : 'weights below 2^20';
    report.row({
      name: `splitTyped, ${name}, ${LARGEST}: memory`,
      value: bytesOf(kind),
      unit: 'bytes/participant',
    });
  }
  report.text(
    'Memory is what one call takes in a fresh process beside its weights; it includes the result, 8 bytes.',
  );
}

function bytesOf(kind: string): number {
  const worker = fileURLToPath(new URL('./split-memory.ts', import.meta.url));
  return Number(execFileSync(process.execPath, [...process.execArgv, worker, kind], { encoding: 'utf8' }));
}

function weightsOf(size: number): Float64Array {
  let state = 12345;
  return Float64Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 1 + Math.floor((state / 2 ** 32) * WEIGHT_MAX);
  });
}

function caseOf(size: number, total: bigint): Case {
  const weights = weightsOf(size);
  const numbers = Array.from(weights);
  const decimals = size <= 100_000 ? numbers.map((weight) => new Decimal(weight)) : [];
  return { total, weights, numbers, bigints: numbers.map(BigInt), decimals };
}

/** Entries whose ids are flat strings, as they come from a database or from JSON. */
function entriesOf({ numbers }: Case, shuffled: boolean): readonly SplitEntry[] {
  const entries = numbers.map((weight, index) => ({ id: `user-${10_000_000 + index}`, weight }));
  let state = 99;
  for (let index = entries.length - 1; shuffled && index > 0; index--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (index + 1));
    const [one, two] = [entries[index], entries[other]];
    if (one !== undefined && two !== undefined) [entries[index], entries[other]] = [two, one];
  }
  return JSON.parse(JSON.stringify(entries)) as SplitEntry[];
}
