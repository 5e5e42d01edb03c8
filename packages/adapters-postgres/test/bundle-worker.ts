import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/**
 * Bundles `worker.ts` of a folder beside this file, with the library in it, into one file: a process that starts from it
 * is there in a sixth of the time, and many are started.
 */
export async function bundleWorker(folder: string): Promise<string> {
  // Where packages are found as they are from here, and nothing is published.
  const outDir = fileURLToPath(new URL(`../node_modules/.${folder}`, import.meta.url));
  await build({
    config: false,
    entry: { worker: fileURLToPath(new URL(`${folder}/worker.ts`, import.meta.url)) },
    outDir,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    splitting: false,
    noExternal: [/^@payout-engines\//, 'zod', '@noble/hashes', 'date-fns'],
    external: ['pg'],
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions: (options) => {
      options.conditions = ['@payout-engines/source'];
    },
    silent: true,
  });
  return path.join(outDir, 'worker.mjs');
}
