import { spawnSync } from 'node:child_process';
import path from 'node:path';

export const SCRIPTS = path.dirname(import.meta.dirname);
export const ROOT = path.dirname(SCRIPTS);

/** Runs a command to its end and gives back what it printed; an error holds all of it. */
export function run(command, args, cwd) {
  // On Windows pnpm and the tools are .cmd files, which only a shell can start.
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.error) throw new Error(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    throw new Error(
      `${command} ended with ${result.status ?? result.signal}\n${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout;
}

/** Runs a tool of scripts/package.json. */
export function tool(name, args) {
  return run(path.join(SCRIPTS, 'node_modules', '.bin', name), args, ROOT);
}

/** Throws with the message unless the condition holds. */
export function assert(condition, message) {
  if (!condition) throw new Error(message);
}
