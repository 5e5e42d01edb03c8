import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const CORE = fileURLToPath(new URL('../packages/core/', import.meta.url));
/** Below the core, so that a copy of it finds what the core depends on. */
const COPIES = path.join(CORE, 'node_modules/.cache/simulated');

/**
 * Makes one module of an entry and of all that it imports from the core: it runs some tenths faster than source that is
 * compiled as it is loaded.
 *
 * @returns the file of the module, which whoever asked for it removes
 */
export async function bundle(entry: URL, name: string, plugins: Plugin[] = []): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // A removed guard leaves code that is never reached; that is the point, and no warning.
    logLevel: 'error',
    plugins,
  });
  // More than one run may make the same copy at once.
  const file = path.join(COPIES, `${name}-${process.pid}.mjs`);
  await mkdir(COPIES, { recursive: true });
  await writeFile(file, outputFiles[0]?.contents ?? '');
  return file;
}
