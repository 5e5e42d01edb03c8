import { createReport, type Report } from './report.ts';

/** A benchmark module: measures and reports. */
interface Benchmark {
  run(report: Report): Promise<void> | void;
}

/** The benchmarks by name, loaded only when asked for. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  split: () => import('./split.ts'),
  close: () => import('./close.ts'),
  process: () => import('./process.ts'),
};

const [name, ...flags] = process.argv.slice(2);
const load = name === undefined ? undefined : BENCHMARKS[name];
if (load === undefined || flags.some((flag) => flag !== '--json')) {
  console.error(`Usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')} [--json]`);
  process.exitCode = 2;
} else {
  const report = createReport(flags.includes('--json'));
  const { run } = await load();
  await run(report);
  report.flush();
}
