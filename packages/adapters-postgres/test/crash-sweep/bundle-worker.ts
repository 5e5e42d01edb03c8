import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** Where packages are found as they are from here, and nothing is published. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.crash-sweep', import.meta.url));

/**
 * Bundles the worker, with the library in it, into one file: a process that starts from it is there in a sixth of the
 * time, and many are started.
 */
export async function bundleWorker(): Promise<string> {
  await build({
    config: false,
    entry: { worker: fileURLToPath(new URL('worker.ts', import.meta.url)) },
    outDir: FOLDER,
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
  return path.join(FOLDER, 'worker.mjs');
}
