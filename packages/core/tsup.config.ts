import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'money/index': 'src/money/index.ts',
    'split/index': 'src/split/index.ts',
    'schemas/index': 'src/schemas/index.ts',
    'testing/index': 'src/testing/index.ts',
  },
  format: ['esm', 'cjs'],
  // Without shared chunks each CommonJS entry would carry its own copy of PayoutError.
  splitting: true,
  sourcemap: true,
  clean: true,
  target: 'es2022',
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
});
