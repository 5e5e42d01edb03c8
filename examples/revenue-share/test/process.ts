import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Run } from './app.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const MAIN = resolve(import.meta.dirname, '../src/main.ts');

/** tsx belongs to the project, not to this app. */
const TSX = pathToFileURL(createRequire(join(PROJECT, 'package.json')).resolve('tsx')).href;

/**
 * Runs the app in a process of its own, as `npm start` does.
 *
 * @param onOutput is told what has been printed so far; it can end the process.
 */
export function runProcess(
  args: readonly string[],
  onOutput?: (out: string, kill: () => void) => void,
): Promise<Run & { readonly signal: NodeJS.Signals | null }> {
  const child = spawn(
    process.execPath,
    ['--import', TSX, '--conditions=@payout-engines/source', MAIN, ...args],
    { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
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
