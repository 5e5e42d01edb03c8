import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { house } from './lint/plugin.mjs';

const SOURCES = ['packages/*/src/**/*.ts', 'examples/*/src/**/*.{ts,tsx}'];
const TRIALS = [
  'packages/*/test/**/*.ts',
  'examples/*/test/**/*.{ts,tsx}',
  'docs/test/**/*.ts',
  'bench/**/*.ts',
  'simulation/**/*.ts',
];
const PLAIN = ['**/*.mjs', '**/*.config.ts'];

const NOTHING_LEFT_OUT = ['only', 'skip', 'todo', 'fails'].map((name) => ({
  selector: `MemberExpression[property.name='${name}']:matches([object.name=/^(bench|describe|it|suite|test)$/], [object.object.name=/^(bench|describe|it|suite|test)$/])`,
  message: `Leave no .${name} behind: every test runs, and a test that cannot run is deleted.`,
}));

const NAMESPACE_ZOD = {
  selector:
    'ImportDeclaration[source.value="zod"][importKind="value"] > :not(ImportNamespaceSpecifier, Literal)',
  message: "Write import * as z from 'zod': the named import costs every bundle 450 kB, this one a sixth.",
};

const REPLAYABLE = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', name: 'new Date()', port: 'Clock' },
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', name: 'Date.now', port: 'Clock' },
].map(({ selector, name, port }) => ({
  selector,
  message: `${name} cannot be replayed. Take the time in through the ${port} port.`,
}));

/** An underscore says that a position is needed and its value is not. */
const UNUSED_ON_PURPOSE = [
  'error',
  { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
];

export default defineConfig(
  globalIgnores(['**/dist/', '**/coverage/', '**/.stryker-tmp/', 'docs/test/.snippets/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    name: 'types, from one program over all packages: one each would check the core again and again',
    files: [...SOURCES, ...TRIALS],
    languageOptions: {
      parserOptions: { project: ['lint/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    name: 'what ships',
    files: SOURCES,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    rules: {
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Callers without TypeScript exist: an entrance checks what its types already promise.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': UNUSED_ON_PURPOSE,
      // A port is asynchronous for the store that needs it; the one in memory has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'no-restricted-syntax': ['error', NAMESPACE_ZOD],
    },
  },
  {
    name: 'the packages',
    files: ['packages/*/src/**/*.ts'],
    plugins: { house },
    rules: {
      'house/downhill-imports': 'error',
      'house/no-float': 'error',
      // A cast is a promise nobody checks; `as const` makes none.
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      'no-console': 'error',
    },
  },
  {
    name: 'the core, which must be replayable',
    files: ['packages/core/src/**/*.ts'],
    // The one place where the system's time comes in.
    ignores: ['packages/core/src/ports/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', NAMESPACE_ZOD, ...REPLAYABLE] },
  },
  {
    name: 'money, where division gets its names',
    files: ['packages/core/src/money/**/*.ts'],
    rules: { 'house/no-float': ['error', { bigintDivision: true }] },
  },
  {
    name: 'the split kernel, whose double-word arithmetic is exact and proven so',
    files: ['packages/core/src/split/**/*.ts'],
    rules: {
      'house/no-float': 'off',
      // Reads of typed arrays within their bounds; a check or a fallback would cost the kernel its speed.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
  {
    name: 'tests and measurements',
    files: TRIALS,
    extends: [tseslint.configs.recommended],
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-unused-vars': UNUSED_ON_PURPOSE,
      // A type test is this comment and a line; its title says why.
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': false }],
      'no-restricted-syntax': ['error', ...NOTHING_LEFT_OUT],
    },
  },
  {
    name: 'scripts and configurations',
    files: PLAIN,
    extends: [tseslint.configs.recommended],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
    rules: { 'no-restricted-syntax': ['error', ...NOTHING_LEFT_OUT] },
  },
  {
    name: 'what runs in the browser',
    files: ['examples/*/src/assets/**/*.js'],
    languageOptions: { globals: { document: 'readonly', navigator: 'readonly', window: 'readonly' } },
  },
);
