import path from 'node:path';
import vm from 'node:vm';
import { buildSync } from 'esbuild';
import { assert } from './run.mjs';

/** Follows the imports of both builds of an entry to every package they reach. */
export function withoutZod(consumer, name, entry) {
  for (const file of ['index.js', 'index.cjs']) {
    const { metafile } = buildSync({
      entryPoints: [path.join(consumer, 'node_modules', name, 'dist', entry, file)],
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
      outdir: consumer,
      logLevel: 'silent',
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    const packages = imports.filter(({ external }) => external).map((one) => one.path);
    assert(
      !packages.some((one) => /^zod(\/|$)/.test(one)),
      `${entry}/${file} imports ${packages.join(', ')}`,
    );
  }
}

/** No Node, no browser, no code from strings: what is left is the language, and the core must need no more. */
export function runsInEmptyContext(consumer, name) {
  const { outputFiles } = buildSync({
    stdin: { contents: `export * from '${name}'`, resolveDir: consumer },
    bundle: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    format: 'iife',
    globalName: 'core',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const context = vm.createContext({}, { codeGeneration: { strings: false, wasm: false } });
  vm.runInContext(outputFiles[0].text, context);
  // The answer comes out as text, because every realm has its own classes.
  const answer = vm.runInContext("String(core.divide(core.parseMinor('7'), 2n, 'half-even'))", context);
  assert(answer === '4', `7 / 2 rounded to even was ${answer}`);
}
