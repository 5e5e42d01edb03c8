import path from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint({ cwd: path.resolve(import.meta.dirname, '../..') });

/** What stands against a rule in a file that need not exist: 0 is off, 2 is an error. */
async function severity(file, rule) {
  const config = await eslint.calculateConfigForFile(file);
  return config.rules[rule]?.[0] ?? 0;
}

describe('eslint.config.mjs', () => {
  it.each([
    'errors.ts',
    'money/a.ts',
    'ledger/a.ts',
    'engines/a/b.ts',
    'testing/a.ts',
    'memory/a.ts',
    'providers/a.ts',
    'schemas/a.ts',
  ])('refuses floats and uphill imports in core/src/%s', async (file) => {
    await expect(severity(`packages/core/src/${file}`, 'house/no-float')).resolves.toBe(2);
    await expect(severity(`packages/core/src/${file}`, 'house/downhill-imports')).resolves.toBe(2);
  });

  it('allows floats in split, and uphill imports not even there', async () => {
    await expect(severity('packages/core/src/split/kernel.ts', 'house/no-float')).resolves.toBe(0);
    await expect(severity('packages/core/src/split/kernel.ts', 'house/downhill-imports')).resolves.toBe(2);
  });

  it.each([
    ['packages/core/src/money/a.ts', [{ bigintDivision: true }]],
    ['packages/core/src/ledger/a.ts', [{ bigintDivision: false }]],
  ])('says of bigint division in %s: %j', async (file, options) => {
    const config = await eslint.calculateConfigForFile(file);
    expect(config.rules['house/no-float'].slice(1)).toEqual(options);
  });

  it.each(['packages/core/test/a.test.ts', 'bench/main.ts', 'examples/revenue-share/test/a.test.ts'])(
    'keeps promises and types honest in %s',
    async (file) => {
      await expect(severity(file, '@typescript-eslint/no-floating-promises')).resolves.toBe(2);
      await expect(severity(file, '@typescript-eslint/no-explicit-any')).resolves.toBe(2);
      await expect(severity(file, 'house/no-float')).resolves.toBe(0);
    },
  );

  it.each(['it.only', 'describe.skip', 'test.concurrent.only', 'it.todo', 'it.only.each'])(
    'finds a %s left behind',
    async (call) => {
      const [result] = await eslint.lintText(`${call}('x');`, { filePath: 'lint/test/left-behind.mjs' });
      const rules = result.messages.map((message) => message.ruleId);
      expect(rules).toContain('no-restricted-syntax');
    },
  );
});
