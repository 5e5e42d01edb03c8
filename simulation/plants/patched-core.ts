import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { bundle } from '../bundle.ts';
import type { Edit, Plant } from './plant.ts';

const SOURCES = fileURLToPath(new URL('../../packages/core/src/', import.meta.url));
const ENTRY = new URL('seed-worker.ts', import.meta.url);

/**
 * Makes a copy of the core in which guards are gone, with everything that the simulator runs: engine, memory and
 * simulator, as one module for a thread of its own. The checker in it is the real one: it shares no code with what it
 * checks, and no plant may touch it.
 *
 * @returns the file of the copy
 */
export async function patchedCore(plants: readonly Plant[]): Promise<string> {
  const name = plants.length === 0 ? 'none' : plants.map((plant) => plant.name).join('+');
  const edits = plants.flatMap((plant) => plant.edits);
  return bundle(ENTRY, name, [planted(edits)]);
}

function planted(edits: readonly Edit[]): Plugin {
  return {
    name: 'planted',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        const name = path.relative(SOURCES, file).replaceAll(path.sep, '/');
        const own = edits.filter((edit) => edit.file === name);
        if (own.length === 0) return undefined;
        return { contents: patched(await sourceOf(name), own), loader: 'ts' };
      });
    },
  };
}

/** The source of a file below packages/core/src. */
export function sourceOf(file: string): Promise<string> {
  return readFile(path.join(SOURCES, file), 'utf8');
}

/** The source after its edits. Each must match exactly once, in what the ones before it have left. */
export function patched(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, find, replace }) => {
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Error(`${file}: what a plant replaces is there ${parts.length - 1} times, not once: ${find}`);
    }
    return parts.join(replace);
  }, source);
}
