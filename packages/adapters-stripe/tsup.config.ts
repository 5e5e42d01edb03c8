import { defineConfig } from 'tsup';

const entry = { index: 'src/index.ts', 'testing/index': 'src/testing/index.ts' };

export default defineConfig({
  entry,
  format: ['esm', 'cjs'],
  // What only the testing entry needs, a server among it, stays out of the main one.
  splitting: true,
  sourcemap: true,
  clean: true,
  target: 'es2022',
  dts: { entry, compilerOptions: { ignoreDeprecations: '6.0' } },
});
