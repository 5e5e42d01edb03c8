import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Run } from './app.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const MAIN = resolve(import.meta.dirname, '../src/main.ts');
/** Beside the packages, so that the one that is not bundled is found from it. */
const BUNDLE = resolve(import.meta.dirname, '../node_modules/.test/main.mjs');

/** What tsx compiles with: both belong to the project, not to this app. */
interface Esbuild {
  build(options: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/**
 * Compiles the app into one file. `npm start` compiles each of its files whenever it starts, which takes two seconds of a
 * processor: that it does so is shown where `npm start` is tried, and need not be paid for by every process here.
 */
export async function compile(): Promise<void> {
  const tsx = createRequire(join(PROJECT, 'package.json')).resolve('tsx');
  const esbuild = (await import(pathToFileURL(createRequire(tsx).resolve('esbuild')).href)) as Esbuild;
  await esbuild.build({
    entryPoints: [MAIN],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@payout-engines/source'],
    // It has its database beside its code.
    external: ['@electric-sql/pglite'],
    sourcemap: 'inline',
    logLevel: 'error',
  });
}

/**
 * Runs the app in a process of its own.
 *
 * @param onOutput is told what has been printed so far; it can end the process.
 */
export function runProcess(
  args: readonly string[],
  onOutput?: (out: string, kill: () => void) => void,
): Promise<Run & { readonly signal: NodeJS.Signals | null }> {
  const child = spawn(process.execPath, [BUNDLE, ...args], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    onOutput?.(out, () => child.kill('SIGKILL'));
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((finish, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => finish({ code: code ?? -1, signal, out, err }));
  });
}
