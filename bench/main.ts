import { parseArgs } from 'node:util';
import { createReport, type Report } from './report.ts';

/** A benchmark module: measures and reports. */
interface Benchmark {
  run(report: Report, size?: number): Promise<void> | void;
}

/** The benchmarks by name, loaded only when asked for. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  split: () => import('./split.ts'),
  close: () => import('./close.ts'),
  events: () => import('./events.ts'),
  process: () => import('./process.ts'),
  payouts: () => import('./payouts.ts'),
  postings: () => import('./postings.ts'),
  growth: () => import('./growth.ts'),
  views: () => import('./views.ts'),
};

const SIZE = /^[1-9][0-9]{0,8}$/;

const { name, json, size } = commandLine();
const load = name === undefined ? undefined : BENCHMARKS[name];
if (load === undefined || (size !== undefined && !SIZE.test(size))) {
  console.error(`Usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')} [--json] [--size N]`);
  process.exitCode = 2;
} else {
  const report = createReport(json);
  const { run } = await load();
  await run(report, size === undefined ? undefined : Number(size));
  report.flush();
}

function commandLine(): { readonly name?: string; readonly json: boolean; readonly size?: string } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, size: { type: 'string' } },
    });
    const [first, ...more] = positionals;
    if (first === undefined || more.length > 0) return { json: false };
    return { name: first, ...values };
  } catch {
    return { json: false };
  }
}
